// What commander hands on of declared options is what their type says.
import { describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { addOptions, type DeclaredOption, type OptionsOf } from '../../../cli/options/declare.ts'

const OPTIONS = [
  { flags: '--json', help: 'there or not' },
  { flags: '--max-keys-per-run <count>', help: 'text' },
  { flags: '--approval <when>', help: 'one of a few', choices: ['always', 'never'] },
  { flags: '--leave-out <key id>', help: 'again and again', repeatable: true },
] as const satisfies DeclaredOption[]

type Options = OptionsOf<typeof OPTIONS>

function parsed(...args: string[]): Options {
  const command = addOptions(new Command('x'), OPTIONS)
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  return command.parse(args, { from: 'user' }).opts()
}

describe('declared options', () => {
  it('are handed on by their names, as text, as one of the choices, as a list, or as there', () => {
    const args = ['--json', '--max-keys-per-run', '3', '--approval', 'never', '--leave-out', 'a', '--leave-out', 'b']
    const all: Required<Options> = { json: true, maxKeysPerRun: '3', approval: 'never', leaveOut: ['a', 'b'] }
    expect(parsed(...args)).toEqual(all)
  })

  it('are missing where they are not given', () => {
    expect(parsed()).toEqual({})
  })

  it('take no value that is not among their choices', () => {
    expect(() => parsed('--approval', 'sometimes')).toThrow(/argument 'sometimes' is invalid/)
  })
})
