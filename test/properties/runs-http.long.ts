import { expect, it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { fewestWrites, tryRuns } from './runs.ts'
import { MINUTES, many } from './seeds.ts'
import { openOverHttp } from './worlds.ts'

it.each(many(shareOfCases(500)))(
  'nothing that must always hold is broken, over HTTP: %s',
  async (name, cases) => {
    const tried = await tryRuns(openOverHttp, cases)
    console.info(name, JSON.stringify(tried))
    expect(tried.writes).toBeGreaterThan(fewestWrites(cases))
  },
  20 * MINUTES,
)
