// How a run of this process ended: its record, or why there is none.
import { StoreRefused } from '../core/model/errors.ts'
import { messageOf } from '../core/run/execution-end.ts'
import type { ExecutionResult } from '../engine/step-functions.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type DocumentRef, readStored } from '../steps/run-documents.ts'
import { NoRecord } from './errors.ts'

/** An error that ended an execution. */
type Fault = Pick<ExecutionResult & { status: 'FAILED' }, 'error' | 'cause'>

/** An error that a state caught. */
export type CaughtFault = Fault & { state: string }

/** Whether later errors follow from this one. */
export const isFirstCause = (fault: CaughtFault): boolean => isOfStore(fault) || isOfTakenId(fault)

const isOfStore = ({ error }: Fault): boolean => error.startsWith('Store')

/** Another run has this id, and the pass in its input. */
const isOfTakenId = ({ state, error }: CaughtFault): boolean =>
  /^Start (organization )?run$/.test(state) && ['RunIdTaken', 'PassRefused'].includes(error)

export interface RunEnd<Record> {
  store: RunStore
  ref: DocumentRef<Record>
  runId: string
  result: ExecutionResult
  /** The first fault that a state caught and from which others follow: of the run store, or of the run's id. */
  firstFault: CaughtFault | null
}

/** The record, and record.json as it is stored. @throws NoRecord, and what the run store throws */
export async function readEnd<Record>(end: RunEnd<Record>): Promise<{ record: Record; json: string }> {
  const { store, ref, runId, result, firstFault } = end
  if (firstFault !== null && isOfTakenId(firstFault)) throw notStarted(firstFault)
  const failure: Fault = result.status === 'FAILED' ? result : { error: 'NoRecord', cause: '' }
  // If the store failed the run, this read fails too.
  const read = () => readStored(store, ref).catch((error) => nullAfterFault(error, firstFault))
  const stored = await read()
  if (stored !== null) return { record: stored.document, json: stored.text }
  // The first error is the cause; that the record could not be written follows from it.
  const { error, cause } = isOfStore(failure) ? (firstFault ?? failure) : failure
  throw new NoRecord(`Run ${runId} failed and has no record: ${messageOf({ Error: error, Cause: cause })}`, error)
}

/** The record under this id is another run's. */
const notStarted = ({ error, cause }: Fault): NoRecord =>
  new NoRecord(`Run not started: ${messageOf({ Error: error, Cause: cause })}`, error)

function nullAfterFault(error: unknown, firstFault: Fault | null): null {
  if (error instanceof StoreRefused && firstFault !== null) return null
  throw error
}
