// The settings of a run on this machine: an option wins over keysweep.yml, which wins over the default. Each value keeps its
// source.
import type * as z from 'zod'
import { MODE_STOPS } from '../../core/model/closed-sets.ts'
import { joinFields, namesOf, type Said } from '../../core/model/directions.ts'
import { SettingsRefused } from '../../core/model/errors.ts'
import { ruleOf } from '../../core/model/format-zod-issues.ts'
import { ALWAYS_POLICY, type Policy, saidPolicy, saidSettings } from '../../core/model/policy.ts'
import { policyFields } from '../../core/model/policy-fields.ts'
import { receivedText } from '../../core/model/received-text.ts'
import { readSettings, type SaidSettings, type Settings, withSesUsers } from '../../core/model/settings.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { UsageError } from '../../local/errors.ts'
import { type AskedAccounts, composeOrganization } from './organization.ts'
import { POLICY_OPTIONS, type PolicyOptions } from './policy.ts'
import type { SettingsFile } from './settings-file.ts'

/** One setting and its source: an option, a file, or "default". */
export interface Origin {
  name: string
  value: string
  from: string
}

export interface Composed {
  settings: Settings
  origins: Origin[]
  /** The settings file with mode off, which refuses --apply; null: none does. */
  switchedOffBy: string | null
}

/** What the command sets. */
export interface Command extends Pick<Settings, 'mode'> {
  /** The source of `mode`: without it, `--apply` given or not. */
  modeFrom?: string
  /** undefined: the settings file may require approval. */
  approval?: Settings['approval'] | undefined
  /** The source of `approval`. */
  approvalFrom?: string
  /** --approval-days */
  approvalDays?: string | undefined
}

/**
 * Joins options, file and defaults. Exemptions add up; of any other setting the first source that has it wins.
 * Mode and approval come from the command and not from the file, with one exception: a file with `approval: always` holds
 * unless an option says otherwise. A file with `mode: off` refuses --apply.
 * @param accounts what options say of the accounts of an organization run; null: the run works on one account
 * @throws SettingsRefused for the file, UsageError for an option
 */
export function composeSettings(
  command: Command,
  options: PolicyOptions,
  file: SettingsFile | null,
  accounts: AskedAccounts | null = null,
): Composed {
  const { mode } = command
  const { settings: base, said } = readSettings(file?.text ?? '', plainLine(file?.path ?? ''))
  refuseSwitchedOff(mode, base, file)
  const asked = askedPolicy(options)
  const { approval, approvalFrom } = approvalOf(command, base, file)
  const approvalDays = askedDays(command.approvalDays) ?? base.approvalDays
  const fromFile = { ...base.policy, exemptUsers: said.policy.exemptUsers ?? [], ...defaultsHere(said.policy) }
  const policy = withSesUsers(joinFields(policyFields, fromFile, asked))
  const from = { asked, said, path: file?.path ?? '' }
  const origins = POLICY_OPTIONS.flatMap(({ field, flag }) =>
    [policy[field]].flat().map((value) => ({
      name: field,
      value: String(value ?? 'off'),
      from: originOf({ field, flag, value, ...from }),
    })),
  )
  const ofCommand = originsOfCommand({ ...command, approval, approvalFrom }, approvalDays, from)
  const composed =
    accounts && composeOrganization(base.organization, accounts, { said: said.organization, path: from.path })
  return {
    settings: {
      ...base,
      mode,
      approval,
      approvalDays,
      policy,
      organization: composed?.organization ?? base.organization,
    },
    origins: [...ofCommand, ...origins, ...(composed?.origins ?? [])],
    switchedOffBy: file !== null && MODE_STOPS[base.mode] ? file.path : null,
  }
}

/** The brake. No option releases it. */
function refuseSwitchedOff(mode: Settings['mode'], base: Settings, file: SettingsFile | null): void {
  if (mode !== 'apply' || file === null || !MODE_STOPS[base.mode]) return
  throw new SettingsRefused(
    `Not applied: keysweep is switched off (mode off in ${plainLine(file.path)}). To plan, leave out --apply. To deactivate keys, set another mode in this file.`,
  )
}

/** Defaults of a run on one machine, for fields that the file does not set. */
const defaultsHere = (said: Said<Policy>): Partial<Policy> =>
  Object.fromEntries(
    namesOf(policyFields).flatMap((name) => {
      const { defaultOnOneMachine: here } = policyFields[name]
      return here === undefined || said[name] !== undefined ? [] : [[name, here]]
    }),
  )

