// The record lists every other document of its run with its hash: whoever changes one after it is found out.
import { createHash } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { StoreDamaged, StoreUnavailable } from '../../core/model/errors.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { hashReads } from '../../steps/document-hashes.ts'
import { joinRecord } from '../../steps/join-record.ts'
import { documents, need } from '../../steps/run-documents.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { intentOf, keyOutcomeOf } from '../support/stored.ts'
import { idOf, inputOf, openWaiting, RUN } from '../support/waiting.ts'
import { accountOf, keyIn, openWorld } from '../support/world.ts'

const { executionId, startedAt } = inputOf()
const EXECUTION = { runId: RUN, executionId, startedAt, error: null }

/** What a run wrote of itself and of keys, its record and its tokens apart. */
const writtenBy = async (store: RunStore, runId: string): Promise<string[]> =>
  [...(await store.list(`runs/${runId}/`)), ...(await store.list('keys/'))].filter(
    (key) => (key.startsWith('runs/') || key.includes(`/${runId}.`)) && !key.endsWith('/record.json'),
  )

/** Each under its key, with the hash of what the store holds. */
async function hashesOf(store: RunStore, keys: string[]) {
  const hashOf = async (key: string) => ({
    key,
    sha256: createHash('sha256')
      .update((await store.get(key)) ?? '')
      .digest('hex'),
  })
  return Promise.all(keys.toSorted().map(hashOf))
}

describe('what is read for its hash alone', () => {
  const store = makeMemoryStore(new Map([['a', 'x']]))
  const failing = (error: Error) => hashReads({ ...store, get: () => Promise.reject(error) })
  it('has none if it is damaged', async () => {
    const hashes = failing(new StoreDamaged('no text'))
    await hashes.readOthers(['a'])
    expect(hashes.list()).toEqual([])
  })
  it('ends the reading if the store does not answer', async () => {
    await expect(failing(new StoreUnavailable('down')).readOthers(['a'])).rejects.toThrow(StoreUnavailable)
  })
})

describe('the record of', () => {
  it('a run that deactivates, of its undo, and of a run that sees a key reactivated list all that they wrote', async () => {
    const world = await openWorld({
      account: accountOf({ a: 200, b: 300, busy: 1 }),
      settings: 'mode: apply\npolicy: { maxPercent: 100 }',
    })
    const { store } = world.ports
    // The first update of `a` is refused, so that there is a second intent.
    world.endpoint.fault({ action: 'UpdateAccessKey', nth: 1, kind: 'error', error: 'Throttling' })
    await world.run({ runId: 'first' })
    await world.run({ runId: 'undo', input: { undo: { run: 'first' } } })
    Object.assign(keyIn(world, 'b'), { status: 'Active' })
    await world.run({ runId: 'second' })
    for (const runId of ['first', 'undo', 'second']) {
      const record = await need(store, documents.record(runId))
      expect(record.documents).toEqual(await hashesOf(store, await writtenBy(store, runId)))
    }
    const kinds = [
      ...(await writtenBy(store, 'first')),
      ...(await writtenBy(store, 'undo')),
      ...(await writtenBy(store, 'second')),
    ]
    expect(new Set(kinds.map((key) => key.replace(/^keys\/\w+\/\w+\./, 'key ').replace(/^runs\/\w+\//, '')))).toEqual(
      new Set([
        'input.json',
        'report.csv',
        'suspects.json',
        'verdicts/0.json',
        'events/0.json',
        'plan.json',
        'undo.json',
        'key intent.json',
        'key intent-2.json',
        'key refused-1.json',
        'key outcome.json',
      ]),
    )
  })

  it('a run that saw keys reactivated lists its notes of that', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const { store } = world.ports
    await world.run({ runId: 'first' })
    Object.assign(keyIn(world, 'a'), { status: 'Active' })
    const { record } = await world.run({ runId: 'second' })
    expect(record?.documents.map(({ key }) => key)).toEqual((await writtenBy(store, 'second')).toSorted())
    expect(record?.documents.map(({ key }) => key)).toContain(accessKeyKey(keyIn(world, 'a').id, 'second', 'seen'))
  })

  it('a run that is being undone lists the marks of that', async () => {
    const { store } = await openWaiting({ store: makeMemoryStore() })
    const mark = accessKeyKey(idOf(1), RUN, 'undone')
    await store.put(mark, JSON.stringify({ by: 'undo-1' }))
    const { record } = await joinRecord(store, EXECUTION, NOW)
    expect(record.documents).toEqual(await hashesOf(store, [runKey(RUN, 'input.json'), runKey(RUN, 'plan.json'), mark]))
  })

  it('a run reads each of its documents once, for its content and its hash', async () => {
    const { store } = await openWaiting({ store: makeMemoryStore() })
    await store.put(accessKeyKey(idOf(1), RUN, 'intent'), JSON.stringify(intentOf()))
    await store.put(accessKeyKey(idOf(1), RUN, 'outcome'), JSON.stringify(keyOutcomeOf()))
    const asked: string[] = []
    const get = async (key: string) => {
      asked.push(key)
      return store.get(key)
    }
    const { record } = await joinRecord({ ...store, get }, EXECUTION, NOW)
    expect(new Set(asked).size).toBe(asked.length)
    expect(record.documents).toEqual(await hashesOf(store, await writtenBy(store, RUN)))
  })

  it('an execution whose id another one has used lists nothing of that one', async () => {
    const { store } = await openWaiting()
    expect((await joinRecord(store, { ...EXECUTION, executionId: 'another' }, NOW)).record.documents).toEqual([])
  })

  it('a run with a document that does not fit lists what could be read, that one among it', async () => {
    const store = makeMemoryStore(new Map([[runKey(RUN, 'input.json'), 'cut {']]))
    const { record } = await joinRecord(store, EXECUTION, NOW)
    expect(record.documents).toEqual(await hashesOf(store, [runKey(RUN, 'input.json')]))
  })

  it('a run whose report is no text any more leaves that out, and is the same else', async () => {
    const { store } = await openWaiting({ store: makeMemoryStore() })
    const before = await joinRecord(store, EXECUTION, NOW)
    await store.put(runKey(RUN, 'report.csv'), 'x')
    const get = async (key: string) => {
      if (key.endsWith('report.csv')) throw new StoreDamaged('no UTF-8')
      return store.get(key)
    }
    expect(await joinRecord({ ...store, get }, EXECUTION, NOW)).toEqual(before)
  })
})
