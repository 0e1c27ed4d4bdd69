// An option is declared once, as data: commander is told by it, and the type of what commander hands on is made of it.
import { type Command, Option } from 'commander'

export interface DeclaredOption {
  /** "--run-id <id>", or "--json" for one that is there or not. */
  flags: `--${string}`
  help: string
  /** The only values that it takes. */
  choices?: readonly string[]
  /** It may be given again and again. */
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

/** What commander hands on: text, to be checked by whoever takes it; what is not given is missing. */
export type OptionsOf<Declared extends readonly DeclaredOption[]> = {
  [D in Declared[number] as OptionName<D['flags']>]?: ValueOf<D>
}

/** Adds the options to a command, in this order. */
export function addOptions(command: Command, declared: readonly DeclaredOption[]): Command {
  for (const { flags, help, choices, repeatable } of declared) {
    const option = new Option(flags, help)
    if (choices !== undefined) option.choices(choices)
    if (repeatable) option.argParser(collect)
    command.addOption(option)
  }
  return command
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]
