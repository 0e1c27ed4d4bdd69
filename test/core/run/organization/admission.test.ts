// Which run reaches which account: only the stored documents of an organization run say so.
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { PHASES, type Phase } from '../../../../core/model/closed-sets.ts'
import { accountRunId } from '../../../../core/model/ids.ts'
import { admit, type OrganizationDocuments, type Part } from '../../../../core/run/organization/admission.ts'
import { planHash } from '../../../../core/run/plan.ts'
import { textOf } from '../../../../steps/run-documents.ts'
import { factsIn } from '../../../support/error-facts.ts'
import {
  ACCOUNT,
  accountPlanOf,
  approvalOf,
  HUB,
  listedOf,
  ORG,
  type OrganizationParts,
  OTHER_ACCOUNT,
  organizationInputOf,
  organizationOf,
  partFields,
  undoOf,
} from '../../../support/organization-run.ts'

const documentsOf = ({ input, accounts, plan, decision, hasRecord }: OrganizationParts): OrganizationDocuments => ({
  ...{ input, accounts, decision, hasRecord },
  plan: plan && { plan, sha256: planHash(textOf(plan)) },
})

const admitted = (phase: Phase, parts: OrganizationParts, part: Partial<Part> = {}) =>
  admit({ ...partFields(phase, ACCOUNT), ...part }, documentsOf(parts))

const REFUSED = { refused: expect.stringMatching(/\w+ \w+/) }

describe('a run in an account', () => {
  it('surveys one that the list selects, before there is a plan', () => {
    const { input, accounts } = organizationOf()
    const parts = { ...organizationOf(), plan: null, decision: null }
    expect(admitted('survey', parts)).toEqual({ input, listed: accounts?.accounts[1], change: null })
  })
  it('changes one by the plan that its survey made, without the keys that the approval leaves out', () => {
    const parts = organizationOf()
    const source = { run: accountRunId(ORG, 'survey', ACCOUNT), plan: accountPlanOf(ACCOUNT).plan }
    expect(admitted('change', parts)).toMatchObject({ change: { source, isApproved: true, leftOut: [] } })
    const decision = parts.plan && approvalOf(parts.plan, { leftOut: ['AKIA1'], leftOutAccounts: [OTHER_ACCOUNT] })
    expect(admitted('change', { ...parts, decision })).toMatchObject({
      change: { isApproved: true, leftOut: ['AKIA1'] },
    })
    const unasked = { ...organizationOf({ next: 'change' }), decision: null }
    expect(admitted('change', unasked)).toMatchObject({ change: { source, isApproved: false, leftOut: [] } })
  })
  it.each([[null], [[ACCOUNT]], [[OTHER_ACCOUNT, ACCOUNT]]])('undoes one that the undo names: %j', (accounts) => {
    expect(admitted('undo', undoOf(accounts))).toMatchObject({ listed: { account: ACCOUNT }, change: null })
  })
})

const whole = organizationOf()
const withAccounts = (accounts: ReturnType<typeof listedOf>[]): Partial<OrganizationParts> => ({
  accounts: whole.accounts && { ...whole.accounts, accounts },
})
const planned = (fields: Parameters<typeof organizationOf>[0]) => organizationOf(fields)
const linesWith = (fields: Partial<ReturnType<typeof accountPlanOf>>) =>
  planned({ accounts: [accountPlanOf(HUB), accountPlanOf(ACCOUNT, fields)] })
const decided = (fields: Parameters<typeof approvalOf>[1]): Partial<OrganizationParts> => ({
  decision: whole.plan && approvalOf(whole.plan, fields),
})

/** What keeps a run of any phase out. */
const OF_ANY: [string, Partial<OrganizationParts>, Partial<Part>?][] = [
  ['no input', { input: null }],
  ['the input of another run', { input: organizationInputOf({ runId: 'org-2' }) }],
  ['no list of accounts', { accounts: null }],
  ['the list of another run', { accounts: whole.accounts && { ...whole.accounts, runId: 'org-2' } }],
  ['a list without the account', withAccounts([listedOf(HUB), listedOf(OTHER_ACCOUNT)])],
  ['an empty list', withAccounts([])],
  ['a list that excludes the account', withAccounts([listedOf(ACCOUNT, { end: 'excluded', why: 'by id' })])],
  ['an account that is not active', withAccounts([listedOf(ACCOUNT, { end: 'not active', why: 'SUSPENDED' })])],
  ['an account that is listed twice', withAccounts([listedOf(ACCOUNT), listedOf(ACCOUNT)])],
  [
    'an account that is excluded and selected',
    withAccounts([listedOf(ACCOUNT), listedOf(ACCOUNT, { end: 'excluded' })]),
  ],
  ['a record: the organization run has ended', { hasRecord: true }],
  ['a name of its own', {}, { runId: 'run-1' }],
  ['the name of another account', {}, { runId: accountRunId(ORG, 'survey', OTHER_ACCOUNT) }],
  ['the name of another organization run', {}, { runId: `org-2-change-${ACCOUNT}` }],
]

const NAMES_OF_PHASES = PHASES.flatMap((phase) =>
  PHASES.filter((other) => other !== phase).map((other) => [phase, other] as const),
)

