import { expect, it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { fewestWrites, tryRuns } from './runs.ts'
import { MINUTES, many } from './seeds.ts'
import { openInMemory } from './worlds.ts'

it.each(many(shareOfCases(10_000)))(
  'nothing that must always hold is broken, in memory: %s',
  async (name, cases) => {
    const tried = await tryRuns(openInMemory, cases)
    console.info(name, JSON.stringify(tried))
    expect(tried.writes).toBeGreaterThan(fewestWrites(cases))
  },
  20 * MINUTES,
)
