// An execution's history, event by event, as the engine on this machine tells of one: so that a deployed run is shown as
// one here is. What became of a key is data, which is not asked for: of a key only its end is seen, and whether it failed.
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { HistoryEvent } from '../../io/states/machine.ts'

/** What holds at an event: an event without it of its own has that of the event that led to it. */
interface Position {
  state: string
  stateType: string
  index: number | null
  /** Tries of the state that have failed. */
  failures: number
  /** The error of the last try, if it has just failed. */
  failed: string | null
}

const NOWHERE: Position = { state: '', stateType: '', index: null, failures: 0, failed: null }

const FAILED_TRY = ['TaskFailed', 'TaskTimedOut', 'TaskStartFailed', 'TaskSubmitFailed']

/** States that note a failed key: an iteration that ends in one of them has not done what it was for. */
const NOTES_FAILURE = /failure/i

export interface HistorySink {
  show: (event: EngineEvent) => void
  /** A task has handed its token on and waits for an answer. */
  waits: (state: string) => void
}

/** Takes the events of one execution in order, and shows what they mean. */
export function makeHistoryReader({ show, waits }: HistorySink): (event: HistoryEvent) => void {
  const positions = new Map<number, Position>()
  return (event) => {
    const before = positions.get(event.previousId) ?? NOWHERE
    const here = whereIs(event, before)
    positions.set(event.id, here)
    if (event.type === 'TaskSubmitted') return waits(here.state)
    for (const meant of meaningsOf(event, before, here)) show(meant)
  }
}

function whereIs({ type, state, index, error }: HistoryEvent, before: Position): Position {
  if (type.startsWith('MapIteration')) return { ...NOWHERE, state: before.state, index }
  if (type.endsWith('StateEntered'))
    return { ...NOWHERE, state: state ?? '', stateType: type.replace('StateEntered', ''), index: before.index }
  // The end of a Map is led to by its last iteration, and stands outside it.
  if (/^MapState(Succeeded|Failed|Aborted|Exited)$/.test(type))
    return { ...NOWHERE, state: state ?? before.state, stateType: 'Map' }
  if (FAILED_TRY.includes(type)) return { ...before, failures: before.failures + 1, failed: error }
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

/** A state that is left right after a try has failed has caught that. */
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
