// The run dies at every step, and so does one function of it.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { crashAndRunAgain, crashAndUndo, functionDiesAt, stepsOf } from './crash.ts'
import { CELLS_AT_ONCE } from './iam-matrix.ts'
import { SCENES, type SceneName } from './scenes.ts'

/** What is wrong at any step, each line with the step. */
async function atEveryStep(name: SceneName, tryAt: (name: SceneName, step: string) => Promise<string[]>) {
  const steps = await stepsOf(name)
  const wrong = await pMap(
    steps,
    async (step) => (await tryAt(name, step)).map((line) => `${name}, ${step}: ${line}`),
    { concurrency: CELLS_AT_ONCE },
  )
  return wrong.flat()
}

const MINUTES = 60_000

describe('a run that dies at any step', () => {
  it.each(SCENES)(
    'of %s: nothing is lost, and running again finishes the job',
    async (name) => {
      expect(await atEveryStep(name, crashAndRunAgain)).toEqual([])
    },
    10 * MINUTES,
  )
  it.each(['apply', 'approve'] as const)(
    'of %s: undo reactivates what it took',
    async (name) => {
      expect(await atEveryStep(name, crashAndUndo)).toEqual([])
    },
    10 * MINUTES,
  )
})

describe('a function that dies at any step', () => {
  it.each(SCENES)(
    'of %s: the run ends as if nothing had been',
    async (name) => {
      expect(await atEveryStep(name, functionDiesAt)).toEqual([])
    },
    10 * MINUTES,
  )
})
