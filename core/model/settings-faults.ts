// What is wrong in a settings file, each fault with its line: "keysweep.yml:2: unknown setting policy.unusedDay. Did you
// mean unusedDays?"
import type * as z from 'zod'
import { namesOf } from './directions.ts'
import { SettingsRefused } from './errors.ts'
import { ruleOf } from './format-zod-issues.ts'
import { nearestName } from './nearest-name.ts'
import { organizationFields } from './organization-fields.ts'
import { policyFields } from './policy-fields.ts'
import { receivedText } from './received-text.ts'
import { settingsFields } from './settings-fields.ts'
import type { SettingPath, SettingsYaml } from './settings-yaml.ts'

/** The settings' text is in a Lambda function's environment too, and the error's cause travels through the state machine. */
const LONGEST = 1500

interface Fault {
  line: number
  text: string
}

/** What to say of a name that the file must not have. @param around where it is */
type OnUnknown = (around: SettingPath, name: string) => string

/** Every fault, in the order of their lines. @param file its name */
export function settingsFaults(error: z.ZodError, yaml: SettingsYaml, file: string, onUnknown = unknownName): string {
  const faults = error.issues.flatMap((issue) => faultsOf(issue, yaml, onUnknown)).toSorted((a, b) => a.line - b.line)
  const whole = faults.map(({ line, text }) => `${file}:${line}: ${text}`).join(' ')
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)} ...` : whole
}

function faultsOf(issue: z.core.$ZodIssue, yaml: SettingsYaml, onUnknown: OnUnknown): Fault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ line: yaml.lineOfName([...path, name]), text: onUnknown(path, name) }))
  const odd = yaml.numberAsWritten(path)
  const rule = issue.input === undefined ? 'is missing' : `${ruleOf(issue)}, received ${odd ?? receivedOf(issue)}`
  const advice = odd !== null && wantsText(issue) ? ` ${IN_QUOTES}` : ''
  return [{ line: yaml.lineOf(path), text: `${nameOf(path) || 'the whole'} ${rule}.${advice}` }]
}

/** Of a list that is too long, its length. */
const receivedOf = ({ code, input }: z.core.$ZodIssue): string =>
  code === 'too_big' && Array.isArray(input) ? `${input.length} items` : receivedText(input)

const IN_QUOTES = 'Without quotes, YAML reads it as a number. Write it in quotes.'

const wantsText = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_format' || (issue.code === 'invalid_type' && issue.expected === 'string')

/** "policy.unusedDays"; a name with other characters than a setting's is quoted. */
export const nameOf = (path: SettingPath): string =>
  path.map((name) => (/^[\w-]+$/.test(String(name)) ? String(name) : receivedText(name))).join('.')

/** The blocks of a settings file, and the settings in each. */
const INSIDE: Record<string, string[]> = { policy: namesOf(policyFields), organization: namesOf(organizationFields) }

function unknownName(around: SettingPath, name: string): string {
  const block = String(around[0])
  const inside = INSIDE[block] ?? []
  const atTop = [...namesOf(settingsFields), ...Object.keys(INSIDE)]
  const below = Object.entries(INSIDE).flatMap(([block, names]) => names.map((field) => `${block}.${field}`))
  const meant = nearestName(name, around.length === 0 ? [...atTop, ...below] : [...inside, ...atTop])
  const where = around.length > 0 && atTop.some((one) => one === meant) ? `, outside ${block}` : ''
  return `unknown setting ${nameOf([...around, name])}.${meant === null ? '' : ` Did you mean ${meant}${where}?`}`
}

/** What a settings file says: the settings outside of the blocks, and those in each. */
type Said = { policy: object; organization: object }

/**
 * null lifts the limit of a setting. Where nothing is written, YAML has null too, such as for a list whose lines are all comments.
 * A block without any line has the defaults.
 * @throws SettingsRefused for a setting without a value
 */
export function refuseEmpty({ policy, organization, ...settings }: Said, yaml: SettingsYaml, file: string): void {
  const blocks: [string[], object][] = [
    [[], settings],
    [['policy'], policy],
    [['organization'], organization],
  ]
  const empty = blocks
    .flatMap(([around, said]) => Object.keys(said).map((name) => [...around, name]))
    .find((path) => yaml.isEmpty(path))
  if (empty === undefined) return
  throw new SettingsRefused(
    `${file}:${yaml.lineOfName(empty)}: ${nameOf(empty)} has no value, and would be null. Write null if you mean it, or remove the line.`,
  )
}
