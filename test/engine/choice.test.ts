import { describe, expect, it } from '@jest/globals'
import { errorOf, outputOf } from './machines.ts'

const B = { B: { Type: 'Succeed' } }

describe('A Choice', () => {
  const choose = (rule: Record<string, unknown>, input: unknown) =>
    outputOf(
      {
        A: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
        Yes: { Type: 'Pass', Result: true, End: true },
        No: { Type: 'Pass', Result: false, End: true },
      },
      { input },
    )
  const a = (operator: string, operand: unknown) => ({ Variable: '$.a', [operator]: operand })
  const cases: [Record<string, unknown>, unknown, boolean][] = [
    [a('StringEquals', 'x'), 'x', true],
    [a('StringEquals', 'x'), 'X', false],
    [a('StringEquals', '5'), 5, false],
    [a('BooleanEquals', false), false, true],
    [a('BooleanEquals', false), 0, false],
    [a('NumericEquals', 0), 0, true],
    [a('NumericEquals', 0), '0', false],
    [a('NumericLessThan', 6), 5, true],
    [a('NumericLessThan', 5), 5, false],
    [a('NumericLessThan', 6), '5', false],
    [a('NumericLessThan', 6), null, false],
    [a('NumericLessThanEquals', 5), 5, true],
    [a('NumericGreaterThan', 4), 5, true],
    [a('NumericGreaterThan', 4), true, false],
    [a('NumericGreaterThan', -1), [], false],
    [a('NumericGreaterThanEquals', 5), 5, true],
    [a('IsNull', true), null, true],
    [a('IsNull', false), null, false],
    [a('IsNull', false), 0, true],
    [a('IsPresent', true), null, true],
    [a('IsPresent', false), null, false],
    [a('IsPresent', true), undefined, false],
    [a('IsPresent', false), undefined, true],
    [a('IsString', true), 'x', true],
    [a('IsString', false), 'x', false],
    [a('IsNumeric', true), 5, true],
    [a('IsBoolean', false), 5, true],
    [{ Not: a('IsNull', true) }, 5, true],
    [{ And: [a('IsPresent', true), a('StringEquals', 'x')] }, undefined, false],
    [{ And: [a('IsPresent', true), a('StringEquals', 'x')] }, 'x', true],
    [{ Or: [a('IsPresent', false), { Not: a('NumericEquals', 5) }] }, 5, false],
    [{ Or: [a('IsPresent', false), { Not: a('NumericEquals', 5) }] }, 6, true],
  ]
  it.each(cases)('decides %j on %j: %j', async (rule, value, expected) => {
    expect(await choose(rule, { a: value })).toBe(expected)
  })

  it('takes the first rule that fits and hands its input on', async () => {
    const rule = (Next: string) => ({ Variable: '$.n', NumericGreaterThan: 0, Next })
    const states = {
      A: { Type: 'Choice', Choices: [rule('B'), rule('C')] },
      B: { Type: 'Succeed' },
      C: { Type: 'Fail' },
    }
    expect(await outputOf(states, { input: { n: 1, m: 2 } })).toEqual({ n: 1, m: 2 })
    expect(await errorOf(states, { input: { n: 0 } })).toBe('States.NoChoiceMatched')
  })

  it('on a path to nothing fails the execution', async () => {
    const states = { A: { Type: 'Choice', Choices: [{ ...a('StringEquals', 'x'), Next: 'B' }], Default: 'B' }, ...B }
    expect(await errorOf(states, { input: {} })).toBe('States.Runtime')
  })

  it('may ask the context', async () => {
    expect(await choose({ Variable: '$$.Execution.Name', StringEquals: 'run-1' }, {})).toBe(true)
  })
})
