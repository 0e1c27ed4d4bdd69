// runs/<id>/events/<n>.json: a share of CloudTrail's event history, as one call of Read key events read it.
import * as z from 'zod'
import { keyEvent, oddEvent, witness } from '../key-events.ts'
import { document, instant } from './document.ts'

export const eventsShare = document({
  /** The <n> of the name: 0, 1, 2, … through all rounds. */
  n: z.number(),
  /** 1 before the plan; a later round after an approval that took long. */
  round: z.number(),
  /** The begin of the span that this round asks for. */
  from: instant,
  /** When this round began, by the clock of the machine. It asks for all events up to now. */
  to: instant,
  /** Pages read so far in this round. */
  pages: z.number(),
  /** Where the next share of this round begins; null: the round is over. CloudTrail's own word for it. */
  nextToken: z.string().nullable(),
  /** null: the round goes on in the next share. */
  witness: witness.nullable(),
  events: z.array(keyEvent),
  odd: z.array(oddEvent),
})

export type EventsShare = z.infer<typeof eventsShare>
