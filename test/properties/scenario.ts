// What may happen to an account over months, drawn by chance: runs under changing policies, answers, other people at
// work before any call, updates that go wrong, undos, and a clock that likes to stop right at a term.
import fc from 'fast-check'
import { account } from './accounts.ts'
import type { Change, DrawnAccount } from './lives.ts'
import type { UpdateFault } from './witness.ts'

/** What other people do, and what goes wrong, while a run works; `at` counts calls to IAM, and updates, from 1. */
export interface Disturbance {
  changes: { at: number; change: Change }[]
  faults: { at: number; fault: UpdateFault }[]
}

export interface RunStep extends Disturbance {
  do: 'run'
  mode: 'plan' | 'apply'
  approval: 'always' | 'over-cap' | 'never'
  /** The machine is deployed as `plan`, and somebody starts it by hand with `mode: apply` and `approval: always`. */
  byHand: boolean
  policy: {
    unusedDays: number
    rotationDays: number | null
    maxKeys: number
    maxPercent: number
    concurrency: number
    exemptUsers: string[]
    exemptPaths: string[]
  }
  /** `late`: nobody answers. Which keys are left out, as bits. */
  reply: { answer: 'approve' | 'reject' | 'late'; leaveOut: number; after: number; meanwhile: Change[] }
}

export interface UndoStep extends Disturbance {
  do: 'undo'
  /** Which of the runs so far, counted round. */
  of: number
  /** Which of its keys, as bits; null: all. */
  only: number | null
}

export type Step =
  | RunStep
  | UndoStep
  | { do: 'pass'; milliseconds: number }
  /** The clock goes on to so long after the last thing that truly happened to a key. */
  | { do: 'pass to'; key: number; days: number; by: number }
  | { do: 'hand'; change: Change }

export interface Scenario {
  beginning: number
  account: DrawnAccount
  steps: Step[]
}

const DAY = 86_400_000
const small = fc.nat(5)

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(
    'use',
    'create',
    'deactivate',
    'reactivate',
    'reactivate',
    'delete',
    'tag',
    'untag',
    'move',
    'delete user',
  ),
  user: small,
  key: fc.nat(2),
})

const byStatus: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('deactivate', 'reactivate'),
  user: fc.nat(1),
  key: fc.nat(1),
})

const disturbance: { [K in keyof Disturbance]: fc.Arbitrary<Disturbance[K]> } = {
  changes: fc.oneof(
    { weight: 2, arbitrary: fc.constant<never[]>([]) },
    { weight: 3, arbitrary: fc.array(fc.record({ at: fc.integer({ min: 1, max: 60 }), change }), { maxLength: 4 }) },
  ),
  faults: fc.oneof(
    { weight: 3, arbitrary: fc.constant<never[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          at: fc.integer({ min: 1, max: 8 }),
          fault: fc.constantFrom<UpdateFault>('throttled', 'denied', 'lost before', 'lost after'),
        }),
        { maxLength: 8 },
      ),
    },
  ),
}

const PLAIN: RunStep['policy'] = {
  unusedDays: 90,
  rotationDays: null,
  maxKeys: 100,
  maxPercent: 100,
  concurrency: 1,
  exemptUsers: [],
  exemptPaths: [],
}

const anyPolicy: fc.Arbitrary<RunStep['policy']> = fc.record({
  unusedDays: fc.constantFrom(90, 90, 45, 1, 365),
  rotationDays: fc.constantFrom(null, 90, 365),
  maxKeys: fc.constantFrom(100, 100, 3, 1, 0),
  maxPercent: fc.constantFrom(100, 100, 25, 10, 0),
  concurrency: fc.constantFrom(1, 2, 40),
  exemptUsers: fc.constantFrom<string[]>([], [], ['backup-*'], ['*,*']),
  exemptPaths: fc.constantFrom<string[]>([], [], ['/service/']),
})

const run: fc.Arbitrary<RunStep> = fc.record({
  do: fc.constant('run' as const),
  mode: fc.constantFrom('apply', 'apply', 'apply', 'apply', 'apply', 'plan'),
  approval: fc.constantFrom('over-cap', 'over-cap', 'over-cap', 'always', 'always', 'never'),
  byHand: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  policy: fc.oneof({ weight: 2, arbitrary: fc.constant(PLAIN) }, { weight: 3, arbitrary: anyPolicy }),
  reply: fc.record({
    answer: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'late'),
    leaveOut: fc.constantFrom(0, 0, 1, 2, 5, 255),
    after: fc.constantFrom(0, 1, 3_600_000, DAY, 6 * DAY),
    meanwhile: fc.array(change, { maxLength: 2 }),
  }),
  ...disturbance,
})

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: run },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('undo' as const),
      of: small,
      only: fc.constantFrom(null, null, 1, 2, 6),
      ...disturbance,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      milliseconds: fc.constantFrom(1, 1000, 3_600_000, 5 * 3_600_000, DAY, 45 * DAY, 90 * DAY),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass to' as const),
      key: small,
      days: fc.constantFrom(1, 45, 90, 365),
      // The report's own wait takes a second of the clock: a run sees a key a second after it began.
      by: fc.constantFrom(-1001, -1000, -999, -1, 0, 1, 1000, -2000, -3000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('hand' as const), change: fc.oneof(change, byStatus) }) },
)

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  beginning: fc.constantFrom(0, 0, 1, 999, 500).map((by) => Date.parse('2026-09-11T12:00:00Z') + by),
  account,
  steps: fc.tuple(run, fc.array(step, { maxLength: 6, size: 'max' })).map(([first, others]) => [first, ...others]),
})
