// An organization run dies at every step, of its own and of its runs in accounts; and so do one of those alone, one function of
// it, and its process.
import { describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import { SHARE_NAME, shareOf } from '../support/share.ts'
import {
  childDiesAt,
  crashAndRedrive,
  crashAndRunAgain,
  crashAndUndo,
  functionDiesAt,
  organizationStepsOf,
  stepsInMiddle,
} from './organization-crash.ts'
import { KILL_POINTS, killAndRunAgain, killAndUndo } from './organization-kill.ts'
import { ORGANIZATION_SCENES, type OrganizationSceneName } from './organization-scenes.ts'
import '../io/no-backoff.ts'

const AT_ONCE = 4
const MINUTES = 60_000

/** What is wrong at any of a share of the steps, each line with the step. */
async function atSteps<Name extends OrganizationSceneName>(
  name: Name,
  steps: string[],
  tryAt: (name: Name, step: string) => Promise<string[]>,
): Promise<string[]> {
  const tried = async (step: string) => (await tryAt(name, step)).map((line) => `${name}, ${step}: ${line}`)
  return (await pMap(shareOf(steps), tried, { concurrency: AT_ONCE })).flat()
}

describe(`an organization run that dies at ${SHARE_NAME} of its steps`, () => {
  it.each(ORGANIZATION_SCENES)(
    'of %s: nothing is lost, and running again finishes the job',
    async (name) => {
      expect(await atSteps(name, await organizationStepsOf(name), crashAndRunAgain)).toEqual([])
    },
    20 * MINUTES,
  )
  it.each(ORGANIZATION_SCENES)(
    'of %s: a redrive finishes what was not begun',
    async (name) => {
      expect(await atSteps(name, await organizationStepsOf(name), crashAndRedrive)).toEqual([])
    },
    20 * MINUTES,
  )
  it.each(['apply', 'approve'] as const)(
    'of %s: undo reactivates what it took',
    async (name) => {
      expect(await atSteps(name, await organizationStepsOf(name), crashAndUndo)).toEqual([])
    },
    20 * MINUTES,
  )
})

describe(`at ${SHARE_NAME} of the steps`, () => {
  it.each(ORGANIZATION_SCENES)(
    'of %s, a function that dies is called again, and the run ends as if nothing had been',
    async (name) => {
      expect(await atSteps(name, await organizationStepsOf(name), functionDiesAt)).toEqual([])
    },
    20 * MINUTES,
  )
  it.each(ORGANIZATION_SCENES)(
    'of %s in one account, its run dies, and the others end as without that',
    async (name) => {
      expect(await atSteps(name, await stepsInMiddle(name), childDiesAt)).toEqual([])
    },
    20 * MINUTES,
  )
})

describe(`a process of an organization run that is killed with SIGKILL: ${SHARE_NAME}`, () => {
  const points = shareOf([
    ...KILL_POINTS.map((at) => [at, killAndRunAgain] as const),
    ...KILL_POINTS.map((at) => [at, killAndUndo] as const),
  ])
  // A share may be none of them.
  it(
    'loses nothing, and running again or an undo finishes the job',
    async () => {
      const wrong = await pMap(points, async ([at, killAnd]) => (await killAnd(at)).map((line) => `${at}: ${line}`), {
        concurrency: 2,
      })
      expect(wrong.flat()).toEqual([])
    },
    10 * MINUTES,
  )
})
