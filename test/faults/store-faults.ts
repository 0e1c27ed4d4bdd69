// Faults of the run store: which handler's which operation is told apart by the state that the machine is in.
import { StoreRefused, StoreUnavailable } from '../../core/model/errors.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }

const OPERATIONS = ['put', 'get', 'list'] as const
export type Operation = (typeof OPERATIONS)[number]

/** One operation of a handler on the store. */
export interface StoreCall {
  /** As `makeHandlers` names it, without "Arn"; `Decide` is the decision API. */
  handler: string
  operation: Operation
  key: string
}

/** What to do at a call instead of it: nothing (null), or throw this; after it was done, where `done` says so. */
export type Interference = (call: StoreCall) => { error: Error; done: boolean } | null

/** The store, with an interference before every operation. */
export function faultyStore(store: RunStore, handler: () => string, interfere: Interference): RunStore {
  const through = async <T>(operation: Operation, key: string, act: () => Promise<T>): Promise<T> => {
    const fault = interfere({ handler: handler(), operation, key })
    if (fault === null) return act()
    if (fault.done) await act()
    throw fault.error
  }
  return {
    location: store.location,
    put: (key, text) => through('put', key, () => store.put(key, text)),
    get: (key) => through('get', key, () => store.get(key)),
    list: (prefix) => through('list', prefix, () => store.list(prefix)),
    newest: (prefix, name, among) => through('list', prefix, () => store.newest(prefix, name, among)),
  }
}

export const STORE_FAULTS: Record<string, { make: () => { error: Error; done: boolean }; operations: Operation[] }> = {
  refused: { make: () => ({ error: new StoreRefused('planted: refused'), done: false }), operations: [...OPERATIONS] },
  unavailable: {
    make: () => ({ error: new StoreUnavailable('planted: no answer'), done: false }),
    operations: [...OPERATIONS],
  },
  'unavailable after it was done': {
    make: () => ({ error: new StoreUnavailable('planted: no answer'), done: true }),
    operations: ['put'],
  },
  'an error that nobody expects': {
    make: () => ({ error: new TypeError('planted: a slip'), done: false }),
    operations: [...OPERATIONS],
  },
}

/** Keeps track of which handler is at work; good for a run that works on one key at a time. */
export function handlerAtWork(): { onEvent: (event: EngineEvent) => void; now: () => string } {
  const handlers = handlersByState()
  let current = 'none'
  return {
    onEvent: (event) => {
      if (event.type === 'StateEntered') current = handlers.get(event.state) ?? current
    },
    now: () => current,
  }
}

interface States {
  [name: string]: { Parameters?: { FunctionName?: string }; ItemProcessor?: { States: States } }
}

/** "Start run" -> "StartRun", off the definition. */
function handlersByState(states = definition.States as unknown as States): Map<string, string> {
  return new Map(
    Object.entries(states).flatMap(([name, state]): [string, string][] => {
      const placeholder = /^\$\{(\w+)Arn\}$/.exec(state.Parameters?.FunctionName ?? '')?.[1]
      const inside = state.ItemProcessor === undefined ? [] : [...handlersByState(state.ItemProcessor.States)]
      return placeholder === undefined ? inside : [[name, placeholder], ...inside]
    }),
  )
}
