// Which earlier run's report is the previous one.
import { describe, expect, it } from '@jest/globals'
import type { Phase } from '../../core/model/closed-sets.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { accountRunId } from '../../core/model/ids.ts'
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

const ASKING = inputOf({ runId: 'run-9', account: RECORDED_ACCOUNT })

/** Which run's report is found for run-9 or another run, and of when. */
async function found(store: ReturnType<typeof storeOf>, run = ASKING, since: string | null = null) {
  const report = await previousReport(store, run, since)
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
  it('is read of no other account, and asks for the folders of no other', async () => {
    const other = documentsOf('run-2', 1, { 'input.json': textOf(inputOf({ runId: 'run-2' })) })
    const named = documentsOf('org-1-survey-444455556666', 1)
    const store = storeOf(documentsOf('run-1', 9), other, named)
    const [keys, folders]: string[][] = [[], []]
    const [get, newest] = [store.get, store.newest]
    store.get = (key) => {
      keys?.push(key)
      return get(key)
    }
    store.newest = async (prefix, name, among = () => true) => {
      folders?.push(...['run-1', 'run-2', 'org-1-survey-444455556666'].filter(among))
      return newest(prefix, name, among)
    }
    expect(await found(store)).toEqual(OF_RUN_1)
    expect(keys).toEqual([
      'runs/run-2/input.json',
      ...['input.json', 'suspects.json', 'report.csv'].map((name) => `runs/run-1/${name}`),
    ])
    expect(folders).toEqual(['run-1', 'run-2'])
  })
  it('is looked for among the last five other runs', async () => {
    const without = (count: number) =>
      Array.from({ length: count }, (_, n) => documentsOf(`run-without-${n}`, 1, { 'report.csv': null }))
    const own = documentsOf('run-9', 0)
    expect(await found(storeOf(documentsOf('run-1', 9), ...without(4), own))).toEqual(OF_RUN_1)
    expect(await found(storeOf(documentsOf('run-1', 9), ...without(5), own))).toBeNull()
  })
  it('newer than that of a run is only looked for among the runs after it', async () => {
    const runs = [documentsOf('run-0', 10), documentsOf('run-1', 9)]
    expect(await found(storeOf(...runs), ASKING, 'run-0')).toEqual(OF_RUN_1)
    const store = storeOf(...runs)
    store.get = () => Promise.reject(new StoreUnavailable('no document is read'))
    expect(await found(store, ASKING, 'run-1')).toBeNull()
    expect(await found(storeOf(...runs), ASKING, 'not-there')).toEqual(OF_RUN_1)
  })
  it('is none in a store without runs', async () => {
    expect(await found(storeOf())).toBeNull()
    const organizationRun = { run: 'org-9', phase: 'survey' } as const
    expect(await previousReport(storeOf(), { ...ASKING, organizationRun })).toBeNull()
  })
  it('is not none where a document does not fit, or the store does not answer', async () => {
    const store = storeOf(documentsOf('run-1', 9, { 'suspects.json': '{' }))
    await expect(found(store)).rejects.toMatchObject({ name: 'StoreDamaged' })
    store.get = () => Promise.reject(new StoreUnavailable('down'))
    await expect(found(store)).rejects.toThrow(StoreUnavailable)
  })
})

