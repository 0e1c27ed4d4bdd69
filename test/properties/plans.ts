// Properties of the plan and its caps. Each is a function of how many cases to try.
import fc from 'fast-check'
import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { PlanRefused } from '../../core/model/errors.ts'
import type { PlannedKey } from '../../core/model/verdict.ts'
import { keysToTake } from '../../core/run/decision.ts'
import { makePlan, type PlanFacts, planHash, readPlan } from '../../core/run/plan.ts'
import { textOfPlan } from '../support/stored.ts'
import { plannedKeyOf } from '../support/waiting.ts'
import { NOW } from './facts.ts'
import { emptyPolicy } from './pure.ts'
import type { Cases } from './seeds.ts'

const DAY = 86_400_000
const now = new Date(NOW)

const planned: fc.Arbitrary<PlannedKey[]> = fc
  .array(fc.record({ rule: fc.constantFrom('unused', 'unused', 'unused', 'rotation'), idle: fc.nat(900) }), {
    maxLength: 12,
  })
  .map((list) =>
    list.map(
      ({ rule, idle }, at) =>
        plannedKeyOf(at, { rule, idleSince: new Date(NOW - idle * DAY).toISOString() }) as PlannedKey,
    ),
  )

const mode = fc.constantFrom('plan', 'apply')
const approval = fc.constantFrom('always', 'over-cap', 'never')

/** Whatever byte of a stored plan is changed, an answer to the plan that was shown lets nothing go ahead. */
export function changedPlansAreFound(cases: Cases): void {
  const property = fc.property(
    planned,
    approval,
    fc.nat(),
    fc.integer({ min: 1, max: 255 }),
    (stale, approval, where, flip) => {
      const text = textOfPlan(
        makePlan(
          {
            runId: 'run-1',
            account: '111122223333',
            mode: 'apply',
            approval,
            policy: emptyPolicy,
            stale,
            activeKeys: 50,
          },
          now,
        ),
      )
      const sha256 = planHash(text)
      const bytes = Buffer.from(text)
      const at = where % bytes.length
      bytes.writeUInt8((bytes[at] ?? 0) ^ flip, at)
      const changed = bytes.toString()
      if (!refused(() => readPlan(changed, 'run-1', sha256))) throw new Error('read as the plan that it is not')
      const decision: StoredDecision = {
        runId: 'run-1',
        plan: sha256,
        answer: 'approve',
        by: 'a',
        userId: null,
        at: '',
        reason: null,
        leftOut: [],
      }
      // Its own hash is what a reader without the first one would compute.
      let plan: Plan | null = null
      if (
        !refused(() => {
          plan = readPlan(changed, 'run-1')
        }) &&
        plan !== null &&
        (plan as Plan).next === 'approval' &&
        keysToTake(plan, planHash(changed), decision).length > 0
      )
        throw new Error('keys of a changed plan would go ahead')
    },
  )
  fc.assert(property, cases)
}

function refused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch (error) {
    if (error instanceof PlanRefused) return true
    throw error
  }
}

/** What a plan must have said of itself where applying it leads to this step. */
const STEP_BEFORE: Record<Plan['next'], (stale: number) => Plan['ifApplied']> = {
  deactivate: () => 'go',
  approval: () => 'ask',
  record: (stale) => (stale === 0 ? null : 'stop'),
}

const STALE = Array.from({ length: 600 }, (_, at) =>
  plannedKeyOf(at, { idleSince: new Date(NOW - ((at * 7) % 13) * DAY).toISOString() }),
)

/**
 * Over a cap nothing goes ahead without a person, 0 means zero, and `never` asks nobody. What a plan says that applying it
 * would do is what the same facts lead to in mode `apply`.
 */
export function capsHold(cases: Cases): void {
  const count = fc.oneof(fc.nat(30), fc.nat(STALE.length))
  const cap = fc.oneof(fc.constantFrom(0, 1, 19, 20, 21, 25, 100), fc.nat(600))
  // In thousandths, so that the test can count in whole numbers.
  const percent = fc.oneof(fc.constantFrom(0, 100, 5000, 25_000, 33_300, 100_000), fc.nat(100_000))
  const property = fc.property(
    count,
    count,
    cap,
    percent,
    mode,
    approval,
    (stale, others, maxKeys, thousandths, mode, approval) => {
      const activeKeys = stale + others
      // Exactly at a cap of a fraction of a percent: found.test.ts.
      fc.pre(thousandths % 1000 === 0 || stale * 100_000 !== activeKeys * thousandths)
      const facts: PlanFacts = {
        runId: 'r',
        account: 'a',
        mode,
        approval,
        policy: { ...emptyPolicy, maxKeys, maxPercent: thousandths / 1000 },
        stale: STALE.slice(0, stale),
        activeKeys,
      }
      const plan = makePlan(facts, now)
      const over =
        stale > 0 && (stale > maxKeys || thousandths === 0 || (stale > 1 && stale * 100_000 > activeKeys * thousandths))
      const right =
        mode === 'plan' || stale === 0
          ? 'record'
          : !over && approval !== 'always'
            ? 'deactivate'
            : approval === 'never'
              ? 'record'
              : 'approval'
      const applied = makePlan({ ...facts, mode: 'apply' }, now)
      if (plan.ifApplied !== STEP_BEFORE[applied.next](stale))
        throw new Error(`says "${plan.ifApplied}" if applied, and applied goes to ${applied.next}`)
      const idle = plan.keys.map((key) => key.idleSince)
      if (plan.next !== right) throw new Error(`expected ${right}, received ${plan.next}: ${plan.overCaps.join('; ')}`)
      if (plan.keys.length > 500 || plan.keys.length + plan.leftForNextRun !== stale)
        throw new Error(`${plan.keys.length} of ${stale} keys in one run`)
      return idle.every((since, at) => at === 0 || (idle[at - 1] ?? '') <= since)
    },
  )
  fc.assert(property, cases)
}
