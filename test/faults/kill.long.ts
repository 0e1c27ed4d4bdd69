import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../demo/account.ts'
import { type KillAt, killAndRunAgain, killAndUndo } from './kill.ts'

const keys = `keys/${accessKeyId('idle-a')}/run-1`
const POINTS: [string, KillAt][] = [
  ['before its input is written', { dieAt: 'before put runs/run-1/input.json' }],
  ['before its plan is written', { dieAt: 'before put runs/run-1/plan.json' }],
  ['after its plan was written', { dieAt: 'after put runs/run-1/plan.json' }],
  ['before an intent is written', { dieAt: `before put ${keys}.intent.json` }],
  ['between an intent and its write', { dieAt: 'before Inactive idle-a' }],
  ['after a write', { dieAt: 'after Inactive idle-a' }],
  ['between a write and its outcome', { dieAt: `before put ${keys}.outcome.json` }],
  ['after an outcome', { dieAt: `after put ${keys}.outcome.json` }],
  ['before its record is written', { dieAt: 'before put runs/run-1/record.json' }],
  ['while its first write is on its way', { whileSending: 'the first' }],
  ['while its second write is on its way', { whileSending: 'the second' }],
]

describe('a process that is killed with SIGKILL', () => {
  it.each(POINTS)('%s: nothing is lost, and running again finishes the job', async (_, at) => {
    expect(await killAndRunAgain(at)).toEqual([])
  })
  it.each(POINTS)('%s: undo reactivates what it took', async (_, at) => {
    expect(await killAndUndo(at)).toEqual([])
  })
})
