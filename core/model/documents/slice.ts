// runs/<id>/verdicts/<n>.json: the verdicts on one slice of the suspects.
import * as z from 'zod'
import { userFacts } from '../facts.ts'
import { keyVerdict, plannedKey } from '../verdict.ts'
import { document, instant } from './document.ts'

const judgedFacts = z.object({
  /** The moment they were judged by. */
  at: instant,
  facts: userFacts,
})

export const slice = document({
  /** The first suspect's place in the list of suspects.json: the <n> of the name. */
  from: z.number(),
  /** The place after the last. */
  to: z.number(),
  verdicts: z.array(keyVerdict),
  /** The stale keys among them, as a plan has them. */
  stale: z.array(plannedKey),
  /**
   * What each user was judged by: with input.json, its policy and caller, all that a verdict was made of. 0.1.0 wrote none,
   * and a user whose facts could not be read has none.
   */
  users: z.array(judgedFacts).default([]),
  /** Suspects whose facts could not be read, each with the error's name and message. */
  unreadable: z.array(z.object({ user: z.string(), error: z.string(), message: z.string() })),
})

export type Slice = z.infer<typeof slice>
