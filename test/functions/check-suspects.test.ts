// A slice of suspects ends well within Lambda's time, wherever it is when its own is up.
import { describe, expect, it } from '@jest/globals'
import { SLICE_MILLISECONDS } from '../../functions/check-suspects.ts'
import type { Slice } from '../../functions/stored.ts'
import { accountOf, openWorld } from '../support/world.ts'

const SUSPECTS = 12
const users = Object.fromEntries(Array.from({ length: SUSPECTS }, (_, n) => [`user-${n}`, 100 + n]))

/** The slices of a run whose time is up at this suspect, `atOnce` suspects being asked about together. */
async function slicesOf(timeIsUpAt: number, atOnce: number): Promise<Slice[]> {
  const world = await openWorld({
    account: accountOf(users),
    settings: `{ mode: plan, policy: { concurrency: ${atOnce} } }`,
  })
  world.endpoint.on('ListAccessKeys', timeIsUpAt, () => world.pass(SLICE_MILLISECONDS))
  const { record } = await world.run()
  expect(record).toMatchObject({ status: 'planned', counts: { suspects: SUSPECTS, stale: SUSPECTS } })
  const keys = await world.ports.store.list('runs/run-1/verdicts/')
  const slices = await Promise.all(keys.map(async (key) => JSON.parse((await world.ports.store.get(key)) ?? '')))
  return slices.sort((a, b) => a.from - b.from)
}

describe('a slice whose time is up', () => {
  it.each([
    [1, 1],
    [5, 1],
    [1, 3],
    [5, 3],
    [12, 3],
    [1, 40],
  ])(
    'at suspect %i, %i at once, ends with the suspects that were started, in order and without a gap',
    async (at, atOnce) => {
      const slices = await slicesOf(at, atOnce)
      expect(slices.map(({ from }) => from)).toEqual([0, ...slices.slice(0, -1).map(({ to }) => to)])
      expect(slices.at(-1)?.to).toBe(SUSPECTS)
      for (const { from, to, verdicts } of slices) expect(verdicts).toHaveLength(to - from)
      expect(new Set(slices.flatMap(({ verdicts }) => verdicts.map(({ user }) => user))).size).toBe(SUSPECTS)
      // What was started when time was up is brought to its end, and nothing more is started.
      expect(slices[0]?.to).toBeGreaterThanOrEqual(Math.min(at, SUSPECTS))
      expect(slices[0]?.to).toBeLessThan(at + atOnce)
    },
  )
})
