import { expect, it } from '@jest/globals'
import { dayOf, instantOf, millisecondsOf, sameInstant } from '../../../core/model/instants.ts'

it.each([
  ['2026-09-11T13:15:19Z', '2026-09-11T13:15:19Z'],
  ['2026-09-11T13:15:19+00:00', '2026-09-11T13:15:19Z'],
  ['2026-09-11T01:15:19+02:00', '2026-09-10T23:15:19Z'],
  ['2026-09-11T01:15:19-05:30', '2026-09-11T06:45:19Z'],
  ['2026-09-11T00:15:19+05:30', '2026-09-10T18:45:19Z'],
  ['2026-09-11T23:15:19-00:50', '2026-09-12T00:05:19Z'],
  ['2026-09-11T13:15:19.123Z', '2026-09-11T13:15:19.123Z'],
  ['2026-09-11T13:15:19.000Z', '2026-09-11T13:15:19Z'],
  ['2026-09-11T13:15:19.120Z', '2026-09-11T13:15:19.120Z'],
  ['2026-09-11T13:15:19.5+00:00', '2026-09-11T13:15:19.500Z'],
  ['2026-09-11T13:15:19.123456789+00:00', '2026-09-11T13:15:19.123Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ['2026-08-31T01:15:19+02:00', '2026-08-30T23:15:19Z'],
  ['2026-08-30T23:15:19-02:30', '2026-08-31T01:45:19Z'],
  ['2026-08-31T00:30:00+00:45', '2026-08-30T23:45:00Z'],
])('%s is the instant %s', (text, instant) => {
  expect(instantOf(millisecondsOf(text) ?? Number.NaN)).toBe(instant)
  expect(sameInstant(text)).toBe(instant)
})

it.each([
  'N/A',
  '',
  'no_information',
  '2026-09-11',
  '2026-09-11T13:15:19',
  '2026-02-30T00:00:00Z',
  '2026-09-11T24:00:00Z',
  '2026-09-11T25:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-04-31T12:00:00+02:00',
  '2026-09-11T13:15:19Zulu',
  '1757596519',
  'at 2026-09-11T13:15:19Z',
  '+012026-09-11T13:15:19Z',
  '2026-09-11T13:15:19Z (UTC)',
  '2026-09-11T13:15:19.1234567890+00:00',
])('%j is no instant', (text) => {
  expect(millisecondsOf(text)).toBeNull()
  expect(sameInstant(text)).toBeNull()
})

it('a text is the same instant, or none, each time it is read, whatever was read in between', () => {
  const start = Date.UTC(2026, 0, 1)
  const texts = Array.from({ length: 2500 }, (_, n) => (n % 5 === 0 ? `no date ${n}` : instantOf(start + n * 1000)))
  const expected = texts.map((_, n) => (n % 5 === 0 ? null : start + n * 1000))
  expect(texts.map(millisecondsOf)).toEqual(expected)
  expect(texts.toReversed().map(millisecondsOf)).toEqual(expected.toReversed())
  expect(texts.flatMap((text) => [text, text]).map(millisecondsOf)).toEqual(expected.flatMap((at) => [at, at]))
})

it('a day is the day in UTC', () => {
  expect(dayOf(Date.parse('2026-09-11T23:59:59.999Z'))).toBe('2026-09-11')
})
