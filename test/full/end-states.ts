// Every end that a run can come to by itself, and the ways there that go through a Retry, a Catch or a loop.
import { NoticeFailed, StoreUnavailable } from '../../core/model/errors.ts'
import { SLICE_MILLISECONDS } from '../../functions/check-suspects.ts'
import { accountOf, type World } from '../support/world.ts'
import { allEnd, beforeWrites, type EndState, fault, ONE, ofUserB, refuseWrites, THREE, TWO } from './case.ts'
import { SHORT_LOOP } from './definition-edits.ts'

const MANY = (users: number) => () =>
  accountOf(Object.fromEntries(Array.from({ length: users }, (_, n) => [`idle-${String(n).padStart(2, '0')}`, 200])))

const awayAtFirst = beforeWrites(() => {
  const tried = new Set<string>()
  return (key) => {
    if (tried.has(key)) return
    tried.add(key)
    throw new StoreUnavailable(`Cannot write ${key}: expected the store's answer, received none`)
  }
})

/** The first so many messages of a run's end are lost. */
const nobodyHears =
  (times: number) =>
  ({ ports }: World): void => {
    const { notifyOutcome } = ports
    let lost = 0
    ports.notifyOutcome = async (message) => {
      if (lost++ < times) throw new NoticeFailed('planted: no topic')
      await notifyOutcome(message)
    }
  }

const PLANS: EndState[] = [
  {
    how: 'keys are deactivated',
    status: 'deactivated',
    last: 'Done',
    account: () => accountOf({ idle: 200, never: null, used: 2, soon: 80 }),
  },
  { how: 'nothing is stale', status: 'nothing to do', last: 'Done', account: () => accountOf({ used: 2 }) },
  { how: 'a run only plans', status: 'planned', last: 'Done', account: ONE, settings: '' },
  {
    how: 'a plan is over a cap, and nobody is to be asked',
    status: 'over cap',
    last: 'Done',
    account: TWO,
    settings: '{ mode: apply, approval: never, policy: { maxKeys: 1 } }',
  },
]

const REFUSALS = allEnd('refused', 'Failed', [
  { how: 'the input is refused', account: ONE, input: { dryRun: true } },
  { how: 'the input is no object at all', account: ONE, input: 'apply' },
  { how: 'the input is null', account: ONE, input: null },
  { how: 'the settings are refused', account: ONE, settings: 'policy: { maxKeys: -1 }' },
  {
    how: 'the report is cut short',
    account: ONE,
    prepare: fault({
      action: 'GetCredentialReport',
      kind: 'edited report',
      edit: (csv) => csv.slice(0, csv.length / 2),
    }),
  },
  {
    how: 'the report never comes',
    account: ONE,
    reportSeconds: Number.POSITIVE_INFINITY,
    edits: [SHORT_LOOP],
  },
  {
    how: 'too many suspects cannot be read',
    account: MANY(19),
    settings: '{ mode: apply, policy: { maxPercent: 100 } }',
    prepare: fault({
      action: 'ListAccessKeys',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === 'idle-03',
    }),
  },
  { how: 'the plan cannot be written', account: ONE, prepare: refuseWrites(/plan\.json$/) },
])

const FAILURES = allEnd('some keys failed', 'Failed', [
  {
    how: 'a key fails for good, and the others go on',
    account: THREE,
    prepare: fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match: ofUserB }),
  },
  {
    how: 'a key fails at every one of its tries',
    account: THREE,
    prepare: fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling', match: ofUserB }),
  },
  { how: 'even the note of a failure fails', account: TWO, prepare: refuseWrites(/\.outcome\.json$/) },
])

const DETOURS = allEnd('deactivated', 'Done', [
  {
    how: 'the report is gone once, and is generated again',
    account: ONE,
    prepare: fault({ action: 'GetCredentialReport', kind: 'error', error: 'ReportExpired', nth: 1 }),
  },
  {
    how: 'a key fails twice and is then deactivated',
    account: ONE,
    prepare: fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling', nth: [1, 2] }),
  },
  { how: 'the store is away for a moment at every step', account: TWO, prepare: awayAtFirst },
  {
    how: 'the suspects take more than one slice',
    account: MANY(26),
    settings: '{ mode: apply, policy: { maxPercent: 100 } }',
    prepare: ({ endpoint, pass }) => endpoint.on('ListAccessKeys', 1, () => pass(SLICE_MILLISECONDS)),
  },
  {
    how: 'nobody can be told of the end at first',
    account: ONE,
    prepare: nobodyHears(1),
  },
  {
    how: 'nobody can be told of the end at all',
    account: ONE,
    prepare: nobodyHears(Number.POSITIVE_INFINITY),
  },
])

export const END_STATES: EndState[] = [
  ...PLANS,
  ...REFUSALS,
  ...FAILURES,
  ...DETOURS,
  {
    how: 'the record cannot be written',
    status: null,
    last: 'Failed',
    account: ONE,
    prepare: refuseWrites(/record\.json$/),
  },
  {
    how: 'the name of an execution is used a second time',
    // The record stays that of the first.
    status: 'deactivated',
    last: 'Failed',
    account: ONE,
    before: [{}],
    // Two starts within a second are one to Write record, and moto's start is not that of the clock.
    between: ({ pass }) => pass(60_000),
  },
]
