// What each stored document must say: a run that is read again, perhaps by another version, must not go on with half of it.
import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { storedDecision } from '../../../core/model/documents/decision.ts'
import { document, formatMisfit } from '../../../core/model/documents/document.ts'
import { runRecord } from '../../../core/model/documents/record.ts'
import { VERSION } from '../../../core/model/manifest.ts'
import { LEFT_FOR_NEXT_RUN } from '../../../core/texts/outcome-text.ts'
import { DOCUMENT_EXAMPLES, type DocumentExample } from '../../support/document-examples.ts'
import { factsIn } from '../../support/error-facts.ts'

type Tree = Record<string, unknown>

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null

/** Every place in a document, such as "list.0.user". A policy's fields have a test of their own. */
const placesIn = (value: unknown): string[] =>
  !isTree(value)
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [
        name,
        ...(name === 'policy' ? [] : placesIn(inner).map((place) => `${name}.${place}`)),
      ])

function valueAt(value: unknown, place: string): unknown {
  return place.split('.').reduce<unknown>((within, name) => (isTree(within) ? within[name] : undefined), value)
}

/** A copy with another value at the place, or without its field. */
function changed(example: object, place: string, value?: unknown): object {
  const copy = structuredClone(example)
  const names = place.split('.')
  const parent = names.slice(0, -1).reduce<unknown>((within, name) => (isTree(within) ? within[name] : {}), copy)
  const last = names.at(-1) ?? ''
  if (isTree(parent) && value === undefined) delete parent[last]
  else if (isTree(parent)) parent[last] = value
  return copy
}

/** Where zod finds fault with a changed document; null: nowhere. */
function faultOf({ schema, example }: DocumentExample, place: string, value?: unknown): string[] | null {
  const { error } = schema.safeParse(changed(example, place, value))
  return error === undefined ? null : error.issues.map(({ path }) => path.join('.'))
}

/** Of a union only the whole is named. */
const names = (faults: string[] | null, place: string): boolean =>
  faults === null || faults.some((fault) => fault !== '' && `${place}.`.startsWith(`${fault}.`))

const isInList = (example: object, place: string): boolean =>
  Array.isArray(valueAt(example, place.split('.').slice(0, -1).join('.')))

const OF_ANOTHER_TYPE = Symbol.for('of no document')

describe.each(DOCUMENT_EXAMPLES)('$name', (row) => {
  const { schema, example, others = [], defaults = {}, nullable = [], sets = {}, instants = [], forms = [] } = row
  const places = placesIn(example)
  const fields = places.filter((place) => !isInList(example, place))

  it('is read as it was written, without what a later version adds', () => {
    for (const whole of [example, ...others]) {
      expect(schema.parse(whole)).toEqual(whole)
      expect(schema.parse({ ...whole, ofLaterVersion: 1 })).toEqual(whole)
    }
  })

  it('may lack only the fields that have a default', () => {
    expect(fields.filter((place) => faultOf(row, place) === null).sort()).toEqual(Object.keys(defaults).sort())
    for (const [place, value] of Object.entries(defaults))
      expect({ [place]: valueAt(schema.parse(changed(example, place)), place) }).toEqual({ [place]: value })
  })

  it('may have null only where that means something', () => {
    const filled = places.filter((place) => valueAt(example, place) !== null)
    expect(filled.filter((place) => faultOf(row, place, null) === null).sort()).toEqual([...nullable].sort())
    for (const place of nullable) expect(valueAt(schema.parse(changed(example, place, null)), place)).toBeNull()
  })

  it('has no value of another type', () => {
    expect(places.filter((place) => faultOf(row, place, OF_ANOTHER_TYPE) === null)).toEqual([])
  })

  it('names the field that is wrong', () => {
    expect(fields.filter((place) => !names(faultOf(row, place), place))).toEqual([])
    expect(places.filter((place) => !names(faultOf(row, place, OF_ANOTHER_TYPE), place))).toEqual([])
  })

  it('takes any text, except for instants, closed sets and patterns', () => {
    const ofText = places.filter((place) => typeof valueAt(example, place) === 'string')
    const closed = Object.keys(sets).filter((place) => typeof valueAt(example, place) === 'string')
    const refused = ofText.filter((place) => faultOf(row, place, 'soon') !== null)
    expect(refused.sort()).toEqual([...instants, ...closed, ...forms].sort())
  })

  it('takes every value of a closed set, and no other', () => {
    for (const [place, values] of Object.entries(sets)) {
      for (const value of values) expect(valueAt(schema.parse(changed(example, place, value)), place)).toBe(value)
      for (const other of ['', 'soon', 0, 3]) expect(faultOf(row, place, other)).toContain(place)
    }
  })

  it('has instants with a zone', () => {
    for (const place of instants) {
      for (const value of ['2026-09-11T12:00:00Z', '2026-09-11T12:00:00.000Z'])
        expect(faultOf(row, place, value)).toBeNull()
      for (const value of ['', '2026-09-11', '2026-09-11T12:00:00', '2026-02-30T12:00:00Z']) {
        const { error } = schema.safeParse(changed(example, place, value), { reportInput: true })
        expect(error && formatMisfit({}, error)).toEqual(factsIn(place, 'ISO', JSON.stringify(value)))
      }
    }
  })
})

