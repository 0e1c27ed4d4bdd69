// Key events: what CloudTrail's event history says of UpdateAccessKey calls. It is a second witness beside the run store: it
// also knows of changes by hand, by a run with another store, and by another keysweep.
import * as z from 'zod'
import { instant } from './documents/document.ts'

/** A keysweep that signed a call, as its user agent names it. A caller chooses its user agent, so this is no proof. */
export const sweeper = z.object({
  version: z.string(),
  /** Its run store, as core/judge/sweeper.ts names it. */
  store: z.string(),
  runId: z.string().nullable(),
})

export type Sweeper = z.infer<typeof sweeper>

/** One UpdateAccessKey call that was carried out. */
export const keyEvent = z.object({
  at: instant,
  accessKeyId: z.string(),
  status: z.enum(['Active', 'Inactive']),
  /** The ARN of who called, or the best name that the event has. */
  by: z.string(),
  /** null: the caller was not keysweep, or an earlier version. */
  sweeper: sweeper.nullable(),
})

export type KeyEvent = z.infer<typeof keyEvent>

/** An event that could not be read. It is a doubt about every key that it names. */
export const oddEvent = z.object({
  /** Whether its request names the key, so that it is about this key and no other. */
  namesItsKey: z.boolean(),
  accessKeyIds: z.array(z.string()),
  /** What was wrong with it. */
  problem: z.string(),
})

export type OddEvent = z.infer<typeof oddEvent>

/** Why the event history is no witness. */
export const NO_WITNESS = ['denied', 'unavailable', 'too-many', 'unreadable', 'not-read'] as const
export type NoWitness = (typeof NO_WITNESS)[number]

/** Whether the event history was read as far as it goes. `detail`: the error, or what was wrong. */
export const witness = z.discriminatedUnion('complete', [
  z.object({ complete: z.literal(true) }),
  z.object({ complete: z.literal(false), why: z.enum(NO_WITNESS), detail: z.string().nullable() }),
])

export type Witness = z.infer<typeof witness>

/** A keysweep with another run store that changed keys of this account. */
export const otherSweeper = z.object({
  version: z.string(),
  store: z.string(),
  runs: z.array(z.string()),
  accessKeyIds: z.array(z.string()),
  /** Of its newest event. */
  lastAt: z.string(),
})

export type OtherSweeper = z.infer<typeof otherSweeper>

/** What the event history says of one key. */
export const eventsOfKey = z.object({
  /** The newest event that set the key Active; null: there is none. */
  activated: z.object({ at: instant, by: z.string() }).nullable(),
  /** What was wrong with an event that is, or may be, about this key; null: nothing. */
  problem: z.string().nullable(),
})

export type EventsOfKey = z.infer<typeof eventsOfKey>
