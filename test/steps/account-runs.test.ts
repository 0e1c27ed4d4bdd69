// What the run store says of the runs in one account of an organization run. A document that does not fit counts for its account alone.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { planHash } from '../../core/run/plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { readAccountRun, readSurveyed } from '../../steps/account-runs.ts'
import { textOf } from '../../steps/run-documents.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  ACCOUNT,
  KEYS_OF,
  listedOf,
  ORG,
  OTHER_ACCOUNT,
  organizationOf,
  partFields,
  storeWith,
  surveyPlan,
} from '../support/organization-run.ts'
import { recordOf } from '../support/record-parts.ts'
import { suspectsOf } from '../support/stored.ts'
import { inputOf } from '../support/waiting.ts'

const SURVEY = accountRunId(ORG, 'survey', ACCOUNT)
const SHA256 = planHash(surveyPlan(ACCOUNT))
const RECORD = { ...recordOf({ runId: SURVEY }), status: 'planned' as const, plan: { sha256: SHA256, keys: 2 } }
const { status, error, incomplete, counts, plan } = RECORD

/** The survey of the account, with these documents instead of its own; a document that is null is missing. */
async function surveyed(documents: Record<string, string | null> = {}) {
  const store = await storeWith(organizationOf())
  const written = { 'record.json': textOf(RECORD), ...documents }
  for (const [name, text] of Object.entries(written)) {
    store.objects.delete(runKey(SURVEY, name))
    if (text !== null) store.objects.set(runKey(SURVEY, name), text)
  }
  return store
}

const inputWith = (fields: Partial<RunInput>) => textOf(inputOf({ ...partFields('survey', ACCOUNT), ...fields }))

const unavailable = async () => ({
  ...(await surveyed()),
  get: () => Promise.reject(new StoreUnavailable('down')),
})

describe('a run in an account', () => {
  const read = async (documents: Record<string, string | null> = {}) =>
    readAccountRun(await surveyed(documents), ORG, 'survey', ACCOUNT)

  it('is its id, whose input it has, and what of its record counts', async () => {
    expect(await read()).toEqual({
      ...{ runId: SURVEY, input: 'own', record: { status, error, incomplete, counts, plan } },
    })
  })
  it.each<[string, Partial<RunInput>, 'own' | 'other']>([
    ['its own', {}, 'own'],
    ['of another account', { account: OTHER_ACCOUNT }, 'other'],
    ['of another organization run', { organizationRun: { run: 'org-9', phase: 'survey' } }, 'other'],
    ['of another phase', { organizationRun: { run: ORG, phase: 'change' } }, 'other'],
    ['of no organization run', { organizationRun: null }, 'other'],
  ])('has an input %s', async (_, fields, input) => {
    expect(await read({ 'input.json': inputWith(fields) })).toMatchObject({ input, record: { status } })
  })
  it('may have a record and no input, an input and no record, or neither', async () => {
    expect(await read({ 'input.json': null })).toMatchObject({ runId: SURVEY, input: null, record: { status } })
    expect(await read({ 'record.json': null })).toEqual({ runId: SURVEY, input: 'own', record: null })
    expect(await read({ 'input.json': null, 'record.json': null })).toBeNull()
  })
  it.each(['input.json', 'record.json'])('that has a damaged %s was refused, with the error', async (name) => {
    const none = { users: 0, suspects: 0, activeKeys: 0, stale: 0, kept: 0, leftForNextRun: 0 }
    expect(await read({ [name]: '{' })).toEqual({
      runId: SURVEY,
      input: 'own',
      record: {
        ...{ status: 'refused', incomplete: true, plan: null },
        error: { name: 'StoreDamaged', message: expect.stringContaining(runKey(SURVEY, name)) },
        counts: { ...none, deactivated: 0, reactivated: 0, skipped: 0, failed: 0 },
      },
    })
  })
  it('is not refused because the store does not answer', async () => {
    await expect(readAccountRun(await unavailable(), ORG, 'survey', ACCOUNT)).rejects.toThrow(StoreUnavailable)
  })
})

describe('a surveyed account', () => {
  const listed = listedOf(ACCOUNT)
  const read = async (documents: Record<string, string | null> = {}) =>
    readSurveyed(await surveyed(documents), ORG, listed)

  it('has its survey, and of its plan the hash and the numbers', async () => {
    const survey = { runId: SURVEY, input: 'own', record: { status, error, incomplete, counts, plan } }
    expect(await read()).toEqual({
      ...{ listed, runId: SURVEY, survey },
      plan: {
        ...{ sha256: SHA256, keys: KEYS_OF[ACCOUNT]?.length, activeKeys: 100, leftForNextRun: 0, ifApplied: 'go' },
        ...{ ownReasons: [], isOverCap: false, hasRotation: false },
      },
    })
  })
  it('counts the active keys without those of exempt users, where the survey counted them', async () => {
    const suspects = textOf(suspectsOf({ activeKeys: 100, activeKeysNotExempt: 90 }))
    expect((await read({ 'suspects.json': suspects })).plan?.activeKeys).toBe(90)
  })
  it('that was not selected has neither, and nothing of it is read', async () => {
    const excluded = listedOf(ACCOUNT, { end: 'excluded', why: 'x' })
    expect(await readSurveyed(await unavailable(), ORG, excluded)).toEqual({
      ...{ listed: excluded, runId: SURVEY, survey: null, plan: null },
    })
  })
  it('whose survey did not begin has neither', async () => {
    const store = makeMemoryStore()
    expect(await readSurveyed(store, ORG, listed)).toEqual({ listed, runId: SURVEY, survey: null, plan: null })
  })
  it.each<[string, Record<string, string | null>]>([
    ['has the input of another run', { 'input.json': inputWith({ organizationRun: null }) }],
    ['has no input', { 'input.json': null }],
    ['has no record', { 'record.json': null }],
    ['has a record without a plan', { 'record.json': textOf({ ...RECORD, plan: null }) }],
    ['has the record of another plan', { 'record.json': textOf({ ...RECORD, plan: { sha256: 'f00d', keys: 2 } }) }],
    ['has no plan', { 'plan.json': null }],
    ['has a damaged plan', { 'plan.json': '{' }],
    ['has no list of suspects', { 'suspects.json': null }],
    ['has a damaged list of suspects', { 'suspects.json': '{' }],
  ])('whose survey %s has no plan', async (_, documents) => {
    const { survey, plan } = await read(documents)
    expect([survey?.runId, plan]).toEqual([SURVEY, null])
  })
  it('whose survey planned for another account has no plan', async () => {
    const text = surveyPlan(ACCOUNT).replace(`"account":"${ACCOUNT}"`, `"account":"${OTHER_ACCOUNT}"`)
    const record = textOf({ ...RECORD, plan: { sha256: planHash(text), keys: 2 } })
    expect((await read({ 'plan.json': text, 'record.json': record })).plan).toBeNull()
  })
  it('has a plan, or none, only if the store answers', async () => {
    const store = await surveyed()
    const get = (key: string) =>
      key === runKey(SURVEY, 'suspects.json') ? Promise.reject(new StoreUnavailable('down')) : store.get(key)
    await expect(readSurveyed({ ...store, get }, ORG, listed)).rejects.toThrow(StoreUnavailable)
    await expect(readSurveyed(await unavailable(), ORG, listed)).rejects.toThrow(StoreUnavailable)
  })
})
