// The options of the policy: one for each field of POLICY_FIELDS.
import type { Command } from 'commander'
import { namesOf } from '../../core/model/directions.ts'
import { type POLICY_FIELDS, type Policy, type PolicyFieldName, policyFields } from '../../core/model/policy-fields.ts'
import { addOptions, type OptionName } from './declare.ts'

type OptionOf<F extends PolicyFieldName> = OptionName<(typeof POLICY_FIELDS)[F]['option']>

/** The options as commander parses them: text, checked later by the rules of the settings file. */
export type PolicyOptions = { [F in PolicyFieldName as OptionOf<F>]?: Policy[F] extends string[] ? string[] : string }

interface PolicyOption {
  field: PolicyFieldName
  /** "--unused-days" */
  flag: string
  /** The option's name in commander: "unusedDays" */
  option: keyof PolicyOptions
}

export const POLICY_OPTIONS: PolicyOption[] = namesOf(policyFields).map((field) => {
  const [flag = ''] = policyFields[field].option.split(' ')
  const option = flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return { field, flag, option: option as keyof PolicyOptions }
})

/** The options of the policy as they were typed, one word each. */
export const policyWords = (options: PolicyOptions): string[] =>
  POLICY_OPTIONS.flatMap(({ flag, option }) => {
    const value = options[option]
    return value === undefined ? [] : [value].flat().flatMap((text) => [flag, text])
  })

/** Adds the options of the policy to a command. */
export const addPolicyOptions = (command: Command): Command =>
  addOptions(
    command,
    Object.values(policyFields).map(({ option, help, default: value }) => ({
      flags: option,
      help,
      ...(Array.isArray(value) && { repeatable: true as const }),
    })),
  )
