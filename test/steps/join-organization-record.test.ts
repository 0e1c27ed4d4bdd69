// What the record of an organization run is joined from: its own documents, and its own runs in the accounts that it works on.
import { describe, expect, it } from '@jest/globals'
import type { Phase, Status } from '../../core/model/closed-sets.ts'
import type { RunInput } from '../../core/model/documents/input.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { accountRunId, partsOfAccountRunId } from '../../core/model/ids.ts'
import type { StateError } from '../../core/run/execution-end.ts'
import { planHash } from '../../core/run/plan.ts'
import { organizationKey, type RunStore } from '../../io/store/run-store.ts'
import { joinOrganizationRecord } from '../../steps/join-organization-record.ts'
import { documents, put } from '../../steps/run-documents.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  ACCOUNT,
  approvalOf,
  HUB,
  listedOf,
  ORG,
  type OrganizationParts,
  OTHER_ACCOUNT,
  organizationOf,
  partFields,
  putOrganization,
  undoOf,
} from '../support/organization-run.ts'
import { recordOf } from '../support/record-parts.ts'
import { inputOf } from '../support/waiting.ts'

const PARTS = organizationOf()
const LISTED = [HUB, ACCOUNT, OTHER_ACCOUNT]
const { executionId = '', startedAt = '' } = PARTS.input ?? {}
const EXECUTION = { runId: ORG, executionId, startedAt, error: null }
const STOPPED = { Error: 'Interrupted', Cause: 'by hand' }
const STATUS: Record<Phase, Status> = { survey: 'planned', change: 'deactivated', undo: 'reactivated' }
const KEY = organizationKey(ORG, 'input.json').replace('input.json', '')

type Fields = Partial<Parameters<typeof joinOrganizationRecord>[1]>

const joined = (store: RunStore, fields: Fields = {}) => joinOrganizationRecord(store, { ...EXECUTION, ...fields }, NOW)

/** A store with the documents of the organization run, and the input and the record of a run of each phase in each account. */
async function stored(parts: OrganizationParts = PARTS, input: Partial<RunInput> = {}) {
  const store = makeMemoryStore()
  for (const account of LISTED)
    for (const phase of ['survey', 'change', 'undo'] as const) {
      const runId = accountRunId(ORG, phase, account)
      await put(store, documents.input(runId), inputOf({ ...partFields(phase, account), ...input }))
      const record = recordOf({ runId })
      const counts = { ...record.counts, stale: 5, deactivated: 3, reactivated: 4 }
      await put(store, documents.record(runId), { ...record, status: STATUS[phase], counts })
    }
  await putOrganization(store, parts)
  return store
}

/** The phases of the runs in each listed account, and the end of the account. */
async function accountsOf(store: RunStore, fields: Fields = {}) {
  const { record } = await joined(store, fields)
  return Object.fromEntries(
    record.accounts.map(({ account, runs, end }) => [
      account,
      [...runs.map((run) => partsOfAccountRunId(run)?.phase), end].join(),
    ]),
  )
}

describe('the record of an organization run', () => {
  it('has its times, its documents with their hashes, its plan and its decision', async () => {
    const store = await stored()
    const { record, foreign } = await joined(store)
    expect(foreign).toBe(false)
    expect(record).toMatchObject({
      ...{ runId: ORG, hub: HUB, startedAt, endedAt: NOW.toISOString(), incomplete: false, error: null },
      ...{ mode: 'apply', undo: null, source: 'organizations', status: 'changed' },
      plan: { sha256: PARTS.decision?.plan, accounts: 3, keys: 4 },
      decision: { answer: 'approve', by: PARTS.decision?.by },
    })
    expect(record.documents.filter(({ key }) => key.startsWith(KEY))).toEqual(
      ['accounts', 'decision', 'input', 'plan'].map((name) => {
        const key = `${KEY}${name}.json`
        return { key, sha256: planHash(store.objects.get(key) ?? '') }
      }),
    )
    expect(record.counts).toMatchObject({ accounts: 3, stale: 15, deactivated: 9 })
  })
  it('keeps the error that ended the run', async () => {
    const { record } = await joined(await stored(), { error: STOPPED })
    expect(record).toMatchObject({ error: { name: 'Interrupted', message: 'by hand' }, incomplete: false })
    expect(record.accounts).toHaveLength(3)
  })
  it('of a run that was refused before it stored anything has neither documents nor accounts', async () => {
    const error = { Error: 'InputRefused', Cause: 'no' }
    const { record, foreign } = await joined(makeMemoryStore(), { error })
    expect(foreign).toBe(false)
    expect(record).toMatchObject({ ...{ hub: null, plan: null, decision: null, source: null, incomplete: false } })
    expect([record.documents, record.accounts]).toEqual([[], []])
  })
})

