import { describe, expect, it } from '@jest/globals'
import type { PlannedKey } from '../../../core/model/verdict.ts'
import {
  type ApprovalWanted,
  approvalWanted,
  noticeAttributes,
  noticeSubject,
  noticeText,
  runEnded,
} from '../../../core/notify/message.ts'
import { makePlan } from '../../../core/run/plan.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { FAILED, LATER, recordedKey, recordOf, refusedRecord, SOON, TAKEN } from '../../support/records.ts'
import { plannedKeyOf } from '../../support/waiting.ts'

const COMMAND = 'npm run -s keysweep -- show run-1 --store s3://runs'
const ended = (...fields: Parameters<typeof recordOf>) => runEnded(recordOf(...fields), COMMAND)

const wanted: ApprovalWanted = {
  kind: 'approval wanted',
  runId: 'run-1',
  account: '111122223333',
  plan: 'cafe',
  keys: 2,
  users: 1,
  oldestLastUsedAt: null,
  newestLastUsedAt: '2026-02-23T00:00:00Z',
  why: ['approval is asked for every plan'],
  expiresAt: '2026-09-18T12:00:00Z',
  command: 'sweep approve run-1',
}

describe('a run that finished', () => {
  it('is told with its counts, what is stale soon and whose it is, and the line that shows the record', () => {
    expect(noticeText(ended())).toBe(`The run finished.

Run:           run-1
Account:       111122223333
It ended as:   deactivated
Active keys:   75, of 60 users
Stale keys:    1
Deactivated:   1
Skipped:       0
Failed:        0

1 key will be stale within 14 days, unless used:
  ${SOON.staleOn}  ${SOON.accessKeyId}  user bot  owner ann

To see the record:
  npm run -s keysweep -- show run-1 --store s3://runs`)
  })
  it.each([
    ['deactivated', 'keysweep: run finished in 111122223333: deactivated'],
    ['another run is open', 'keysweep: run finished in 111122223333: another run is open'],
    ['rejected', 'keysweep: run finished in 111122223333: rejected'],
  ] as const)('as "%s" says so in its subject', (status, subject) => {
    expect(noticeSubject(ended({ status }))).toBe(subject)
  })
  it('names no key that is stale later, and none that it took', () => {
    const text = noticeText(ended({ keys: [TAKEN, LATER] }))
    expect(text).not.toMatch(/AKIA|stale within/)
  })
  it('names the first 50 keys that are stale soon, and says how many there are', () => {
    const keys = Array.from({ length: 53 }, (_, n) =>
      recordedKey({ ...SOON, accessKeyId: `AKIA${String(n).padStart(16, '0')}` }),
    )
    const text = noticeText(ended({ keys }))
    expect(text).toContain('53 keys will be stale within 14 days, unless used:')
    expect(text.match(/AKIA/g)).toHaveLength(50)
    expect(text).toContain('  and 3 more, in the record')
  })
  it('has no word of what is stale soon where nothing is', () => {
    expect(noticeText(ended({ keys: [TAKEN] }))).toMatch(/Failed: {8}0\n\nTo see the record:/)
  })
  it('counts what it brought back and what it left, where there is any', () => {
    const { counts } = recordOf()
    const text = noticeText(ended({ counts: { ...counts, reactivated: 2, leftForNextRun: 3 } }))
    expect(text).toContain('Deactivated:   1\nReactivated:   2\nSkipped:       0\nFailed:        0\nFor next time: 3\n')
  })
  it('says that an owner is not known', () => {
    expect(noticeText(ended({ keys: [{ ...SOON, owner: null }] }))).toContain('user bot  owner not known')
  })
  it('shows what a tag holds as one line of text, whatever it holds', () => {
    const text = noticeText(ended({ keys: [{ ...SOON, owner: 'ann\n\nTo approve:\u001b[2K\u202egnp.exe\u2028x' }] }))
    expect(text).toContain('owner ann To approve:gnp.exe x\n\nTo see')
  })
})

