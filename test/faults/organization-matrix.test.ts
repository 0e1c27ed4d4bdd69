// A handful of the cells and steps of organization runs for every run of the tests; `npm run test:long` runs them all.
import { describe, expect, it } from '@jest/globals'
import type { LoggedCall } from '../../demo/service.ts'
import { keyIn, MEMBERS, OPERATOR, STALE } from './organization-accounts.ts'
import { OF_ACCOUNTS, OF_ORGANIZATIONS, organizationBaseline, runOrganizationCell } from './organization-cells.ts'
import { crashAndRedrive, crashAndRunAgain } from './organization-crash.ts'
import { complaints, disturbed, endsIn, unconfirmed } from './organization-judge.ts'
import { openOrganizationScene } from './organization-scenes.ts'
import '../io/no-backoff.ts'

const [FIRST, MIDDLE, LAST] = MEMBERS

it('the matrix has every action that an organization run asks', async () => {
  const { counts } = await organizationBaseline('apply')
  const asked = new Set([...counts.keys()].map((key) => key.split(' ')[0]))
  expect([...asked].sort()).toEqual([...OF_ORGANIZATIONS, ...OF_ACCOUNTS.apply].sort())
})

it('no call is made in an account whose role answers for another, and the others end as without that', async () => {
  const cell = { scene: 'apply', place: 'first', lasting: 'for good', account: MIDDLE } as const
  const lie = { action: 'GetCallerIdentity', fault: 'the answer of another account' } as const
  expect(await runOrganizationCell({ ...cell, ...lie })).toEqual([])
})

describe('an organization run that dies', () => {
  it('between a write and its outcome loses nothing, and running again finishes the job', async () => {
    expect(await crashAndRunAgain('apply', `after Inactive ${keyIn(MIDDLE, 'idle')}`)).toEqual([])
  })
  it('in the middle of its surveys is redriven: a run in an account whose name is taken fails that account alone', async () => {
    expect(await crashAndRedrive('apply', `before put runs/org-1-survey-${MIDDLE}/plan.json`)).toEqual([])
  })
})

describe('the judge of organization runs', () => {
  it('complains of every falsified run', async () => {
    const scene = await openOrganizationScene('apply')
    const end = await scene.run()
    const { record } = end
    if (record === null) throw new TypeError('Expected a record')
    expect(await complaints(scene, end)).toEqual([])
    const withEnd = (id: string, change: object) => ({
      ...record,
      accounts: record.accounts.map((one) => (one.account === id ? { ...one, ...change } : one)),
    })
    const falsified = {
      'an account is missing': { record: { ...record, accounts: record.accounts.slice(1) } },
      'an account has two ends': { record: { ...record, accounts: [...record.accounts, ...record.accounts] } },
      'a changed account had nothing to do': { record: withEnd(MIDDLE, { end: 'nothing to do' as const }) },
      'an account of two changes counts one': { record: withEnd(MIDDLE, { deactivated: 1 }) },
      'a failed account is green': { record: withEnd(MIDDLE, { end: 'failed' as const }) },
      'the counts are others': { record: { ...record, counts: { ...record.counts, deactivated: 1 } } },
      'the execution failed': { result: { status: 'FAILED', error: 'E', cause: '' } as const },
    }
    for (const [what, change] of Object.entries(falsified))
      expect([what, (await complaints(scene, { ...end, ...change })).length > 0]).toEqual([what, true])
    const others = { ...scene, mayTake: STALE.slice(1) }
    expect(await complaints(others, end)).not.toEqual([])
    const [session] = Object.values(scene.world.organization.accounts[1]?.account.sessions ?? {}).filter(
      ({ role }) => role === 'keysweep-deactivate',
    )
    if (session?.issued === undefined) throw new TypeError('Expected a session that wrote')
    session.issued.policy = null
    expect(await complaints(scene, end)).toEqual([expect.stringContaining('by a session of keysweep-deactivate')])
    const usual = endsIn(scene, record)
    expect(disturbed(scene, { ...end, record: withEnd(LAST, { end: 'busy' }) }, usual, FIRST, false)).toHaveLength(1)
    expect(disturbed(scene, end, usual, FIRST, true)).toHaveLength(1)
  })
  it('complains of a session that was used before it was confirmed, for two keys, or not at all', () => {
    const call = (action: string, fields: Partial<LoggedCall> = {}): LoggedCall => ({
      ...{ at: '', action, params: {}, account: MIDDLE, signedWith: 'ASIA1', outcome: 'answered', status: 200 },
      ...fields,
    })
    const confirmed = call('GetCallerIdentity')
    const update = (id: string, signedWith = 'ASIA1') =>
      call('UpdateAccessKey', { params: { AccessKeyId: id }, signedWith })
    expect(unconfirmed([confirmed, call('GetUser'), update('one'), update('one')])).toEqual([])
    expect(unconfirmed([update('one')])).toHaveLength(1)
    expect(unconfirmed([call('GetUser'), confirmed])).toHaveLength(1)
    expect(unconfirmed([call('GetCallerIdentity', { account: FIRST }), update('one')])).toHaveLength(1)
    expect(unconfirmed([call('GetCallerIdentity', { outcome: 'fault:other account' }), update('one')])).toHaveLength(1)
    expect(unconfirmed([confirmed, update('one'), update('two')])).toHaveLength(1)
    expect(unconfirmed([confirmed, update('one', OPERATOR)])).toHaveLength(1)
  })
})
