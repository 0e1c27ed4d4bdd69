import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { DETAILS, type KeysweepEvent } from '../../../core/notify/event-schemas.ts'
import { eventsOf } from '../../../core/notify/events.ts'
import { ago } from '../../support/facts.ts'
import { BACK, FAILED, ID, LATER, recordedKey, recordOf, refusedRecord, SOON, TAKEN } from '../../support/records.ts'

const typesOf = (record: RunRecord) => eventsOf(record).map((event) => event.type)
const idsOf = (record: RunRecord) => eventsOf(record).map((event) => event.detail.id)
const only = (record: RunRecord, type: KeysweepEvent['type']) => eventsOf(record).filter((event) => event.type === type)

describe('the events of a run', () => {
  it.each([
    ['a key it took, and a key that is stale soon', recordOf(), ['Key Deactivated', 'Key Will Become Stale']],
    ['a key it brought back', recordOf({ keys: [BACK], status: 'reactivated' }), ['Key Reactivated']],
    ['a key that failed', recordOf({ keys: [FAILED], status: 'some keys failed' }), []],
    ['a key that was skipped', recordOf({ keys: [recordedKey({ outcome: 'skipped' })] }), []],
    ['a key that is only planned', recordOf({ keys: [recordedKey()], status: 'planned', mode: 'plan' }), []],
    ['a key that is stale later', recordOf({ keys: [LATER] }), []],
    ['a root key', recordOf({ keys: [recordedKey({ accessKeyId: null, verdict: 'kept', reason: 'root' })] }), []],
    ['nothing at all', refusedRecord(), []],
  ] as const)('with %s: and always, last, that it finished', (_, record, types) => {
    expect(typesOf(record)).toEqual([...types, 'Run Finished'])
  })
  it('say of a key what is known of it', () => {
    expect(eventsOf(recordOf())[0]).toEqual({
      type: 'Key Deactivated',
      at: TAKEN.at,
      detail: {
        version: 1,
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        runId: 'run-1',
        account: '111122223333',
        user: 'bot',
        accessKeyId: ID.taken,
        owner: 'ann',
        createdAt: ago(400),
        lastUsedAt: ago(200),
        lastUsedService: 's3',
        reason: 'unused since 2026-02-23',
        at: TAKEN.at,
      },
    })
  })
  it('say of a key in use when it becomes stale, and whose it is', () => {
    const [event] = only(recordOf(), 'Key Will Become Stale')
    expect(event?.detail).toMatchObject({ accessKeyId: ID.soon, staleOn: SOON.staleOn, owner: 'ann' })
  })
  it('say of the run how it ended, and count what is stale soon', () => {
    expect(only(recordOf(), 'Run Finished')[0]?.detail).toMatchObject({
      account: '111122223333',
      mode: 'apply',
      status: 'deactivated',
      failed: false,
      counts: { deactivated: 1, failed: 0, staleSoon: 1 },
      plan: { sha256: 'cafe', keys: 1 },
      error: null,
    })
  })
  it.each([
    [refusedRecord(), { name: 'InputRefused', message: 'Input refused: unknown field "dryRun"' }],
    [recordOf({ status: 'expired', keys: [] }), { name: 'ApprovalExpired', message: expect.any(String) }],
    [recordOf({ status: 'some keys failed', keys: [FAILED] }), { name: 'SomeKeysFailed', message: expect.any(String) }],
  ])('say why a run failed', (record, error) => {
    expect(only(record, 'Run Finished')[0]?.detail).toMatchObject({ failed: true, error })
  })
  it('are as large as EventBridge takes, however long an error is', () => {
    const record = refusedRecord({ error: { name: 'X', message: 'x'.repeat(300_000) } })
    expect(JSON.stringify(eventsOf(record)).length).toBeLessThan(2_000)
  })
  it.each([recordOf(), refusedRecord(), recordOf({ keys: [BACK] })])(
    'keep to their schemas, with no field more',
    (record) => {
      for (const { type, detail } of eventsOf(record)) expect(DETAILS[type].strict().parse(detail)).toEqual(detail)
    },
  )
})

describe("an event's id", () => {
  it('is the same when the same record is sent again, and another for each event', () => {
    const record = recordOf({ keys: [TAKEN, BACK, SOON, { ...SOON, accessKeyId: ID.later }] })
    expect(idsOf(structuredClone(record))).toEqual(idsOf(record))
    expect(new Set(idsOf(record)).size).toBe(5)
  })
  it('is another for the next run, but for a warning that is the same warning', () => {
    const [today, tomorrow] = [recordOf(), recordOf({ runId: 'run-2' })].map(idsOf)
    expect([0, 1, 2].map((index) => today?.[index] === tomorrow?.[index])).toEqual([false, true, false])
  })
  it('of a warning changes with the day that it is for', () => {
    const used = recordOf({ keys: [{ ...SOON, staleOn: SOON.staleOn?.replace(/..$/, '12') ?? null }] })
    expect(only(used, 'Key Will Become Stale')[0]?.detail.id).not.toBe(
      only(recordOf(), 'Key Will Become Stale')[0]?.detail.id,
    )
  })
  it('is another for an execution that was refused because its run id is taken', () => {
    const refused = refusedRecord({ account: '111122223333', startedAt: ago(0, 1) })
    expect(only(refused, 'Run Finished')[0]?.detail.id).not.toBe(only(recordOf(), 'Run Finished')[0]?.detail.id)
  })
})

it('an event has the id that it had in every version so far: a receiver drops repeats by it', () => {
  expect(idsOf(recordOf())).toEqual([
    'ead7c94ef2c354b239dcf32329500177',
    '9308dc13a5401761fe9c34a31648d19e',
    '7b55a7895b2261e5717840b93523d78a',
  ])
  expect(idsOf(refusedRecord())).toEqual(['ad15958e86658232fb594e298a6a8075'])
})
