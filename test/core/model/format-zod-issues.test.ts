import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { formatZodIssues, ruleOf } from '../../../core/model/format-zod-issues.ts'
import { factsIn } from '../../support/error-facts.ts'

const schema = z.strictObject({ days: z.number().min(1), path: z.string().regex(/^\//, 'a path begins with "/"') })
const explained = (input: unknown, reportInput = true) => {
  const { error } = schema.safeParse(input, { reportInput })
  return error === undefined ? null : formatZodIssues(error)
}

describe('a fault is explained', () => {
  it('by where it is, the rule, and what was received', () => {
    expect(explained({ days: 0, path: '/' })).toBe('days: Too small: expected number to be >=1, received 0')
    expect(explained({ days: 1, path: 'x' })).toBe('path: a path begins with "/", received "x"')
  })
  it('with the value behind the type that was received', () => {
    expect(explained({ days: 'x', path: '/' })).toBe('days: Invalid input: expected number, received string "x"')
  })
  it('without what was received where that may be a secret', () => {
    expect(explained({ days: 0, path: 'x' }, false)).toBe(
      'days: Too small: expected number to be >=1; path: a path begins with "/"',
    )
  })
  it('with the beginning of what was received', () => {
    expect(explained({ days: 1, path: 'x'.repeat(200) })).toBe(
      `path: a path begins with "/", received "${'x'.repeat(79)}`,
    )
  })
  it('with what is in no way JSON', () => {
    const { error } = z.custom(() => false, 'no').safeParse(() => 1, { reportInput: true })
    expect(error && formatZodIssues(error)).toBe('the whole: no, received undefined')
  })
})

it.each([
  [1500, 1500],
  [1501, 1504],
])('an explanation of %d characters has %d: the state machine carries only so much', (length, expected) => {
  const prefix = 'the whole: '
  const { error } = z.custom(() => false, 'x'.repeat(length - prefix.length)).safeParse(0)
  const text = error && formatZodIssues(error)
  expect(text).toHaveLength(expected)
  expect(text?.endsWith('x ...')).toBe(expected > length)
})

describe('the rule that a value breaks', () => {
  it.each<[string, z.ZodType, unknown, (string | number)[]]>([
    ['a type', z.number(), 'x', ['number']],
    ['a whole number', z.number().int(), 1.5, ['whole number']],
    ['text', z.string(), 1, ['text']],
    ['a list', z.array(z.string()), 'x', ['list']],
    ['an object', z.strictObject({}), 'x', ['object']],
    ['another type', z.boolean(), 'x', ['boolean']],
    ['a minimum', z.number().min(1), 0, ['least', 1]],
    ['a maximum', z.number().max(100), 101, ['most', 100]],
    ['a shortest text', z.string().min(1), '', ['least', 1, 'characters']],
    ['a longest text', z.string().max(2), 'abc', ['most', 2, 'characters']],
    ['a shortest list', z.array(z.string()).min(1), [], ['least', 1, 'items']],
    ['a longest list', z.array(z.string()).max(1), ['a', 'b'], ['most', 1, 'items']],
    ['a choice', z.enum(['plan', 'apply']), 'x', ['plan', 'apply']],
    ['a rule with words of its own', z.string().regex(/^\//, 'must begin with "/"'), 'x', ['must begin with "/"']],
  ])('is said of %s', (_, schema, value, facts) => {
    expect(schema.safeParse(value).error?.issues.map(ruleOf)).toEqual([factsIn(...facts)])
  })
})
