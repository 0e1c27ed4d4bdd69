// What is stored of a verdict: each field of a line, which must be there and of its type.
import { describe, expect, it } from '@jest/globals'
import type * as z from 'zod'
import { exemptionEnded, keyVerdict, plannedKey, rowAndValues } from '../../../core/model/verdict.ts'
import { IN_USE, UNUSED } from '../../support/rows.ts'

const LINE = {
  user: 'bot',
  createdAt: '2025-08-07T12:00:00Z',
  lastUsedAt: null,
  lastUsedService: null,
  lastUsedRegion: null,
  reason: 'in words',
  owner: null,
}
const JUDGED = { ...LINE, accessKeyId: null, verdict: 'kept', staleOn: null, rule: null, idleSince: null, ...IN_USE }
const PLANNED = {
  ...LINE,
  path: '/',
  accessKeyId: 'AKIAIDLEIDLEIDLEIDLE',
  rule: 'unused',
  idleSince: '2026-02-23T12:00:00Z',
  otherActiveKey: null,
  report: { generatedAt: '2026-09-11T11:00:00Z', activeKeys: 1, slots: [], userCreatedAt: null },
  ...UNUSED,
}

const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success

describe.each<[string, z.ZodType, object]>([
  ['a judged key', keyVerdict, JUDGED],
  ['a planned key', plannedKey, PLANNED],
])('%s', (_, schema, stored) => {
  it('is read as it was stored', () => {
    expect(schema.parse(stored)).toMatchObject(stored)
  })
  it.each(Object.keys(stored))('is refused without %s, and with a value of another type there', (name) => {
    // Without a row, the sentence is read instead.
    const { [name]: _, ...rest } = stored as Record<string, unknown>
    if (name !== 'row' || schema === plannedKey) expect(takes(schema, rest)).toBe(false)
    for (const value of [7, true, {}, 'another']) {
      const isText = value === 'another' && !['verdict', 'rule', 'report', 'row', 'values'].includes(name)
      expect([name, value, takes(schema, { ...stored, [name]: value })]).toEqual([name, value, isText])
    }
  })
  it.each([null, {}, 'text', { reason: 7 }])('is not %j', (value) => {
    expect(takes(schema, value)).toBe(false)
  })
  it('may tell of an exemption that ended', () => {
    const ended = { until: '2026-09-01', text: null }
    expect(schema.parse({ ...stored, exemptionEnded: ended })).toMatchObject({ exemptionEnded: ended })
    expect(takes(schema, { ...stored, exemptionEnded: {} })).toBe(false)
  })
})

it('a planned key is stale by its row', () => {
  expect(takes(plannedKey, { ...PLANNED, ...IN_USE })).toBe(false)
})

it('a judged key is stale or kept', () => {
  for (const verdict of ['stale', 'kept']) expect(takes(keyVerdict, { ...JUDGED, verdict })).toBe(true)
})

it.each<[object, boolean]>([
  [{ until: '2026-09-01', text: 'leave' }, true],
  [{ until: '2026-09-01', text: null }, true],
  [{ until: '2026-09-01' }, false],
  [{ until: null, text: null }, false],
  [{ until: '2026-09-01', text: 7 }, false],
])('an exemption that ended is %j: %s', (value, taken) => {
  expect(takes(exemptionEnded, value)).toBe(taken)
})

it('the row and its values can be had alone', () => {
  const key = { ...UNUSED, user: 'bot' }
  expect(rowAndValues(key)).toEqual(UNUSED)
})
