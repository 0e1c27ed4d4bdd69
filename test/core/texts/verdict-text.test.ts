// Which values a verdict's sentence holds. The sentences themselves are in test/texts/verdicts.txt.
import { describe, expect, it } from '@jest/globals'
import { VERDICT_ROWS } from '../../../core/model/closed-sets.ts'
import type { LastUsed } from '../../../core/model/facts.ts'
import { type DecidingRow, decidingRow, FACT_DOUBTS } from '../../../core/model/verdict.ts'
import { endedText, ROW_NAMES, reasonText, verdictText } from '../../../core/texts/verdict-text.ts'
import { expectNoGap, expectOwnSentences, factsIn } from '../../support/error-facts.ts'
import { doubted, WAYS_TO_DECIDE } from '../../support/rows.ts'

const USED: LastUsed = { known: true, at: '2026-02-23T00:00:00Z', service: 's3', region: 'eu-west-1' }
const NEVER: LastUsed = { known: true, at: null, service: null, region: null }
const SINCE = '2026-02-23T23:59:59.999Z'

/** Rows whose sentence says by itself which row it is. */
const NAMES_ITSELF = ['unused', 'rotation']

describe('a verdict in words', () => {
  it.each(WAYS_TO_DECIDE)('%j holds its values: %j', (row, facts) => {
    expect(verdictText(row)).toEqual(factsIn(...facts))
    expectNoGap(verdictText(row))
  })
  it.each(WAYS_TO_DECIDE)(
    '%j begins with the name of its row, and ends with it where it has no values',
    (row, facts) => {
      const [name, text] = [ROW_NAMES[row.row], verdictText(row)]
      if (NAMES_ITSELF.includes(row.row)) expect(text).not.toMatch(/:/)
      else if (facts.length > 0 || row.row === 'root') expect(text).toMatch(new RegExp(`^${name}: \\S`))
      else expect(text).toBe(name)
    },
  )
  it.each([...FACT_DOUBTS])('the doubt "%s" has words of its own', (doubt) => {
    const own = (other: typeof doubt) => verdictText(doubted(other, 'x'))
    expect(own(doubt)).toMatch(/^unknown: \p{L}+ \p{L}+/u)
    expect(FACT_DOUBTS.filter((other) => own(other) === own(doubt))).toEqual([doubt])
  })
  it('holds the name of a tag and its value, as JSON, where that is in doubt', () => {
    const text = verdictText(doubted('exempt-until-no-date', 'x"'))
    expect(text).toEqual(factsIn('keysweep-exempt-until', '"x\\""'))
    expect(verdictText(doubted('exempt-until-no-date'))).toEqual(factsIn('keysweep-exempt-until', '""'))
  })
  it('tells apart a key that was used from one that never was, and a day from a day with a reason', () => {
    const texts = WAYS_TO_DECIDE.map(([row]) => verdictText(row))
    expect(new Set(texts).size).toBe(texts.length)
  })
  it('tells a key that was inactive from one that was not shown, and both from another count of active keys', () => {
    const accessKeyId = 'AKIABACKBACKBACKBAC1'
    const ofKey = (['was-inactive', 'not-shown'] as const).map((change) =>
      verdictText({ row: 'changed', values: { change, accessKeyId } }),
    )
    const countedAs = (active: number) =>
      verdictText({ row: 'changed', values: { change: 'more-active', reported: active - 1, active } })
    expect(countedAs(1)).toEqual(factsIn('1 active key', 0))
    expect(countedAs(2)).toEqual(factsIn('2 active keys', 1))
    expectOwnSentences([...ofKey, countedAs(2)])
  })
  it('names who reactivated a key, where that is known', () => {
    const back = (by?: string): DecidingRow => ({
      row: 'in-use',
      values: { since: SINCE, reactivated: true, ...(by === undefined ? {} : { by }) },
    })
    expect(verdictText(back('arn:aws:iam::1:user/ann'))).toEqual(factsIn('2026-02-23', 'arn:aws:iam::1:user/ann'))
    expectOwnSentences([verdictText(back()), verdictText(back('ann'))])
  })
  it('says of an idle key that it was reactivated nevertheless', () => {
    const idle: DecidingRow = { row: 'unused', values: { since: SINCE, neverUsed: false } }
    const reactivation = { at: '2026-03-01T12:00:00Z', by: 'ann' }
    const text = verdictText({ ...idle, values: { ...idle.values, reactivation } })
    expect(text.startsWith(`${verdictText(idle)}, `)).toBe(true)
    expect(text).toEqual(factsIn('2026-03-01', 'ann'))
  })
  it('says nothing of a return whose day is not known', () => {
    expect(verdictText({ row: 'in-use', values: { since: null, reactivated: true } })).toBe(ROW_NAMES['in-use'])
  })
  it('has words for each row, and what is stored is read back as it was', () => {
    const rows = [...WAYS_TO_DECIDE.map(([row]) => row), doubted('no-row')]
    expect(new Set(rows.map(({ row }) => row))).toEqual(new Set(VERDICT_ROWS))
    expect(rows.map((row) => decidingRow.parse(row))).toEqual(rows)
  })
})

describe('the reason of a key', () => {
  const own: DecidingRow = { row: 'own', values: { by: 'user' } }
  it.each<[string, DecidingRow, LastUsed, boolean]>([
    ['a key that was used', own, USED, false],
    ['a key that was never used', own, NEVER, true],
    ['a key whose last use is not known', own, { known: false }, true],
    ['a last use that is in doubt itself', doubted('last-used-missing'), { known: false }, false],
    ['another doubt, the last use not known', doubted('created-missing'), { known: false }, true],
    ['another doubt, never used', doubted('created-missing'), NEVER, true],
    ['idle since a day and never used', { row: 'unused', values: { since: SINCE, neverUsed: false } }, NEVER, true],
    ['one that says so already', { row: 'unused', values: { since: SINCE, neverUsed: true } }, NEVER, false],
    ['old and never used', { row: 'rotation', values: { createdAt: SINCE } }, NEVER, true],
  ])('says once whether it was used: %s', (_, row, lastUsed, adds) => {
    const [reason, verdict] = [reasonText(row, lastUsed), verdictText(row)]
    expect(reason.startsWith(verdict)).toBe(true)
    expect(/^; \p{L}+ \p{L}+/u.test(reason.slice(verdict.length))).toBe(adds)
    if (!adds) expect(reason).toBe(verdict)
  })
  it('tells "never used" apart from "not known"', () => {
    expect(reasonText(own, NEVER)).not.toBe(reasonText(own, { known: false }))
  })
})

describe('an exemption that has ended', () => {
  const until = '2026-09-10'
  it.each([
    [null, '2026-09-10'],
    ['parental leave', '2026-09-10, parental leave'],
  ])('with the text %j is shown as "%s", after the reason of its key', (text, told) => {
    const own: DecidingRow = { row: 'own', values: { by: 'user' } }
    expect(endedText({ until, text })).toBe(told)
    const reason = reasonText(own, USED, { until, text })
    expect(reason.startsWith(`${reasonText(own, USED)}; `)).toBe(true)
    expect(reason.endsWith(` ${told}`)).toBe(true)
  })
})
