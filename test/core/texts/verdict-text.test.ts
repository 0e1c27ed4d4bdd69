import { describe, expect, it } from '@jest/globals'
import { VERDICT_ROWS } from '../../../core/model/closed-sets.ts'
import type { LastUsed } from '../../../core/model/facts.ts'
import { type DecidingRow, decidingRow, FACT_DOUBTS, type FactDoubt } from '../../../core/model/verdict.ts'
import { reasonText, verdictText } from '../../../core/texts/verdict-text.ts'

const USED: LastUsed = { known: true, at: '2026-02-23T00:00:00Z', service: 's3', region: 'eu-west-1' }
const NEVER: LastUsed = { known: true, at: null, service: null, region: null }
const SINCE = '2026-02-23T23:59:59.999Z'

const doubted = (doubt: FactDoubt, received: string | null = null): DecidingRow => ({
  row: 'unknown',
  values: { doubt, received },
})

const DOUBTS: Record<FactDoubt, string> = {
  'created-missing': 'unknown: creation date missing',
  'created-in-future': 'unknown: creation date in the future',
  'last-used-missing': 'unknown: last use',
  'last-used-no-date': 'unknown: last use is not a date',
  'last-used-in-future': 'unknown: last use in the future',
  'last-used-before-created': 'unknown: last used before it was created',
  'reactivated-no-date': 'unknown: date of our own intent is not a date',
  'reactivated-in-future': 'unknown: our own intent in the future',
  'report-date-in-future': 'unknown: a date of the report in the future',
  'report-used-later': 'unknown: the report shows a later use than IAM does now',
  'exempt-until-no-date': 'unknown: tag keysweep-exempt-until "x\\"" does not begin with a date',
  'user-deleted': 'unknown: gone since the report',
  'no-row': 'unknown: no row of the verdict table fits',
}

const CASES: [string, DecidingRow][] = [
  ['root: an active key of the root user', { row: 'root', values: { lastUsedAt: null } }],
  ['not active: Expired', { row: 'not-active', values: { status: 'Expired' } }],
  ...FACT_DOUBTS.map((doubt): [string, DecidingRow] => [DOUBTS[doubt], doubted(doubt, 'x"')]),
  [
    'unknown: IamDenied, no: at all',
    { row: 'unknown', values: { doubt: 'user-unreadable', error: 'IamDenied', message: 'no: at all' } },
  ],
  ['changed since the report', { row: 'changed', values: { change: 'more-active' } }],
  ['exempt: user ci-*', { row: 'exempt', values: { by: 'user', pattern: 'ci-*' } }],
  ['exempt: path /service/', { row: 'exempt', values: { by: 'path', path: '/service/' } }],
  ['exempt: payroll', { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'payroll' } }],
  ['exempt: tag keysweep-exempt', { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: '' } }],
  ['exempt: until 2026-12-31', { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: null } }],
  ['exempt: until 2026-12-31, leave', { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: 'leave' } }],
  ['own', { row: 'own', values: { by: 'key' } }],
  ['unused since 2026-02-23', { row: 'unused', values: { since: SINCE, neverUsed: false } }],
  ['never used, created 2026-02-23', { row: 'unused', values: { since: SINCE, neverUsed: true } }],
  ['not rotated since 2026-02-23', { row: 'rotation', values: { createdAt: SINCE } }],
  ['in use', { row: 'in-use', values: { since: SINCE, reactivated: false } }],
  ['in use: Active again since 2026-02-23', { row: 'in-use', values: { since: SINCE, reactivated: true } }],
  ['in use', { row: 'in-use', values: { since: null, reactivated: true } }],
]

describe('a verdict in words', () => {
  it.each(CASES)('%s', (text, row) => {
    expect(verdictText(row)).toBe(text)
  })
  it('has words for each row, and what is stored is read back as it was', () => {
    expect(new Set(CASES.map(([, { row }]) => row))).toEqual(new Set(VERDICT_ROWS))
    expect(CASES.map(([, row]) => decidingRow.parse(row))).toEqual(CASES.map(([, row]) => row))
  })
})

describe('the reason of a key', () => {
  it.each<[string, DecidingRow, LastUsed]>([
    ['own', { row: 'own', values: { by: 'user' } }, USED],
    ['own; never used', { row: 'own', values: { by: 'user' } }, NEVER],
    ['own; last use unknown', { row: 'own', values: { by: 'user' } }, { known: false }],
    ['unknown: last use', doubted('last-used-missing'), { known: false }],
    ['unknown: creation date missing; last use unknown', doubted('created-missing'), { known: false }],
    ['unknown: creation date missing; never used', doubted('created-missing'), NEVER],
    ['unused since 2026-02-23; never used', { row: 'unused', values: { since: SINCE, neverUsed: false } }, NEVER],
    ['never used, created 2026-02-23', { row: 'unused', values: { since: SINCE, neverUsed: true } }, NEVER],
    ['not rotated since 2026-02-23; never used', { row: 'rotation', values: { createdAt: SINCE } }, NEVER],
  ])('%s: whether it was never used is said once', (reason, row, lastUsed) => {
    expect(reasonText(row, lastUsed)).toBe(reason)
  })
})
