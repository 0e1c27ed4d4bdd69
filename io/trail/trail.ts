// CloudTrail's event history of an account, as far as it is needed: who changed the status of which key.
import type { TrailEvent } from '../../core/judge/read-key-event.ts'

export interface EventPage {
  /** Newest first, at most 50. */
  events: TrailEvent[]
  /** Where the next page begins; null: this is the last one. It is only valid for the same begin. */
  nextToken: string | null
}

export interface Trail {
  /**
   * A page of the UpdateAccessKey events since `from`, inclusive, ISO 8601. There is no end: by the clock of this machine, if it
   * is behind, the newest events would come after it.
   * @throws KeyEventsDenied, KeyEventsUnavailable; in a member account also MemberRoleDenied, AccountRefused and IamDenied
   */
  updatesOfKeys(from: string, nextToken: string | null): Promise<EventPage>
}
