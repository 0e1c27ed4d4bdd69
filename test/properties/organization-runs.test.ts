// Whole organization runs by chance: both state machines and all their handlers, in memory.
import { expect, it } from '@jest/globals'
import { tryOrganizations } from './organization-runs.ts'
import { some } from './seeds.ts'

it('nothing that must always hold is broken, in whatever organization', async () => {
  const { writes, undone, ends } = await tryOrganizations(some(25))
  expect(writes).toBeGreaterThan(10)
  expect(undone).toBe(writes)
  for (const end of ['changed', 'nothing to do', 'planned', 'failed']) expect(Object.keys(ends)).toContain(end)
})
