// The text of an organization run: one sentence for each way to end, and a table or cards that fit the terminal.
import { describe, expect, it } from '@jest/globals'
import { organizationHeadline } from '../../../cli/render/organization-headline.ts'
import { organizationText } from '../../../cli/render/organization-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import { widthOf } from '../../../cli/render/text-width.ts'
import {
  ACCOUNT_ENDS,
  END_FAILS,
  ORGANIZATION_STATUSES,
  type OrganizationStatus,
} from '../../../core/model/closed-sets.ts'
import type { OrganizationRecord, RecordedAccount } from '../../../core/model/documents/organization-record.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

const WHY = 'MemberRoleDenied: AssumeRole of arn:aws:iam::111122223333:role/keysweep-read: AccessDenied'

const ACCOUNTS = ACCOUNT_ENDS.map(
  (end, index): RecordedAccount => ({
    account: `11112222000${index}`.slice(-12).padStart(12, '1'),
    name: `account-${index}`,
    end,
    why: END_FAILS[end] ? WHY : end === 'excluded' ? 'in organization.exceptAccounts' : null,
    runs: [`org-survey-11112222000${index}`],
    stale: index,
    ...{ deactivated: end === 'changed' ? 3 : 0, reactivated: 0, skipped: 0, failed: end === 'failed' ? 1 : 0 },
  }),
)

const recordOf = (status: OrganizationStatus, fields: Partial<OrganizationRecord> = {}): OrganizationRecord => ({
  runId: 'org',
  hub: '111122223333',
  mode: 'apply',
  undo: null,
  status,
  startedAt: '2026-09-11T12:00:00.000Z',
  endedAt: '2026-09-11T12:10:00.000Z',
  source: 'organizations',
  policy: null,
  organization: null,
  counts: {
    accounts: ACCOUNTS.length,
    ends: Object.fromEntries(ACCOUNT_ENDS.map((end) => [end, 1])) as OrganizationRecord['counts']['ends'],
    ...{ stale: 12, deactivated: 3, reactivated: 0, skipped: 0, failed: 1 },
  },
  plan: { sha256: 'a'.repeat(64), accounts: 2, keys: 12 },
  ifApplied: { step: 'ask', why: ['12 stale keys'] },
  decision: null,
  incomplete: false,
  error: null,
  documents: [],
  accounts: ACCOUNTS,
  ...fields,
})

describe('an organization run in one sentence', () => {
  it('has one of its own for each way to end', () => {
    const error = { name: 'X', message: 'why it ended so' }
    expectOwnSentences(ORGANIZATION_STATUSES.map((status) => organizationHeadline(recordOf(status, { error }))))
  })

  it('names the accounts that failed it, and says what was changed beside', () => {
    const failed = ACCOUNTS.filter(({ end }) => END_FAILS[end]).map(({ account }) => account)
    expect(organizationHeadline(recordOf('some accounts failed'))).toEqual(factsIn(...failed, '3 keys', '1 account'))
  })
})

const textOf = (columns: number, lists: 'first' | 'none' = 'first') =>
  organizationText(recordOf('some accounts failed'), { columns, lists, colours: coloursFor({ write: () => {} }, {}) })

describe('the accounts of an organization run', () => {
  it.each([80, 99, 100, 120, 200])('fit %i columns, each on lines of its own, with its end', (columns) => {
    const lines = textOf(columns).split('\n')
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns)
    for (const { account, end } of ACCOUNTS)
      expect(lines.filter((line) => line.startsWith(`  ${account}`))).toEqual([expect.stringContaining(end)])
  })

  it('begin with those that failed, and end with those that the run did not work on', () => {
    const listed = textOf(120).match(/^ {2}\d{12} .*/gm) ?? []
    expect(listed[0]).toContain('failed')
    expect(listed[1]).toContain('unreachable')
    expect(listed.at(-1)).toContain('excluded')
  })

  it('are not listed in a summary, which counts them', () => {
    const text = textOf(120, 'none')
    expect(text).not.toContain('account-0')
    expect(text).toEqual(factsIn(`${ACCOUNTS.length}`, '1 changed', '1 management account'))
  })
})
