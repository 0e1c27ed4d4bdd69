// What happens around the demo's run: an older run, one of whose keys was reactivated, and what other people do meanwhile.

import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import { plain } from '../../core/texts/plain.ts'
import { ROW_NAMES } from '../../core/texts/verdict-text.ts'
import { SURPRISES } from '../../demo/surprises.ts'
import { listing } from './listing.ts'
import { type Section, section, type TextOptions } from './section.ts'

/** An older run deactivated this user's key, and its owner reactivated it. It gets a full new term. */
export const BROUGHT_BACK = 'jonas.weber'
export const OLDER_RUN_DAYS = 5

/** Somebody reactivated this user's key by hand: keysweep learns it from CloudTrail. */
const BY_HAND = 'cost-report-export'

const STORY = [
  ...SURPRISES.map(({ user, what }) => ({ user, what })),
  { user: BROUGHT_BACK, what: `reactivated the key that a run had deactivated ${OLDER_RUN_DAYS} days ago` },
  { user: BY_HAND, what: 'had its key reactivated by emma.fischer 20 days ago; CloudTrail shows it' },
]

/**
 * What other people did, and what the run then did with their keys, from the record. In plan mode there is no write, so the
 * events at the write are missing.
 */
export function storySection({ keys }: RunRecord, options: TextOptions): Section {
  const rows = STORY.flatMap(({ user, what }) => {
    const so = keys.filter((key) => key.user === user).map(ending)
    return so.length === 0 || so.includes(null) ? [] : [{ user, what, so: [...new Set(so)].join('; ') }]
  })
  if (rows.length === 0) return []
  const lines = listing(
    rows,
    [
      { head: 'User', cell: ({ user }) => user },
      { head: 'Result', cell: ({ so }) => plain(so) },
      { head: 'What happened', cell: ({ what }) => what },
    ],
    options,
  )
  return section('Events of the demo', 'before and during the run', options, lines)
}

/** null for a stale key that was not to be touched. */
function ending({ verdict, row, outcome, outcomeReason }: RecordedKey): string | null {
  if (verdict === 'kept') return `kept: ${ROW_NAMES[row]}`
  return outcomeReason === null ? outcome : `${outcome}: ${outcomeReason}`
}
