import { expect, it } from '@jest/globals'
import { shareOfCases } from '../support/share.ts'
import { CASES, tryOverHttp } from './organization-http.ts'
import { MINUTES, many } from './seeds.ts'
import '../io/no-backoff.ts'

it.each(many(shareOfCases(CASES)))(
  'nothing that must always hold is broken over HTTP, whatever fails and wherever the run dies: %s',
  async (name, cases) => {
    const tried = await tryOverHttp(cases)
    console.info(name, JSON.stringify(tried))
    expect(tried.writes).toBeGreaterThan(0)
  },
  20 * MINUTES,
)
