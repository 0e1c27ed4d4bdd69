// Turns the history of a deployed execution into the engine's events, so that a deployed run is shown as a local one. The
// history is read without execution data: of a key it shows only that it ended, and whether it failed.
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { HistoryEvent } from '../../io/states/machine.ts'

/** The state of an event. An event that does not name one has that of the previous event. */
interface Position {
  state: string
  stateType: string
  index: number | null
  /** Failed attempts of the state. */
  failures: number
  /** The error of the last attempt, if it has just failed. */
  failed: string | null
}

const NOWHERE: Position = { state: '', stateType: '', index: null, failures: 0, failed: null }

const FAILED_ATTEMPT = ['TaskFailed', 'TaskTimedOut', 'TaskStartFailed', 'TaskSubmitFailed']

/** The states that store a failure: a Map iteration that ends in one of them has failed for its key. */
const NOTES_FAILURE = /failure/i

export interface HistorySink {
  show: (event: EngineEvent) => void
  /** A task has submitted its token and waits for approval. */
  waits: (state: string) => void
}

/** Reads the events of one execution in order, and shows them as the engine's events. */
export function makeHistoryReader({ show, waits }: HistorySink): (event: HistoryEvent) => void {
  const positions = new Map<number, Position>()
  return (event) => {
    const before = positions.get(event.previousId) ?? NOWHERE
    const here = positionOf(event, before)
    positions.set(event.id, here)
    if (event.type === 'TaskSubmitted') return waits(here.state)
    for (const meant of meaningsOf(event, before, here)) show(meant)
  }
}

function positionOf({ type, state, index, error }: HistoryEvent, before: Position): Position {
  if (type.startsWith('MapIteration')) return { ...NOWHERE, state: before.state, index }
  if (type.endsWith('StateEntered'))
    return { ...NOWHERE, state: state ?? '', stateType: type.replace('StateEntered', ''), index: before.index }
  // The event before the end of a Map is in an iteration; the end itself is not.
  if (/^MapState(Succeeded|Failed|Aborted|Exited)$/.test(type))
    return { ...NOWHERE, state: state ?? before.state, stateType: 'Map' }
  if (FAILED_ATTEMPT.includes(type)) return { ...before, failures: before.failures + 1, failed: error }
  return { ...before, failed: null }
}

function meaningsOf(event: HistoryEvent, before: Position, here: Position): EngineEvent[] {
  const { type, at, items } = event
  const { state, stateType, index } = here
  const inState = { at, state, stateType, index }
  if (type.endsWith('StateEntered')) return [{ type: 'StateEntered', ...inState }]
  if (type.endsWith('StateExited')) return [...caught(before, inState), { type: 'StateExited', ...inState }]
  if (type === 'TaskScheduled' && before.failed !== null)
    return [{ type: 'StateRetried', ...inState, attempt: before.failures, error: before.failed }]
  if (type === 'MapStateStarted') return [{ type: 'MapStarted', at, state, items: items ?? 0 }]
  if (type === 'MapIterationSucceeded') return [keyDone(at, before.state, index ?? 0)]
  if (type === 'MapIterationFailed') return [{ type: 'IterationFailed', at, state, index: index ?? 0 }]
  return []
}

/** A state that exits right after a failed attempt has caught the error. */
const caught = (
  { failed }: Position,
  inState: Omit<OfType<'StateCaught'>, 'type' | 'error' | 'cause'>,
): EngineEvent[] => (failed === null ? [] : [{ type: 'StateCaught', ...inState, error: failed, cause: '' }])

type OfType<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>

function keyDone(at: string, lastState: string, index: number): EngineEvent {
  const outcome = NOTES_FAILURE.test(lastState) ? 'failed' : 'done'
  const output = { accessKeyId: `key ${index + 1}`, outcome }
  return { type: 'IterationSucceeded', at, state: lastState, index, output }
}
