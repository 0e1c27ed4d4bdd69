// Whole runs by chance: the real state machine and the real handlers, judged by IAM's log of writes and by what truly
// happened to each key.
import { describe, expect, it } from '@jest/globals'
import { tryRuns } from './runs.ts'
import { some } from './seeds.ts'
import { openInMemory, openOverHttp } from './worlds.ts'

describe('nothing that must always hold is broken, whatever people and the clock do', () => {
  it('in memory', async () => {
    expect((await tryRuns(openInMemory, some(30))).writes).toBeGreaterThan(15)
  })
  it('over HTTP, with a run store in a directory', async () => {
    expect((await tryRuns(openOverHttp, some(5))).writes).toBeGreaterThan(2)
  })
})
