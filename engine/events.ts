// What an execution tells while it runs: enough for a progress display, and for a test of the path it took.

type Moment = {
  /** ISO 8601, UTC. */
  at: string
  /** The state's name. */
  state: string
}

type InState = Moment & {
  stateType: string
  /** The Map iteration this state belongs to (of the innermost Map, from 0); null at the top. */
  index: number | null
}

// One member of the union for each name, so that a reader may narrow by it.
type Told<Type extends string, Fields> = Type extends string ? { type: Type } & Fields : never

/** `attempt` counts from 1: the first retry is attempt 1. It is told when the pause is over and the try begins. */
export type EngineEvent =
  | Told<'StateEntered' | 'StateExited', InState>
  | Told<'StateRetried', InState & { attempt: number; error: string }>
  | Told<'StateCaught', InState & { error: string; cause: string }>
  | Told<'MapStarted', Moment & { items: number }>
  | Told<'IterationSucceeded' | 'IterationFailed', Moment & { index: number; output?: unknown }>

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never

/** An event whose time is not noted yet. */
export type NewEvent = WithoutTime<EngineEvent>
