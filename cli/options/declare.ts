// An option is declared once, as data. The commander option and the type of its parsed value are made from it.
import { type Command, Option } from 'commander'
import { UsageError } from '../../local/errors.ts'

export interface DeclaredOption {
  /** "--run-id <id>", or "--json" for a boolean option. */
  flags: `--${string}`
  help: string
  /** The allowed values. */
  choices?: readonly string[]
  /** May be given more than once: its value is a list. */
  repeatable?: true
}

/** "runId" of "--run-id <id>", as commander calls it. */
export type OptionName<Flags extends string> = Flags extends `--${infer Name} <${string}>`
  ? CamelCase<Name>
  : Flags extends `--${infer Name}`
    ? CamelCase<Name>
    : never

type CamelCase<Name extends string> = Name extends `${infer Word}-${infer Rest}`
  ? `${Word}${Capitalize<CamelCase<Rest>>}`
  : Name

type ValueOf<Declared extends DeclaredOption> = Declared extends { repeatable: true }
  ? string[]
  : Declared extends { choices: readonly (infer Choice)[] }
    ? Choice
    : Declared['flags'] extends `${string} <${string}>`
      ? string
      : boolean

/** The parsed options: unchecked text. An option that is not given is missing. */
export type OptionsOf<Declared extends readonly DeclaredOption[]> = {
  [D in Declared[number] as OptionName<D['flags']>]?: ValueOf<D>
}

/**
 * Adds the options to a command, in this order. An option that takes one value is refused if it is given again. A value that
 * looks like an option is refused, also after "=".
 */
export function addOptions(command: Command, declared: readonly DeclaredOption[]): Command {
  for (const { flags, help, choices, repeatable } of declared) {
    const option = new Option(flags, help)
    if (choices !== undefined) option.choices(choices)
    if (option.required) checkValues(option, repeatable ? collect : once)
    command.addOption(option)
  }
  return command
}

type Join = (option: Option, value: unknown, before: unknown) => unknown

/** An empty value names nothing: it comes from an unset variable in a script. */
const collect: Join = ({ long }, value, before) => {
  if (String(value).trim() === '') throw noValue(long, value)
  return [...(Array.isArray(before) ? before : []), value]
}

/** Commander would take the last value, and say nothing of the first. The values are not shown: an address may hold a password. */
const once: Join = ({ long }, value, before) => {
  if (before === undefined) return value
  throw new UsageError(`${long} is given more than once, and takes one value. Give it once.`)
}

function checkValues(option: Option, join: Join): void {
  const { parseArg } = option
  option.argParser((value: string, before: unknown) => {
    refuseOption(option, value)
    return join(option, parseArg?.(value, undefined) ?? value, before)
  })
}

/** An empty variable of a script: Commander would take the next option for the value, such as a user to exempt. */
function refuseOption({ long }: Option, value: string): void {
  if (!value.startsWith('--')) return
  throw noValue(long, value.replace(/=.*/s, ''))
}

const noValue = (long: Option['long'], received: unknown): UsageError =>
  new UsageError(
    `${long} needs a value, received ${JSON.stringify(received)}. If a variable has the value, check that it is set.`,
  )
