// Properties of the verdict. Each is a function of how many cases to try, and throws fast-check's report of the
// smallest case that fails.
import fc from 'fast-check'
import { exemption, exemptionDoubt, matches } from '../../core/judge/exemption.ts'
import { judge } from '../../core/judge/verdict.ts'
import type { ReportSlot, UserFacts } from '../../core/model/facts.ts'
import { policyOf } from '../support/facts.ts'
import { idOf } from '../support/waiting.ts'
import { caller, facts, NOW, policy } from './facts.ts'
import { fits, oracle, untilEnds } from './oracle.ts'
import type { Cases } from './seeds.ts'

const DAY = 86_400_000
const now = new Date(NOW)

/** @returns how often each row was met */
export function verdictsAgree(cases: Cases): Record<string, number> {
  const met: Record<string, number> = {}
  const property = fc.property(facts, policy, caller, (user, policy, caller) => {
    for (const key of user.keys) {
      const row = oracle(user, key, policy, caller, NOW)
      const verdict = judge({ facts: user, key, policy, caller, now })
      met[row] = (met[row] ?? 0) + 1
      if (verdict.row !== row)
        throw new Error(`${key.accessKeyId}: expected "${row}", received ${JSON.stringify(verdict)}`)
    }
  })
  fc.assert(property, cases)
  return met
}

/** The term's last millisecond, said for each way in which something can have happened to a key last. */
export function termEndsToTheMillisecond(cases: Cases): void {
  const way = fc.constantFrom('created', 'used', 'brought back', 'date in the report')
  const property = fc.property(
    way,
    fc.integer({ min: 1, max: 3650 }),
    fc.integer({ min: -2, max: 2 }),
    (way, days, by) => {
      const last = new Date(NOW - days * DAY - by).toISOString()
      const old = new Date(NOW - 4000 * DAY).toISOString()
      const slot: ReportSlot = {
        slot: 1,
        active: true,
        lastRotatedAt: way === 'date in the report' ? last : way === 'created' ? last : old,
        lastUsedAt: null,
        lastUsedService: null,
        unknown: [],
      }
      const key = {
        accessKeyId: idOf(1),
        status: 'Active',
        createdAt: way === 'created' ? last : old,
        lastUsed:
          way === 'used'
            ? ({ known: true, at: last, service: 's3', region: 'x' } as const)
            : ({ known: true, at: null, service: null, region: null } as const),
        reactivatedAt: way === 'brought back' ? last : null,
      }
      const user: UserFacts = {
        user: 'a',
        path: '/',
        createdAt: null,
        keys: [key],
        tags: {},
        report: { generatedAt: '', activeKeys: 1, slots: [slot], userCreatedAt: null },
      }
      const verdict = judge({
        facts: user,
        key,
        policy: policyOf({ unusedDays: days }),
        caller: { account: '', arn: '', userName: null, accessKeyId: null, accountAlias: null, sourceKeyIds: [] },
        now,
      })
      return (verdict.verdict === 'stale') === by >= 0
    },
  )
  fc.assert(property, cases)
}

/** A dated exemption holds through the last millisecond of its day, and what is no date spares the key as a doubt. */
export function untilTagsHold(cases: Cases): void {
  const day = fc.integer({ min: -800, max: 800 }).map((days) => new Date(NOW + days * DAY).toISOString().slice(0, 10))
  const value = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(day, fc.constantFrom('', ' why', ',why', ';', ': x', '\twhy')).map((parts) => parts.join('')),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(day, fc.constantFrom(' to ', '; ', ' (was ', ' x'), day, fc.constantFrom('', ')', '.'))
        .map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.tuple(day, fc.string({ maxLength: 3 })).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.string() },
  )
  const property = fc.property(
    value,
    fc.integer({ min: -800, max: 800 }),
    fc.constantFrom(-1, 0, 1, 43_200_000),
    (value, days, by) => {
      const at = Date.parse('2026-09-11T00:00:00Z') + days * DAY + by
      const user = {
        user: 'a',
        path: '/',
        createdAt: null,
        keys: [],
        tags: { 'keysweep-exempt-until': value },
        report: { generatedAt: '', activeKeys: 0, slots: [], userCreatedAt: null },
      }
      const spared = exemption(user, idOf(1), { ...emptyPolicy }, new Date(at)) ?? exemptionDoubt(user, idOf(1))
      const ends = untilEnds(value)
      const expected = Number.isNaN(ends) ? 'unknown' : at < ends ? 'exempt' : null
      if ((spared?.row ?? null) !== expected) throw new Error(`expected ${expected}, received ${spared}`)
    },
  )
  fc.assert(property, cases)
}

/** A policy of no account: for rules that do not look at its terms. */
export const emptyPolicy = policyOf({ unusedDays: 1, warnDays: 0, maxKeys: 0, maxPercent: 0, concurrency: 1 })

/** `*` stands for any characters, and for nothing else does anything stand. */
export function patternsAgree(cases: Cases): void {
  const letters = (unit: string[]) => fc.string({ unit: fc.constantFrom(...unit), maxLength: 8 })
  const property = fc.property(
    letters(['a', 'A', 'b', '*', '.', '+']),
    letters(['a', 'b', 'B', '.', '+']),
    (pattern, name) => matches(pattern, name) === fits(pattern, name),
  )
  fc.assert(property, cases)
}
