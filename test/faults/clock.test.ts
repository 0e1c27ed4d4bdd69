// A clock of ours that is wrong: every term is counted by it, so a wrong one must stop the run and not shorten a term.
import { describe, expect, it } from '@jest/globals'
import { usedAt } from '../../demo/account.ts'
import { DAY, keyIn } from '../support/world.ts'
import { complaints } from './judge.ts'
import { openScene, type SCENES, type Scene } from './scenes.ts'

/** Runs with a clock that is wrong by so many days from the moment a state is entered. */
async function runWithClock(
  name: (typeof SCENES)[number],
  days: number,
  from: string,
  meanwhile: (scene: Scene) => void = () => {},
) {
  const scene = await openScene(name)
  const { ports, endpoint } = scene.world
  const right = ports.now
  let wrongBy = 0
  ports.now = () => new Date(right().getTime() + wrongBy)
  const run = await scene.run({
    onEvent: (event) => {
      if (event.type !== 'StateEntered' || event.state !== from) return
      meanwhile(scene)
      wrongBy = days * DAY
    },
  })
  return { wrong: await complaints(scene, run), writes: endpoint.writes.length, run }
}

describe('a clock that is wrong for a whole run', () => {
  it.each([
    ['two days ahead', 2],
    ['100 days ahead', 100],
    ['two days behind', -2],
  ])('%s stops it: the report carries AWS’s own time', async (_, days) => {
    const { wrong, writes, run } = await runWithClock('apply', days, 'Take input')
    expect({ wrong, writes }).toEqual({ wrong: [], writes: 0 })
    expect(run.record).toMatchObject({ status: 'refused', error: { name: 'ReportRefused' } })
  })
})

describe('a clock that goes wrong in the middle', () => {
  it.each([
    ['before the facts are read', 'Check suspects'],
    ['before the plan is made', 'Make plan'],
    ['before the first key', 'Deactivate keys'],
  ])('behind, %s, harms no key', async (_, from) => {
    expect((await runWithClock('apply', -100, from)).wrong).toEqual([])
  })
  it.each([
    ['before the plan is made', 'Make plan'],
    ['before the first key', 'Deactivate keys'],
  ])('ahead, %s, harms no key: only what was stale before is in the plan', async (_, from) => {
    expect((await runWithClock('apply', 100, from)).wrong).toEqual([])
  })
  it.each([3, 100])(
    'ahead by %s days, before the first key, harms no key that has been used since the plan',
    async (days) => {
      const inUse = (scene: Scene) => {
        const key = keyIn(scene.world, 'idle-a')
        key.lastUsed = usedAt(scene.world.ports.now())
      }
      const { wrong, run } = await runWithClock('apply', days, 'Deactivate keys', inUse)
      expect(wrong).toEqual([])
      expect(run.record?.keys.find(({ user }) => user === 'idle-a')).toMatchObject({
        outcome: 'failed',
        outcomeReason: expect.stringMatching(/\bClockRefused\b/),
      })
    },
  )
  it('ahead, before the facts are read, harms no key', async () => {
    expect((await runWithClock('apply', 100, 'Check suspects')).wrong).toEqual([])
  })
})
