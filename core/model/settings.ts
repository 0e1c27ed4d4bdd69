// What was deployed (keysweep.yml) and what one execution asks for (its input). An input may only tighten what was
// deployed: whoever may start a run must not thereby be able to widen it.
import { parse } from 'yaml'
import * as z from 'zod'
import type { Approval, Mode } from './closed-sets.ts'
import type { Undo } from './documents.ts'
import { InputRefused, SettingsRefused } from './errors.ts'
import { explain } from './format-zod-issues.ts'
import { ACCESS_KEY_ID, RUN_ID } from './ids.ts'
import type { Policy } from './policy.ts'
import { approval, approvalDays, mode, policyFields } from './policy.ts'

/**
 * Users whose keys are SMTP passwords of Amazon SES. Their last use is not known to be reported, so a key that sends
 * mail every minute can look never used: these are exempt whatever the settings say.
 */
export const ALWAYS_EXEMPT_USERS = ['ses-smtp-user.*']

const settingsFile = z.strictObject({
  mode: mode.default('plan'),
  approval: approval.default('over-cap'),
  approvalDays: approvalDays.default(7),
  // A file whose every line under `policy:` is a comment says nothing of it.
  policy: policyFields
    .partial()
    .nullish()
    .transform((policy) => policy ?? {}),
})

/** The deployed settings, every field with its value. */
export interface Settings {
  mode: Mode
  approval: Approval
  /** How long a plan waits for a person's answer; no answer is no. */
  approvalDays: number
  policy: Policy
}

/** What an execution is to do: the settings that hold for it, and which run it is to undo, if any. */
export interface Order extends Settings {
  undo: Undo | null
}

/** CIS AWS Foundations 2.11 asks for 45 unused days, Security Hub IAM.8 for 90. */
export const DEFAULT_POLICY: Policy = {
  unusedDays: 90,
  rotationDays: null,
  warnDays: 14,
  maxKeys: 100,
  maxPercent: 25,
  concurrency: 10,
  exemptUsers: [],
  exemptPaths: [],
}

/**
 * Reads keysweep.yml. An empty file is the default: mode plan, approval over the cap, 90 unused days.
 * @throws SettingsRefused for YAML that cannot be read, an unknown field or a value outside its rule.
 */
export function parseSettings(yamlText: string): Settings {
  const file = settingsFile.safeParse(readYaml(yamlText) ?? {}, { reportInput: true })
  if (!file.success) throw new SettingsRefused(`Settings refused: ${explain(file.error)}`)
  const { policy, ...rest } = file.data
  return { ...rest, policy: withAlwaysExempt({ ...DEFAULT_POLICY, ...defined(policy) }) }
}

function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    const [what = '', , line = ''] = (error as Error).message.split('\n')
    throw new SettingsRefused(
      `Settings refused: not YAML: ${what.replace(/:$/, '')}, received ${JSON.stringify(line.slice(0, 80))}`,
      { cause: error },
    )
  }
}

const runId = z.string().regex(RUN_ID, "a run's id is an execution's name")
const accessKeyId = z.string().regex(ACCESS_KEY_ID, 'an access key id')

const executionInput = z.strictObject({
  mode: mode.optional(),
  approval: approval.optional(),
  approvalDays: approvalDays.optional(),
  policy: policyFields.partial().optional(),
  undo: z.strictObject({ run: runId, keys: z.array(accessKeyId).min(1).max(500).optional() }).optional(),
  // The Step Functions console adds it to an input that is started again by hand.
  Comment: z.string().optional(),
})

/**
 * Joins an execution's input with the deployed settings. `{}` is a normal run.
 * @throws InputRefused for an unknown field, a value outside its rule, or one that loosens what was deployed.
 */
export function joinInput(deployed: Settings, input: unknown): Order {
  const asked = executionInput.safeParse(input, { reportInput: true })
  if (!asked.success) throw new InputRefused(`Input refused: ${explain(asked.error)}`)
  const { mode = deployed.mode, approval = deployed.approval, policy = {} } = asked.data
  const { approvalDays = deployed.approvalDays, undo } = asked.data
  if (undo !== undefined) refuseMoreThanUndo(asked.data)
  const loosened = [
    ...(approvalDays > deployed.approvalDays
      ? [`approvalDays ${approvalDays} where ${deployed.approvalDays} is deployed`]
      : []),
    ...loosenedMode(deployed, mode, approval),
    ...loosenedApproval(deployed.approval, approval),
    ...loosenedPolicy(deployed.policy, defined(policy)),
  ]
  if (loosened.length > 0) {
    throw new InputRefused(
      `Input refused: an input may only tighten what was deployed, received ${loosened.join('; ')}`,
    )
  }
  return {
    mode,
    approval,
    approvalDays,
    policy: tightened(deployed.policy, defined(policy)),
    undo: undo === undefined ? null : { run: undo.run, keys: undo.keys ?? null },
  }
}

/** An undo takes no other word: it needs no approval and follows no policy. */
function refuseMoreThanUndo({ Comment: _, undo: __, ...more }: object & { Comment?: unknown; undo?: unknown }): void {
  const fields = Object.keys(more)
  if (fields.length > 0)
    throw new InputRefused(`Input refused: undo stands alone, received ${fields.join(', ')} beside it`)
}

function loosenedMode(deployed: Settings, mode: Mode, approval: Approval): string[] {
  if (deployed.mode === 'apply' || mode === 'plan' || approval === 'always') return []
  return [`mode "apply" where "plan" is deployed (allowed only with approval "always")`]
}

/** `always` asks a person for everything, `never` writes nothing over a cap: both are at least as strict as `over-cap`. */
function loosenedApproval(deployed: Approval, asked: Approval): string[] {
  if (asked === deployed || asked === 'always' || (deployed === 'over-cap' && asked === 'never')) return []
  return [`approval "${asked}" where "${deployed}" is deployed`]
}

function loosenedPolicy(deployed: Policy, asked: Partial<Policy>): string[] {
  const shorter = (name: 'unusedDays', now = asked[name]) => (now !== undefined && now < deployed[name] ? [name] : [])
  const larger = (name: 'maxKeys' | 'maxPercent' | 'concurrency', now = asked[name]) =>
    now !== undefined && now > deployed[name] ? [name] : []
  const rotation = asked.rotationDays
  const rotationLoosened =
    typeof rotation === 'number' && (deployed.rotationDays === null || rotation < deployed.rotationDays)
  return [
    ...shorter('unusedDays'),
    ...(rotationLoosened ? ['rotationDays' as const] : []),
    ...larger('maxKeys'),
    ...larger('maxPercent'),
    ...larger('concurrency'),
  ].map((name) => `${name} ${JSON.stringify(asked[name])} where ${JSON.stringify(deployed[name])} is deployed`)
}

/** Exemptions are added to, never replaced. */
function tightened(deployed: Policy, asked: Partial<Policy>): Policy {
  return {
    ...deployed,
    ...asked,
    exemptUsers: union(deployed.exemptUsers, asked.exemptUsers ?? []),
    exemptPaths: union(deployed.exemptPaths, asked.exemptPaths ?? []),
  }
}

const withAlwaysExempt = (policy: Policy): Policy => ({
  ...policy,
  exemptUsers: union(ALWAYS_EXEMPT_USERS, policy.exemptUsers),
})

const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])]

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
