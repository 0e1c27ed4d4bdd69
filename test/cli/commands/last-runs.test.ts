// What the last runs on an account said of a key.
import { expect, it } from '@jest/globals'
import { runKey } from '../../../io/store/run-store.ts'
import { documents, put, textOf } from '../../../steps/run-documents.ts'
import { lastRunsOn } from '../../../views/last-runs.ts'
import { ago } from '../../support/facts.ts'
import { makeMemoryStore } from '../../support/memory-store.ts'
import { ACCOUNT, HUB } from '../../support/organization-run.ts'
import { recordOf } from '../../support/record-parts.ts'
import { recordedKey } from '../../support/records.ts'
import { idOf, inputOf } from '../../support/waiting.ts'

const [KEY, OTHER] = [idOf(1), idOf(2)]

/** Runs with a plan and this record, in the order in which they were written. */
const storeOf = (runs: Record<string, string | { account?: string; days?: number; keys?: string[] }>) =>
  makeMemoryStore(
    new Map(
      Object.entries(runs).flatMap(([runId, of]): [string, string][] => {
        const plan: [string, string] = [runKey(runId, 'plan.json'), '{}']
        if (typeof of === 'string') return of === '' ? [plan] : [plan, [documents.record(runId).key, of]]
        const { account = HUB, days = 1, keys = [KEY] } = of
        const record = {
          ...recordOf({ runId }),
          account,
          endedAt: ago(days),
          keys: keys.map((accessKeyId) => recordedKey({ accessKeyId })),
        }
        return [plan, [documents.record(runId).key, textOf(record)]]
      }),
    ),
  )

const said = async (store: ReturnType<typeof storeOf>, account = HUB, key = KEY) =>
  (await lastRunsOn(store, account))(key).map(({ run, at, verdict }) => [run, at, verdict])

it('is the verdict of each record, the last run first, or that the key was not checked', async () => {
  const store = storeOf({ 'run-1': { days: 9 }, 'run-2': { days: 2, keys: [OTHER] } })
  expect(await said(store)).toEqual([
    ['run-2', ago(2), null],
    ['run-1', ago(9), expect.stringMatching(/^stale: /)],
  ])
})

it('is that of the surveys of the account, and of no run on another', async () => {
  const store = storeOf({
    [`org-1-survey-${ACCOUNT}`]: { account: ACCOUNT },
    [`org-1-survey-${HUB}`]: {},
    [`org-1-change-${ACCOUNT}`]: { account: ACCOUNT },
    'run-1': {},
  })
  expect((await said(store, ACCOUNT)).map(([run]) => run)).toEqual([`org-1-survey-${ACCOUNT}`])
  expect((await said(store, HUB)).map(([run]) => run)).toEqual(['run-1', `org-1-survey-${HUB}`])
})

it('is of five runs at most, and a run without a record says nothing', async () => {
  const runs = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`run-${n}`, {}]))
  const five = [6, 5, 4, 3, 2].map((n) => `run-${n}`)
  expect((await said(storeOf({ ...runs, open: '' }))).map(([run]) => run)).toEqual(five)
})

it('is not hidden by a record that cannot be read', async () => {
  expect(await said(storeOf({ 'run-1': {}, 'run-2': '{' }))).toEqual([
    ['run-2', null, expect.any(String)],
    ['run-1', ago(1), expect.stringMatching(/^stale: /)],
  ])
})

it('is that of five runs on the account, however many newer ones are on others', async () => {
  const others = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`other-${n}`, { account: ACCOUNT }]))
  const store = storeOf({ 'run-1': {}, 'run-2': {}, ...others })
  expect((await said(store)).map(([run]) => run)).toEqual(['run-2', 'run-1'])
})

it('is not taken from a run on another account whose record cannot be read', async () => {
  const store = storeOf({ 'run-1': {}, 'run-2': '{' })
  await put(store, documents.input('run-2'), inputOf({ runId: 'run-2', account: ACCOUNT }))
  expect((await said(store)).map(([run]) => run)).toEqual(['run-1'])
})

it('is nothing in a store without runs', async () => {
  expect(await said(storeOf({}))).toEqual([])
})
