// A run of 0.1.0 that waited for an answer goes on under this version, for its documents allow it: it is answered, its
// keys are judged again and deactivated, and it has its record.
import { cpSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeReadDecision } from '../../functions/read-decision.ts'
import { makeWriteRecord } from '../../functions/write-record.ts'
import { documents, need, readStoredPlan } from '../../steps/run-documents.ts'
import { eventOf } from '../support/waiting.ts'
import { AT, openWorld, type World } from '../support/world.ts'
import { accountOf, RECORDED } from './recorded-runs.ts'

/** The store and the account as 0.1.0 left them, an hour later. */
async function leftBy010(store: string): Promise<World> {
  const { at, account } = accountOf(store)
  const world = await openWorld({ account })
  world.pass(at.getTime() - AT.getTime() + 3_600_000)
  cpSync(`${RECORDED}/stores/${store}`, world.directory, { recursive: true })
  return world
}

/** The states from Read decision on. */
async function goOn({ ports }: World, runId: string) {
  const { keys } = await makeReadDecision(ports)({ runId })
  for (const key of keys) await makeDeactivateKey(ports)({ runId, ...key })
  const { executionId, startedAt } = await need(ports.store, documents.input(runId))
  await makeWriteRecord(ports)({ runId, executionId, startedAt, error: null })
  return { taken: keys.map(({ accessKeyId }) => accessKeyId), record: await need(ports.store, documents.record(runId)) }
}

it('a run that was approved under 0.1.0 deactivates what was approved', async () => {
  const world = await leftBy010('approved-waiting')
  const { taken, record } = await goOn(world, 'run-decided')
  expect(taken.length).toBeGreaterThan(0)
  expect(world.endpoint.writes.map(({ accessKeyId, to }) => [accessKeyId, to])).toEqual(
    taken.map((id) => [id, 'Inactive']),
  )
  expect(record).toMatchObject({
    status: 'deactivated',
    account: world.endpoint.account.id,
    counts: { deactivated: taken.length },
  })
})

it('a run that waited under 0.1.0 is shown and answered, and does as it was told', async () => {
  const world = await leftBy010('approval-waiting')
  const runId = 'run-waiting'
  const { store, now } = world.ports
  const { plan, sha256 } = (await readStoredPlan(store, runId)) ?? {}
  const decide = makeDecide({ store, now, wake: async () => true })
  const shown = JSON.parse((await decide(eventOf({ path: '/runs' }))).body)
  expect(shown).toEqual({ runs: [expect.objectContaining({ runId, plan: sha256 })], unreadable: [] })
  const [spared, ...others] = plan?.keys.map(({ accessKeyId }) => accessKeyId) ?? []
  const answer = JSON.stringify({ plan: sha256, answer: 'approve', leaveOut: [spared] })
  const { statusCode } = await decide(eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body: answer }))
  expect(statusCode).toBe(200)
  const { taken, record } = await goOn(world, runId)
  expect(taken).toEqual(others)
  expect(record.keys.find(({ accessKeyId }) => accessKeyId === spared)).toMatchObject({ outcome: 'skipped' })
  expect(world.endpoint.writes.map(({ accessKeyId }) => accessKeyId)).toEqual(others)
})
