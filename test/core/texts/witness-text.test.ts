import { describe, expect, it } from '@jest/globals'
import { NO_WITNESS } from '../../../core/model/key-events.ts'
import { noWitnessOf, noWitnessText, otherSweeperText } from '../../../core/texts/witness-text.ts'
import { expectOwnSentences, factsIn } from '../../support/error-facts.ts'

describe('why there is no second witness', () => {
  const textOf = (why: (typeof NO_WITNESS)[number], detail: string | null = null) =>
    noWitnessText({ complete: false, why, detail })

  it('has words of its own for each cause, after what it is a cause of', () => {
    expectOwnSentences(NO_WITNESS.map((why) => textOf(why)))
    expect(NO_WITNESS.map((why) => textOf(why))).toEqual(
      NO_WITNESS.map(() => expect.stringMatching(/^[^:]*\bwitness: \S+ \p{L}[^:]*\p{L}$/u)),
    )
  })
  it.each([...NO_WITNESS])('%s: ends with the error in parentheses, if there is one', (why) => {
    expect(textOf(why, 'AccessDenied: no')).toBe(`${textOf(why)} (AccessDenied: no)`)
  })
})

describe('of a plan', () => {
  it.each([null, { complete: true } as const])('nothing is said where the witness is %j', (witness) => {
    expect(noWitnessOf({ witness })).toBeNull()
  })
  it('it is said that there is none, with the cause', () => {
    const witness = { complete: false, why: 'denied', detail: 'AccessDenied: no' } as const
    expect(noWitnessOf({ witness })).toBe(noWitnessText(witness))
  })
})

describe('another keysweep', () => {
  const [one, two] = ['AKIAIDLEIDLEIDLEIDLE', 'AKIABACKBACKBACKBAC1']
  const sweeper = { version: '0.1.9', store: 's3://theirs', runs: ['run-7'], lastAt: '2026-09-11T12:00:00Z' }

  it.each([
    [[one], '1 key'],
    [[one, two], '2 keys'],
  ])('is named with its version, its store, its last change and how many keys: %j', (accessKeyIds, keys) => {
    const text = otherSweeperText({ ...sweeper, accessKeyIds })
    expect(text).toEqual(factsIn('keysweep 0.1.9', 's3://theirs', keys, '2026-09-11T12:00:00Z'))
    expect(text).not.toMatch(/AKIA|run-7/)
  })
})
