// How long a question stands: counted from its plan, whenever and however often it is put.
import { expect, it } from '@jest/globals'
import { answerUntil, isPastAnswering, isTermOver, millisecondsAsked } from '../../../core/run/decision.ts'

const PLANNED = '2026-09-11T12:00:00.000Z'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const after = (milliseconds: number) => new Date(Date.parse(PLANNED) + milliseconds)

it.each([
  [0, false],
  [7 * DAY, false],
  [7 * DAY + HOUR - 1, false],
  [7 * DAY + HOUR, true],
  [30 * DAY, true],
])('%i ms after the plan a question of 7 days is over: %s', (milliseconds, over) => {
  expect(isPastAnswering(PLANNED, 7, after(milliseconds))).toBe(over)
})

it.each([
  [0, 7, false],
  [7 * DAY - 1, 7, false],
  [7 * DAY, 7, true],
  [30 * DAY, 7, true],
  [DAY, 1, true],
  [DAY - 1, 1, false],
])('%i ms after the plan a term of %i days is over: %s', (milliseconds, days, over) => {
  expect(isTermOver(PLANNED, days, after(milliseconds))).toBe(over)
})

it('a late reader is shown what is left of the term', () => {
  expect(answerUntil(PLANNED, 7, after(5000))).toBe('2026-09-18T12:00:00.000Z')
  expect(answerUntil(PLANNED, 7, after(5 * DAY))).toBe('2026-09-18T12:00:00.000Z')
})

it('by a clock that is behind nobody is promised more than the term', () => {
  expect(answerUntil(PLANNED, 7)).toBe('2026-09-18T12:00:00.000Z')
  expect(answerUntil(PLANNED, 1, after(-HOUR))).toBe('2026-09-12T11:00:00.000Z')
})

it('a question has stood since its plan', () => {
  expect(millisecondsAsked(PLANNED, after(25 * HOUR))).toBe(25 * HOUR)
})