describe('the runs in an account', () => {
  const planned = PARTS.plan ?? organizationOf().plan
  it.each<[string, Partial<OrganizationParts>, Record<string, string>]>([
    [
      'are its survey and its change',
      {},
      {
        ...{ [HUB]: 'survey,change,changed', [ACCOUNT]: 'survey,change,changed' },
        ...{ [OTHER_ACCOUNT]: 'survey,change,changed' },
      },
    ],
    [
      'are its survey alone if the account is left out',
      { decision: planned && approvalOf(planned, { leftOutAccounts: [ACCOUNT] }) },
      {
        ...{ [HUB]: 'survey,change,changed', [ACCOUNT]: 'survey,left out' },
        ...{ [OTHER_ACCOUNT]: 'survey,change,changed' },
      },
    ],
  ])('%s', async (_, parts, ends) => {
    expect(await accountsOf(await stored({ ...PARTS, ...parts }))).toEqual(ends)
  })
  it('are its survey alone if nothing was approved, or the plan does not list the account', async () => {
    const phases = async (parts: Partial<OrganizationParts>) =>
      Object.values(await accountsOf(await stored({ ...PARTS, ...parts }))).map((text) => text.split(',').slice(0, -1))
    expect(await phases({ decision: null })).toEqual([['survey'], ['survey'], ['survey']])
    expect(await phases({ plan: null, decision: null })).toEqual([['survey'], ['survey'], ['survey']])
    const plan = planned && { ...planned, accounts: planned.accounts.filter(({ account }) => account !== HUB) }
    expect(await phases({ plan, decision: plan && approvalOf(plan) })).toEqual([
      ['survey'],
      ['survey', 'change'],
      ['survey', 'change'],
    ])
  })
  it('are not read of an account that was not selected', async () => {
    const accounts = PARTS.accounts && {
      ...PARTS.accounts,
      accounts: [listedOf(HUB), listedOf(ACCOUNT, { end: 'excluded', why: 'x' })],
    }
    expect(await accountsOf(await stored({ ...PARTS, accounts }))).toEqual({
      ...{ [HUB]: 'survey,change,changed', [ACCOUNT]: 'excluded' },
    })
  })
  it('are the undo alone in an undo', async () => {
    const parts = { ...undoOf(), accounts: PARTS.accounts }
    expect(await accountsOf(await stored(parts))).toEqual(
      Object.fromEntries(LISTED.map((account) => [account, 'undo,changed'])),
    )
  })
  it('count for their account alone if one cannot be read', async () => {
    const store = await stored()
    store.objects.set(documents.record(accountRunId(ORG, 'change', ACCOUNT)).key, '{')
    const { record } = await joined(store)
    expect(record).toMatchObject({ incomplete: false, error: null })
    expect(record.accounts.map(({ end }) => end)).toEqual(['changed', 'failed', 'changed'])
  })
})

describe('a document of an organization run that cannot be read', () => {
  it.each<[string, StateError | null, { name: string; message: unknown }]>([
    ['is the error of a run that had none', null, { name: 'StoreDamaged', message: expect.stringContaining(KEY) }],
    [
      'is the error of a run that was stopped',
      STOPPED,
      { name: 'StoreDamaged', message: expect.stringContaining(KEY) },
    ],
    [
      'does not hide another error',
      { Error: 'TypeError', Cause: 'the cause' },
      { name: 'TypeError', message: 'the cause' },
    ],
  ])('%s', async (_, error, shown) => {
    const store = await stored()
    store.objects.set(`${KEY}plan.json`, '{')
    const { record, foreign } = await joined(store, { error })
    expect(foreign).toBe(false)
    expect(record).toMatchObject({ runId: ORG, endedAt: NOW.toISOString(), incomplete: true, error: shown })
    expect([record.hub, record.plan, record.accounts]).toEqual([null, null, []])
    // What was read up to it.
    expect(record.documents.map(({ key }) => key)).toEqual(
      ['accounts', 'input', 'plan'].map((name) => `${KEY}${name}.json`),
    )
  })
  it('ends the run if the store is unavailable', async () => {
    const store: RunStore = {
      ...(await stored()),
      get: async () => Promise.reject(new StoreUnavailable('no store')),
    }
    await expect(joined(store)).rejects.toThrow(StoreUnavailable)
  })
})

describe('the documents under the id of a run', () => {
  it.each<[string, Fields]>([
    ['that has an odd id', { runId: `${ORG}.1` }],
    ['that was refused because the id was taken', { error: { Error: 'RunIdTaken', Cause: 'no' } }],
    ['that is another execution', { executionId: 'execution:other' }],
    ['that is an execution of the same name, at another time', { startedAt: '2026-09-11T10:00:00Z' }],
  ])('%s are not its own', async (_, fields) => {
    const { record, foreign } = await joined(await stored(), fields)
    expect(foreign).toBe(true)
    expect(record).toMatchObject({ ...{ runId: fields.runId ?? ORG, hub: null, incomplete: false } })
    expect([record.documents, record.accounts, record.plan, record.decision]).toEqual([[], [], null, null])
    expect(record.endedAt).toBe(NOW.toISOString())
  })
  it('are its own if another error ended it, also without an input', async () => {
    const { foreign } = await joined(await stored(), { error: STOPPED })
    expect(foreign).toBe(false)
    const { record, foreign: without } = await joined(await stored({ ...PARTS, input: null }))
    expect(without).toBe(false)
    expect(record.accounts.map(({ runs }) => runs.length)).toEqual([2, 2, 2])
  })
})
