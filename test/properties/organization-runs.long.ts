import { expect, it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { tryOrganizations } from './organization-runs.ts'
import { MINUTES, many } from './seeds.ts'

it.each(many(shareOfCases(2000)))(
  'nothing that must always hold is broken, in whatever organization: %s',
  async (name, cases) => {
    const tried = await tryOrganizations(cases)
    console.info(name, JSON.stringify(tried))
    expect(tried.writes).toBeGreaterThan(cases.numRuns / 10)
    expect(tried.undone).toBe(tried.writes)
  },
  20 * MINUTES,
)
