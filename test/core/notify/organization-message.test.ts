// What people and programs hear of an organization run: one message and one event, whatever the number of accounts.
import { describe, expect, it } from '@jest/globals'
import { ACCOUNT_ENDS, type AccountEnd } from '../../../core/model/closed-sets.ts'
import type { RecordedAccount } from '../../../core/model/documents/organization-record.ts'
import { DETAILS } from '../../../core/notify/event-schemas.ts'
import { organizationEventsOf } from '../../../core/notify/events.ts'
import { messageAttributes } from '../../../core/notify/message.ts'
import { organizationPlanMetrics, organizationRecordMetrics } from '../../../core/notify/metrics.ts'
import { organizationApprovalWanted, organizationEnded } from '../../../core/notify/organization-message.ts'
import { makeOrganizationRecord } from '../../../core/run/organization/record.ts'
import { messageSubject, messageText } from '../../../core/texts/message-text.ts'
import {
  accountRun,
  HUB,
  idOf,
  listedAccount,
  NOW,
  ORG,
  organizationParts,
  organizationPlan,
  surveyed,
} from '../../support/organization.ts'

const [A, B, C] = [idOf(1), idOf(2), idOf(3)]
const UNTIL = '2026-09-18T12:00:00.000Z'
const CAPPED = surveyed(B, { keys: 1, ifApplied: 'ask', isOverCap: true, ownReasons: ['maxKeys'] })

describe('the message for a plan', () => {
  const plan = organizationPlan([surveyed(A, { keys: 9 }), CAPPED, surveyed(C, null)])
  const message = organizationApprovalWanted(plan, 'cafe', UNTIL, 'keysweep approve org-1')
  it('has the accounts with keys, those that need a person first', () => {
    expect(message).toEqual({
      ...{ kind: 'organization approval wanted', runId: ORG, hub: HUB, plan: 'cafe', keys: 10, accounts: 2 },
      shown: [
        { account: B, keys: 1, activeKeys: 100, ifApplied: 'ask' },
        { account: A, keys: 9, activeKeys: 100, ifApplied: 'go' },
      ],
      ...{ why: plan.approvalReasons, expiresAt: UNTIL, command: 'keysweep approve org-1' },
    })
    expect(messageAttributes(message)).toEqual({ kind: 'approval wanted', status: 'waiting' })
  })
  it('shows fifty of them, and counts the others', () => {
    const many = Array.from({ length: 53 }, (_, n) => surveyed(idOf(n)))
    const long = organizationApprovalWanted(organizationPlan(many), 'cafe', UNTIL, '')
    expect(long.shown).toHaveLength(50)
    expect(long.accounts).toBe(53)
    expect(messageText(long)).toContain('3 accounts')
  })
  it('shows the accounts with the most keys first, and none with nothing to change', () => {
    const accounts = [1, 3, 2].map((keys) => surveyed(idOf(keys), { keys }))
    const shown = organizationApprovalWanted(
      organizationPlan([...accounts, surveyed(idOf(9), null)]),
      'cafe',
      UNTIL,
      '',
    )
    expect(shown).toMatchObject({ keys: 6, accounts: 3 })
    expect(shown.shown.map(({ keys }) => keys)).toEqual([3, 2, 1])
    const asks = surveyed(idOf(4), { keys: 1, ifApplied: 'ask' })
    const first = organizationApprovalWanted(organizationPlan([...accounts, asks]), 'cafe', UNTIL, '')
    expect(first.shown.map(({ account }) => account)).toEqual([4, 3, 2, 1].map(idOf))
  })
  it.each(['run 1', 'a'.repeat(45)])('has no command for the id %j, and shows the id as one word', (runId) => {
    const odd = organizationApprovalWanted({ ...plan, runId }, 'cafe', UNTIL, 'keysweep approve it')
    expect(odd.command).toBeNull()
    expect(odd.runId).toBe(runId.includes(' ') ? JSON.stringify(runId) : runId)
  })
  it('as text has the facts that a person decides by, and no name that somebody chose', () => {
    const text = `${messageSubject(message)}\n${messageText(message)}`
    for (const fact of [ORG, HUB, A, B, '10', '9 keys', 'cafe', UNTIL, 'keysweep approve org-1'])
      expect(text).toContain(fact)
    expect(text).not.toContain('name of')
  })
})

