// What the decision API answers with: its client checks each answer against these schemas.
import { describe, expect, it } from '@jest/globals'
import type * as z from 'zod'
import { ANSWERS } from '../../../core/model/closed-sets.ts'
import * as api from '../../../core/model/decision-api.ts'
import { dispensable, untyped } from '../../support/damaged.ts'

const DECISION = { answer: 'approve', by: 'ann', at: '2026-09-11T12:00:00Z', leftOut: ['AKIAIDLEIDLEIDLEIDLE'] }

const WAITING = {
  runs: [
    {
      runId: 'run-1',
      account: '111122223333',
      createdAt: '2026-09-11T12:00:00Z',
      keys: 3,
      why: ['a cap'],
      plan: 'cafe',
    },
  ],
  unreadable: [{ runId: 'run-2', reason: 'JSON' }],
}

const SHOWN = {
  runId: 'run-1',
  approvalDays: 7,
  plan: { sha256: 'cafe', text: '{}' },
  decision: DECISION,
  status: 'rejected',
}

const NOTED = { decision: DECISION, woken: true, message: 'why' }

const WAITING_ORGANIZATIONS = {
  runs: [
    {
      ...{ runId: 'org-1', hub: '111122223333', createdAt: '2026-09-11T12:00:00Z', accounts: 2, keys: 3 },
      ...{ why: ['a cap'], plan: 'cafe' },
    },
  ],
  unreadable: [{ runId: 'org-2', reason: 'JSON' }],
}

const ORGANIZATION_DECISION = { ...DECISION, leftOutAccounts: ['444455556666'] }

/** With the fields that may be missing. */
const ANSWERED: [string, z.ZodType, object, string[]][] = [
  ['the list of runs that wait', api.waitingList, WAITING, ['unreadable']],
  ['a run', api.shownRun, SHOWN, []],
  ['the list of organization runs that wait', api.waitingOrganizations, WAITING_ORGANIZATIONS, ['unreadable']],
  ['an organization run', api.shownOrganization, { ...SHOWN, decision: ORGANIZATION_DECISION }, []],
  ['the plan of an account', api.shownAccountPlan, { runId: 'run-1', account: '444455556666', plan: SHOWN.plan }, []],
  ['a decision that was noted', api.notedAnswer, NOTED, ['message']],
  [
    'a decision on an organization run that was noted',
    api.notedAnswer,
    { ...NOTED, decision: ORGANIZATION_DECISION },
    ['decision.leftOutAccounts', 'message'],
  ],
  ['a refusal', api.refusal, { message: 'why' }, []],
  ['a refusal with what was decided', api.refusalWithDecision, { decision: DECISION }, []],
]

describe.each(ANSWERED)('%s', (_, schema, example, optional) => {
  const accepts = (copy: unknown) => schema.safeParse(copy).success
  it('is read with all its fields', () => {
    expect(schema.parse(example)).toEqual(example)
  })
  it('has each of them', () => {
    expect(dispensable(example, accepts)).toEqual(optional)
  })
  it('has them of their types', () => {
    expect(untyped(example, accepts)).toEqual([])
  })
})

it('a list of an earlier version names no run that cannot be read', () => {
  expect(api.waitingList.parse({ runs: WAITING.runs })).toEqual({ ...WAITING, unreadable: [] })
  const { runs } = WAITING_ORGANIZATIONS
  expect(api.waitingOrganizations.parse({ runs })).toEqual({ runs, unreadable: [] })
})

it('a run that has not ended, and is not decided on, has null for both', () => {
  const open = { ...SHOWN, decision: null, status: null }
  expect(api.shownRun.parse(open)).toEqual(open)
})

describe('a decision', () => {
  const accepts = (fields: object) =>
    api.refusalWithDecision.safeParse({ decision: { ...DECISION, ...fields } }).success
  it.each([...ANSWERS])('may be "%s"', (answer) => {
    expect(accepts({ answer })).toBe(true)
  })
  it.each(['', 'yes', null])('is not "%s"', (answer) => {
    expect(accepts({ answer })).toBe(false)
  })
  it('may be of nobody, as one that expired, and leave nothing out', () => {
    expect(accepts({ answer: 'expired', by: null, leftOut: [] })).toBe(true)
  })
  it('is of a time', () => {
    expect(accepts({ at: null })).toBe(false)
  })
})
