// CloudTrail's event history of an account, as far as it is needed: who changed the status of which key.
import type { TrailEvent } from '../../core/judge/read-key-event.ts'

/** A span of time, both ends inclusive, ISO 8601. */
export interface Span {
  from: string
  to: string
}

export interface EventPage {
  /** Newest first, at most 50. */
  events: TrailEvent[]
  /** Where the next page begins; null: this is the last one. It is only valid for the same span. */
  nextToken: string | null
}

export interface Trail {
  /** A page of the UpdateAccessKey events of a span. @throws KeyEventsDenied, KeyEventsUnavailable; in a member account also MemberRoleDenied, AccountRefused and IamDenied */
  updatesOfKeys(span: Span, nextToken: string | null): Promise<EventPage>
}