describe('the message for a record', () => {
  const EXCLUDED = surveyed(C, null, { listed: listedAccount(C, { end: 'excluded', why: 'by tag' }), survey: null })
  const parts = organizationParts([surveyed(A), CAPPED, EXCLUDED, surveyed(idOf(4), null)], {}, { approval: 'never' })
  const failed = accountRun('survey', B, 'planned')
  const record = makeOrganizationRecord({
    ...parts,
    runs: new Map([...parts.runs, [B, { survey: failed, change: null, undo: null }]]),
  })
  const message = organizationEnded(record, 'keysweep show org-1')
  const recordedAs = (end: AccountEnd): RecordedAccount => ({
    ...{ account: A, name: null, end, why: null, runs: [] },
    ...{ stale: 0, deactivated: 0, reactivated: 0, skipped: 0, failed: 0 },
  })

  it('has the accounts that failed first, and only counts those with nothing to say', () => {
    expect(message).toMatchObject({
      kind: 'organization run failed',
      runId: ORG,
      hub: HUB,
      status: 'some accounts failed',
      more: 0,
    })
    expect(message.shown.map(({ account, end }) => [account, end])).toEqual([
      [B, 'failed'],
      [A, 'changed'],
    ])
    expect(message.counts).toEqual(record.counts)
    expect(messageAttributes(message)).toEqual({ kind: 'run failed', status: 'some accounts failed' })
  })
  it('has accounts in this order, and leaves out those with nothing to say', () => {
    const accounts = ACCOUNT_ENDS.map((end, n) => ({ ...recordedAs(end), account: idOf(n) }))
    const { shown, more } = organizationEnded({ ...record, accounts }, '')
    expect(shown.map(({ end }) => end)).toEqual([
      ...['failed', 'unreachable', 'busy', 'changed', 'left out', 'planned', 'new', 'management account'],
    ])
    expect(more).toBe(0)
  })
  it('has the first 2,000 characters of its error, and shows its id as one word', () => {
    const error = { name: 'StoreDamaged', message: 'x'.repeat(3000) }
    const long = organizationEnded({ ...record, runId: 'a b', status: 'refused', error }, '')
    expect(long).toMatchObject({ kind: 'organization run failed', runId: '"a b"' })
    expect(long.error?.message).toHaveLength(2000)
    expect(organizationEnded(record, 'keysweep show org-1').command).toBe('keysweep show org-1')
  })
  it('of a run that did not fail has no error, and says only of a plan what it would do', () => {
    const went = organizationEnded(makeOrganizationRecord(organizationParts([surveyed(A)])), '')
    expect(went).toMatchObject({ kind: 'organization run finished', error: null, ifApplied: null, status: 'changed' })
    expect(messageAttributes(went)).toEqual({ kind: 'run finished', status: 'changed' })
  })
  it('as text names the account that failed the run, and says how each ended', () => {
    const text = `${messageSubject(message)}\n${messageText(message)}`
    for (const fact of [
      'SomeAccountsFailed',
      HUB,
      '4: 1 changed',
      '1 failed',
      '1 excluded',
      `${A}  changed`,
      '2 deactivated',
      `name of ${A}`,
    ])
      expect(text).toContain(fact)
    expect(text).not.toContain(C)
  })
  it('makes names of accounts safe to show', () => {
    const odd = surveyed(A, {}, { listed: listedAccount(A, { name: 'x\u001b[2J\n  999900001111  changed' }) })
    const text = messageText(organizationEnded(makeOrganizationRecord(organizationParts([odd])), ''))
    expect(text).not.toContain('\u001b')
    expect(text.split('\n').filter((line) => line.includes('999900001111'))).toHaveLength(1)
  })
  it('of an incomplete record counts nothing, and of a plan says what it would do', () => {
    const incomplete = { ...makeOrganizationRecord(parts), incomplete: true }
    expect(organizationEnded(incomplete, '').counts).toBeNull()
    const planned = makeOrganizationRecord(organizationParts([surveyed(A)], {}, { mode: 'plan' }))
    expect(organizationEnded(planned, '').ifApplied).toEqual({ step: 'go', why: [] })
    expect(messageText(organizationEnded(planned, ''))).toContain('would go')
  })
  it.each(['run 1', 'a'.repeat(45)])('shows no command for the id %j', (runId) => {
    expect(organizationEnded({ ...record, runId }, 'keysweep show it').command).toBeNull()
  })
  it('shows fifty accounts, and counts the others', () => {
    const many = Array.from({ length: 53 }, (_, n) => surveyed(idOf(n)))
    const long = organizationEnded(makeOrganizationRecord(organizationParts(many)), '')
    expect([long.shown.length, long.more]).toEqual([50, 3])
    expect(messageText(long)).toContain('3 accounts')
  })
})

