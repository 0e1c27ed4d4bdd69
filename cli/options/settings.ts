// The settings of a run on this machine: options over keysweep.yml over defaults, and for each value where it came from.
import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { SettingsRefused } from '../../core/model/errors.ts'
import type { Policy } from '../../core/model/policy.ts'
import { ALWAYS_EXEMPT_USERS, parseSettings, type Settings } from '../../core/model/settings.ts'
import { UsageError } from '../../local/errors.ts'
import { POLICY_OPTIONS, type PolicyOptions } from './policy.ts'

export const SETTINGS_FILE = 'keysweep.yml'

/** One value that holds, and where it came from: an option, a file, or "default". */
export interface Origin {
  name: string
  value: string
  from: string
}

export interface Composed {
  settings: Settings
  origins: Origin[]
}

interface File {
  path: string
  text: string
}

/**
 * The settings file: the one named, which must be there, or ./keysweep.yml, which need not.
 * @throws SettingsRefused
 */
export async function readSettingsFile(named: string | undefined): Promise<File | null> {
  const path = named ?? SETTINGS_FILE
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && named === undefined) return null
    throw new SettingsRefused(`Settings refused: expected a file to read at ${path}, received ${code ?? error}`, {
      cause: error,
    })
  }
}

/** What the command itself says of a run. */
export interface Command extends Pick<Settings, 'mode'> {
  /** Without it, the settings file may ask for a person. */
  approval?: Settings['approval'] | undefined
  /** Why the approval is what it is. */
  approvalFrom?: string
  /** --approval-days */
  approvalDays?: string | undefined
}

/**
 * Joins options, file and defaults; exemptions add up, for everything else the first that says something holds.
 * The operator of this machine is its deployer: the mode is the command's, never the file's, and so is the approval, but
 * that a file which says `always` is not passed over in silence.
 * @throws SettingsRefused for the file, UsageError for an option
 */
export function composeSettings(command: Command, options: PolicyOptions, file: File | null): Composed {
  const { mode } = command
  const base = file === null ? parseSettings('') : inFile(file, () => parseSettings(file.text))
  const inFileOnly = file === null ? {} : ((parse(file.text)?.policy ?? {}) as Partial<Policy>)
  const asked = askedPolicy(options)
  const { approval, approvalFrom } = approvalOf(command, base, file)
  const approvalDays = askedDays(command.approvalDays) ?? base.approvalDays
  const policy: Policy = {
    ...base.policy,
    ...asked,
    exemptUsers: union(base.policy.exemptUsers, asked.exemptUsers),
    exemptPaths: union(base.policy.exemptPaths, asked.exemptPaths),
  }
  const origins = POLICY_OPTIONS.flatMap(({ field, flag }) =>
    [policy[field]].flat().map((value) => ({
      name: field,
      value: String(value ?? 'off'),
      from: originOf({ field, flag, value, asked, inFileOnly, path: file?.path ?? '' }),
    })),
  )
  const ofCommand = originsOfCommand({ ...command, approval, approvalFrom }, approvalDays, base.approvalDays, file)
  return { settings: { ...base, mode, approval, approvalDays, policy }, origins: [...ofCommand, ...origins] }
}

/** The file's `over-cap` is its default, and no wish: without an option a plan over a cap writes nothing. */
function approvalOf({ approval, approvalFrom }: Command, base: Settings, file: File | null) {
  if (approval === undefined && file !== null && base.approval === 'always')
    return { approval: base.approval, approvalFrom: file.path }
  return { approval: approval ?? 'never', approvalFrom: approvalFrom ?? 'a run on this machine asks nobody' } as const
}

function originsOfCommand(
  command: Required<Pick<Command, 'approvalFrom'>> &
    Pick<Settings, 'mode' | 'approval'> &
    Pick<Command, 'approvalDays'>,
  approvalDays: number,
  inFile: number,
  file: File | null,
): Origin[] {
  const { mode, approval, approvalFrom } = command
  const fromFile = file !== null && inFile !== parseSettings('').approvalDays ? file.path : 'default'
  const from = command.approvalDays === undefined ? fromFile : '--approval-days'
  return [
    { name: 'mode', value: mode, from: mode === 'apply' ? '--apply' : 'without --apply' },
    { name: 'approval', value: approval, from: approvalFrom },
    ...(approval === 'never' ? [] : [{ name: 'approvalDays', value: String(approvalDays), from }]),
  ]
}

function originOf(about: {
  field: keyof Policy
  flag: string
  value: unknown
  asked: Partial<Policy>
  inFileOnly: Partial<Policy>
  path: string
}): string {
  const { field, flag, value, asked, inFileOnly, path } = about
  const says = (policy: Partial<Policy>) => {
    const said = policy[field]
    return Array.isArray(said) ? said.includes(value as string) : said !== undefined
  }
  if (field === 'exemptUsers' && ALWAYS_EXEMPT_USERS.includes(value as string)) return 'always'
  return says(asked) ? flag : says(inFileOnly) ? path : 'default'
}

/** @throws UsageError */
export function askedDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return checked(
    '--approval-days',
    text,
    () => parseSettings(JSON.stringify({ approvalDays: toValue(text) })).approvalDays,
  )
}

/** The policy's fields that options name, each checked by the rule of the settings file. @throws UsageError */
export function askedPolicy(options: PolicyOptions): Partial<Policy> {
  const asked: Partial<Policy> = {}
  for (const { option, field, flag } of POLICY_OPTIONS) {
    const text = options[option]
    if (text === undefined) continue
    const value = Array.isArray(text) ? text : toValue(text)
    Object.assign(asked, { [field]: checkedOption(field, flag, text, value) })
  }
  return asked
}

/** "off" is only rotationDays' word for none, as `null` is the file's. */
const toValue = (text: string): unknown => (text === 'off' ? null : /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text)

function checkedOption(field: keyof Policy, flag: string, text: string | string[], value: unknown): unknown {
  return checked(flag, text, () => {
    // JSON is YAML: the option goes through the door that the file goes through.
    const { policy } = parseSettings(JSON.stringify({ policy: { [field]: value } }))
    return Array.isArray(value) ? value : policy[field]
  })
}

function checked<T>(flag: string, text: string | string[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error
    const rule = error.message.replace(/^Settings refused: [\w.]+: /, '').replace(/, received .*/s, '')
    throw new UsageError(`Option ${flag} refused: ${rule}, received ${JSON.stringify(text)}`, { cause: error })
  }
}

function inFile<T>({ path }: File, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error
    throw new SettingsRefused(`${path}: ${error.message}`, { cause: error })
  }
}

const union = (a: string[], b: string[] = []): string[] => [...new Set([...a, ...b])]
