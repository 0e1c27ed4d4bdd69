// The plan that a part of an organization run takes from its survey: without a question, and within what was decided.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { planHash } from '../../core/run/plan.ts'
import { makeTakeStoredPlan } from '../../functions/take-stored-plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { textOf } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { NOW, policyOf } from '../support/facts.ts'
import {
  ACCOUNT,
  accountPlanOf,
  approvalOf,
  changeInputOf,
  KEYS_OF,
  listedOf,
  ORG,
  type OrganizationParts,
  OTHER_ACCOUNT,
  organizationOf,
  storeWith,
  surveyPlan,
} from '../support/organization-run.ts'
import { idOf, plannedKeyOf } from '../support/waiting.ts'

const RUN_ID = accountRunId(ORG, 'change', ACCOUNT)
const SURVEY = accountRunId(ORG, 'survey', ACCOUNT)

async function take(parts: OrganizationParts, input: Partial<RunInput> = {}) {
  const store = await storeWith(parts)
  await store.put(runKey(RUN_ID, 'input.json'), textOf(changeInputOf(ACCOUNT, input)))
  const next = await makeTakeStoredPlan({ store, now: () => NOW })({ runId: RUN_ID })
  return { ...next, plan: JSON.parse(store.objects.get(runKey(RUN_ID, 'plan.json')) ?? 'null') }
}

const unasked = () => ({ ...organizationOf({ next: 'change' }), decision: null })
const leavingOut = (...leftOut: string[]) => {
  const parts = organizationOf()
  return { ...parts, decision: parts.plan && approvalOf(parts.plan, { leftOut }) }
}

