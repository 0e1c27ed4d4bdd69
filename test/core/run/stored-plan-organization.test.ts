// Which plan a run takes that changes one account of an organization run, and what it makes of it: nobody is asked a second time.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../../core/model/documents/input.ts'
import { PlanRefused } from '../../../core/model/errors.ts'
import { makePlan } from '../../../core/run/plan.ts'
import { type PlanSource, takeStoredPlan } from '../../../core/run/stored-plan.ts'
import { expectNoGap, factsIn, messageOf } from '../../support/error-facts.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { ACCOUNT, changeInputOf, KEYS_OF, ORG, partFields } from '../../support/organization-run.ts'
import { inputOf, plannedKeyOf } from '../../support/waiting.ts'

const SURVEY = partFields('survey', ACCOUNT).runId
const SHA = 'a'.repeat(64)
const OTHER_SHA = 'b'.repeat(64)
const BOUND = { accounts: 'f00d', plan: 'cafe' }
const KEYS = KEYS_OF[ACCOUNT] ?? []

const run = (fields: Partial<RunInput> = {}) => changeInputOf(ACCOUNT, { apply: { run: SURVEY, plan: SHA }, ...fields })

type Admitted = NonNullable<PlanSource['admitted']>

const ADMITTED: Admitted = {
  source: { run: SURVEY, plan: SHA },
  ...{ isApproved: true, since: ago(0, 600_000), leftOut: [], bound: BOUND },
}

/** The survey of the account has planned `keys`. */
function source(
  admitted: Partial<Admitted> = {},
  { keys = KEYS, days = 0, input = {} }: { keys?: typeof KEYS; days?: number; input?: Partial<RunInput> } = {},
): PlanSource {
  const facts = { runId: SURVEY, account: ACCOUNT, mode: 'plan', approval: 'over-cap', policy: policyOf() } as const
  return {
    input: inputOf({ ...partFields('survey', ACCOUNT), mode: 'plan', ...input }),
    stored: { plan: makePlan({ ...facts, stale: keys, activeKeys: 100 }, new Date(ago(days))), sha256: SHA },
    ...{ decision: null, activeKeys: 100, unmatchedExemptions: { users: ['gone'], paths: [] } },
    admitted: { ...ADMITTED, ...admitted },
  }
}

describe('the plan of the survey of an account', () => {
  it('becomes the plan of its change, bound to the documents of the organization run', () => {
    expect(takeStoredPlan(run(), source(), NOW)).toMatchObject({
      ...{ runId: run().runId, account: ACCOUNT, mode: 'apply', next: 'deactivate', organization: BOUND },
      source: { run: SURVEY, sha256: SHA, unmatchedExemptions: { users: ['gone'], paths: [] } },
      keys: KEYS.toReversed(),
    })
  })
  it('of a run that belongs to no organization run is bound to nothing', () => {
    expect(takeStoredPlan(run({ organizationRun: null }), { ...source(), admitted: null }, NOW).organization).toBeNull()
  })
  it('is taken without the keys that the approval leaves out', () => {
    const [left, ...rest] = KEYS.map(({ accessKeyId }) => accessKeyId)
    const { keys } = takeStoredPlan(run(), source({ leftOut: [left ?? '', plannedKeyOf(9).accessKeyId] }), NOW)
    expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(rest)
  })
  it('has the witness that the run itself has read, and none where it has read none', () => {
    const witness = { complete: true } as const
    expect(takeStoredPlan(run(), { ...source(), witness }, NOW).witness).toEqual(witness)
    expect(takeStoredPlan(run(), source(), NOW).witness).toBeNull()
  })
  it.each<['always' | 'over-cap' | 'never', boolean, string]>([
    ['always', true, 'deactivate'],
    ['always', false, 'record'],
    ['over-cap', true, 'deactivate'],
    ['over-cap', false, 'deactivate'],
    ['never', true, 'deactivate'],
  ])('with approval "%s", approved %s: %s', (approval, isApproved, next) => {
    expect(takeStoredPlan(run({ approval }), source({ isApproved }), NOW).next).toBe(next)
  })
  it('that would stop is not carried out, even if a person approved the run', () => {
    const stops = run({ approval: 'never', policy: policyOf({ maxKeys: 1 }) })
    expect(takeStoredPlan(stops, source(), NOW)).toMatchObject({ ifApplied: 'stop', next: 'record' })
  })
  it('may be ten days old if it was approved within seven days', () => {
    const old = { days: 10 }
    expect(takeStoredPlan(run(), source({ since: ago(7) }, old), NOW).keys).toHaveLength(2)
    const refused = messageOf(() => takeStoredPlan(run(), source({ since: ago(7, 1) }, old), NOW))
    expect(refused).toEqual(factsIn(SURVEY, `approved at ${ago(7, 1)}`, '7 days'))
    expect(messageOf(() => takeStoredPlan(run(), source({ since: 'soon' }, old), NOW))).toEqual(factsIn('soon'))
  })
  it('from after the start of the run is refused, whenever it was approved', () => {
    expect(() => takeStoredPlan(run(), source({}, { days: -1 }), NOW)).toThrow(PlanRefused)
  })
})

describe('what an organization run does not list is refused', () => {
  const survey = (fields: object) => ({ input: { organizationRun: { run: ORG, phase: 'survey', ...fields } as never } })
  it.each<[string, RunInput, PlanSource, string[]]>([
    ['the plan of another run', run({ apply: { run: 'run-9', plan: SHA } }), source(), ['run-9', ORG, SURVEY]],
    ['another plan', run(), source({ source: { run: SURVEY, plan: OTHER_SHA } }), [ORG, SURVEY, SHA, OTHER_SHA]],
    ['the plan of a run of its own', run(), source({}, { input: { organizationRun: null } }), [SURVEY, ORG]],
    ['the plan of another phase', run(), source({}, survey({ phase: 'change' })), [SURVEY, ORG]],
    ['the survey of another organization run', run(), source({}, survey({ run: 'org-2' })), [SURVEY, ORG]],
  ])('%s', (_, input, from, facts) => {
    expect(() => takeStoredPlan(input, from, NOW)).toThrow(PlanRefused)
    const message = messageOf(() => takeStoredPlan(input, from, NOW))
    expect(message).toEqual(factsIn(...facts))
    expectNoGap(message)
  })
})
