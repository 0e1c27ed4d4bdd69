// What was deployed (keysweep.yml) and what one execution asks for (its input). An input may only tighten what was
// deployed: the right to start a run must not be a right to widen it. The tables in policy-fields.ts and
// settings-fields.ts have the fields and the direction in which each tightens.
import * as z from 'zod'
import { MODE_STOPS, MODES, type Mode } from './closed-sets.ts'
import { joinFields, loosenedFields, type Said, union } from './directions.ts'
import type { Apply, Undo } from './documents/input.ts'
import { InputRefused, SettingsRefused } from './errors.ts'
import { formatZodIssues } from './format-zod-issues.ts'
import { DEFAULT_POLICY, DEFAULT_SETTINGS, saidByInput, saidPolicy, saidSettings } from './policy.ts'
import { ALWAYS_EXEMPT_USERS, type Policy, policyFields } from './policy-fields.ts'
import { settingsFaults } from './settings-faults.ts'
import { type SettingsBesidePolicy, settingsFields } from './settings-fields.ts'
import { readSettingsYaml } from './settings-yaml.ts'

/** The deployed settings, every field with its value. */
export interface Settings extends SettingsBesidePolicy {
  policy: Policy
}

/** The settings that hold for one run, and which run it is to undo, or whose plan to carry out, if any. */
export interface RunSettings extends Omit<Settings, 'mode'> {
  mode: Mode
  undo: Undo | null
  apply: Apply | null
}

const settingsFile = z.strictObject({
  ...saidSettings.shape,
  // A file whose every line under `policy:` is a comment says nothing of it.
  policy: saidPolicy.nullish().transform((policy) => policy ?? {}),
})

/** What a settings file says itself. */
export type SaidSettings = z.output<typeof settingsFile>

/**
 * Reads keysweep.yml. An empty file is the default: mode plan, approval over the cap, 90 unused days.
 * @param file its name in errors
 * @throws SettingsRefused for YAML that cannot be read, an unknown field or a value outside its rule, with file and line.
 */
export const parseSettings = (yamlText: string, file = 'keysweep.yml'): Settings =>
  readSettings(yamlText, file).settings

/** The same, with what the file says itself. @throws SettingsRefused */
export function readSettings(yamlText: string, file: string): { settings: Settings; said: SaidSettings } {
  const yaml = readSettingsYaml(yamlText, file)
  const read = settingsFile.safeParse(yaml.content ?? {}, { reportInput: true })
  if (!read.success) throw new SettingsRefused(settingsFaults(read.error, yaml, file))
  const { policy, ...settings } = read.data
  return {
    settings: {
      ...joinFields<SettingsBesidePolicy>(settingsFields, DEFAULT_SETTINGS, settings),
      policy: withSesUsers(joinFields(policyFields, DEFAULT_POLICY, policy)),
    },
    said: read.data,
  }
}

/** The policy with the users that are exempt whatever else is said, unless `exemptSesUsers` is no. */
export const withSesUsers = (policy: Policy): Policy =>
  policy.exemptSesUsers === 'no' ? policy : { ...policy, exemptUsers: union(ALWAYS_EXEMPT_USERS, policy.exemptUsers) }

const executionInput = z.strictObject({
  ...saidSettings.shape,
  mode: z.enum(MODES).optional(),
  policy: saidPolicy.optional(),
  ...saidByInput.shape,
})

type ExecutionInput = z.output<typeof executionInput>

/**
 * Joins an execution's input with the deployed settings. `{}` is a normal run.
 * @throws InputRefused for an unknown field, a value outside its rule, or one that loosens what was deployed.
 */
export function joinInput(deployed: Settings, input: unknown): RunSettings {
  const asked = executionInput.safeParse(input, { reportInput: true })
  if (!asked.success) throw new InputRefused(`Input refused: ${formatZodIssues(asked.error)}`)
  const { policy = {}, undo, apply } = asked.data
  if (undo !== undefined) refuseMoreThanUndo(asked.data)
  const loosened = [...loosenedSettings(deployed, asked.data), ...loosenedPolicy(deployed.policy, policy)]
  if (loosened.length > 0) {
    throw new InputRefused(
      `Input refused: an execution's input may only tighten what was deployed. It asks for ${loosened.join('; ')}. Leave this out, or change the deployed settings.`,
    )
  }
  return {
    ...joinFields<SettingsBesidePolicy>(settingsFields, deployed, asked.data),
    mode: modeOf(deployed, asked.data),
    policy: withSesUsers(joinFields(policyFields, deployed.policy, policy)),
    undo: undo === undefined ? null : { run: undo.run, keys: undo.keys ?? null },
    apply: apply === undefined ? null : { run: apply.run, plan: apply.plan ?? null },
  }
}

/** Under the brake a run ends whatever it asks for, and is recorded as one that writes nothing. */
const modeOf = ({ mode: deployed }: Settings, { mode: asked }: ExecutionInput): Mode =>
  deployed === 'off' ? 'plan' : (asked ?? deployed)

/** An undo takes no other word: it needs no approval and follows no policy. */
function refuseMoreThanUndo({ Comment: _, undo: __, ...more }: ExecutionInput): void {
  const fields = Object.keys(more)
  if (fields.length > 0)
    throw new InputRefused(
      `Input refused: undo allows no other field, and the input has ${fields.join(', ')}. Leave them out.`,
    )
}

/** Only a mode of plan can be loosened. Where a person is asked about every plan, an input may ask for apply. */
function loosenedSettings(deployed: Settings, asked: ExecutionInput): string[] {
  const { approval = deployed.approval } = asked
  return loosenedFields<SettingsBesidePolicy>(settingsFields, deployed, asked).flatMap((name) => {
    const loosened = against(name, asked, deployed)
    // Start run ends it by name, whichever mode it asks for.
    if (name === 'mode' && MODE_STOPS[deployed.mode]) return []
    if (name !== 'mode') return [loosened]
    return approval === 'always' ? [] : [`${loosened} (allowed only with approval "always")`]
  })
}

/**
 * The rotation rule takes a key in use where a newer one is in use as well. A longer unusedDays counts more keys as in
 * use, so that the rule could take a user's only live key.
 */
function loosenedPolicy(deployed: Policy, asked: Said<Policy>): string[] {
  const loosened = loosenedFields(policyFields, deployed, asked).map((name) => against(name, asked, deployed))
  const { unusedDays, rotationDays } = joinFields(policyFields, deployed, asked)
  if (rotationDays === null || unusedDays <= deployed.unusedDays) return loosened
  return [`${against('unusedDays', asked, deployed)} (allowed only with rotationDays null)`, ...loosened]
}

const against = <T extends object>(name: keyof T & string, asked: { [F in keyof T]?: unknown }, deployed: T): string =>
  `${name} ${JSON.stringify(asked[name])} where ${JSON.stringify(deployed[name])} is deployed`

/**
 * A wrong profile must not reach an account that the settings do not name.
 * @throws SettingsRefused
 */
export function refuseOtherAccount({ allowedAccounts }: Pick<Settings, 'allowedAccounts'>, account: string): void {
  if (allowedAccounts === null || allowedAccounts.includes(account)) return
  throw new SettingsRefused(
    `Account ${account} refused: allowedAccounts has only ${allowedAccounts.join(', ')}. Use the credentials of one of these accounts, or add this one to the settings.`,
  )
}
