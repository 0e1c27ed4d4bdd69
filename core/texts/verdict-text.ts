// The verdict in words. `reason` in stored and published documents is made here, of the row and its values.
import { RULES, type VerdictRow } from '../model/closed-sets.ts'
import type { LastUsed } from '../model/facts.ts'
import { dayOf, millisecondsOf } from '../model/instants.ts'
import { EXEMPT_UNTIL_TAG } from '../model/tags.ts'
import type { DecidingRow, ExemptionEnded, FactDoubt, ValuesOf } from '../model/verdict.ts'
import { countOf } from './counts.ts'

/** What people call each row. */
export const ROW_NAMES = {
  root: 'root',
  'not-active': 'not active',
  unknown: 'unknown',
  changed: 'changed since the report',
  exempt: 'exempt',
  own: 'own',
  unused: 'unused',
  rotation: 'rotation',
  'in-use': 'in use',
} as const satisfies Record<VerdictRow, string>

const FACT_DOUBT_TEXTS: Record<FactDoubt, string | ((received: string) => string)> = {
  'created-missing': 'creation date missing',
  'created-in-future': 'creation date in the future',
  'created-before-iam': 'creation date before IAM existed',
  'created-before-user': 'created before its user',
  'user-created-no-date': "the user's creation date is not a date",
  'user-created-before-iam': "the user's creation date is before IAM existed",
  'last-used-missing': 'last use missing',
  'last-used-no-date': 'last use is not a date',
  'last-used-in-future': 'last use in the future',
  'last-used-before-created': 'last used before it was created',
  'reactivated-no-date': 'reactivation date is not a date',
  'reactivated-in-future': 'reactivation date in the future',
  'key-event-unreadable': (received) => `a CloudTrail event about this key cannot be read: ${received}`,
  'reactivated-before-created': 'reactivated before it was created',
  'report-date-in-future': 'a date of the report in the future',
  'report-date-before-iam': 'the report has a date before IAM existed',
  'report-date-before-user': 'the report has a date before the user was created',
  'report-unreadable': (received) => `the credential report has ${received}`,
  'other-key-undated': (received) => `the user's key ${received} has no creation date`,
  'report-used-later': 'the report shows a later use than IAM does now',
  'exempt-until-no-date': (received) =>
    `tag ${EXEMPT_UNTIL_TAG} ${JSON.stringify(received)} does not begin with a date`,
  'exempt-tag-off': (received) =>
    `the tag ${JSON.stringify(received)} gives no reason to exempt: give one, or remove the tag`,
  'unknown-tag': (received) => `keysweep knows no tag ${JSON.stringify(received)}: correct it, or remove it`,
  'user-deleted': 'user deleted since the report',
  'no-row': 'no row of the verdict table fits',
}

function doubtText(values: ValuesOf<'unknown'>): string {
  if (values.doubt === 'user-unreadable') return `${values.error}, ${values.message}`
  const text = FACT_DOUBT_TEXTS[values.doubt]
  return typeof text === 'string' ? text : text(values.received ?? '')
}

function exemptionText(values: ValuesOf<'exempt'>): string {
  switch (values.by) {
    case 'user':
      return `user ${values.pattern}`
    case 'path':
      return `path ${values.path}`
    case 'tag':
      return values.text || `tag ${values.tag}`
    case 'until':
      return `until ${values.until}${values.text === null ? '' : `, ${values.text}`}`
  }
}

function changeText(values: ValuesOf<'changed'>): string {
  switch (values.change) {
    case 'more-active':
      return `${countOf(values.active, 'active key')} now, ${values.reported} in the credential report`
    case 'was-inactive':
      return `key ${values.accessKeyId} was inactive in the credential report`
    case 'not-shown':
      return `key ${values.accessKeyId} is not in the credential report`
    case null:
      return ''
  }
}

const day = (instant: string): string => dayOf(millisecondsOf(instant) ?? 0)

/** Without a name, only our own runs know of it. The day is when a run found it. */
const reactivatedText = ({ at, by }: { at: string; by: string | null }): string =>
  by === null ? `found reactivated ${day(at)}` : `reactivated ${day(at)} by ${by}`

/** What a row's values say beyond its name; empty where they say nothing. */
export function detailText(deciding: DecidingRow): string {
  switch (deciding.row) {
    case 'root':
      return 'an active key of the root user'
    case 'not-active':
      return deciding.values.status
    case 'unknown':
      return doubtText(deciding.values)
    case 'exempt':
      return exemptionText(deciding.values)
    case 'changed':
      return changeText(deciding.values)
    case 'own':
      return ''
    case 'unused': {
      const { since, neverUsed, reactivation } = deciding.values
      const idle = neverUsed ? `never used, created ${day(since)}` : `unused since ${day(since)}`
      return reactivation === undefined ? idle : `${idle}, although ${reactivatedText(reactivation)}`
    }
    case 'rotation':
      return `not rotated since ${day(deciding.values.createdAt)}`
    case 'in-use': {
      const { since, reactivated, by = null } = deciding.values
      return reactivated && since !== null ? reactivatedText({ at: since, by }) : ''
    }
  }
}

/** The verdict in one line: "exempt: path /service/", "unused since 2026-02-23". */
export function verdictText(deciding: DecidingRow): string {
  const detail = detailText(deciding)
  if (isRule(deciding.row)) return detail
  return detail === '' ? ROW_NAMES[deciding.row] : `${ROW_NAMES[deciding.row]}: ${detail}`
}

const isRule = (row: VerdictRow): boolean => RULES.some((rule) => rule === row)

/** "2026-09-10, parental leave" */
export const endedText = ({ until, text }: ExemptionEnded): string => (text === null ? until : `${until}, ${text}`)

/**
 * The `reason` of a key: the verdict, and beside it that the key was never used or that nobody knows, and that an exemption
 * has ended.
 */
export function reasonText(deciding: DecidingRow, lastUsed: LastUsed, past: ExemptionEnded | null = null): string {
  const reason = withLastUse(deciding, lastUsed)
  return past === null ? reason : `${reason}; was exempt until ${endedText(past)}`
}

function withLastUse(deciding: DecidingRow, lastUsed: LastUsed): string {
  const verdict = verdictText(deciding)
  if (!lastUsed.known) return saysLastUseMissing(deciding) ? verdict : `${verdict}; last use unknown`
  if (lastUsed.at !== null) return verdict
  return deciding.row === 'unused' && deciding.values.neverUsed ? verdict : `${verdict}; never used`
}

const saysLastUseMissing = (deciding: DecidingRow): boolean =>
  deciding.row === 'unknown' && deciding.values.doubt === 'last-used-missing'
