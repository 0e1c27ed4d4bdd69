// The events of a running execution: for a progress display, and for tests of its path.

type Moment = {
  /** ISO 8601, UTC. */
  at: string
  /** The state's name. */
  state: string
}

type InState = Moment & {
  stateType: string
  /** The iteration of the innermost inline Map that the state is in, from 0; null outside one. */
  index: number | null
}

// One member of the union for each type, so that code can narrow by it.
type EventOf<Type extends string, Fields> = Type extends string ? { type: Type } & Fields : never

/**
 * `attempt` counts retries from 1. The event comes after the pause, when the retry begins. MapRunStarted and the events of
 * children belong to a distributed Map: `index` is the child's item, from 0. As in AWS, a child's own states are not events of
 * its parent. A child that is stopped has no end event.
 */
export type EngineEvent =
  | EventOf<'StateEntered' | 'StateExited', InState>
  | EventOf<'StateRetried', InState & { attempt: number; error: string; cause?: string }>
  | EventOf<'StateCaught', InState & { error: string; cause: string }>
  | EventOf<'MapStarted', Moment & { items: number }>
  | EventOf<'IterationSucceeded' | 'IterationFailed', Moment & { index: number; output?: unknown }>
  | EventOf<'MapRunStarted', Moment & { items: number }>
  | EventOf<'ChildStarted', Moment & { index: number; input: unknown }>
  | EventOf<'ChildSucceeded', Moment & { index: number; output: unknown }>
  | EventOf<'ChildFailed', Moment & { index: number; error: string; cause: string }>

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never

/** An event without its time. */
export type NewEvent = WithoutTime<EngineEvent>
