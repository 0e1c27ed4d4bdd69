// Whatever an execution's input says, what comes of it is at least as strict as what was deployed, or it is refused. The
// fields are those of the tables: one that is added later is tried as well, and where a verdict or a cap goes by it and its
// direction is wrong, an input takes a key that would have stayed.
import fc from 'fast-check'
import { judge } from '../../core/judge/verdict.ts'
import { namesOf } from '../../core/model/directions.ts'
import { InputRefused } from '../../core/model/errors.ts'
import { joinInput, type RunSettings } from '../../core/model/execution-input.ts'
import type { Caller, UserFacts } from '../../core/model/facts.ts'
import { type Field, type Policy, type PolicyFieldName, policyFields } from '../../core/model/policy-fields.ts'
import { parseSettings, type Settings } from '../../core/model/settings.ts'
import { type SettingsBesidePolicy, type SettingsFieldName, settingsFields } from '../../core/model/settings-fields.ts'
import { makePlan } from '../../core/run/plan.ts'
import { valuesOf } from '../support/field-values.ts'
import { plannedKeyOf } from '../support/waiting.ts'
import { caller, facts, NOW } from './facts.ts'
import type { Cases } from './seeds.ts'

/** A valid value of each field. */
function valuesFor<T extends object>(table: { [F in keyof T]: Field<T[F]> }): { [F in keyof T]: fc.Arbitrary<T[F]> } {
  const values = namesOf(table).map((name) => [name, fc.constantFrom(...valuesOf(String(name), table[name]))])
  return Object.fromEntries(values)
}

const policy = valuesFor<Policy>(policyFields)
const settings = valuesFor<SettingsBesidePolicy>(settingsFields)

const deployed: fc.Arbitrary<Settings> = fc
  .record({ ...settings, policy: fc.record(policy) })
  .map((file) => parseSettings(JSON.stringify(file)))

/** An input with few fields is often taken, one with many seldom. */
const few = <T extends object>(fields: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc
    .tuple(fc.subarray(namesOf(fields), { maxLength: 2 }), fc.record<T>(fields))
    .map(([names, all]) => Object.fromEntries(names.map((name) => [name, all[name]])))

const input = fc.oneof(
  { weight: 12, arbitrary: fc.record({ policy: few<Policy>(policy) }) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(few<SettingsBesidePolicy>(settings), few<Policy>(policy))
      .map(([beside, policy]) => ({ ...beside, policy })),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { ...settings, policy: fc.record(policy, { requiredKeys: [] }), Comment: fc.string() },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.anything() },
  { weight: 1, arbitrary: fc.record({ policy: fc.dictionary(fc.constantFrom(...namesOf(policy)), fc.anything()) }) },
)

/** Stale keys to make plans of. */
const STALE = Array.from({ length: 120 }, (_, at) => plannedKeyOf(at))

/** How many stale keys a plan has, of how many active ones. */
const account = fc.record({ stale: fc.nat(STALE.length), activeKeys: fc.nat(400) })

/** Of each user's facts: what is deployed and asked for. */
const tries = fc.array(fc.record({ deployed, input, account }), { minLength: 8, maxLength: 8 })

/** @returns how many inputs were taken */
export function inputsOnlyTighten(cases: Cases): number {
  let taken = 0
  const property = fc.property(facts, caller, tries, (user, caller, tries) => {
    for (const { deployed, input, account } of tries) {
      const joined = joinedOrNull(deployed, input)
      if (joined === null) continue
      taken += 1
      const loose = loosened(deployed, joined)
      if (loose.length > 0) throw new Error(`loosened: ${loose.join(', ')}`)
      const more = takenBy(joined, user, caller).filter((id) => !takenBy(deployed, user, caller).includes(id))
      if (more.length > 0) throw new Error(`taken by the input alone: ${more.join(', ')}`)
      if (goesAhead(joined, account) && !goesAhead(deployed, account))
        throw new Error('goes ahead without a person by the input alone')
    }
  })
  fc.assert(property, cases)
  return taken
}

function takenBy({ policy }: Pick<Settings, 'policy'>, user: UserFacts, caller: Caller): string[] {
  const isStale = (key: UserFacts['keys'][number]) =>
    judge({ facts: user, key, policy, caller, now: new Date(NOW) }).verdict === 'stale'
  return user.keys.filter(isStale).map((key) => key.accessKeyId)
}

function goesAhead(
  { mode, approval, policy }: Omit<Settings, 'organization'>,
  { stale, activeKeys }: { stale: number; activeKeys: number },
) {
  if (mode === 'off') return false
  const keys = STALE.slice(0, stale)
  const facts = { runId: 'run-1', account: '111122223333', mode, approval, policy, stale: keys, activeKeys }
  return makePlan(facts, new Date(NOW)).next === 'deactivate'
}

function joinedOrNull(deployed: Settings, input: unknown): RunSettings | null {
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

/** Field by field, in words of its own: a new field has to be thought of here as well. */
function loosened(was: Settings, is: RunSettings): string[] {
  const [before, after] = [was.policy, is.policy]
  const checks: Record<PolicyFieldName | SettingsFieldName, boolean> & { fields: boolean } = {
    mode: is.mode === 'plan' || was.mode === 'apply' || is.approval === 'always',
    approval: AS_STRICT[was.approval]?.includes(is.approval) ?? false,
    approvalDays: is.approvalDays <= was.approvalDays,
    allowedAccounts:
      was.allowedAccounts === null || (is.allowedAccounts ?? ['any']).every((id) => was.allowedAccounts?.includes(id)),
    keyEvents: is.keyEvents === 'required' || was.keyEvents === 'optional',
    warnDays: true,
    unusedDays: after.unusedDays >= before.unusedDays,
    rotationDays:
      after.rotationDays === null || (before.rotationDays !== null && after.rotationDays >= before.rotationDays),
    maxKeys: after.maxKeys <= before.maxKeys,
    maxPercent: after.maxPercent <= before.maxPercent,
    concurrency: after.concurrency <= before.concurrency,
    exemptUsers: [...before.exemptUsers, ...(after.exemptSesUsers === 'yes' ? ['ses-smtp-user.*'] : [])].every((name) =>
      after.exemptUsers.includes(name),
    ),
    exemptSesUsers: after.exemptSesUsers === 'yes' || before.exemptSesUsers === 'no',
    exemptPaths: before.exemptPaths.every((path) => after.exemptPaths.includes(path)),
    fields: Object.keys(after).sort().join() === Object.keys(policyFields).sort().join(),
  }
  return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]))
}
