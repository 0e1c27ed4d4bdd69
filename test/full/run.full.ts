import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { factsIn } from '../support/error-facts.ts'
import { allBridges } from './bridged-moto.ts'
import { BRIDGES, type BridgeName } from './iam-bridges.ts'
import { type MotoAccount, makeAccount, statusesAfter, statusesBefore } from './moto-account.ts'
import { type MotoRunOptions, makeFolder, runAgainst } from './moto-run.ts'
import { MOTO_ACCOUNT, type MotoWithClock, startMotoWithClock } from './moto-server.ts'
import { countTaken, FEW, MANY, OPERATOR, SETTINGS } from './people.ts'

const AT = new Date('2026-09-11T12:00:00Z')

let moto: MotoWithClock
let account: MotoAccount
beforeAll(async () => {
  moto = await startMotoWithClock(AT)
})
afterAll(() => moto.stop())

const run = (options: Partial<MotoRunOptions> = {}) =>
  runAgainst(moto, {
    bridges: allBridges(),
    settings: SETTINGS,
    credentials: account.credentials(OPERATOR.name),
    ...options,
  })
const times = (calls: string[], action: string) => calls.filter((call) => call === action).length

describe('a large account in moto', () => {
  const taken = countTaken(MANY)
  beforeAll(async () => {
    account = await makeAccount(moto, AT, MANY)
  })

  it('is planned without a write', async () => {
    const { result, record, calls, path } = await run({ input: { mode: 'plan' } })
    expect(result).toEqual({ status: 'SUCCEEDED', output: expect.anything() })
    expect(record).toMatchObject({
      status: 'planned',
      account: MOTO_ACCOUNT,
      counts: { users: MANY.length, stale: taken, deactivated: 0 },
      plan: { keys: taken },
    })
    expect(path.filter((state) => state === 'Check suspects')).toHaveLength(2)
    expect(calls).not.toContain('UpdateAccessKey')
    expect(await account.statuses()).toEqual(statusesBefore(MANY))
  })

  it('loses its stale keys and no other, by moto’s own word; the next run has nothing to do', async () => {
    const { result, record, calls } = await run()
    expect(result).toEqual({ status: 'SUCCEEDED', output: expect.anything() })
    expect(record).toMatchObject({
      status: 'deactivated',
      counts: { stale: taken, deactivated: taken, skipped: 0, failed: 0, leftForNextRun: 0 },
    })
    expect(await account.statuses()).toEqual(statusesAfter(MANY))
    expect(times(calls, 'UpdateAccessKey')).toBe(taken)

    const again = await run()
    expect(again.result).toEqual({ status: 'SUCCEEDED', output: expect.anything() })
    expect(again.record).toMatchObject({ status: 'nothing to do', counts: { stale: 0 } })
    expect(again.calls).not.toContain('UpdateAccessKey')
  })
})

describe('a small account in moto', () => {
  beforeAll(async () => {
    account = await makeAccount(moto, AT, FEW)
  })

  it.each(FEW.filter(({ says }) => says !== undefined))('the record says why: $name, $says', async (person) => {
    const { record } = await planned()
    const [accessKeyId] = account.keyIds(person.name)
    const [key] = person.keys
    // Of a user who is exempt by name or path only the report is read, which has no ids.
    const line = record.keys.find((one) => one.user === person.name && [accessKeyId, null].includes(one.accessKeyId))
    expect(line).toMatchObject({
      user: person.name,
      verdict: key?.taken ? 'stale' : 'kept',
      row: person.says?.row,
      reason: factsIn(...(person.says?.facts ?? [])),
    })
  })

  it('shows no key of the user who runs it as stale, and the root key as one to remove', async () => {
    const { record } = await planned()
    expect(record.keys.filter((key) => key.user === OPERATOR.name).map((key) => key.row)).toEqual(['own', 'own'])
    expect(record.keys.find((key) => key.user === '<root_account>')?.row).toBe('root')
  })

  it('over a cap is left as it is', async () => {
    const settings = SETTINGS.replace('maxKeys: 300', `maxKeys: ${countTaken(FEW) - 1}`)
    const { result, record, calls } = await run({ settings })
    expect(result).toEqual({ status: 'SUCCEEDED', output: expect.anything() })
    expect(record).toMatchObject({ status: 'over cap', plan: { keys: countTaken(FEW) }, counts: { deactivated: 0 } })
    expect(calls).not.toContain('UpdateAccessKey')
    expect(await account.statuses()).toEqual(statusesBefore(FEW))
  })

  const refusals: [BridgeName, { error: string; cause: RegExp }][] = [
    ['the time of making', { error: 'ReportRefused', cause: /2015-02-02T20:02:02Z.*too old/ }],
  ]
  it.each(refusals)('without the bridge %s is refused and left as it is', async (bridge, { error, cause }) => {
    const { result, record, calls } = await run({ bridges: allBridges(bridge) })
    expect(result).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(cause) })
    expect(record).toMatchObject({ status: 'refused', error: { name: error } })
    expect(calls).not.toContain('UpdateAccessKey')
    expect(await account.statuses()).toEqual(statusesBefore(FEW))
  })

  it('without the bridge the root user has no root key to point out', async () => {
    const { record } = await run({ bridges: allBridges('the root user'), input: { mode: 'plan' } })
    expect(record.status).toBe('planned')
    expect(record.keys.filter((key) => key.user === '<root_account>')).toEqual([])
  })

  it('gets back by undo what a run took, by moto’s own word', async () => {
    const directory = await makeFolder()
    expect((await run({ directory })).record.status).toBe('deactivated')
    expect(await account.statuses()).toEqual(statusesAfter(FEW))
    const { result, record } = await run({ directory, runId: 'run-2', input: { undo: { run: 'run-1' } } })
    expect(result).toEqual({ status: 'SUCCEEDED', output: expect.anything() })
    expect(record).toMatchObject({ status: 'reactivated', counts: { reactivated: countTaken(FEW) } })
    expect(await account.statuses()).toEqual(statusesBefore(FEW))
    const { record: third } = await run({ directory, runId: 'run-3' })
    expect(third).toMatchObject({ status: 'nothing to do', counts: { stale: 0 } })
    await rm(directory, { recursive: true })
  })

  it('has no bridge that was not left out once', () => {
    expect([...refusals.map(([name]) => name), 'the root user'].sort()).toEqual(Object.keys(BRIDGES).sort())
  })

  let plan: ReturnType<typeof run> | undefined
  const planned = () => (plan ??= run({ input: { mode: 'plan' } }))
})
