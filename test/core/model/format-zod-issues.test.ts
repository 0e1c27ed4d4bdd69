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
    expect(explained({ days: 0, path: '/' })).toEqual(factsIn('days', 'least', 1, 'received 0'))
    expect(explained({ days: 1, path: 'x' })).toEqual(factsIn('path: a path begins with "/"', 'received "x"'))
  })
  it('with the value of another type', () => {
    expect(explained({ days: 'x', path: '/' })).toEqual(factsIn('days', 'number', 'received "x"'))
  })
  it.each<[string, unknown, (string | number)[]]>([
    ['a field that is missing', { path: '/' }, ['days', 'missing']],
    ['a field that is not known', { days: 1, path: '/', dryRun: 'a value' }, ['"dryRun"']],
    ['two of them', { days: 1, path: '/', dryRun: 1, x: 2 }, ['"dryRun", "x"']],
    ['another type of the whole', [], ['object', 'received []']],
  ])('by its name: %s', (_, input, facts) => {
    expect(explained(input)).toEqual(factsIn(...facts))
    expect(explained(input)).not.toContain('a value')
    expect(explained(input)).not.toContain('undefined')
  })
  it('without what was received where that may be a secret', () => {
    const said = explained({ days: 0, path: 'secret' }, false)
    expect(said).toEqual(factsIn('days', 'least', 1, 'path: a path begins with "/"'))
    expect(said).not.toContain('secret')
    expect(said).not.toContain('received')
    expect(explained({ days: 'secret', path: '/' }, false)).toEqual(factsIn('received string'))
  })
  it('with the beginning of what was received', () => {
    const said = explained({ days: 1, path: 'x'.repeat(200) })
    expect(said).toEqual(factsIn(`"${'x'.repeat(79)}`))
    expect(said).not.toContain('x'.repeat(80))
  })
  it('with what is in no way JSON', () => {
    const { error } = z.custom(() => false, 'no').safeParse(() => 1, { reportInput: true })
    expect(error && formatZodIssues(error)).toEqual(factsIn('no', 'received no JSON'))
  })
  it.each<[string, z.ZodType, boolean, string]>([
    ['that is no type of a value', z.custom(() => false, 'as we received it'), false, 'as we received it'],
    ['that is no missing value', z.custom(() => false, 'what we received undefined'), true, ', received 1'],
    ['that does not end with a type', z.string({ error: 'received mail from it' }), false, 'must be text'],
    ['that names no type', z.string({ error: 'no' }), false, 'must be text'],
  ])('also where the check has a message of its own, %s', (_, rule, reportInput, end) => {
    const { error } = rule.safeParse(1, { reportInput })
    const said = error && formatZodIssues(error)
    expect(said?.endsWith(end)).toBe(true)
    expect(said?.match(/received/g)?.length ?? 0).toBe(end.startsWith('must') ? 0 : reportInput ? 2 : 1)
  })
})

it.each([
  [1500, 1500],
  [1501, 1504],
])('an explanation of %d characters has %d: the state machine carries only so much', (length, expected) => {
  const { error } = z.custom(() => false, 'x'.repeat(length)).safeParse(0)
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
    ['a map of names', z.record(z.string(), z.number()), 'x', ['object']],
    ['a switch', z.boolean(), 'x', ['true', 'false']],
    ['a date', z.date(), 'x', ['date']],
    ['another type', z.bigint(), 'x', ['bigint']],
    ['a minimum', z.number().min(1), 0, ['least', 1]],
    ['a maximum', z.number().max(100), 101, ['most', 100]],
    ['a shortest text', z.string().min(1), '', ['least', 1, 'character']],
    ['a longest text', z.string().max(2), 'abc', ['most', 2, 'characters']],
    ['a shortest list', z.array(z.string()).min(1), [], ['least', 1, 'item']],
    ['a longest list', z.array(z.string()).max(1), ['a', 'b'], ['most', 1, 'item']],
    ['a choice', z.enum(['plan', 'apply']), 'x', ['plan', 'apply']],
    ['a rule with words of its own', z.string().regex(/^\//, 'must begin with "/"'), 'x', ['must begin with "/"']],
  ])('is said of %s', (_, schema, value, facts) => {
    const rules = schema.safeParse(value).error?.issues.map(ruleOf)
    expect(rules).toEqual([factsIn(...facts)])
    expect(rules?.join()).not.toContain('undefined')
  })

  it.each<[string, z.ZodType, unknown, string]>([
    ['one field that is not known', z.strictObject({}), { a: 1 }, 'unknown field "a"'],
    ['two of them', z.strictObject({}), { a: 1, b: 2 }, 'unknown fields "a", "b"'],
    ['a check without words of its own', z.custom(() => false), 1, 'not valid'],
    ["zod's words", z.string().regex(/^a/), 'x', 'must match pattern /^a/'],
    ['words with a colon', z.custom(() => false, 'Name: Invalid text: x'), 1, 'Name: Invalid text: x'],
  ])('is said of %s, to the letter', (_, schema, value, rule) => {
    expect(schema.safeParse(value).error?.issues.map(ruleOf)).toEqual([rule])
  })

  it('is said of a choice of forms in other words than of a check', () => {
    const rules = [z.union([z.number(), z.string()]), z.custom(() => false)].map((schema) =>
      schema.safeParse(true).error?.issues.map(ruleOf).join(),
    )
    expect(rules[0]).toEqual(factsIn('forms'))
    expect(rules[1]).not.toBe(rules[0])
  })
})
