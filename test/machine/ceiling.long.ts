// A run of 500 keys, counted: an execution's history holds 25,000 events and a state's data 256 KiB (Step Functions quotas).
// The worst that the definition allows is counted in ceiling.test.ts.

import { beforeAll, describe, expect, it } from '@jest/globals'
import { LEFT_FOR_NEXT_RUN } from '../../core/texts/outcome-text.ts'
import { accessKeyId, newKey, newUser, usedAt } from '../../demo/account.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { makeMemoryIam } from '../support/memory-iam.ts'
import { accountOf, daysAgo, OPERATOR_KEY, openWorld, type Run, type World } from '../support/world.ts'
import { MAX_KEYS, MOST_EVENTS } from './ceiling.ts'

const MOST_BYTES = 256 * 1024

/** Names as long as IAM allows, so that the data is as large as it can be. */
const longName = (index: number) => `${String(index).padStart(4, '0')}-${'x'.repeat(59)}`

/** 501 stale keys, each idle one day longer than the one before. */
const staleUsers = () =>
  Array.from({ length: MAX_KEYS + 1 }, (_, index) =>
    newUser(longName(index), {
      keys: [newKey(accessKeyId(`stale-${index}`), daysAgo(900), { lastUsed: usedAt(daysAgo(100 + index)) })],
    }),
  )

/** Events as Step Functions writes them: a task's attempt is scheduled, started and ended, an iteration starts and ends. */
function historyEvents(events: EngineEvent[]): number {
  const count = (type: EngineEvent['type']) => events.filter((event) => event.type === type).length
  const tasks = events.filter((event) => event.type === 'StateEntered' && event.stateType === 'Task').length
  const iterations = count('IterationSucceeded') + count('IterationFailed')
  return (
    2 +
    count('StateEntered') +
    count('StateExited') +
    3 * (tasks + count('StateRetried')) +
    2 * iterations +
    count('MapStarted')
  )
}

describe('a run with 501 stale keys', () => {
  let world: World
  let run: Run
  let plannedBytes: number
  beforeAll(async () => {
    world = await openWorld({
      account: accountOf({}, staleUsers()),
      settings: '{ mode: apply, policy: { maxKeys: 1000, maxPercent: 100, concurrency: 40 } }',
    })
    const { iam } = makeMemoryIam({ account: world.endpoint.account, now: world.ports.now, signedBy: OPERATOR_KEY })
    Object.assign(world.ports, { iam, patientIam: iam })
    run = await world.run()
    const { keys } = JSON.parse((await world.ports.store.get('runs/run-1/plan.json')) ?? '{}')
    plannedBytes = Buffer.byteLength(
      JSON.stringify(keys.map(({ user, accessKeyId }: Record<string, string>) => ({ user, accessKeyId }))),
    )
  })

  it('deactivates 500 and leaves the one that was idle the shortest for the next run', async () => {
    expect(run.record).toMatchObject({
      status: 'deactivated',
      counts: { stale: 501, deactivated: 500, leftForNextRun: 1 },
    })
    expect(run.record?.keys.find((key) => key.outcome === null)).toMatchObject({
      user: longName(0),
      outcomeReason: LEFT_FOR_NEXT_RUN,
    })
    const next = await world.run({ runId: 'run-2' })
    expect(next.record).toMatchObject({
      status: 'deactivated',
      counts: { stale: 1, deactivated: 1, leftForNextRun: 0 },
    })
  })
  it('stays within the history of one execution', () => {
    expect(historyEvents(run.events)).toBeLessThan(MOST_EVENTS)
    expect(historyEvents(run.events)).toBeGreaterThan(7 * MAX_KEYS)
  })
  it('stays within the data of one state, with names as long as they come', () => {
    expect(plannedBytes).toBeGreaterThan(MAX_KEYS * 64)
    expect(plannedBytes).toBeLessThan(MOST_BYTES / 2)
  })
})
