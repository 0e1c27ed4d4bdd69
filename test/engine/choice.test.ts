import { describe, expect, it } from '@jest/globals'
import { errorOf, outputOf } from './machines.ts'

const B = { B: { Type: 'Succeed' } }

describe('A Choice', () => {
  const choose = async (rule: Record<string, unknown>, input: unknown) => {
    const output = await outputOf(
      {
        A: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Parameters: { holds: true }, End: true },
        No: { Type: 'Pass', Parameters: { holds: false }, End: true },
      },
      { input },
    )
    return (output as { holds: boolean }).holds
  }
  const a = (operator: string, operand: unknown) => ({ Variable: '$.a', [operator]: operand })
  const cases: [Record<string, unknown>, unknown, boolean][] = [
    [a('StringEquals', 'x'), 'x', true],
    [a('StringEquals', 'x'), 'X', false],
    [a('StringEquals', 'x'), ['x'], false],
    [a('StringEquals', ''), '', true],
    [a('StringEquals', ''), null, false],
    [a('StringEquals', '5'), 5, false],
    [a('StringEquals', 'true'), true, false],
    [a('BooleanEquals', true), true, true],
    [a('BooleanEquals', true), 'true', false],
    [a('BooleanEquals', true), 1, false],
    [a('BooleanEquals', false), false, true],
    [a('BooleanEquals', false), true, false],
    [a('BooleanEquals', false), 0, false],
    [a('BooleanEquals', false), null, false],
    [a('IsPresent', true), null, true],
    [a('IsPresent', false), null, false],
    [a('IsPresent', true), undefined, false],
    [a('IsPresent', false), undefined, true],
  ]
  it.each(cases)('decides %j on %j: %j', async (rule, value, expected) => {
    expect(await choose(rule, { a: value })).toBe(expected)
  })

  it('takes the first rule that fits and hands its input on', async () => {
    const rule = (Next: string) => ({ Variable: '$.n', StringEquals: 'x', Next })
    const states = {
      A: { Type: 'Choice', Choices: [rule('B'), rule('C')] },
      B: { Type: 'Succeed' },
      C: { Type: 'Fail' },
    }
    expect(await outputOf(states, { input: { n: 'x', m: 2 } })).toEqual({ n: 'x', m: 2 })
    expect(await errorOf(states, { input: { n: 'y' } })).toBe('States.NoChoiceMatched')
  })

  it('takes a rule that matches before one whose path finds nothing', async () => {
    const there = { Variable: '$.a', IsPresent: false, Next: 'B' }
    const states = { A: { Type: 'Choice', Choices: [there, { ...a('StringEquals', 'x'), Next: 'B' }] }, ...B }
    expect(await outputOf(states, { input: {} })).toEqual({})
    expect(await outputOf(states, { input: { a: 'x' } })).toEqual({ a: 'x' })
  })

  it.each([[a('StringEquals', 'x')], [a('BooleanEquals', false)]])(
    'on a path to nothing fails the execution: %j',
    async (rule) => {
      const states = { A: { Type: 'Choice', Choices: [{ ...rule, Next: 'B' }], Default: 'B' }, ...B }
      expect(await errorOf(states, { input: {} })).toBe('States.Runtime')
    },
  )

  it('may ask the context', async () => {
    expect(await choose({ Variable: '$$.Execution.Name', StringEquals: 'run-1' }, {})).toBe(true)
  })
})
