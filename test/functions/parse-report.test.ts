// The report that a run goes by: one and the same, of today, and kept as it came.

import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import type { StoredSuspects } from '../../core/model/documents/suspects.ts'
import { ReportRefused } from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { newKey } from '../../demo/account.ts'
import { reportCsv } from '../../demo/report.ts'
import { makeParseReport } from '../../functions/parse-report.ts'
import { runKey } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { suspectsOf } from '../support/stored.ts'
import { inputOf, RUN } from '../support/waiting.ts'
import { accountOf, DAY, daysAgo } from '../support/world.ts'

/** A run in an account of five users, two of them idle, whose report has been made. */
async function open(more: Record<string, number> = {}): Promise<MemoryWorld> {
  const account = accountOf({ idle: 200, never: null, used: 1, too: 2, ...more })
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
  it('that IAM made anew between two attempts is refused: the one that is kept would not be the one that was judged', async () => {
    const world = await open()
    world.objects.set(runKey(RUN, 'report.csv'), 'the report of the first try')
    const parsed = parse(world)
    await expect(parsed).rejects.toThrow(ReportRefused)
    await expect(parsed).rejects.toThrow(errorWith('ReportRefused', 'IAM'))
    expect(world.objects.has(runKey(RUN, 'suspects.json'))).toBe(false)
  })
})

describe('the report of an earlier run', () => {
  const EARLIER = 'run-0'

  /** A run that follows one whose report showed the keys of these users Inactive. */
  async function openAfter(
    inactive: string[],
    {
      account = '111122223333',
      report = '',
      more = {},
    }: { account?: string; report?: string; more?: Record<string, number> } = {},
  ): Promise<MemoryWorld> {
    const world = await open(more)
    // A user of today who was not there then.
    const { users, ...others } = accountOf({ idle: 200, used: 1, too: 2, ...more })
    for (const user of users)
      for (const key of user.keys) key.status = inactive.includes(user.name) ? 'Inactive' : 'Active'
    const texts = {
      'input.json': JSON.stringify(inputOf({ runId: EARLIER, account })),
      'suspects.json': JSON.stringify(suspectsOf({ generatedAt: daysAgo(30).toISOString() })),
      'report.csv': report || reportCsv({ ...others, users }),
      'plan.json': '{}',
    }
    for (const [name, text] of Object.entries(texts)) world.objects.set(runKey(EARLIER, name), text)
    await parse(world)
    return world
  }
  const reactivatedIn = (world: MemoryWorld) =>
    suspectsIn(world).list.map(({ user, reactivated }) => [user, reactivated])

  it('tells whose key was reactivated since, and when at the earliest', async () => {
    const created = daysAgo(365)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
    const at = (text: string) => new Date(text).getTime()
    const [[user, reactivated] = [], never] = reactivatedIn(await openAfter(['idle', 'used']))
    expect(user).toBe('idle')
    expect(never).toEqual(['never', undefined])
    expect(reactivated).toMatchObject({ since: daysAgo(30).toISOString(), slots: [{}] })
    const [slot] = (reactivated as { slots: { wasRotatedAt: string; isRotatedAt: string }[] }).slots
    expect([slot?.wasRotatedAt, slot?.isRotatedAt].map((text) => at(text ?? ''))).toEqual([at(created), at(created)])
  })
  it('makes a suspect of who is none, if the key was not used since: the next report does not show it any more', async () => {
    const world = await openAfter(['later'], { more: { later: 40 } })
    expect(reactivatedIn(world)).toEqual([
      ['idle', undefined],
      ['later', expect.objectContaining({ since: daysAgo(30).toISOString() })],
      ['never', undefined],
    ])
    expect(suspectsIn(world)).toMatchObject({ suspects: 3, activeKeysInUse: 3 })
  })
  it.each<[string, string[], object]>([
    ['where every key was Active', [], {}],
    ['where only the key of one who is no suspect was Inactive, and it was used since', ['used'], {}],
    ['of another account', ['idle'], { account: '444455556666' }],
    ['that this version cannot read', ['idle'], { report: 'no report' }],
  ])('%s tells nothing', async (_, inactive, fields) => {
    expect(reactivatedIn(await openAfter(inactive, fields))).toEqual([
      ['idle', undefined],
      ['never', undefined],
    ])
  })
})