/** What keeps a change out. */
const OF_CHANGE: [string, Partial<OrganizationParts>][] = [
  ['an organization run in mode plan', { input: organizationInputOf({ mode: 'plan' }) }],
  ['a plan in mode plan', planned({ mode: 'plan' })],
  ['an organization run that is an undo', { input: organizationInputOf({ undo: { run: 'org-0', accounts: null } }) }],
  ['no plan', { plan: null }],
  ['the plan of another run', planned({ runId: 'org-2' })],
  ['a plan that stops', planned({ next: 'record' })],
  ['a plan without the account', planned({ accounts: [accountPlanOf(HUB)] })],
  ['a plan that lists the account twice', planned({ accounts: [accountPlanOf(ACCOUNT), accountPlanOf(ACCOUNT)] })],
  ['a plan by which the account has ended', linesWith({ end: 'failed' })],
  ['a plan without a key of the account', linesWith({ keys: 0 })],
  ['a plan that has no plan of the account', linesWith({ plan: null })],
  ['a plan without a survey of the account', linesWith({ run: null })],
  ['a plan that names another run as the survey', linesWith({ run: accountRunId(ORG, 'survey', OTHER_ACCOUNT) })],
  ['no decision', { decision: null }],
  ['a rejection', decided({ answer: 'reject' })],
  ['no answer in time', decided({ answer: 'expired', by: null, userId: null })],
  ['an approval of another plan', decided({ plan: 'a'.repeat(64) })],
  ['an approval of another run', decided({ runId: 'org-2' })],
  ['an approval that leaves the account out', decided({ leftOutAccounts: [HUB, ACCOUNT] })],
]

describe('a run in an account is kept out by', () => {
  it.each(OF_ANY)('%s', (...[, parts, part = {}]) => {
    expect(admitted('survey', { ...whole, ...parts }, part)).toEqual(REFUSED)
    expect(admitted('change', { ...whole, ...parts }, part)).toEqual(REFUSED)
    const undo = undoOf()
    const input = parts.input && { ...parts.input, undo: undo.input?.undo ?? null }
    expect(admitted('undo', { ...undo, ...parts, ...(input && { input }) }, part)).toEqual(REFUSED)
  })
  it.each(NAMES_OF_PHASES)('the phase of its name: a %s that is called %s', (phase, other) => {
    const parts = phase === 'undo' ? undoOf() : whole
    expect(admitted(phase, parts, { runId: accountRunId(ORG, other, ACCOUNT) })).toEqual(REFUSED)
  })
  it.each(OF_CHANGE)('%s, if it is to change the account', (_, parts) => {
    expect(admitted('change', { ...whole, ...parts })).toEqual(REFUSED)
  })
  it('an undo that does not exist, or is of other accounts, if it is to undo', () => {
    expect(admitted('undo', whole)).toEqual(REFUSED)
    expect(admitted('undo', undoOf([OTHER_ACCOUNT]))).toEqual(REFUSED)
    expect(admitted('undo', undoOf([]))).toEqual(REFUSED)
  })
  it('an undo, if it is to survey: that has nothing to plan', () => {
    expect(admitted('survey', undoOf())).toEqual({ refused: factsIn('undo', 'org-0') })
    expect(admitted('undo', whole)).toEqual({ refused: factsIn('undo') })
  })
  it('a decision that is no approval, by its name', () => {
    expect(admitted('change', { ...whole, decision: null })).toEqual({ refused: factsIn('decision', '"none"') })
    const rejected = { ...whole, ...decided({ answer: 'reject' }) }
    expect(admitted('change', rejected)).toEqual({ refused: factsIn('decision', '"reject"') })
  })
})

/** Some of the above at once: whatever is put together, one of them is enough. */
describe('whatever a run says of itself', () => {
  const phases = fc.constantFrom(...PHASES)
  const faults = fc.subarray([...OF_ANY.map(([, parts]) => parts), ...OF_CHANGE.map(([, parts]) => parts)], {
    minLength: 1,
  })
  const texts = fc.oneof(fc.string(), fc.constantFrom(ORG, 'org-2', ACCOUNT, HUB, OTHER_ACCOUNT, '555555555555'))

  it('it changes no account by documents of which one does not let it', () => {
    fc.assert(
      fc.property(faults, (parts) => {
        expect(
          admitted(
            'change',
            Object.assign({}, whole, ...parts),
            parts.every((one) => Object.keys(one).length === 0) ? { runId: 'x' } : {},
          ),
        ).toEqual(REFUSED)
      }),
    )
  })
  it('it reaches only the account, the run and the phase that its name and the documents agree on', () => {
    const part = fc.record({ runId: texts, account: texts, run: texts, phase: phases })
    const named = part.map(({ run, phase, account }) => ({
      run,
      phase,
      account,
      runId: accountRunId(run, phase, account),
    }))
    fc.assert(
      fc.property(fc.oneof(part, named), phases, ({ runId, account, run, phase }, _) => {
        const parts = phase === 'undo' ? undoOf() : whole
        const admission = admit({ runId, account, organizationRun: { run, phase } }, documentsOf(parts))
        const agrees =
          run === ORG && [HUB, ACCOUNT, OTHER_ACCOUNT].includes(account) && runId === `${ORG}-${phase}-${account}`
        expect('refused' in admission).toBe(!agrees)
        if ('listed' in admission) expect(admission.listed.account).toBe(account)
      }),
      { numRuns: 300 },
    )
  })
})
