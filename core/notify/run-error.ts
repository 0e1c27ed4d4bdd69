// Why a run failed, as messages and events say it.

import type { RunRecord } from '../model/documents/record.ts'
import { errorNameForPeople } from '../model/error-names.ts'
import { endOf } from '../run/record.ts'

/** The error's name is one of a fixed list, because it is in a mail's subject. null: the run did not fail. */
export function errorOfRun(record: RunRecord, maxMessage: number): { name: string; message: string } | null {
  const { failed, error, cause } = endOf(record)
  if (!failed) return null
  const name = errorNameForPeople(error)
  // Without a cause, Step Functions' own errors have their name as the message.
  return { name, message: (cause === error ? name : cause).slice(0, maxMessage) }
}
