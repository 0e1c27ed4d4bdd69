import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { formatZodIssues } from '../../../core/model/format-zod-issues.ts'

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
