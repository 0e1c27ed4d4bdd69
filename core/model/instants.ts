// Instants and days. A day is a span of 24 hours between UTC instants, never a calendar day, so that a verdict does not
// depend on where it is read.

export const MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** The length of "2026-09-11T13:15:19.123456789+00:00". */
const LONGEST_INSTANT = 35

/** Milliseconds since 1970 of an ISO 8601 instant with a zone (`Z` live, `+00:00` in AWS's documents), or null. */
export function millisecondsOf(text: string | null | undefined): number | null {
  if (typeof text !== 'string' || text.length > LONGEST_INSTANT) return null
  const before = known.get(text)
  if (before !== undefined) return before
  const milliseconds = parse(text)
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(text, milliseconds)
  return milliseconds
}

/** What texts were read as. Each date of a key is read some twenty times for one verdict. */
const known = new Map<string, number | null>()
const MOST_KNOWN = 1000

function parse(text: string): number | null {
  if (!INSTANT.test(text)) return null
  const milliseconds = Date.parse(text)
  // Date.parse rolls 30 February over to March: such a date is a fault of its writer, not a date.
  return Number.isNaN(milliseconds) || rolledOver(text, milliseconds) ? null : milliseconds
}

function rolledOver(text: string, milliseconds: number): boolean {
  // Every month has a 28th; and 24:00 is the only hour that is another day's.
  if (text.slice(8, 10) <= '28' && text.slice(11, 13) < '24') return false
  const zone = text.endsWith('Z') ? 0 : zoneMinutes(text.slice(-6))
  return new Date(milliseconds + zone * 60_000).toISOString().slice(0, 10) !== text.slice(0, 10)
}

function zoneMinutes(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6))
  return zone.startsWith('-') ? -minutes : minutes
}

/** "2026-09-11" */
export const dayOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)

/** The instant in a text. The form of IAM's own answers is kept; any other form is rewritten. */
export function sameInstant(text: string): string | null {
  // The dates of a report are many, and each is read here once.
  const milliseconds = parse(text)
  if (milliseconds === null) return null
  return text.length === PLAIN_INSTANT_LENGTH ? text : instantOf(milliseconds)
}

/** The length of "2026-09-11T13:15:19Z", without fractions of a second. With another zone an instant is longer. */
const PLAIN_INSTANT_LENGTH = 20

/** "2026-09-11T13:15:19Z"; milliseconds are written only where there are any, as in IAM's own answers. */
export const instantOf = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z')
