// The report that a run goes by: one and the same, of today, and kept as it came.

import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { StoredSuspects } from '../../core/model/documents/suspects.ts'
import { ReportRefused } from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { newKey } from '../../demo/account.ts'
import { makeParseReport } from '../../functions/parse-report.ts'
import { runKey } from '../../io/store/run-store.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { inputOf, RUN } from '../support/waiting.ts'
import { accountOf, DAY, daysAgo } from '../support/world.ts'

/** A run in an account of five users, two of them idle, whose report has been made. */
async function open(): Promise<MemoryWorld> {
  const account = accountOf({ idle: 200, never: null, used: 1, too: 2 })
  account.root.keys.push(newKey('AKIAROOTROOTROOTROOT', daysAgo(900)))
  const world = openMemoryWorld(account)
  world.objects.set(runKey(RUN, 'input.json'), JSON.stringify(inputOf()))
  await world.ports.iam.generateReport()
  await world.ports.iam.generateReport()
  return world
}

const parse = ({ ports }: MemoryWorld) => makeParseReport(ports)({ runId: RUN })
const suspectsIn = ({ objects }: MemoryWorld) =>
  JSON.parse(objects.get(runKey(RUN, 'suspects.json')) ?? '') as StoredSuspects

describe('a report', () => {
  it('is kept to the byte, and the suspects with its name and date', async () => {
    const world = await open()
    const { content, generatedAt } = await world.ports.iam.getReport()
    // The root user is no user of the account.
    expect(await parse(world)).toEqual({ users: 5, suspects: 2 })
    expect(world.objects.get(runKey(RUN, 'report.csv'))).toBe(content)
    const { list, rootKeys, ...summary } = suspectsIn(world)
    expect(summary).toEqual({
      keysweep: VERSION,
      generatedAt,
      sha256: createHash('sha256').update(content).digest('hex'),
      users: 5,
      suspects: 2,
      activeKeys: 5,
      activeKeysInUse: 3,
      activeKeysNotExempt: 5,
      unmatchedExemptions: { users: [], paths: [] },
    })
    expect(list.map(({ user }) => user)).toEqual(['idle', 'never'])
    expect(rootKeys).toHaveLength(1)
  })
  it('is asked for once, also where the step is tried again', async () => {
    const world = await open()
    const first = await parse(world)
    world.ports.iam.getReport = async () => {
      throw new TypeError('nobody is to ask')
    }
    expect(await parse(world)).toEqual(first)
  })
  it('of another day is refused', async () => {
    const world = await open()
    const report = await world.ports.iam.getReport()
    world.ports.iam.getReport = async () => report
    world.pass(DAY + 1000)
    await expect(parse(world)).rejects.toThrow(ReportRefused)
    expect(world.objects.has(runKey(RUN, 'suspects.json'))).toBe(false)
  })
  it('that IAM made anew between two tries is refused: the one that is kept would not be the one that was judged', async () => {
    const world = await open()
    world.objects.set(runKey(RUN, 'report.csv'), 'the report of the first try')
    await expect(parse(world)).rejects.toThrow(ReportRefused)
    expect(world.objects.has(runKey(RUN, 'suspects.json'))).toBe(false)
  })
})
