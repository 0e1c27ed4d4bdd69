// runs/<id>/verdicts/<n>.json: the verdicts on one slice of the suspects.
import * as z from 'zod'
import { keyVerdict, plannedKey } from '../verdict.ts'
import { document } from './document.ts'

export const slice = document({
  /** The first suspect's place in the list of suspects.json: the <n> of the name. */
  from: z.number(),
  /** The place after the last. */
  to: z.number(),
  verdicts: z.array(keyVerdict),
  /** The stale keys among them, as a plan has them. */
  stale: z.array(plannedKey),
  /** Suspects whose facts could not be read, each with the error's name and message. */
  unreadable: z.array(z.object({ user: z.string(), error: z.string(), message: z.string() })),
})

export type Slice = z.infer<typeof slice>
