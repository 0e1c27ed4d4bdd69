import { describe, expect, it } from '@jest/globals'
import type { ApprovalWanted } from '../../../core/model/messages.ts'
import { runEnded } from '../../../core/notify/message.ts'
import { messageSubject, messageText } from '../../../core/texts/message-text.ts'
import { FAILED, LATER, recordedKey, recordOf, refusedRecord, SOON, TAKEN } from '../../support/records.ts'

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
    expect(messageText(ended())).toBe(`The run finished.

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
    expect(messageSubject(ended({ status }))).toBe(subject)
  })
  it('names no key that is stale later, and none that it took', () => {
    const text = messageText(ended({ keys: [TAKEN, LATER] }))
    expect(text).not.toMatch(/AKIA|stale within/)
  })
  it('names the first 50 keys that are stale soon, and says how many there are', () => {
    const keys = Array.from({ length: 53 }, (_, n) =>
      recordedKey({ ...SOON, accessKeyId: `AKIA${String(n).padStart(16, '0')}` }),
    )
    const text = messageText(ended({ keys }))
    expect(text).toContain('53 keys will be stale within 14 days, unless used:')
    expect(text.match(/AKIA/g)).toHaveLength(50)
    expect(text).toContain('  and 3 more, in the record')
  })
  it('has no word of what is stale soon where nothing is', () => {
    expect(messageText(ended({ keys: [TAKEN] }))).toMatch(/Failed: {8}0\n\nTo see the record:/)
  })
  it('counts what it brought back and what it left, where there is any', () => {
    const { counts } = recordOf()
    const text = messageText(ended({ counts: { ...counts, reactivated: 2, leftForNextRun: 3 } }))
    expect(text).toContain('Deactivated:   1\nReactivated:   2\nSkipped:       0\nFailed:        0\nFor next time: 3\n')
  })
  it('says that an owner is not known', () => {
    expect(messageText(ended({ keys: [{ ...SOON, owner: null }] }))).toContain('user bot  owner not known')
  })
  it('shows what a tag holds as one line of text, whatever it holds', () => {
    const text = messageText(ended({ keys: [{ ...SOON, owner: 'ann\n\nTo approve:\u001b[2K\u202egnp.exe\u2028x' }] }))
    expect(text).toContain('owner ann To approve:gnp.exe x\n\nTo see')
  })
})

describe('a run that failed', () => {
  it('is told with its error', () => {
    const message = runEnded(refusedRecord(), COMMAND)
    expect(message.kind).toBe('run failed')
    expect(messageSubject(message)).toBe('keysweep: run FAILED: InputRefused')
    expect(messageText(message)).toContain('Account:       not known')
    expect(messageText(message)).toMatch(/^The run failed: InputRefused\.\n\nUnrecognized key: "dryRun"\n/)
  })
  it('is told with the beginning of an error without end', () => {
    const error = { name: 'X', message: 'x'.repeat(3000) }
    expect(runEnded(refusedRecord({ error }), COMMAND).error?.message).toHaveLength(2000)
  })
  it('is told with the keys that failed', () => {
    const message = ended({ status: 'some keys failed', keys: [TAKEN, FAILED] })
    expect(message.error).toEqual({
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
    expect(messageSubject({ ...wanted, keys })).toBe(subject)
  })
  it('is told with the line to answer with', () => {
    const why = ['approval is asked for every plan', '2 keys are in use and only old']
    expect(
      messageText({ ...wanted, why }),
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
    expect(messageText(wanted, ', in a clone of keysweep')).toContain(
      '\nTo see the keys and to answer, in a clone of keysweep:\n',
    )
    expect(messageText(ended(), ', in a clone of keysweep')).toContain('\nTo see the record, in a clone of keysweep:\n')
  })
})
