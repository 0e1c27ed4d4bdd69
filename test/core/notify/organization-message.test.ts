// What people and programs hear of an organization run: one message and one event, whatever the number of accounts.
import { describe, expect, it } from '@jest/globals'
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
  ORG,
  organizationParts,
  organizationPlan,
  surveyed,
} from '../../support/organization.ts'

const [A, B, C] = [idOf(1), idOf(2), idOf(3)]
const UNTIL = '2026-09-18T12:00:00.000Z'
const CAPPED = surveyed(B, { keys: 1, ifApplied: 'ask', isOverCap: true, approvalReasons: ['maxKeys'] })

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
    expect(organizationEventsOf({ ...record, endedAt: 'later' })[0]?.detail.id).toBe(event?.detail.id)
    expect(organizationEventsOf({ ...record, runId: 'org-2' })[0]?.detail.id).not.toBe(event?.detail.id)
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
