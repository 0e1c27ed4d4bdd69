// Whatever an execution's input says, what comes of it is at least as strict as what was deployed, or it is refused.
import fc from 'fast-check'
import { judge } from '../../core/judge/verdict.ts'
import { InputRefused } from '../../core/model/errors.ts'
import { DEFAULT_POLICY } from '../../core/model/policy.ts'
import { joinInput, parseSettings, type RunSettings, type Settings } from '../../core/model/settings.ts'
import { caller, facts, NOW } from './facts.ts'
import type { Cases } from './seeds.ts'

const days = fc.constantFrom(1, 2, 45, 90, 365, 3650)
const policyFields = {
  unusedDays: days,
  rotationDays: fc.option(days),
  warnDays: fc.constantFrom(0, 14),
  maxKeys: fc.constantFrom(0, 1, 100),
  maxPercent: fc.constantFrom(0, 12.5, 100),
  concurrency: fc.constantFrom(1, 10, 40),
  exemptUsers: fc.subarray(['a*', 'backup-bot', '*x']),
  exemptPaths: fc.subarray(['/service/', '/other/']),
}
const settings = {
  mode: fc.constantFrom('plan', 'apply'),
  approval: fc.constantFrom('always', 'over-cap', 'never'),
  approvalDays: fc.constantFrom(1, 3, 7),
}

const deployed: fc.Arbitrary<Settings> = fc
  .record({ ...settings, policy: fc.record(policyFields) })
  .map((file) => parseSettings(JSON.stringify(file)))

const input = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      { ...settings, policy: fc.record(policyFields, { requiredKeys: [] }), Comment: fc.string() },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.anything() },
  {
    weight: 1,
    arbitrary: fc.record({
      policy: fc.record(
        { unusedDays: fc.anything(), maxKeys: fc.anything(), exemptUsers: fc.anything(), exemptPaths: fc.anything() },
        { requiredKeys: [] },
      ),
    }),
  },
)

/** @returns how many inputs were taken */
export function inputsOnlyTighten(cases: Cases): number {
  let taken = 0
  const property = fc.property(deployed, input, facts, caller, (deployed, input, user, caller) => {
    const order = joined(deployed, input)
    if (order === null) return
    taken += 1
    const loose = loosened(deployed, order)
    if (loose.length > 0) throw new Error(`loosened: ${loose.join(', ')}`)
    for (const key of user.keys) {
      const verdictUnder = ({ policy }: Settings) => judge({ facts: user, key, policy, caller, now: new Date(NOW) })
      const verdict = verdictUnder(order)
      if (verdict.row === 'unused' && verdictUnder(deployed).verdict === 'kept')
        throw new Error(`${key.accessKeyId} is taken by the input alone`)
    }
  })
  fc.assert(property, cases)
  return taken
}

function joined(deployed: Settings, input: unknown): RunSettings | null {
  try {
    return joinInput(deployed, input)
  } catch (error) {
    if (error instanceof InputRefused) return null
    throw error
  }
}

/** From the strictest: what a person is asked for, or what is not done at all. */
const AS_STRICT: Record<string, string[]> = {
  always: ['always'],
  never: ['never', 'always'],
  'over-cap': ['over-cap', 'never', 'always'],
}

function loosened(was: Settings, is: RunSettings): string[] {
  const [before, after] = [was.policy, is.policy]
  const checks: Record<string, boolean> = {
    mode: is.mode === 'plan' || was.mode === 'apply' || is.approval === 'always',
    approval: AS_STRICT[was.approval]?.includes(is.approval) ?? false,
    approvalDays: is.approvalDays <= was.approvalDays,
    unusedDays: after.unusedDays >= before.unusedDays,
    rotationDays:
      after.rotationDays === null || (before.rotationDays !== null && after.rotationDays >= before.rotationDays),
    maxKeys: after.maxKeys <= before.maxKeys,
    maxPercent: after.maxPercent <= before.maxPercent,
    concurrency: after.concurrency <= before.concurrency,
    exemptUsers: [...before.exemptUsers, 'ses-smtp-user.*'].every((name) => after.exemptUsers.includes(name)),
    exemptPaths: before.exemptPaths.every((path) => after.exemptPaths.includes(path)),
    fields: Object.keys(after).sort().join() === Object.keys(DEFAULT_POLICY).sort().join(),
  }
  return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]))
}
