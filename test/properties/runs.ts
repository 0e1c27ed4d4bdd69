// The property of whole runs: whatever an account, a policy, people and the clock do, nothing that must always hold is
// ever broken.
import fc from 'fast-check'
import { unknownOf } from './known.ts'
import { play } from './play.ts'
import { scenario } from './scenario.ts'
import type { Cases } from './seeds.ts'
import type { OpenWorld } from './worlds.ts'

/** What was tried, so that a test can say that it was not nothing. */
export interface Tried {
  scenarios: number
  runs: number
  undos: number
  writes: number
}

/** Plays scenarios and has each run judged. @throws fast-check's report of the smallest scenario that is complained of */
export async function tryRuns(open: OpenWorld, cases: Cases): Promise<Tried> {
  const tried: Tried = { scenarios: 0, runs: 0, undos: 0, writes: 0 }
  const property = fc.asyncProperty(scenario, async (drawn) => {
    const { complaints, ended, writes } = await play(drawn, open)
    tried.scenarios += 1
    tried.runs += ended.filter(({ step }) => step.do === 'run').length
    tried.undos += ended.filter(({ step }) => step.do === 'undo').length
    tried.writes += writes
    const unknown = unknownOf(complaints)
    if (unknown.length > 0) throw new Error(unknown.join('\n'))
  })
  await fc.assert(property, cases)
  return tried
}

/**
 * Fewer writes than these say that next to nothing was tried. A case has 1.2 on average, but some cases have many: of the 32
 * fresh ones that CI draws, 16 writes in all have been seen.
 */
export const fewestWrites = ({ numRuns }: Cases): number => numRuns / 10