/** A file's `over-cap` does not count, because it is also the default. Without an option, a plan over a cap is not applied. */
function approvalOf({ approval, approvalFrom }: Command, base: Settings, file: SettingsFile | null) {
  if (approval === undefined && file !== null && base.approval === 'always')
    return { approval: base.approval, approvalFrom: file.path }
  return {
    approval: approval ?? 'never',
    approvalFrom: approvalFrom ?? 'add --approval always to require a person',
  } as const
}

/** The fields that options set, and those that the file at `path` sets. */
interface Sources {
  asked: Said<Policy>
  said: SaidSettings
  path: string
}

interface PolicyValue {
  field: keyof Policy
  flag: string
  value: unknown
}

function originsOfCommand(
  command: Required<Pick<Command, 'approvalFrom'>> &
    Pick<Settings, 'mode' | 'approval'> &
    Pick<Command, 'approvalDays' | 'modeFrom'>,
  approvalDays: number,
  { said, path }: Sources,
): Origin[] {
  const { mode, modeFrom, approval, approvalFrom } = command
  const fromFile = said.approvalDays === undefined ? 'default' : path
  const from = command.approvalDays === undefined ? fromFile : '--approval-days'
  return [
    { name: 'mode', value: mode, from: modeFrom ?? (mode === 'apply' ? '--apply' : 'without --apply') },
    { name: 'approval', value: approval, from: approvalFrom },
    ...(approval === 'never' ? [] : [{ name: 'approvalDays', value: String(approvalDays), from }]),
    ...(said.allowedAccounts ?? []).map((value) => ({ name: 'allowedAccounts', value, from: path })),
  ]
}

function originOf({ field, flag, value, asked, said, path }: PolicyValue & Sources): string {
  const says = (policy: Said<Policy>) => {
    const said = policy[field]
    return Array.isArray(said) ? said.includes(value as string) : said !== undefined
  }
  if (says(ALWAYS_POLICY)) return 'exemptSesUsers'
  return says(asked) ? flag : says(said.policy) ? path : 'default'
}

/** @throws UsageError */
export const askedDays = (text: string | undefined): number | undefined =>
  text === undefined
    ? undefined
    : checked('--approval-days', text, toValue(text), saidSettings.shape.approvalDays.unwrap())

/** The policy fields that options set, each checked by the rule of the settings file. @throws UsageError */
export function askedPolicy(options: PolicyOptions): Said<Policy> {
  const asked: Said<Policy> = {}
  for (const { option, field, flag } of POLICY_OPTIONS) {
    const text = options[option]
    if (text === undefined) continue
    const value = Array.isArray(text) ? text : toValue(text)
    if (Array.isArray(text)) refuseComma(flag, field, text)
    Object.assign(asked, { [field]: checked<unknown>(flag, text, value, saidPolicy.shape[field]) })
  }
  return asked
}

/**
 * A comma may be part of a user's name or path. In an option it is far more often meant to separate two.
 * @throws UsageError
 */
function refuseComma(flag: string, field: string, texts: string[]): void {
  const joined = texts.find((text) => text.includes(','))
  if (joined === undefined) return
  // Also of a list that is written as in JSON or for a shell.
  const parts = joined.split(',').map((part) => part.replaceAll(/^[\s"'[{]+|[\s"'\]}]+$/g, ''))
  const repeated = parts.filter((part) => part !== '').map((part) => `${flag} ${part}`)
  throw new UsageError(
    `Invalid ${flag} ${receivedText(joined)}: it must not have a comma. Repeat the option: ${repeated.join(' ')}. If the comma is part of a name, use ${field} in keysweep.yml.`,
  )
}

/** "off" means no limit, as `null` does in the file; only rotationDays allows it. */
const toValue = (text: string): unknown => (text === 'off' ? null : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text)

function checked<T>(flag: string, text: string | string[], value: unknown, schema: z.ZodType<T>): T {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0] as z.core.$ZodIssue
  const received = [text].flat()[Number(issue.path[0] ?? 0)]
  throw new UsageError(`Invalid ${flag} ${receivedText(received)}: ${ruleOf(issue)}.`, { cause: read.error })
}