describe('a run that failed', () => {
  it('is told with its error', () => {
    const notice = runEnded(refusedRecord(), COMMAND)
    expect(notice.kind).toBe('run failed')
    expect(noticeSubject(notice)).toBe('keysweep: run FAILED: InputRefused')
    expect(noticeText(notice)).toContain('Account:       not known')
    expect(noticeText(notice)).toMatch(/^The run failed: InputRefused\.\n\nUnrecognized key: "dryRun"\n/)
  })
  it('is told with the beginning of an error without end', () => {
    const error = { name: 'X', message: 'x'.repeat(3000) }
    expect(runEnded(refusedRecord({ error }), COMMAND).error?.message).toHaveLength(2000)
  })
  it('is told with the keys that failed', () => {
    const notice = ended({ status: 'some keys failed', keys: [TAKEN, FAILED] })
    expect(notice.error).toEqual({
      name: 'SomeKeysFailed',
      message: `1 of 2 keys failed: ${FAILED.accessKeyId} of bot: IamDenied: no`,
    })
  })
})

describe('a plan that waits', () => {
  it.each([
    [1, 'keysweep: 1 key waits for approval in 111122223333'],
    [2, 'keysweep: 2 keys wait for approval in 111122223333'],
  ])('of %s says so in its subject', (keys, subject) => {
    expect(noticeSubject({ ...wanted, keys })).toBe(subject)
  })
  it('is told with the line to answer with', () => {
    const why = ['approval is asked for every plan', '2 keys are in use and only old']
    expect(
      noticeText({ ...wanted, why }),
    ).toBe(`keysweep asks whether to deactivate 2 access keys of 1 users in account 111122223333.

Run:              run-1
Why you decide:   approval is asked for every plan; 2 keys are in use and only old
Idle the longest: last used never
Idle the least:   last used 2026-02-23T00:00:00Z
Plan (sha256):    cafe
Answer until:     2026-09-18T12:00:00Z; no answer is no.

To see the keys and to answer:
  sweep approve run-1`)
  })
  it('says where that line works, if it is not there where it is read', () => {
    expect(noticeText(wanted, ', in a clone of keysweep')).toContain(
      '\nTo see the keys and to answer, in a clone of keysweep:\n',
    )
    expect(noticeText(ended(), ', in a clone of keysweep')).toContain('\nTo see the record, in a clone of keysweep:\n')
  })
})

describe('the notice for a plan', () => {
  const facts = {
    runId: 'run-1',
    account: '111122223333',
    mode: 'apply',
    approval: 'always',
    policy: policyOf(),
    activeKeys: 100,
  } as const
  const noticeOf = (stale: PlannedKey[]) =>
    approvalWanted(makePlan({ ...facts, stale }, NOW), 'cafe', '2026-09-18T12:00:00Z', 'sweep approve run-1')

  it('counts keys and users, and says how long the first and the last of them have been idle', () => {
    const stale = [plannedKeyOf(2), plannedKeyOf(3), plannedKeyOf(1, { user: 'user-2' })]
    expect(noticeOf(stale)).toEqual({
      ...wanted,
      keys: 3,
      users: 2,
      oldestLastUsedAt: ago(103),
      newestLastUsedAt: ago(101),
    })
  })
  it('says of a key that was never used no day of a last use', () => {
    const never = plannedKeyOf(1, { lastUsedAt: null })
    expect(noticeOf([never])).toMatchObject({ oldestLastUsedAt: null, newestLastUsedAt: null })
  })
  it('goes by idleness, whatever the order of the plan', () => {
    const plan = makePlan({ ...facts, stale: [1, 2, 3].map((index) => plannedKeyOf(index)) }, NOW)
    const turned = { ...plan, keys: plan.keys.toReversed() }
    expect(approvalWanted(turned, 'cafe', '', '')).toMatchObject({
      oldestLastUsedAt: ago(103),
      newestLastUsedAt: ago(101),
    })
  })
  it('of no keys has no such days', () => {
    expect(noticeOf([])).toMatchObject({ keys: 0, users: 0, oldestLastUsedAt: null, newestLastUsedAt: null })
  })
})

describe('a subscription', () => {
  it.each([
    [wanted, { kind: 'approval wanted', status: 'waiting' }],
    [ended(), { kind: 'run finished', status: 'deactivated' }],
    [runEnded(refusedRecord(), COMMAND), { kind: 'run failed', status: 'refused' }],
  ])('may filter by kind and status', (notice, attributes) => {
    expect(noticeAttributes(notice)).toEqual(attributes)
  })
})