describe('beside the many runs of an organization run, the previous report', () => {
  const OTHER = '444455556666'
  const nameOf = (organizationRun: string, phase: Phase = 'survey', account = RECORDED_ACCOUNT) =>
    accountRunId(organizationRun, phase, account)
  const organizationRun = (id: string): [string, string][] => [[`orgs/${id}/accounts.json`, '{}']]
  const part = inputOf({
    runId: nameOf('org-9'),
    account: RECORDED_ACCOUNT,
    organizationRun: { run: 'org-9', phase: 'survey' },
  })

  it('of a run of its own is not hidden by those of other accounts', async () => {
    const others = Array.from({ length: 20 }, (_, n) => documentsOf(nameOf(`org-${n}`, 'survey', OTHER), 1))
    const changes = Array.from({ length: 20 }, (_, n) => documentsOf(nameOf(`org-${n}`, 'change'), 1))
    expect(await found(storeOf(documentsOf('run-1', 9), ...others, ...changes))).toEqual(OF_RUN_1)
    const survey = documentsOf(nameOf('org-1'), 3)
    expect(await found(storeOf(documentsOf('run-1', 9), survey, ...others))).toMatchObject({ generatedAt: ago(3) })
  })
  it('of a part is that of the last survey of its account that made a plan', async () => {
    const runs = [1, 2, 3].flatMap((n) => [
      organizationRun(`org-${n}`),
      documentsOf(nameOf(`org-${n}`, 'survey', OTHER), n),
    ])
    const own = [documentsOf(nameOf('org-1'), 8), documentsOf(nameOf('org-2'), 7), documentsOf('run-1', 1)]
    const unplanned = documentsOf(nameOf('org-3'), 6, { 'plan.json': null })
    const asking = [organizationRun('org-9'), documentsOf(part.runId, 0)]
    expect(await found(storeOf(...runs, ...own, unplanned, ...asking), part)).toMatchObject({ generatedAt: ago(7) })
    expect(await found(storeOf(...runs, ...asking), part)).toBeNull()
  })
  it('of a part is looked for among the last five surveys of its account', async () => {
    const without = (count: number) =>
      Array.from({ length: count }, (_, n) => [
        organizationRun(`org-without-${n}`),
        documentsOf(nameOf(`org-without-${n}`), 1, { 'report.csv': null }),
      ]).flat()
    const first = [organizationRun('org-1'), documentsOf(nameOf('org-1'), 8)]
    const asking = [organizationRun('org-9'), documentsOf(part.runId, 0)]
    expect(await found(storeOf(...first, ...without(4), ...asking), part)).toMatchObject({ generatedAt: ago(8) })
    expect(await found(storeOf(...first, ...without(5), ...asking), part)).toBeNull()
  })
  it('is found by the documents of the right folder alone', async () => {
    const [run0, run1] = [documentsOf('run-0', 10), documentsOf('run-1', 9)]
    expect(await found(storeOf(run0, run1, [['orgs/run-0/plan.json', '{}']]))).toEqual(OF_RUN_1)
    const surveys = [1, 2].flatMap((n) => [organizationRun(`org-${n}`), documentsOf(nameOf(`org-${n}`), n)])
    const stray: [string, string][] = [['runs/org-1/accounts.json', '{}']]
    expect(await found(storeOf(...surveys, stray), part)).toMatchObject({ generatedAt: ago(2) })
  })
  it('of a part newer than its survey is that of a later survey, and without one nothing is listed or read', async () => {
    const runs = [1, 2].flatMap((n) => [organizationRun(`org-${n}`), documentsOf(nameOf(`org-${n}`), 9 - n)])
    const change = { ...part, organizationRun: { run: 'org-1', phase: 'change' } as const }
    expect(await found(storeOf(...runs), change, nameOf('org-1'))).toMatchObject({ generatedAt: ago(7) })
    const store = storeOf(...runs)
    store.get = () => Promise.reject(new StoreUnavailable('no document is read'))
    store.list = () => Promise.reject(new StoreUnavailable('nothing is listed'))
    expect(await found(store, change, nameOf('org-2'))).toBeNull()
  })
  it('of a part costs no more lists than it has surveys to look at', async () => {
    const store = storeOf(
      ...Array.from({ length: 20 }, (_, n) => [organizationRun(`org-${n}`), documentsOf(nameOf(`org-${n}`), n)]).flat(),
    )
    const listed: string[] = []
    const list = (prefix: string) => {
      listed.push(prefix)
      return makeMemoryStore(store.objects).list(prefix)
    }
    expect(await found({ ...store, list }, part)).toMatchObject({ generatedAt: ago(19) })
    expect(listed).toHaveLength(6)
  })
  it('is not looked for in the folder of what is no organization run', async () => {
    const odd: [string, string][] = [['orgs/a.b/accounts.json', '{}']]
    expect(await found(storeOf(odd, documentsOf(nameOf('a.b'), 1)), part)).toBeNull()
  })
})
