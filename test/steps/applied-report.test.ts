// What a run that takes a stored plan learns of that plan's report, by its own exemptions.
import { describe, expect, it } from '@jest/globals'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { runKey } from '../../io/store/run-store.ts'
import { appliedReport } from '../../steps/applied-report.ts'
import { policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { lineOf, RECORDED_ACCOUNT, reportOf } from '../support/report-csv.ts'

const active = (user: string) =>
  lineOf({ user, access_key_1_active: 'true', access_key_1_last_rotated: '2026-01-01T00:00:00+00:00' })
const REPORT = reportOf(active('a'), active('b'), active('c'))
const storeOf = (text: string) => makeMemoryStore(new Map([[runKey('run-0', 'report.csv'), text]]))
const run = {
  apply: { run: 'run-0', plan: null },
  account: RECORDED_ACCOUNT,
  policy: policyOf({ exemptUsers: ['b', 'ghost'], exemptPaths: ['/gone/'] }),
}

describe('the report behind a stored plan', () => {
  it('counts by the exemptions of the run that takes the plan', async () => {
    expect(await appliedReport(storeOf(REPORT), run)).toEqual({
      activeKeysNotExempt: 2,
      unmatchedExemptions: { users: ['ghost'], paths: ['/gone/'] },
    })
  })
  it.each<[string, Partial<typeof run> | { apply: null }, string]>([
    ['of a run that takes no plan', { apply: null }, REPORT],
    ['that is not stored', { apply: { run: 'run-1', plan: null } }, REPORT],
    ['that is cut', {}, 'user,arn'],
    ['of another account', { account: '444455556666' }, REPORT],
  ])('is null: one %s', async (_, fields, text) => {
    expect(await appliedReport(storeOf(text), { ...run, ...fields })).toBeNull()
  })
  it('is not null where the store does not answer', async () => {
    const get = () => Promise.reject(new StoreUnavailable('down'))
    await expect(appliedReport({ ...storeOf(REPORT), get }, run)).rejects.toThrow(StoreUnavailable)
  })
})
