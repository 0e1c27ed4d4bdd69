// What one execution asks for: its input. It may only tighten what was deployed (settings.ts): the right to start a run must
// not be a right to widen it. The tables in policy-fields.ts and settings-fields.ts have the direction in which each field
// tightens.
import * as z from 'zod'
import { MODE_STOPS, MODES, type Mode, type Phase } from './closed-sets.ts'
import { joinFields, loosenedFields, type Said } from './directions.ts'
import type { Apply, Undo } from './documents/input.ts'
import type { OrganizationUndo } from './documents/organization-input.ts'
import { InputRefused } from './errors.ts'
import { formatZodIssues } from './format-zod-issues.ts'
import { organizationFields } from './organization-fields.ts'
import { saidByInput, saidByOrganizationInput, saidOrganization, saidPolicy, saidSettings } from './policy.ts'
import { type Policy, policyFields } from './policy-fields.ts'
import { type Settings, withSesUsers } from './settings.ts'
import { type SettingsBesidePolicy, type SettingsFieldName, settingsFields } from './settings-fields.ts'

/** The settings that hold for one run, and which run it is to undo, or whose plan to carry out, if any. */
export interface RunSettings extends Omit<SettingsBesidePolicy, 'mode'> {
  mode: Mode
  policy: Policy
  undo: Undo | null
  apply: Apply | null
}

/** A part of an organization run, as the input of an execution names it. The stored documents must say the same. */
export interface AskedOrganizationRun {
  run: string
  account: string
  phase: Phase
}

/** The settings that hold for one organization run, and which one it is to undo, if any. */
export interface OrganizationRunSettings extends Omit<Settings, 'mode'> {
  mode: Mode
  undo: OrganizationUndo | null
}

const executionInput = z.strictObject({
  ...saidSettings.shape,
  mode: z.enum(MODES).optional(),
  policy: saidPolicy.optional(),
  ...saidByInput.shape,
})

type ExecutionInput = z.output<typeof executionInput>

const organizationInput = z.strictObject({
  ...saidSettings.shape,
  mode: z.enum(MODES).optional(),
  policy: saidPolicy.optional(),
  organization: saidOrganization.optional(),
  ...saidByOrganizationInput.shape,
})

type OrganizationInput = z.output<typeof organizationInput>

/**
 * Joins an execution's input with the deployed settings. `{}` is a normal run.
 * @throws InputRefused for an unknown field, a value outside its rule, or one that loosens what was deployed.
 */
export function joinInput(deployed: Settings, input: unknown): RunSettings {
  const asked = read(executionInput, input)
  const { undo, apply, organizationRun } = asked
  // Its settings are stored. Those deployed here would be another's.
  if (organizationRun !== undefined)
    throw new InputRefused(
      `Input refused: this run is a part of organization run ${organizationRun.run}. Only the state machine for organizations can start it.`,
    )
  if (undo !== undefined) refuseMoreThan('undo', asked)
  refuseLoosened(loosenedBy(deployed, asked))
  return {
    ...joinSettings(deployed, asked),
    undo: undo === undefined ? null : { run: undo.run, keys: undo.keys ?? null },
    apply: apply === undefined ? null : { run: apply.run, plan: apply.plan ?? null },
  }
}

/** Under the brake a run ends whatever it asks for, and is recorded as one that writes nothing. */
const modeOf = ({ mode: deployed }: Settings, { mode: asked }: SaidOfRun): Mode =>
  deployed === 'off' ? 'plan' : (asked ?? deployed)

/**
 * The organization run that the input of an execution says it is a part of; null: it is a run of its own, whose input is
 * for `joinInput`.
 * @throws InputRefused if the input is none, or says anything beside it
 */
export function askedOrganizationRun(input: unknown): AskedOrganizationRun | null {
  const asked = read(executionInput, input)
  if (asked.organizationRun === undefined) return null
  refuseMoreThan('organizationRun', asked)
  return asked.organizationRun
}

/**
 * The same for the input of an organization run.
 * @throws InputRefused as `joinInput`
 */
export function joinOrganizationInput(deployed: Settings, input: unknown): OrganizationRunSettings {
  const asked = read(organizationInput, input)
  const { undo, organization = {} } = asked
  if (undo !== undefined) refuseMoreThan('undo', asked)
  const loosened = loosenedFields(organizationFields, deployed.organization, organization)
  refuseLoosened([
    ...loosenedBy(deployed, asked),
    ...loosened.map((name) => against(name, organization, deployed.organization)),
  ])
  return {
    ...joinSettings(deployed, asked),
    organization: joinFields(organizationFields, deployed.organization, organization),
    undo: undo === undefined ? null : { run: undo.run, accounts: undo.accounts ?? null },
  }
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const asked = schema.safeParse(input, { reportInput: true })
  if (!asked.success) throw new InputRefused(`Input refused: ${formatZodIssues(asked.error)}`)
  return asked.data
}

type SaidOfRun = Pick<ExecutionInput & OrganizationInput, SettingsFieldName | 'policy'>

function joinSettings(deployed: Settings, asked: SaidOfRun) {
  const { organization: _, policy, ...beside } = deployed
  return {
    ...joinFields<SettingsBesidePolicy>(settingsFields, beside, asked),
    mode: modeOf(deployed, asked),
    policy: withSesUsers(joinFields(policyFields, policy, asked.policy ?? {})),
  }
}

const loosenedBy = (deployed: Settings, asked: SaidOfRun): string[] => [
  ...loosenedSettings(deployed, asked),
  ...loosenedPolicy(deployed.policy, asked.policy ?? {}),
]

function refuseLoosened(loosened: string[]): void {
  if (loosened.length === 0) return
  throw new InputRefused(
    `Input refused: an execution's input may only tighten what was deployed. It asks for ${loosened.join('; ')}. Leave this out, or change the deployed settings.`,
  )
}

/**
 * An undo takes no other word: it needs no approval and follows no policy. Nor does a part of an organization run, whose
 * settings are stored.
 */
function refuseMoreThan(only: string, asked: ExecutionInput | OrganizationInput): void {
  const fields = Object.keys(asked).filter((name) => name !== only && !READ_BY_NOBODY.includes(name))
  if (fields.length > 0)
    throw new InputRefused(
      `Input refused: ${only} allows no other field, and the input has ${fields.join(', ')}. Leave them out.`,
    )
}

/** What Step Functions' own console adds and reads. */
const READ_BY_NOBODY = ['Comment', 'AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID']

/** Only a mode of plan can be loosened. Where a person is asked about every plan, an input may ask for apply. */
function loosenedSettings(deployed: Settings, asked: SaidOfRun): string[] {
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
