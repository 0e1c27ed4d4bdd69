// What 0.1.0 made of the errors of the AWS SDK, recorded from its own code: which error of ours, with which words, and
// whether the change of a key took the update for not sent. Later versions must answer the same, because a key's safety
// depends on it. test/fixtures/README.md explains how the table is read.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Answer, PLACES } from './aws-error-places.ts'
import { type Frozen, frozenRows } from './aws-errors-table.ts'

const FROZEN = JSON.parse(
  readFileSync(new URL('../../fixtures/aws-errors-0.1.0.json', import.meta.url), 'utf8'),
) as Frozen

/** So many of the rows that differ are shown. */
const SHOWN = 10

/** Holds each place to every nth row of its table. */
export function answersAsFrozen(every: number): void {
  // Tens of thousands of errors are made, whose stacks nobody reads.
  const { stackTraceLimit } = Error
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
  })

  it('the table has every place', () => {
    expect(Object.keys(FROZEN.places)).toEqual(Object.keys(PLACES))
  })

  it.each(Object.keys(FROZEN.places))('%s answers each error as 0.1.0 did', async (place) => {
    const answer = PLACES[place]
    if (answer === undefined) throw new TypeError(`Expected a place, received ${place}`)
    const different: { sdk: object; frozen: Answer; now: Answer }[] = []
    let rows = 0
    for (const { sdk, answer: frozen } of frozenRows(FROZEN, place)) {
      rows += 1
      if (rows % every !== 0) continue
      const now = await answer(sdk)
      if (JSON.stringify(now) !== JSON.stringify(frozen)) different.push({ sdk, frozen, now })
    }
    expect(different.slice(0, SHOWN)).toEqual([])
    expect(rows).toBeGreaterThan(1000)
  })
}
