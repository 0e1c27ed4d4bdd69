// Who may call a function of a run. Anybody with lambda:InvokeFunction reaches it, so each event carries the run's pass: a
// random text in the state of the execution, whose sha256 is in input.json. Every handler after Start run is made by
// `withPass`; Write record uses `admitEnd`. The pass is in no message: who has it can act as the run.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import { PassRefused, StoreDamaged } from '../core/model/errors.ts'
import { isRunId } from '../core/model/ids.ts'
import { type StateError, statusOfError } from '../core/run/record.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { confirmExecution, type ExecutionPorts, isSameStart, type NamedExecution } from './confirm-execution.ts'
import { documents, need, read } from './run-documents.ts'

/** What of an event the check needs. Events of a run that an earlier version started have no pass. */
const passed = z.object({ runId: z.string(), pass: z.string().optional() })

/** The sha256 of a pass, in hex. */
export const passHash = (pass: string): string => createHash('sha256').update(pass).digest('hex')

/**
 * A handler that refuses every event without the run's pass, before anything else.
 * @param payload what the handler needs of the event
 * @throws PassRefused; StoreDamaged if the run has no input
 */
export const withPass =
  <Event extends { runId: string }, Answer>(
    { store }: { store: RunStore },
    payload: z.ZodType<Event>,
    handle: (event: Event, input: RunInput) => Promise<Answer>,
  ) =>
  async (event: unknown): Promise<Answer> => {
    const { runId, pass } = passed.parse(event)
    const input = await need(store, documents.input(runId))
    refuseWithout(input, pass)
    return handle(payload.parse(event), input)
  }

/** @throws PassRefused if it is not the run's pass. A run without a hash was started by an earlier version and continues. */
export function refuseWithout({ runId, passSha256 }: RunInput, pass: string | undefined): void {
  if (passSha256 === null || (pass !== undefined && passHash(pass) === passSha256)) return
  throw new PassRefused(
    `Call refused: only the execution of run ${runId} may call its functions, with the run's pass; received ${pass === undefined ? 'none' : 'another'}.`,
  )
}

/**
 * The check of Write record, which every run reaches, also one whose Start run failed. Such a run has no input.json of its
 * own: another execution of its name may have one. Then Step Functions must confirm the execution, and only a failed start
 * may be recorded.
 * @throws PassRefused | ExecutionNotConfirmed | MachineUnavailable, and what the run store throws
 */
export async function admitEnd(
  ports: ExecutionPorts & { store: RunStore },
  execution: NamedExecution & { error: StateError | null },
  pass: string | undefined,
): Promise<void> {
  const input = await readableInput(ports.store, execution.runId)
  if (input !== null && isSameStart(input.startedAt, execution.startedAt)) return refuseWithout(input, pass)
  if (execution.error === null || statusOfError(execution.error) !== 'refused')
    throw new PassRefused(
      `Record of run ${execution.runId} refused: it has no input of its own, so only a failed start may be recorded; received ${execution.error?.Error ?? 'no error'}.`,
    )
  await confirmExecution(ports, execution)
}

/** null if there is none, or none that can be read. */
async function readableInput(store: RunStore, runId: string): Promise<RunInput | null> {
  if (!isRunId(runId)) return null
  try {
    return await read(store, documents.input(runId))
  } catch (error) {
    if (error instanceof StoreDamaged) return null
    throw error
  }
}
