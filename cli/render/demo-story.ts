// What happens around the demo's run: an older run, one of whose keys was reactivated, and what other people do meanwhile.

import type { Intent, KeyOutcome } from '../../core/model/documents/key.ts'
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import { MILLISECONDS_PER_DAY } from '../../core/model/instants.ts'
import { plain } from '../../core/texts/plain.ts'
import { ROW_NAMES } from '../../core/texts/verdict-text.ts'
import { type Account, findUser } from '../../demo/account.ts'
import { SURPRISES } from '../../demo/surprises.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { documents, put } from '../../steps/run-documents.ts'
import { listing } from './listing.ts'
import { type Section, section, type TextOptions } from './section.ts'

/** An older run deactivated this user's key, and its owner reactivated it. It gets a full new term. */
const BROUGHT_BACK = 'jonas.weber'
const OLDER_RUN_DAYS = 5

/** Puts into the store what an older run wrote about the key that was reactivated. @throws what the run store throws */
export async function leaveOlderRun(store: RunStore, account: Account, now: Date): Promise<void> {
  const accessKeyId = findUser(account, BROUGHT_BACK)?.keys[0]?.id
  if (accessKeyId === undefined) throw new TypeError(`The made-up account has no key of ${BROUGHT_BACK}`)
  const at = new Date(now.getTime() - OLDER_RUN_DAYS * MILLISECONDS_PER_DAY)
  const run = { runId: `${at.toISOString().slice(0, 10)}-older-run`, user: BROUGHT_BACK, accessKeyId }
  const intent: Intent = { ...run, action: 'deactivate', at: at.toISOString(), attempt: '' }
  const outcome: KeyOutcome = { ...run, outcome: 'deactivated', reason: null, sent: true, at: at.toISOString() }
  await put(store, documents.intent(accessKeyId, run.runId, 1), intent)
  await put(store, documents.outcome(accessKeyId, run.runId), outcome)
}

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
