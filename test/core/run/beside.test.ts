// Which open runs keep a new one out.
import { describe, expect, it } from '@jest/globals'
import type { Phase } from '../../../core/model/closed-sets.ts'
import { keepsOut } from '../../../core/run/beside.ts'
import { ACCOUNT, HUB, OTHER_ACCOUNT, partFields } from '../../support/organization-run.ts'
import { inputOf } from '../../support/waiting.ts'

const part = (phase: Phase, account = ACCOUNT) => ({ organizationRun: { run: 'org-9', account, phase } })
const change = inputOf(partFields('change', ACCOUNT))
const inHub = inputOf(partFields('change', HUB))

const OPEN: [string, unknown][] = [
  ['a run of its own', {}],
  ['a run of its own that applies', { mode: 'apply' }],
  ['a run of its own that plans', { mode: 'plan' }],
  ['an undo', { undo: { run: 'run-0' } }],
  ['a stored plan', { apply: { run: 'run-0' } }],
  ['a survey of the account', part('survey')],
  ['a change of the account', part('change')],
  ['an undo of the account', part('undo')],
  ['a survey of the own account', part('survey', HUB)],
  ['a change of the own account', part('change', HUB)],
  ['an undo of the own account', part('undo', HUB)],
  ['a change of another account', part('change', OTHER_ACCOUNT)],
  ['an input that is refused', { organizationRun: { run: 'org-9', account: 'x', phase: 'change' } }],
  ['an input that is none', 'text'],
  ['no input', null],
]

const kept = (run: Parameters<typeof keepsOut>[0]) =>
  OPEN.filter(([, input]) => keepsOut(run, { runId: 'other', input })).map(([name]) => name)

const OF_THEIR_OWN = [
  'a run of its own',
  'a run of its own that applies',
  'a run of its own that plans',
  'an undo',
  'a stored plan',
  'an input that is refused',
  'an input that is none',
  'no input',
]
const MAY_WRITE = OF_THEIR_OWN.filter((name) => name !== 'a run of its own that plans')

describe('an open run keeps out', () => {
  it.each([
    ['a change, if it may write to the same account', change, ['a change of the account', 'an undo of the account']],
    [
      'an undo in an account as well',
      inputOf(partFields('undo', ACCOUNT)),
      ['a change of the account', 'an undo of the account'],
    ],
    [
      'a change of the own account, also if it is a run of its own that may write',
      inHub,
      [...MAY_WRITE, 'a change of the own account', 'an undo of the own account'],
    ],
    [
      'a run of its own, if it is another one, or may write to its account',
      inputOf({ mode: 'apply' }),
      [...OF_THEIR_OWN, 'a change of the own account', 'an undo of the own account'],
    ],
    ['a run of its own that plans, if it is another one', inputOf({ mode: 'plan' }), OF_THEIR_OWN],
    ['no survey', inputOf({ ...partFields('survey', ACCOUNT), mode: 'plan' }), []],
  ])('%s', (_, run, others) => {
    expect(kept(run)).toEqual(OPEN.map(([name]) => name).filter((name) => others.includes(name)))
  })
  it('not its own undo, which stops it', () => {
    const undo = inputOf({ ...partFields('undo', ACCOUNT), undo: { run: 'org-9-change', keys: null } })
    expect(keepsOut(undo, { runId: 'org-9-change', input: part('change') })).toBe(false)
    expect(keepsOut(undo, { runId: 'org-8-change', input: part('change') })).toBe(true)
  })
})
