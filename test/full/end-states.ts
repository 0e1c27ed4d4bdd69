// Every end that a run can come to, and the ways there that go through a Retry, a Catch or a loop.
import { StoreRefused, StoreUnavailable } from '../../core/errors.ts'
import { SLICE_MILLISECONDS } from '../../functions/check-suspects.ts'
import { accountOf, type World, type WorldOptions } from '../support/world.ts'
import { SHORT_LOOP } from './definition-edits.ts'
import { LambdaRefusal } from './lambda-port.ts'
import type { Asked } from './two-engines.ts'

export interface Case extends Omit<WorldOptions, 'account'>, Asked {
  account: () => WorldOptions['account']
  prepare?: (world: World) => void
}

export interface EndState extends Case {
  how: string
  /** Of the record; null where none can be written. */
  status: string | null
  /** The state at the end. */
  last: 'Done' | 'Failed'
}

const allEnd = (status: string | null, last: EndState['last'], cases: (Case & { how: string })[]): EndState[] =>
  cases.map((one) => ({ ...one, status, last }))

export const ONE = () => accountOf({ idle: 200 })
const TWO = () => accountOf({ idle: 200, idler: 300 })
const THREE = () => accountOf({ a: 200, b: 200, c: 200 })
const MANY = (users: number) => () =>
  accountOf(Object.fromEntries(Array.from({ length: users }, (_, n) => [`idle-${String(n).padStart(2, '0')}`, 200])))

type Fault = Parameters<World['endpoint']['fault']>[0]

const fault =
  (is: Fault) =>
  ({ endpoint }: World) =>
    void endpoint.fault(is)

/** Makes the store's every write go through `instead` first, which may throw. */
const beforeWrites = (instead: () => (key: string) => void) => (world: World) => {
  const { store } = world.ports
  const before = instead()
  const put = async (key: string, text: string) => {
    before(key)
    return store.put(key, text)
  }
  world.ports.store = { ...store, put }
}

const refuseWrites = (which: RegExp) =>
  beforeWrites(() => (key) => {
    if (which.test(key)) throw new StoreRefused(`Cannot write ${key}: expected a store that takes it, received none`)
  })

const awayAtFirst = beforeWrites(() => {
  const tried = new Set<string>()
  return (key) => {
    if (tried.has(key)) return
    tried.add(key)
    throw new StoreUnavailable(`Cannot write ${key}: expected the store's answer, received none`)
  }
})

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
  {
    how: 'a plan wants approval',
    status: 'approval needed',
    last: 'Done',
    account: TWO,
    settings: '{ mode: apply, approval: always }',
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

const ofUserB = ({ UserName }: Partial<Record<string, string>>) => UserName === 'b'

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
    how: 'Lambda itself fails at the first call of every function',
    // One key: which of two is called first is chance.
    account: ONE,
    refuse: (_, nth) => (nth === 1 ? new LambdaRefusal('TooManyRequestsException', 429) : null),
  },
  {
    how: 'the suspects take more than one slice',
    account: MANY(26),
    settings: '{ mode: apply, policy: { maxPercent: 100 } }',
    prepare: ({ endpoint, pass }) => endpoint.on('ListAccessKeys', 1, () => pass(SLICE_MILLISECONDS)),
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
]
