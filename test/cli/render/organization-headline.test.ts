// An organization run in one sentence, where accounts failed: the end of the others is said as it is.
import { expect, it } from '@jest/globals'
import { organizationHeadline, organizationStanding } from '../../../cli/render/organization-headline.ts'
import type { OrganizationStatus } from '../../../core/model/closed-sets.ts'
import { organizationExpired } from '../../../core/run/organization/decision.ts'
import { makeOrganizationRecord, type OrganizationRecordParts } from '../../../core/run/organization/record.ts'
import { factsIn } from '../../support/error-facts.ts'
import {
  accountRun,
  idOf,
  NOW,
  ORG,
  organizationDecision,
  organizationInput,
  organizationParts,
  surveyed,
} from '../../support/organization.ts'

const [A, B, OUT] = [idOf(1), idOf(2), idOf(3)]
const ACCOUNTS = [
  surveyed(A),
  surveyed(B),
  { ...surveyed(OUT, null), survey: accountRun('survey', OUT, 'refused', { error: 'MemberRoleDenied' }) },
]
const survey = (account: string) => accountRun('survey', account, 'planned', { counts: { stale: 2 } })
const SURVEYED = new Map(
  ACCOUNTS.map(({ listed: { account }, plan, survey: refused }) => [
    account,
    { survey: plan === null ? refused : survey(account), change: null, undo: null },
  ]),
)
const ASKS = { approval: 'always' } as const

it.each<[OrganizationStatus, Partial<OrganizationRecordParts>, object]>([
  ['rejected', { decision: organizationDecision({ answer: 'reject' }) }, ASKS],
  ['expired', { decision: organizationExpired(ORG, '', NOW) }, ASKS],
  ['nothing to do', { decision: organizationDecision({ leftOutAccounts: [A, B] }) }, ASKS],
  ['approval needed', { decision: null }, ASKS],
  ['planned', {}, { mode: 'plan' }],
])('is said as of a run that is %s, after the accounts that failed', (status, parts, plan) => {
  const record = makeOrganizationRecord(organizationParts(ACCOUNTS, { runs: SURVEYED, ...parts }, plan))
  expect(record.status).toBe('some accounts failed')
  const said = organizationHeadline(record)
  expect(said).toEqual(factsIn('1 of 3 accounts', OUT))
  expect(said.endsWith(` ${organizationHeadline({ ...record, status })}`)).toBe(true)
})

it('of an undo whose accounts failed says how many keys it gave back, and not that there were none', () => {
  const undo = { run: 'org-0', accounts: null }
  const parts = organizationParts(ACCOUNTS, {
    input: organizationInput({ undo }),
    plan: null,
    runs: new Map(
      [A, B, OUT].map((account) => [
        account,
        { survey: null, change: null, undo: accountRun('undo', account, 'refused', { error: 'MemberRoleDenied' }) },
      ]),
    ),
  })
  const record = makeOrganizationRecord(parts)
  const said = organizationHeadline(record)
  expect(said).toEqual(factsIn('3 of 3 accounts', '0 keys'))
  expect(said).not.toContain(organizationHeadline({ ...record, status: 'nothing to do' }))
})

it('of a run that is running says how many accounts are not finished', () => {
  const record = makeOrganizationRecord(organizationParts(ACCOUNTS, { plan: null, runs: SURVEYED }))
  expect(organizationStanding(record, true, 2)).toEqual(factsIn('Running', '2 of 3 accounts'))
  expect(organizationStanding(record, true)).not.toContain('3 accounts')
})
