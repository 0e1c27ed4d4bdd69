// What a record says comes from the documents of its run, each of them from one of its own.
import { describe, expect, it } from '@jest/globals'
import type { EventsShare } from '../../core/model/documents/events.ts'
import { PlanRefused, StoreDamaged } from '../../core/model/errors.ts'
import { planHash } from '../../core/run/plan.ts'
import { accessKeyKey, type RunStore, runKey } from '../../io/store/run-store.ts'
import { isDamage, joinRecord } from '../../steps/join-record.ts'
import { textOf } from '../../steps/run-documents.ts'
import { ago, keyOf, NOW, slotOf, userOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { intentOf, keyOutcomeOf, suspectsOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, openWaiting, plannedKeyOf, RUN } from '../support/waiting.ts'

const { executionId, startedAt } = inputOf()
const EXECUTION = { runId: RUN, executionId, startedAt, error: null }
const INTERRUPTED = { Error: 'Interrupted', Cause: 'by hand' }

type Fields = Partial<Parameters<typeof joinRecord>[1]>

const joined = async (store: RunStore, fields: Fields = {}) => joinRecord(store, { ...EXECUTION, ...fields }, NOW)

/** A store with these documents of the run, beside an input and a plan of keys 1, 2 and 3 that waits for an answer. */
async function opened(documents: Record<string, object> = {}) {
  const { store, sha256 } = await openWaiting({ store: makeMemoryStore() })
  for (const [name, document] of Object.entries(documents)) await store.put(runKey(RUN, name), textOf(document))
  return { store, sha256 }
}

const putOfKey = (store: RunStore, key: number, name: string, document: object) =>
  store.put(accessKeyKey(idOf(key), RUN, name), textOf(document))
const ofKey = (key: number) => ({ runId: RUN, user: `user-${key}`, accessKeyId: idOf(key) })

const shareOf = (fields: Partial<EventsShare>): EventsShare => ({
  n: 0,
  round: 1,
  from: ago(90),
  to: ago(0),
  pages: 1,
  nextToken: null,
  witness: { complete: true },
  events: [],
  odd: [],
  ...fields,
})

describe('a record', () => {
  it('has the report, the root keys and the verdicts of all slices, in the order of the suspects', async () => {
    const root = slotOf(keyOf())
    const sliceOf = (from: number) => ({
      ...{ from, to: from + 500, stale: [], users: [], unreadable: [] },
      verdicts: [{ ...plannedKeyOf(from), verdict: 'stale', staleOn: null }],
    })
    const { store } = await opened({
      'suspects.json': suspectsOf({ users: 61, rootKeys: [root] }),
      'verdicts/1000.json': sliceOf(1000),
      'verdicts/500.json': sliceOf(500),
    })
    const { record } = await joined(store)
    expect(record.report?.users).toBe(61)
    expect(record.keys.map(({ user }) => user)).toEqual(['<root_account>', 'user-500', 'user-1000'])
    expect(record).toMatchObject({ incomplete: false, keyEvents: null, undo: null })
  })
  it('has the decision, the outcome of each key that went ahead, and what a person left out', async () => {
    const { store, sha256 } = await opened()
    const decision = decisionOf({ runId: RUN, plan: sha256, leftOut: [idOf(3)], by: 'ann' })
    await store.put(runKey(RUN, 'decision.json'), textOf(decision))
    await store.put(
      runKey(RUN, 'verdicts/0.json'),
      textOf({
        ...{ from: 0, to: 500, stale: [], users: [], unreadable: [] },
        verdicts: [1, 2, 3].map((n) => ({ ...plannedKeyOf(n), verdict: 'stale', staleOn: null })),
      }),
    )
    await putOfKey(store, 1, 'intent', intentOf(ofKey(1)))
    await putOfKey(store, 1, 'outcome', keyOutcomeOf(ofKey(1)))
    await putOfKey(store, 2, 'intent', intentOf(ofKey(2)))
    const { record } = await joined(store, { error: INTERRUPTED })
    expect(record.decision).toMatchObject({ answer: 'approve', by: 'ann' })
    expect(record.keys.map(({ accessKeyId, outcome }) => [accessKeyId, outcome])).toEqual([
      [idOf(1), 'deactivated'],
      [idOf(2), 'failed'],
      [idOf(3), 'skipped'],
    ])
  })
  it('of an interrupted run tells keys that were tried from those that were not', async () => {
    const { store, sha256 } = await opened()
    await store.put(runKey(RUN, 'decision.json'), textOf(decisionOf({ runId: RUN, plan: sha256 })))
    await store.put(
      runKey(RUN, 'verdicts/0.json'),
      textOf({
        ...{ from: 0, to: 500, stale: [], users: [], unreadable: [] },
        verdicts: [1, 2, 3].map((n) => ({ ...plannedKeyOf(n), verdict: 'stale', staleOn: null })),
      }),
    )
    await putOfKey(store, 1, 'refused-1', { at: ago(0), error: 'IamThrottled' })
    await putOfKey(store, 2, 'intent', intentOf(ofKey(2)))
    const { record } = await joined(store, { error: INTERRUPTED })
    expect(record.keys.map(({ outcome }) => outcome)).toEqual(['skipped', 'failed', 'skipped'])
  })
  it('of an undo has the keys of its own list, and their outcomes', async () => {
    const undo = { run: 'run-0', keys: [idOf(7)] }
    const store = makeMemoryStore()
    await store.put(runKey(RUN, 'input.json'), textOf(inputOf({ undo })))
    const list = { runId: RUN, run: 'run-0', plan: null, createdAt: ago(0), keys: [plannedKeyOf(7)] }
    await store.put(runKey(RUN, 'undo.json'), textOf(list))
    await putOfKey(store, 7, 'outcome', keyOutcomeOf({ ...ofKey(7), outcome: 'reactivated' }))
    const { record } = await joined(store)
    expect(record).toMatchObject({
      status: 'reactivated',
      undo,
      keys: [{ accessKeyId: idOf(7), outcome: 'reactivated' }],
      documents: [
        { key: accessKeyKey(idOf(7), RUN, 'outcome') },
        { key: runKey(RUN, 'input.json') },
        { key: runKey(RUN, 'undo.json') },
      ],
    })
  })
  it('says whether the event history was read, and which other keysweep it names', async () => {
    const sweeper = { version: '0.2.0', store: 's3/another', runId: 'run-x' }
    const event = { at: ago(3), accessKeyId: idOf(1), status: 'Inactive', by: 'bob', sweeper } as const
    const denied = { complete: false, why: 'denied', detail: 'AccessDenied' } as const
    const { store } = await opened({
      'events/0.json': shareOf({ events: [event] }),
      'events/1.json': shareOf({ n: 1, round: 2, witness: denied }),
    })
    const { record } = await joined(store)
    expect(record.keyEvents).toMatchObject({
      witness: denied,
      otherSweepers: [{ version: '0.2.0', runs: ['run-x'], accessKeyIds: [idOf(1)], lastAt: ago(3) }],
    })
  })
  it('lists the notes that its run made of keys which it saw reactivated, and of no others', async () => {
    const facts = userOf([
      keyOf({ accessKeyId: idOf(8), reactivatedAt: ago(2) }),
      keyOf({ accessKeyId: idOf(9), reactivatedAt: null }),
    ])
    const { store } = await opened({
      'verdicts/0.json': {
        ...{ from: 0, to: 500, verdicts: [], stale: [], unreadable: [] },
        users: [{ at: ago(0), facts }],
      },
    })
    for (const n of [8, 9]) await putOfKey(store, n, 'seen', { runId: RUN, accessKeyId: idOf(n), at: ago(2) })
    const { record } = await joined(store)
    const noted = record.documents.map(({ key }) => key).filter((key) => key.startsWith('keys/'))
    expect(noted).toEqual([accessKeyKey(idOf(8), RUN, 'seen')])
  })
  it.each([
    ['as the events say', true, 'kept'],
    ['as it was, where there is no input to judge by', false, 'stale'],
  ])('judges a stale key %s', async (_, hasInput, verdict) => {
    const store = makeMemoryStore()
    if (hasInput) await store.put(runKey(RUN, 'input.json'), textOf(inputOf()))
    const event = { at: ago(3), accessKeyId: idOf(1), status: 'Active', by: 'bob', sweeper: null } as const
    await store.put(runKey(RUN, 'events/0.json'), textOf(shareOf({ events: [event] })))
    const facts = userOf([keyOf({ accessKeyId: idOf(1) })], { user: 'user-1' })
    await store.put(
      runKey(RUN, 'verdicts/0.json'),
      textOf({
        ...{ from: 0, to: 500, unreadable: [], stale: [plannedKeyOf(1)], users: [{ at: ago(0), facts }] },
        verdicts: [{ ...plannedKeyOf(1), verdict: 'stale', staleOn: null }],
      }),
    )
    const { record } = await joined(store)
    expect(record.keys.map((key) => [key.accessKeyId, key.verdict])).toEqual([[idOf(1), verdict]])
  })
  it('does not list itself', async () => {
    const { store } = await opened()
    await store.put(runKey(RUN, 'record.json'), '{}')
    const { record } = await joined(store)
    expect(record.documents.map(({ key }) => key)).toEqual([runKey(RUN, 'input.json'), runKey(RUN, 'plan.json')])
  })
  it('without an input is made of what else there is', async () => {
    const store = makeMemoryStore()
    await store.put(runKey(RUN, 'suspects.json'), textOf(suspectsOf({ users: 61 })))
    const { record, foreign } = await joined(store, { error: { Error: 'ReportRefused', Cause: 'old' } })
    expect(foreign).toBe(false)
    expect(record).toMatchObject({ account: null, status: 'refused', report: { users: 61 } })
  })
})

describe('the documents of another execution', () => {
  it.each<[string, Fields]>([
    ['another execution id', { executionId: 'another' }],
    ['another start', { startedAt: ago(1) }],
    ['an error that says so', { error: { Error: 'RunIdTaken', Cause: 'taken' } }],
    ['an id that no run can have', { runId: '..' }],
  ])('are not joined: %s', async (_, fields) => {
    const { store } = await opened()
    const { record, foreign } = await joined(store, fields)
    expect(foreign).toBe(true)
    expect(record).toMatchObject({
      ...{ account: null, plan: null, report: null, decision: null, undo: null, keyEvents: null },
      ...{ keys: [], documents: [], incomplete: false, endedAt: NOW.toISOString() },
      runId: fields.runId ?? RUN,
      error: fields.error === undefined ? null : { name: 'RunIdTaken' },
    })
  })
})

describe('a damaged document', () => {
  it.each([
    [null, 'StoreDamaged'],
    [INTERRUPTED, 'StoreDamaged'],
    [{ Error: 'IamDenied', Cause: 'no' }, 'IamDenied'],
  ])('leaves a record that says it is incomplete, and why: after %j', async (error, name) => {
    const { store } = await opened()
    await store.put(runKey(RUN, 'undo.json'), '{')
    const { record, foreign } = await joined(store, { error })
    expect(foreign).toBe(false)
    expect(record).toMatchObject({
      ...{ runId: RUN, startedAt, endedAt: NOW.toISOString(), incomplete: true, error: { name } },
      ...{ account: null, plan: null, report: null, keys: [], keyEvents: null },
    })
    expect(record.documents.map(({ key }) => key)).toEqual(
      ['input.json', 'plan.json', 'undo.json'].map((document) => runKey(RUN, document)),
    )
    if (name === 'StoreDamaged') expect(record.error?.message).toContain(runKey(RUN, 'undo.json'))
  })
  it('may be a plan', async () => {
    const store = makeMemoryStore()
    await store.put(runKey(RUN, 'plan.json'), textOfPlan({ runId: 'run-7' } as never))
    expect((await joined(store)).record).toMatchObject({ incomplete: true, error: { name: 'PlanRefused' } })
  })
  it('is known by its error', () => {
    expect([new PlanRefused('x'), new StoreDamaged('x'), new TypeError('x'), null].map(isDamage)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})

it('a key with an outcome is read without its intent, but for the hash', async () => {
  const { store, sha256 } = await opened()
  await store.put(runKey(RUN, 'decision.json'), textOf(decisionOf({ runId: RUN, plan: sha256 })))
  // Not what an intent may say: nobody needs it.
  await putOfKey(store, 1, 'intent', {})
  await putOfKey(store, 1, 'outcome', keyOutcomeOf(ofKey(1)))
  const { record } = await joined(store)
  expect(record.incomplete).toBe(false)
  expect(record.documents).toContainEqual({
    key: accessKeyKey(idOf(1), RUN, 'intent'),
    sha256: planHash((await store.get(accessKeyKey(idOf(1), RUN, 'intent'))) ?? ''),
  })
})
