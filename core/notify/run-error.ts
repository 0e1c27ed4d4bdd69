// Why a run failed, as messages and events say it.

import type { RunRecord } from '../model/documents/record.ts'
import { errorNameForPeople } from '../model/error-names.ts'
import { endOf } from '../run/execution-end.ts'

/** null: the run did not fail. */
export const errorOfRun = (record: RunRecord, maxMessage: number): ErrorForPeople | null =>
  errorForPeople(endOf(record), maxMessage)

export interface ErrorForPeople {
  name: string
  message: string
}

/**
 * How an execution ends, for people. The error's name is one of a fixed list, because it is in a mail's subject. null: it did
 * not fail.
 */
export function errorForPeople(
  { failed, error, cause }: ReturnType<typeof endOf>,
  maxMessage: number,
): ErrorForPeople | null {
  if (!failed) return null
  const name = errorNameForPeople(error)
  // Without a cause, Step Functions' own errors have their name as the message.
  return { name, message: (cause === error ? name : cause).slice(0, maxMessage) }
}
