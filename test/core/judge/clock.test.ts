import { describe, expect, it } from '@jest/globals'
import { boundedClock } from '../../../core/judge/clock.ts'
import { ClockRefused } from '../../../core/model/errors.ts'
import { errorWith } from '../../support/error-facts.ts'

const START = '2026-09-11T12:00:00.000Z'
const at = (milliseconds: number) => new Date(Date.parse(START) + milliseconds)
const DAY = 24 * 60 * 60 * 1000
const MINUTE = 60_000

const held = (now: Date, from = START) => boundedClock(() => now, { what: "the run's start", from, lasts: { days: 2 } })

describe("a function's clock", () => {
  it.each([
    ['five minutes behind the start', -5 * MINUTE],
    ['at the start', 0],
    ['at the very end of the term', 2 * DAY],
  ])('is believed %s', (_, milliseconds) => {
    expect(held(at(milliseconds))()).toEqual(at(milliseconds))
  })
  it.each([
    ['more than five minutes behind the start', -5 * MINUTE - 1],
    ['a millisecond after the term', 2 * DAY + 1],
    ['100 days ahead', 100 * DAY],
  ])('is refused %s', (_, milliseconds) => {
    expect(held(at(milliseconds))).toThrow(ClockRefused)
  })
  it('that is refused has the rule and the received value in its message', () => {
    expect(held(at(3 * DAY))).toThrow(
      errorWith('ClockRefused', '2 days', "the run's start", START, '2026-09-14T12:00:00Z'),
    )
  })
  it('is refused where the start is not known', () => {
    expect(held(at(0), 'yesterday')).toThrow(ClockRefused)
  })
  it('that tells no time is refused', () => {
    expect(held(new Date(Number.NaN))).toThrow(errorWith('ClockRefused', 'none'))
  })
})
