// What the engine tells of an execution, as the history events of Step Functions: ids in order, and in each the id of the
// event that led to it, for each iteration of a Map by itself.
import type { EngineEvent, ExecutionResult } from '../../engine/step-functions.ts'

export interface HistoryItem {
  id: number
  previousEventId: number
  timestamp: number
  type: string
  /** What only whoever asks for execution data gets. */
  data?: object
  [details: string]: unknown
}

/** In the data of the events that have any: to be found in nothing that a reader without data prints. */
export const DATA_CANARY = 'execution-data-canary'

const TASK = { resourceType: 'lambda', resource: 'invoke' }

export function makeHistory() {
  const items: HistoryItem[] = []
  /** The last event of each iteration; of what stands outside, under null. */
  const last = new Map<number | null, number>()
  const caught = new Set<number | null>()

  function add(index: number | null, type: string, details: object = {}, data?: object): void {
    const id = items.length + 1
    const previousEventId = last.get(index) ?? 0
    items.push({ id, previousEventId, timestamp: Date.now() / 1000, type, ...details, ...(data && { data }) })
    last.set(index, id)
  }
  function tryTask(index: number | null): void {
    const data = { taskScheduledEventDetails: { ...TASK, region: 'us-east-1', parameters: DATA_CANARY } }
    add(index, 'TaskScheduled', { taskScheduledEventDetails: { ...TASK, region: 'us-east-1', parameters: '' } }, data)
    add(index, 'TaskStarted', { taskStartedEventDetails: TASK })
  }
  function enter({ state: name, stateType, index }: { state: string; stateType: string; index: number | null }) {
    if (index !== null && !last.has(index)) {
      last.set(index, last.get(null) ?? 0)
      add(index, 'MapIterationStarted', { mapIterationStartedEventDetails: { name, index } })
    }
    add(index, `${stateType}StateEntered`, { stateEnteredEventDetails: { name } })
    if (stateType === 'Task') tryTask(index)
  }
  function exit({ state: name, stateType, index }: { state: string; stateType: string; index: number | null }) {
    if (stateType === 'Task' && !caught.delete(index)) add(index, 'TaskSucceeded', { taskSucceededEventDetails: TASK })
    if (stateType === 'Map') add(index, 'MapStateSucceeded')
    add(index, `${stateType}StateExited`, { stateExitedEventDetails: { name } })
  }
  const fail = (index: number | null, error: string) =>
    add(index, 'TaskFailed', { taskFailedEventDetails: { ...TASK, error, cause: '{}' } })

  function tell(event: EngineEvent) {
    switch (event.type) {
      case 'StateEntered':
        return enter(event)
      case 'StateExited':
        return exit(event)
      case 'StateRetried':
        fail(event.index, event.error)
        return tryTask(event.index)
      case 'StateCaught':
        caught.add(event.index)
        return fail(event.index, event.error)
      case 'MapStarted':
        return add(null, 'MapStateStarted', { mapStateStartedEventDetails: { length: event.items } })
      case 'IterationSucceeded':
        return add(event.index, 'MapIterationSucceeded', {
          mapIterationSucceededEventDetails: { name: event.state, index: event.index },
        })
      case 'IterationFailed':
        return add(event.index, 'MapIterationFailed', {
          mapIterationFailedEventDetails: { name: event.state, index: event.index },
        })
    }
  }
  add(null, 'ExecutionStarted', {}, { executionStartedEventDetails: { input: DATA_CANARY } })
  return {
    items,
    tell,
    /** The function that got a token has returned; its task waits. */
    submitted: () => add(null, 'TaskSubmitted', { taskSubmittedEventDetails: TASK }),
    end(result: ExecutionResult) {
      if (result.status === 'SUCCEEDED') add(null, 'ExecutionSucceeded')
      else if (result.status === 'ABORTED') add(null, 'ExecutionAborted')
      else {
        const { error, cause } = result
        add(null, 'ExecutionFailed', { executionFailedEventDetails: { error, cause } })
      }
    },
  }
}
