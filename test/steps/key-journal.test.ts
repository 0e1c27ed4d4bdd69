// What the run store holds about one key, by run.
import { describe, expect, it } from '@jest/globals'
import { accessKeyKey } from '../../io/store/run-store.ts'
import {
  attemptsBeside,
  attemptsIn,
  namesOf,
  newestIntentAt,
  noteReactivation,
  readAttempts,
  readJournal,
  readTraces,
  refusesUndo,
  whenReactivated,
} from '../../steps/key-journal.ts'
import { textOf } from '../../steps/run-documents.ts'
import { ago, NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { intentOf, keyOutcomeOf } from '../support/stored.ts'
import { idOf } from '../support/waiting.ts'

const KEY = idOf(1)
const intentAt = (runId: string, at: string) => textOf(intentOf({ runId, accessKeyId: KEY, at }))
const outcomeAt = (runId: string, at: string) => textOf(keyOutcomeOf({ runId, accessKeyId: KEY, at }))
const seenAt = (runId: string, at: string) => textOf({ runId, accessKeyId: KEY, at })

/** A store with these documents about the key, as [run, name, text], and what was read of it. */
async function opened(...documents: [string, string, string][]) {
  const store = makeMemoryStore(new Map(documents.map(([run, name, text]) => [accessKeyKey(KEY, run, name), text])))
  const reads: string[] = []
  const get = store.get.bind(store)
  store.get = (key) => {
    reads.push(key)
    return get(key)
  }
  return { store, journal: await readJournal(store, KEY), reads }
}

/** Two runs that deactivated the key: run-1 at the second attempt, 20 days ago, and run-2 10 days ago. */
const twoRuns = () =>
  opened(
    ['run-1', 'intent', intentAt('run-1', ago(21))],
    ['run-1', 'refused-1', textOf({ at: ago(21), error: 'IamThrottled' })],
    ['run-1', 'intent-2', intentAt('run-1', ago(20))],
    ['run-1', 'outcome', outcomeAt('run-1', ago(20))],
    ['run-2', 'intent', intentAt('run-2', ago(10))],
  )

describe('the journal of a key', () => {
  it('has the names of what each run wrote about it, and nothing of other keys', async () => {
    const { store } = await twoRuns()
    await store.put(accessKeyKey(idOf(2), 'run-3', 'intent'), '{}')
    await store.put(`keys/${KEY}/notes.txt`, 'by hand')
    const journal = await readJournal(store, KEY)
    expect(journal.accessKeyId).toBe(KEY)
    expect([...journal.namesByRun]).toEqual([
      ['run-1', ['intent-2', 'intent', 'outcome', 'refused-1']],
      ['run-2', ['intent']],
    ])
    expect(namesOf(journal, 'run-2')).toEqual(['intent'])
    expect(namesOf(journal, 'run-3')).toEqual([])
  })
  it('counts the attempts of one run, also without one of them', async () => {
    const { store, journal } = await twoRuns()
    const ofRun1 = { count: 2, sent: true, closed: true, hasOutcome: true }
    expect(attemptsIn(journal, 'run-1')).toEqual(ofRun1)
    expect(await readAttempts(store, 'run-1', KEY)).toEqual(ofRun1)
    expect(await readAttempts(store, 'run-1', idOf(2))).toMatchObject({ count: 0, sent: false })
    expect(attemptsBeside(journal, 'run-1', 2)).toEqual({ ...ofRun1, count: 1, sent: false })
    expect(attemptsBeside(journal, 'run-1', 3)).toEqual(ofRun1)
    expect(attemptsBeside(journal, 'run-2', 1)).toEqual({ count: 0, sent: false, closed: false, hasOutcome: false })
  })
  it('knows when each run tried last', async () => {
    const { store, journal } = await twoRuns()
    expect(await newestIntentAt(store, journal, 'run-1')).toBe(ago(20))
    expect(await newestIntentAt(store, journal, 'run-2')).toBe(ago(10))
    expect(await newestIntentAt(store, journal, 'run-3')).toBeNull()
  })
})

describe('the traces of a key', () => {
  it('are the newest intent, the outcome and the sighting of each run', async () => {
    const { store, journal } = await opened(
      ['run-1', 'intent', intentAt('run-1', ago(21))],
      ['run-1', 'refused-1', '{}'],
      ['run-1', 'intent-2', intentAt('run-1', ago(20))],
      ['run-1', 'outcome', outcomeAt('run-1', ago(19))],
      ['run-2', 'seen', seenAt('run-2', ago(5))],
      ['run-3', 'intent', intentAt('run-3', ago(4))],
      ['run-3', 'refused-1', '{}'],
    )
    expect(await readTraces(store, journal)).toMatchObject([
      {
        runId: 'run-1',
        intent: { at: ago(20) },
        outcome: { at: ago(19) },
        sent: true,
        reactivationSeenAt: null,
      },
      { runId: 'run-2', intent: null, outcome: null, sent: false, reactivationSeenAt: ago(5) },
      { runId: 'run-3', intent: { at: ago(4) }, outcome: null, sent: false, reactivationSeenAt: null },
    ])
  })
  it('are read by name: what is not listed is not asked for', async () => {
    const { store, journal, reads } = await opened(
      ['run-1', 'intent', intentAt('run-1', ago(21))],
      ['run-2', 'outcome', outcomeAt('run-2', ago(19))],
      ['run-3', 'seen', seenAt('run-3', ago(5))],
      ['run-4', 'undone', textOf({ by: 'run-5' })],
    )
    await readTraces(store, journal)
    expect(reads.toSorted()).toEqual([
      accessKeyKey(KEY, 'run-1', 'intent'),
      accessKeyKey(KEY, 'run-2', 'outcome'),
      accessKeyKey(KEY, 'run-3', 'seen'),
    ])
  })
})

describe('a key that is Active again', () => {
  it('was reactivated now, if a run deactivated it and none has seen it since', async () => {
    const { store, journal } = await twoRuns()
    expect(await whenReactivated(store, journal, NOW, null)).toEqual({ at: NOW.toISOString(), toNote: true })
  })
  it('was reactivated when another run saw it, which the asking run leaves out of its own', async () => {
    const { store, journal } = await opened(
      ['run-1', 'intent', intentAt('run-1', ago(20))],
      ['run-1', 'outcome', outcomeAt('run-1', ago(20))],
      ['run-2', 'seen', seenAt('run-2', ago(5))],
    )
    expect(await whenReactivated(store, journal, NOW, null)).toEqual({ at: ago(5), toNote: false })
    expect(await whenReactivated(store, journal, NOW, 'run-2')).toEqual({ at: NOW.toISOString(), toNote: true })
    expect(await whenReactivated(store, journal, NOW, 'run-1')).toEqual({ at: ago(5), toNote: false })
    expect(await whenReactivated(store, journal, NOW, null, true)).toEqual({ at: NOW.toISOString(), toNote: true })
  })
  it('was not reactivated, if no run did anything to it', async () => {
    const { store, journal } = await opened()
    expect(await whenReactivated(store, journal, NOW, null)).toEqual({ at: null, toNote: false })
  })
  it('is noted once for each run: the first time counts', async () => {
    const { store } = await opened()
    expect(await noteReactivation(store, 'run-1', { accessKeyId: KEY, at: ago(5) })).toBe(ago(5))
    expect(await noteReactivation(store, 'run-1', { accessKeyId: KEY, at: ago(4) })).toBe(ago(5))
    expect(await noteReactivation(store, 'run-2', { accessKeyId: KEY, at: ago(4) })).toBe(ago(4))
    const stored = JSON.parse((await store.get(accessKeyKey(KEY, 'run-1', 'seen'))) ?? '')
    expect(stored).toMatchObject({ runId: 'run-1', accessKeyId: KEY, at: ago(5) })
  })
})

describe('an undo', () => {
  it('is refused unless its run deactivated the key last, what the asking run wrote apart', async () => {
    const { store, journal } = await twoRuns()
    expect(await refusesUndo(store, journal, 'undo-1', 'run-2')).toBeNull()
    expect(await refusesUndo(store, journal, 'undo-1', 'run-1')).toEqual({ why: 'deactivated-again', by: 'run-2' })
    expect(await refusesUndo(store, journal, 'run-2', 'run-1')).toBeNull()
  })
  it('is refused for a key that no run deactivated', async () => {
    const { store, journal } = await opened(['run-2', 'seen', seenAt('run-2', ago(5))])
    expect(await refusesUndo(store, journal, 'undo-1', 'run-2')).toEqual({ why: 'not-deactivated' })
  })
})
