// Who may call a function of a run. Anybody with lambda:InvokeFunction reaches it, so each event carries the run's pass: a
// random text in the state of the execution, whose sha256 is in input.json. Every handler after Start run is made by
// `withPass`; Write record uses `admitEnd`. Organization runs have their own two. The pass is in no message: who has it can
// act as the run.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { RunInput } from '../core/model/documents/input.ts'
import { PassRefused, StoreDamaged } from '../core/model/errors.ts'
import { isOrganizationRunId, isRunId } from '../core/model/ids.ts'
import type { StateError } from '../core/run/execution-end.ts'
import { statusOfError } from '../core/run/run-status.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { confirmExecution, type ExecutionPorts, isSameStart, type NamedExecution } from './confirm-execution.ts'
import { type DocumentRef, documents, need, organizationDocuments, read } from './run-documents.ts'

/** What of an event the check needs. Events of a run that an earlier version started have no pass. */
const passed = z.object({ runId: z.string(), pass: z.string().optional() })

/** The sha256 of a pass, in hex. */
export const passHash = (pass: string): string => createHash('sha256').update(pass).digest('hex')

/** What of a stored input says who may call the run's functions. */
type Guarded = Pick<RunInput, 'runId' | 'startedAt' | 'passSha256'>

/**
 * Makes handlers that refuse every event without the run's pass, before anything else. Each takes `payload`: what it needs of
 * the event.
 * @throws PassRefused; StoreDamaged if the run has no input
 */
const withPassOf =
  <Input extends Guarded>(inputOf: (runId: string) => DocumentRef<Input>) =>
  <Event extends { runId: string }, Answer>(
    { store }: { store: RunStore },
    payload: z.ZodType<Event>,
    handle: (event: Event, input: Input) => Promise<Answer>,
  ) =>
  async (event: unknown): Promise<Answer> => {
    const { runId, pass } = passed.parse(event)
    const input = await need(store, inputOf(runId))
    refuseWithout(input, pass)
    return handle(payload.parse(event), input)
  }

/** A handler of a run. */
export const withPass = withPassOf(documents.input)

/** A handler of an organization run. */
export const withOrganizationPass = withPassOf(organizationDocuments.input)

/** @throws PassRefused if it is not the run's pass. A run without a hash was started by an earlier version and continues. */
export function refuseWithout({ runId, passSha256 }: Guarded, pass: string | undefined): void {
  if (passSha256 === null || (pass !== undefined && passHash(pass) === passSha256)) return
  throw new PassRefused(
    `Call refused: only the execution of run ${runId} may call its functions, with the run's pass; received ${pass === undefined ? 'none' : 'another'}.`,
  )
}

/** What is known of a run that ends. */
export interface Ending<Input> {
  /** Its own stored input; null: it was refused before that was stored, or it cannot be read. */
  stored: Input | null
  /** The input of its execution, if there is no stored one. */
  asked: unknown
}

/**
 * The check of Write record, which every run reaches, also one whose Start run failed. Such a run has no input.json of its
 * own: another execution of its name may have one. Then Step Functions must confirm the execution, and only a failed start
 * may be recorded.
 * @throws PassRefused | ExecutionNotConfirmed | MachineUnavailable, and what the run store throws
 */
const admitEndOf =
  <Input extends Guarded>(inputOf: (runId: string) => DocumentRef<Input>, isId: (runId: string) => boolean) =>
  async (
    ports: ExecutionPorts & { store: RunStore },
    execution: NamedExecution & { error: StateError | null },
    pass: string | undefined,
  ): Promise<Ending<Input>> => {
    const { runId, startedAt, error } = execution
    const input = isId(runId) ? await readableInput(ports.store, inputOf(runId)) : null
    if (input !== null && isSameStart(input.startedAt, startedAt)) {
      refuseWithout(input, pass)
      return { stored: input, asked: null }
    }
    if (error === null || statusOfError(error) !== 'refused')
      throw new PassRefused(
        `Record of run ${runId} refused: it has no input of its own, so only a failed start may be recorded; received ${error?.Error ?? 'no error'}.`,
      )
    return { stored: null, asked: await confirmExecution(ports, execution) }
  }

export const admitEnd = admitEndOf(documents.input, isRunId)

export const admitOrganizationEnd = admitEndOf(organizationDocuments.input, isOrganizationRunId)

/** null if there is none, or none that can be read. */
async function readableInput<Input>(store: RunStore, ref: DocumentRef<Input>): Promise<Input | null> {
  try {
    return await read(store, ref)
  } catch (error) {
    if (error instanceof StoreDamaged) return null
    throw error
  }
}
