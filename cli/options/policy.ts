// The options that say what counts as stale, what is exempt and how much one run may take: one for each policy field.
import type { Command } from 'commander'
import type { Policy } from '../../core/model/policy.ts'

/** As commander hands them on: text, to be checked by the same rules as the settings file. */
export interface PolicyOptions {
  unusedDays?: string
  rotationDays?: string
  warnDays?: string
  maxKeys?: string
  maxPercent?: string
  concurrency?: string
  exemptUser?: string[]
  exemptPath?: string[]
}

interface PolicyOption {
  option: keyof PolicyOptions
  flag: string
  field: keyof Policy
  placeholder: string
  help: string
}

export const POLICY_OPTIONS: PolicyOption[] = [
  of('unusedDays', 'days', 'a key is stale when nothing happened to it for so long'),
  of('rotationDays', 'days', 'a key is stale when it is that old, however much it is used ("off": never)'),
  of('warnDays', 'days', 'point out keys that become stale within so many days'),
  of('maxKeys', 'count', 'most keys one run may take without approval'),
  of('maxPercent', 'percent', "most keys one run may take without approval, of the account's active keys"),
  of('concurrency', 'count', 'keys deactivated at once, 1 to 40'),
  of('exemptUser', 'pattern', 'never touch these users; * stands for any characters (repeatable)', 'exemptUsers'),
  of('exemptPath', 'path', 'never touch users under this path, such as /service/ (repeatable)', 'exemptPaths'),
]

function of(option: keyof PolicyOptions, placeholder: string, help: string, field = option as keyof Policy) {
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return { option, flag, field, placeholder, help }
}

/** Adds the policy's options to a command. */
export function addPolicyOptions(command: Command): Command {
  for (const { flag, placeholder, help, field } of POLICY_OPTIONS) {
    const usage = `${flag} <${placeholder}>`
    if (field === 'exemptUsers' || field === 'exemptPaths') command.option(usage, help, collect)
    else command.option(usage, help)
  }
  return command
}

/** For an option that may be given again and again. */
export const collect = (value: string, before: string[] = []): string[] => [...before, value]
