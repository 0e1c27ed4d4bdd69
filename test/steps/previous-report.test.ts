// Which earlier run's report is the previous one.
import { describe, expect, it } from '@jest/globals'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { runKey } from '../../io/store/run-store.ts'
import { previousReport } from '../../steps/previous-report.ts'
import { textOf } from '../../steps/run-documents.ts'
import { ago } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { lineOf, RECORDED_ACCOUNT, reportOf } from '../support/report-csv.ts'
import { suspectsOf } from '../support/stored.ts'
import { inputOf } from '../support/waiting.ts'

/** What a run of `days` ago left; a document that is null is missing. */
function documentsOf(runId: string, days: number, fields: Record<string, string | null> = {}): [string, string][] {
  const written: Record<string, string | null> = {
    'input.json': textOf(inputOf({ runId, account: RECORDED_ACCOUNT })),
    'suspects.json': textOf(suspectsOf({ generatedAt: ago(days) })),
    'report.csv': reportOf(lineOf({ user: `user-of-${runId}` })),
    'plan.json': '{}',
    ...fields,
  }
  return Object.entries(written).flatMap(([name, text]) => (text === null ? [] : [[runKey(runId, name), text]]))
}

/** The runs in the order in which they were written. */
const storeOf = (...runs: [string, string][][]) => makeMemoryStore(new Map(runs.flat()))

/** Which run's report is found for run-9, and of when. */
async function found(store: ReturnType<typeof storeOf>) {
  const report = await previousReport(store, RECORDED_ACCOUNT, 'run-9')
  return report && { generatedAt: report.generatedAt, users: report.rows.map(({ user }) => user) }
}

const OF_RUN_1 = { generatedAt: ago(9), users: ['user-of-run-1'] }

describe('the previous report', () => {
  it('is that of the run whose plan was written last, with its time', async () => {
    expect(await found(storeOf(documentsOf('run-0', 10), documentsOf('run-1', 9)))).toEqual(OF_RUN_1)
  })
  it('is not that of the run that asks, nor of one without a plan', async () => {
    const later = [documentsOf('run-9', 0), documentsOf('run-2', 1, { 'plan.json': null })]
    expect(await found(storeOf(documentsOf('run-1', 9), ...later))).toEqual(OF_RUN_1)
  })
  it.each<[string, Record<string, string | null>]>([
    ['has no input', { 'input.json': null }],
    ['has no list of suspects', { 'suspects.json': null }],
    ['has no report', { 'report.csv': null }],
    ['has a report that is cut', { 'report.csv': 'user,arn' }],
    ['was on another account', { 'input.json': textOf(inputOf({ runId: 'run-2' })) }],
    [
      'has the report of another account',
      { 'report.csv': reportOf(lineOf({ user: 'a', arn: 'arn:aws:iam::444455556666:user/a' })) },
    ],
  ])('is not that of a run that %s', async (_, fields) => {
    const odd = documentsOf('run-2', 1, fields)
    expect(await found(storeOf(odd))).toBeNull()
    expect(await found(storeOf(documentsOf('run-1', 9), odd))).toEqual(OF_RUN_1)
  })
  it('is looked for among the last five other runs', async () => {
    const without = (count: number) =>
      Array.from({ length: count }, (_, n) => documentsOf(`run-without-${n}`, 1, { 'report.csv': null }))
    const own = documentsOf('run-9', 0)
    expect(await found(storeOf(documentsOf('run-1', 9), ...without(4), own))).toEqual(OF_RUN_1)
    expect(await found(storeOf(documentsOf('run-1', 9), ...without(5), own))).toBeNull()
  })
  it('is none in a store without runs, and in one that cannot tell the newest', async () => {
    expect(await found(storeOf())).toBeNull()
    const { newest: _, ...store } = storeOf(documentsOf('run-1', 9))
    expect(await previousReport(store, RECORDED_ACCOUNT, 'run-9')).toBeNull()
  })
  it('is not none where a document does not fit, or the store does not answer', async () => {
    const store = storeOf(documentsOf('run-1', 9, { 'suspects.json': '{' }))
    await expect(found(store)).rejects.toMatchObject({ name: 'StoreDamaged' })
    store.get = () => Promise.reject(new StoreUnavailable('down'))
    await expect(found(store)).rejects.toThrow(StoreUnavailable)
  })
})
