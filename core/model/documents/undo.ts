// runs/<id>/undo.json: the keys that one undo reactivates.
import * as z from 'zod'
import { plannedKey } from '../verdict.ts'
import { document, instant } from './document.ts'

export const undoPlan = document({
  runId: z.string(),
  /** The run that is undone. */
  run: z.string(),
  /** sha256 of its plan; null in an undo that 0.1.0 planned. */
  plan: z.string().nullable().default(null),
  createdAt: instant,
  /** Each as the undone run's plan had it. */
  keys: z.array(plannedKey),
})

export type UndoPlan = z.infer<typeof undoPlan>
