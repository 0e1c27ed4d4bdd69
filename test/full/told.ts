// What an execution tells of itself from outside, in words that fit both engines: events of ours, history of moto's.
import type { HistoryEvent } from '@aws-sdk/client-sfn'
import type { EngineEvent } from '../../engine/step-functions.ts'

export interface Told {
  status: string
  error: string | null
  cause: string | null
  /** The states of the top level, in order. */
  path: string[]
  /** The states of each Map iteration, in order. */
  iterations: Record<number, string[]>
  /** Every try of a task that failed: "Deactivate key of iteration 0: IamThrottled", sorted. */
  failures: string[]
}

export type Path = Pick<Told, 'path' | 'iterations' | 'failures'>

/** The path that our engine's events tell of. */
export function readEvents(events: EngineEvent[]): Path {
  const told: Path = { path: [], iterations: {}, failures: [] }
  for (const event of events) {
    if (event.type === 'StateEntered') enter(told, event.index, event.state)
    if (event.type === 'StateRetried' || event.type === 'StateCaught')
      told.failures.push(failure(event.state, event.index, event.error))
  }
  told.failures.sort()
  return told
}

/** The path that a history tells of, by the chain of previousEventId that leads each event to its iteration. */
export function readHistory(events: HistoryEvent[]): Path {
  const byId = new Map(events.map((event) => [event.id, event]))
  const before = (event: HistoryEvent, is: (one: HistoryEvent) => boolean): HistoryEvent | undefined => {
    let at: HistoryEvent | undefined = event
    while (at !== undefined && !is(at)) at = byId.get(at.previousEventId)
    return at
  }
  const indexOf = (event: HistoryEvent) =>
    before(event, (one) => /^MapIterationStarted|^MapStateExited/.test(one.type ?? ''))?.mapIterationStartedEventDetails
      ?.index ?? null
  const told: Path = { path: [], iterations: {}, failures: [] }
  for (const event of events) {
    const index = indexOf(event)
    const name = event.stateEnteredEventDetails?.name
    if (name !== undefined) enter(told, index, name)
    const error = event.taskFailedEventDetails?.error ?? event.taskTimedOutEventDetails?.error
    if (error === undefined) continue
    const entered = before(event, (one) => one.stateEnteredEventDetails !== undefined)
    told.failures.push(failure(entered?.stateEnteredEventDetails?.name ?? '', index, error))
  }
  told.failures.sort()
  return told
}

/** `index` is the Map iteration, null at the top. */
function enter(told: Path, index: number | null, state: string): void {
  if (index === null) told.path.push(state)
  else told.iterations[index] = [...(told.iterations[index] ?? []), state]
}

const failure = (state: string, index: number | null, error: string): string =>
  `${state}${index === null ? '' : ` of iteration ${index}`}: ${error}`
