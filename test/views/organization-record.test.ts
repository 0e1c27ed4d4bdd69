// The record of an organization run that wrote none, and of whose runs in accounts one wrote none either.
import { describe, expect, it } from '@jest/globals'
import type { Phase } from '../../core/model/closed-sets.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { shownOrganizationRecord } from '../../core/model/printed.ts'
import { runKey } from '../../io/store/run-store.ts'
import { documents, put } from '../../steps/run-documents.ts'
import { readOrganizationRecord, runningOrganization } from '../../views/organization-record.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  ACCOUNT,
  HUB,
  ORG,
  OTHER_ACCOUNT,
  organizationOf,
  partFields,
  putOrganization,
} from '../support/organization-run.ts'
import { recordOf } from '../support/record-parts.ts'
import { inputOf } from '../support/waiting.ts'

const SURVEY = (account: string) => accountRunId(ORG, 'survey' satisfies Phase, account)

/** All accounts have a survey. That of `ACCOUNT` began and has no record; that of `OTHER_ACCOUNT` did not begin. */
async function interrupted() {
  const store = makeMemoryStore()
  for (const account of [HUB, ACCOUNT])
    await put(
      store,
      documents.input(SURVEY(account)),
      inputOf({ ...partFields('survey', account), runId: SURVEY(account) }),
    )
  await put(store, documents.record(SURVEY(HUB)), { ...recordOf({ runId: SURVEY(HUB) }), status: 'nothing to do' })
  const { input, accounts } = organizationOf()
  await putOrganization(store, { input, accounts, plan: null, decision: null, hasRecord: false, surveys: {} })
  return store
}

describe('the record of an organization run without one', () => {
  it('has of a run that began, and has no record either, what its documents show', async () => {
    const { record, rebuilt } = await readOrganizationRecord(await interrupted(), ORG)
    expect(rebuilt).toBe(true)
    expect(record.accounts.map(({ account, runs, why }) => [account, runs, why])).toEqual([
      [HUB, [SURVEY(HUB)], null],
      [ACCOUNT, [SURVEY(ACCOUNT)], expect.stringContaining('Interrupted')],
      [OTHER_ACCOUNT, [], expect.stringContaining(SURVEY(OTHER_ACCOUNT))],
    ])
  })
  it('of a run that is running has no end of an account whose run is open or did not begin', async () => {
    const stored = await readOrganizationRecord(await interrupted(), ORG)
    expect(stored.open).toEqual([ACCOUNT, OTHER_ACCOUNT])
    const { record, json } = runningOrganization(stored)
    expect(record.accounts.map(({ account, end }) => [account, end])).toEqual([[HUB, 'nothing to do']])
    const printed = shownOrganizationRecord.parse(JSON.parse(json))
    expect(printed).toMatchObject({
      ...{ runId: ORG, status: 'running', endedAt: null, error: null },
      counts: { accounts: 3, ends: { 'nothing to do': 1, failed: 0 } },
    })
    expect(printed.accounts.map(({ account, end, why }) => [account, end, why])).toEqual([
      [HUB, 'nothing to do', null],
      [ACCOUNT, null, null],
      [OTHER_ACCOUNT, null, null],
    ])
  })
  it('lists only documents that are stored', async () => {
    const store = await interrupted()
    const { record } = await readOrganizationRecord(store, ORG)
    const keys = record.documents.map(({ key }) => key)
    expect(keys).toContain(runKey(SURVEY(ACCOUNT), 'input.json'))
    expect(keys.filter((key) => !store.objects.has(key))).toEqual([])
  })
})
