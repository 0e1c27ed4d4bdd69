// Exemptions that do not hold: of the policy, those that match no user; and of users, those until a day that is over.
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { countOf } from '../../core/texts/counts.ts'
import { endedText } from '../../core/texts/verdict-text.ts'
import { MOST_LISTED } from '../options/lists.ts'
import { type Section, section, type TextOptions } from './section.ts'
import { table } from './table.ts'

/** Most likely a typing error: the users that they are meant to keep are not kept. */
export function unmatchedSection({ unmatchedExemptions: { users, paths } }: RunRecord, options: TextOptions): Section {
  const unmatched = [
    ...users.map((pattern) => ({ kind: 'user', pattern })),
    ...paths.map((pattern) => ({ kind: 'path', pattern })),
  ]
  if (unmatched.length === 0) return []
  const lines = table(
    unmatched,
    [
      { head: '', cell: ({ kind }) => kind },
      { head: '', cell: ({ pattern }) => pattern, paint: options.colours.yellow },
    ],
    { ...options, withoutHead: true },
  )
  return section(`Exemptions that match no user: ${unmatched.length}`, 'check the spelling', options, lines)
}

/** Users who were exempt until a day that is over. The keys of an undo are as the undone plan had them, which has said so. */
export function endedSection({ keys, undo }: RunRecord, options: TextOptions): Section {
  const past = undo === null ? endedExemptions(keys) : []
  if (past.length === 0) return []
  const { lists = 'first' } = options
  const shown = lists === 'none' ? [] : lists === 'all' ? past : past.slice(0, MOST_LISTED)
  const lines = table(
    shown,
    [
      { head: '', cell: ({ user }) => user },
      { head: '', cell: ({ until }) => until },
    ],
    { ...options, withoutHead: true },
  )
  const note = lists === 'none' ? '' : 'with the last day'
  return section(`Exemption ended: ${countOf(past.length, 'user')}`, note, options, lines)
}

/** "ann (until 2026-09-10, parental leave)" for each user of these keys whose exemption has ended. */
export const endedList = (keys: Pick<PlannedKey, 'user' | 'exemptionEnded'>[]): string[] =>
  endedExemptions(keys).map(({ user, until }) => `${user} (until ${until})`)

function endedExemptions(keys: Pick<RecordedKey, 'user' | 'exemptionEnded'>[]): { user: string; until: string }[] {
  const byUser = new Map(
    keys.flatMap(({ user, exemptionEnded }) => (exemptionEnded ? [[user, endedText(exemptionEnded)] as const] : [])),
  )
  return [...byUser].map(([user, until]) => ({ user, until }))
}