describe('the event of a record', () => {
  const FAILED = {
    ...{ hub: null, mode: null, plan: null, status: 'refused' as const },
    error: { name: 'StoreDamaged', message: 'x'.repeat(1001) },
  }
  const record = makeOrganizationRecord(organizationParts([surveyed(A)]))
  it('is one, with an id that is the same each time', () => {
    const [event, ...more] = organizationEventsOf(record)
    expect(more).toEqual([])
    expect(event).toMatchObject({
      ...{ type: 'Organization Run Finished', at: record.endedAt },
      detail: {
        runId: ORG,
        hub: HUB,
        status: 'changed',
        failed: false,
        counts: record.counts,
        plan: record.plan,
        error: null,
      },
    })
    // As a receiver drops repeats by it.
    expect(event?.detail.id).toBe('7aace2eee189e8b7b7eb92853599e971')
    expect(organizationEventsOf({ ...record, endedAt: 'later' })[0]?.detail.id).toBe(event?.detail.id)
    for (const other of [{ runId: 'org-2' }, { startedAt: NOW.toISOString() }, { hub: idOf(8) }, { hub: null }])
      expect(organizationEventsOf({ ...record, ...other })[0]?.detail.id).not.toBe(event?.detail.id)
  })
  it('keeps to its schema, with no field more', () => {
    for (const one of [record, { ...record, ...FAILED }])
      for (const { type, detail } of organizationEventsOf(one))
        expect(DETAILS[type].strict().parse(detail)).toEqual(detail)
  })
  it('of a run that failed has the first 1,000 characters of the error', () => {
    const [event] = organizationEventsOf({ ...record, ...FAILED })
    expect(event?.detail).toMatchObject({ failed: true, error: { name: 'StoreDamaged', message: 'x'.repeat(1000) } })
  })
})

describe('metrics', () => {
  it.each([
    ['apply', 0, 1],
    ['apply', 500, 0],
    ['plan', 0, 0],
  ] as const)('in mode %s with maxKeys %i', (mode, maxKeys, OverCap) => {
    const organization = { ...organizationParts([]).input?.organization, maxKeys } as never
    expect(organizationPlanMetrics(organizationPlan([surveyed(A)], { mode, organization }))).toEqual({ OverCap })
  })
  it('of a record say that nothing waits any more, if it had a plan', () => {
    const record = makeOrganizationRecord(organizationParts([surveyed(A)]))
    expect(organizationRecordMetrics(record, 2)).toEqual({ NoticesFailed: 2, ApprovalsWaiting: 0 })
    expect(organizationRecordMetrics({ ...record, plan: null }, 0)).toEqual({ NoticesFailed: 0 })
  })
})