describe('a stored decision', () => {
  const whole = { runId: 'run-1', plan: 'cafe', at: '2026-09-11T12:00:00Z', userId: null, reason: null, leftOut: [] }
  it.each([
    ['approve', 'ann', true],
    ['reject', 'ann', true],
    ['expired', null, true],
    ['approve', null, false],
    ['reject', null, false],
    ['expired', 'ann', false],
  ])('"%s" by %j is one: %s', (answer, by, valid) => {
    const { success, error } = storedDecision.safeParse({ ...whole, answer, by })
    expect(success).toBe(valid)
    if (!valid) expect(error && formatMisfit({}, error)).toEqual(factsIn('by', 'name', 'null'))
  })
})

it.each([
  [LEFT_FOR_NEXT_RUN, true],
  ['in use', false],
  [null, false],
])('a recorded key of 0.1.0 with the reason %j is left for the next run: %s', (outcomeReason, left) => {
  const { example } = DOCUMENT_EXAMPLES.find(({ name }) => name === 'record.json') ?? { example: {} }
  const ofEarlier = changed(changed(example, 'keys.0.leftForNextRun'), 'keys.0.outcomeReason', outcomeReason)
  expect(runRecord.parse(ofEarlier).keys).toMatchObject([{ leftForNextRun: left }])
})

describe('a key of 0.1.0, which has no row,', () => {
  const row = DOCUMENT_EXAMPLES.find(({ name }) => name === 'record.json')
  const earlier = row && { ...row, example: changed(row.example, 'keys.0.row') }
  it.each(['reason', 'createdAt', 'lastUsedAt'])('names %s if that is wrong', (field) => {
    const place = `keys.0.${field}`
    expect(earlier && faultOf(earlier, place, 7)).toContain(place)
  })
})

describe('a misfit', () => {
  const schema = document({ days: z.number().min(1) })
  const said = (value: object) => {
    const { error } = schema.safeParse(value, { reportInput: true })
    return error && formatMisfit(value, error)
  }
  it('is said by field, rule and what was received', () => {
    expect(said({ days: 0 })).toEqual(factsIn('days', 'least', 1, 'received 0'))
  })
  it('of another version names that version and this one', () => {
    expect(said({ days: 0, keysweep: '9.8.7' })).toEqual(factsIn('days', '9.8.7', VERSION))
  })
  it('names no version if there is none, if it is this one, or if it is no text', () => {
    const [none, own, odd] = [said({ days: 0 }), said({ days: 0, keysweep: VERSION }), said({ days: 0, keysweep: 9 })]
    expect(own).toBe(none)
    expect(none).toMatch(/received 0$/)
    expect(odd).not.toContain(VERSION)
  })
  it('names the first 40 characters of a version', () => {
    const text = said({ days: 0, keysweep: '9'.repeat(41) })
    expect(text).toEqual(factsIn('9'.repeat(40)))
    expect(text).not.toContain('9'.repeat(41))
  })
})
