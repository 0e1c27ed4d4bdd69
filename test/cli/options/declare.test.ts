// What commander hands on of declared options is what their type says.
import { describe, expect, it } from '@jest/globals'
import { Command } from 'commander'
import { addOptions, type DeclaredOption, type OptionsOf } from '../../../cli/options/declare.ts'
import { UsageError } from '../../../local/errors.ts'
import { factsIn } from '../../support/error-facts.ts'

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
  it.each([
    ['--max-keys-per-run', '3', '4'],
    ['--max-keys-per-run', '3', '3'],
    ['--max-keys-per-run', '', '3'],
    ['--approval', 'never', 'always'],
  ])('that take one value are refused by name if they are given again: %s %j, then %j', (flag, first, second) => {
    for (const args of [
      [flag, first, flag, second],
      [`${flag}=${first}`, '--json', `${flag}=${second}`],
    ])
      expect(() => parsed(...args)).toThrow(
        expect.objectContaining({ name: UsageError.name, message: expect.stringContaining(flag) }),
      )
  })

  it.each([
    [['--leave-out', '--json'], '--leave-out', '--json'],
    [['--leave-out', 'a', '--leave-out', '--json', 'b'], '--leave-out', '--json'],
    [['--max-keys-per-run', '--leave-out', 'a'], '--max-keys-per-run', '--leave-out'],
    [['--approval', '--json'], '--approval', '--json'],
    [['--leave-out=--anything'], '--leave-out', '--anything'],
    [['--leave-out', '--'], '--leave-out', '--'],
  ])('that lost their value do not take the next option for it: %j', (args, flag, next) => {
    expect(() => parsed(...args)).toThrow(
      expect.objectContaining({ name: UsageError.name, message: factsIn(flag, JSON.stringify(next)) }),
    )
  })

  it.each(['', ' '])('take no empty value for a list: %j names nothing', (value) => {
    const refusal = expect.objectContaining({ message: factsIn('--leave-out', JSON.stringify(value)) })
    expect(() => parsed('--leave-out', 'a', '--leave-out', value)).toThrow(refusal)
    expect(() => parsed(`--leave-out=${value}`)).toThrow(UsageError)
  })

  it('take a value with one dash', () => {
    expect(parsed('--max-keys-per-run', '-1', '--leave-out', '-')).toEqual({ maxKeysPerRun: '-1', leaveOut: ['-'] })
  })

  it('that take no value may be given again: they say the same', () => {
    expect(parsed('--json', '--json')).toEqual({ json: true })
  })

  it('still tell a value that is not among their choices from one that is given again', () => {
    expect(() => parsed('--approval', 'never', '--approval', 'sometimes')).toThrow('--approval')
    expect(() => parsed('--approval', 'sometimes', '--approval', 'never')).toThrow(/argument 'sometimes' is invalid/)
  })
})