describe('a part of an organization run', () => {
  it('takes the plan of its survey, bound to what the organization run has stored', async () => {
    const parts = organizationOf()
    const { next, keys, plan } = await take(parts)
    expect([next, keys.map(({ accessKeyId }) => accessKeyId)]).toEqual(['deactivate', [idOf(3), idOf(2)]])
    expect(plan).toMatchObject({
      ...{ runId: RUN_ID, account: ACCOUNT, mode: 'apply', ifApplied: 'go' },
      source: { run: SURVEY, sha256: planHash(surveyPlan(ACCOUNT)) },
      organization: {
        accounts: planHash(textOf(parts.accounts ?? {})),
        plan: planHash(textOf(parts.plan ?? {})),
      },
    })
  })
  const DAY = 24 * 60 * 60 * 1000
  const inDays = (days: number) => new Date(NOW.getTime() + days * DAY).toISOString()
  const approvedAfter = (days: number): OrganizationParts => {
    const parts = organizationOf()
    return { ...parts, decision: parts.plan && approvalOf(parts.plan, { at: inDays(days) }) }
  }
  it.each<[string, OrganizationParts, number]>([
    ['on the last day of the term', approvedAfter(7), 7.01],
    ['a week before', approvedAfter(0), 7],
  ])('takes a plan that was approved %s', async (_, parts, days) => {
    expect(await take(parts, { startedAt: inDays(days) })).toMatchObject({ next: 'deactivate' })
  })
  it.each<[string, OrganizationParts, number]>([
    ['approved longer than a week ago', approvedAfter(0), 7.001],
    ['made longer than a week ago, and needed no approval', unasked(), 7.001],
    ['made after the run began', organizationOf(), -0.1],
  ])('takes no plan that was %s', async (_, parts, days) => {
    await expect(take(parts, { startedAt: inDays(days) })).rejects.toThrow(errorWith('PlanRefused', SURVEY, 7))
  })

  it('leaves out the keys that the decision leaves out', async () => {
    const { keys, plan } = await take(leavingOut(idOf(2), idOf(4)))
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual([idOf(3)])
    expect(plan.keys).toHaveLength(1)
    expect(await take(leavingOut(idOf(2), idOf(3)))).toMatchObject({
      next: 'record',
      keys: [],
      plan: { ifApplied: null },
    })
  })

  const over = { policy: policyOf({ maxKeys: 1 }) }
  it.each<[string, () => OrganizationParts, Partial<RunInput>, string, string]>([
    ['goes: under all caps, whether or not a person was asked', unasked, {}, 'go', 'deactivate'],
    ['goes: a person approved what needs one', organizationOf, over, 'ask', 'deactivate'],
    ['goes: a person approved, as every plan needs', organizationOf, { approval: 'always' }, 'ask', 'deactivate'],
    ['stays: nobody approved what needs a person', unasked, over, 'ask', 'record'],
    ['stays: nobody approved, as every plan needs', unasked, { approval: 'always' }, 'ask', 'record'],
    ['stays: nobody may be asked', organizationOf, { ...over, approval: 'never' }, 'stop', 'record'],
    ['stays: it is in mode plan', organizationOf, { mode: 'plan' }, 'go', 'record'],
  ])('%s', async (_, parts, input, ifApplied, next) => {
    const taken = await take(parts(), input)
    expect(taken).toMatchObject({ next, plan: { next, ifApplied } })
    expect(taken.keys).toHaveLength(next === 'deactivate' ? 2 : 0)
  })

  const surveyed = (input: Partial<RunInput>, keys = KEYS_OF[ACCOUNT] ?? []): OrganizationParts => ({
    ...organizationOf(),
    surveys: { [ACCOUNT]: { input, keys } },
  })
  const withoutAccount = organizationOf()
  it.each<[string, OrganizationParts, Partial<RunInput>]>([
    ['an organization run that has ended', { ...organizationOf(), hasRecord: true }, {}],
    ['a decision that is missing', { ...organizationOf(), decision: null }, {}],
    [
      'an organization plan with another hash of it',
      organizationOf({ accounts: [accountPlanOf(ACCOUNT, { plan: 'f'.repeat(64) })] }),
      {},
    ],
    ['a plan with other keys than were listed', surveyed({}, [plannedKeyOf(9)]), {}],
    ['another plan that its input names', organizationOf(), { apply: { run: SURVEY, plan: 'f'.repeat(64) } }],
    [
      'the plan of another account',
      organizationOf(),
      { apply: { run: accountRunId(ORG, 'survey', OTHER_ACCOUNT), plan: null } },
    ],
    ['a plan of a run of its own that has the name of a survey', surveyed({ organizationRun: null }), {}],
    ['a plan of another organization run', surveyed({ organizationRun: { run: 'org-2', phase: 'survey' } }), {}],
    ['other roles than were listed', organizationOf(), { member: null }],
    ['the name of another run', organizationOf(), { organizationRun: { run: 'org-2', phase: 'change' } }],
    ['a survey, which changes nothing', organizationOf(), { organizationRun: { run: ORG, phase: 'survey' } }],
    [
      'a list that no longer selects the account',
      {
        ...withoutAccount,
        accounts: withoutAccount.accounts && { ...withoutAccount.accounts, accounts: [listedOf(OTHER_ACCOUNT)] },
      },
      {},
    ],
  ])('takes no plan by %s', async (_, parts, input) => {
    await expect(take(parts, input)).rejects.toThrow(errorWith('PlanRefused'))
  })
})

describe('a run of its own', () => {
  const asOwn = { organizationRun: null, member: null }
  const decided = (answer: 'reject' | 'expired'): OrganizationParts => {
    const parts = organizationOf()
    return {
      ...parts,
      decision: parts.plan && approvalOf(parts.plan, { answer, by: answer === 'expired' ? null : 'ann' }),
    }
  }
  it.each<[string, OrganizationParts]>([
    ['nobody was asked about', unasked()],
    ['nobody answered in time', decided('expired')],
  ])('takes the plan of a survey that %s', async (_, parts) => {
    expect((await take(parts, asOwn)).keys).toHaveLength(2)
  })
  it.each<[string, OrganizationParts]>([
    ['rejected', decided('reject')],
    ['approved, without a key that is in it', leavingOut(idOf(2))],
  ])('takes no plan of a survey that a person has %s', async (_, parts) => {
    await expect(take(parts, asOwn)).rejects.toThrow(errorWith('PlanRefused', SURVEY, `"${parts.decision?.answer}"`))
  })
})
