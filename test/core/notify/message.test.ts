import { describe, expect, it } from '@jest/globals'
import { OTHER_ERROR } from '../../../core/model/error-names.ts'
import type { ApprovalWanted } from '../../../core/model/messages.ts'
import type { PlannedKey } from '../../../core/model/verdict.ts'
import { eventsOf } from '../../../core/notify/events.ts'
import { approvalWanted, messageAttributes, runEnded } from '../../../core/notify/message.ts'
import { makePlan } from '../../../core/run/plan.ts'
import { EVERY_PLAN_ASKS } from '../../../core/texts/approval-text.ts'
import { messageSubject, messageText } from '../../../core/texts/message-text.ts'
import { shownName } from '../../../core/texts/plain.ts'
import { noWitnessText } from '../../../core/texts/witness-text.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { recordOf, refusedRecord } from '../../support/records.ts'
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
  longestIdle: { createdAt: '2025-08-07T00:00:00Z', lastUsedAt: null },
  mostRecent: { createdAt: '2024-01-01T00:00:00Z', lastUsedAt: '2026-02-23T00:00:00Z' },
  why: [EVERY_PLAN_ASKS],
  noWitness: null,
  expiresAt: '2026-09-18T12:00:00Z',
  command: 'sweep approve run-1',
}

const PLANNED = {
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'always',
  policy: policyOf(),
  activeKeys: 100,
} as const

describe('the message for a plan', () => {
  const messageOf = (stale: PlannedKey[]) =>
    approvalWanted(makePlan({ ...PLANNED, stale }, NOW), 'cafe', '2026-09-18T12:00:00Z', 'sweep approve run-1')

  it('counts keys and users, and says how long the first and the last of them have been idle', () => {
    const stale = [plannedKeyOf(2), plannedKeyOf(3), plannedKeyOf(1, { user: 'user-2' })]
    expect(messageOf(stale)).toEqual({
      ...wanted,
      keys: 3,
      users: 2,
      longestIdle: { createdAt: ago(900), lastUsedAt: ago(103) },
      mostRecent: { createdAt: ago(900), lastUsedAt: ago(101) },
    })
  })
  it('says that there is no second witness, and why', () => {
    const witness = { complete: false, why: 'denied', detail: 'AccessDenied: no' } as const
    const plan = makePlan({ ...PLANNED, stale: [plannedKeyOf(1)], witness }, NOW)
    const { noWitness } = approvalWanted(plan, 'cafe', '2026-09-18T12:00:00Z', 'sweep approve run-1')
    expect(noWitness).toBe(noWitnessText(witness))
  })
  it('says of a key that was never used when it was created', () => {
    const never = plannedKeyOf(1, { lastUsedAt: null })
    const activity = { createdAt: ago(900), lastUsedAt: null }
    expect(messageOf([never])).toMatchObject({ longestIdle: activity, mostRecent: activity })
  })
  it('is in the order of idleness, whatever the order of the plan', () => {
    const plan = makePlan({ ...PLANNED, stale: [1, 2, 3].map((index) => plannedKeyOf(index)) }, NOW)
    const turned = { ...plan, keys: plan.keys.toReversed() }
    expect(approvalWanted(turned, 'cafe', '', '')).toMatchObject({
      longestIdle: { createdAt: ago(900), lastUsedAt: ago(103) },
      mostRecent: { createdAt: ago(900), lastUsedAt: ago(101) },
    })
  })
  it('of no keys has no such days', () => {
    expect(messageOf([])).toMatchObject({ keys: 0, users: 0, longestIdle: null, mostRecent: null })
  })
})

describe('the message for a record', () => {
  it('says whether the run failed', () => {
    expect([ended().kind, runEnded(refusedRecord(), COMMAND).kind]).toEqual(['run finished', 'run failed'])
  })
  const ifApplied = { step: 'stop' as const, why: ['a cap'] }
  it('says of a plan what applying it would do', () => {
    expect(ended({ status: 'planned', ifApplied }).ifApplied).toEqual(ifApplied)
  })
  it('says no such thing of a run that applied its plan', () => {
    expect(ended({ status: 'over cap', ifApplied }).ifApplied).toBeNull()
  })
})

describe('the error of a message and of an event', () => {
  const failedBy = (name: string, message: string) => {
    const record = refusedRecord({ error: { name, message } })
    const told = eventsOf(record).flatMap(({ detail }) => ('error' in detail ? [detail.error] : []))
    return [runEnded(record, COMMAND).error, ...told]
  }
  it.each(['InputRefused', 'NotAnswered', 'SomeKeysFailed', 'States.Timeout', 'Lambda.Unknown'])('is %s', (name) => {
    const error = { name, message: 'why' }
    expect(failedBy(name, 'why')).toEqual([error, error])
  })
  it.each(['Your password has expired: https://evil.example', 'TypeError', '', 'inputrefused', 'InputRefused '])(
    'has no name that is not in the list: "%s"',
    (name) => {
      const error = { name: OTHER_ERROR, message: 'why' }
      expect(failedBy(name, 'why')).toEqual([error, error])
      // An error of Step Functions without a cause has its name as the message.
      expect(failedBy(name, name)).toEqual([OTHER_ERROR, OTHER_ERROR].map((name) => ({ name, message: name })))
    },
  )
})

describe('a subscription', () => {
  it.each([
    [wanted, { kind: 'approval wanted', status: 'waiting' }],
    [ended(), { kind: 'run finished', status: 'deactivated' }],
    [runEnded(refusedRecord(), COMMAND), { kind: 'run failed', status: 'refused' }],
  ])('may filter by kind and status', (message, attributes) => {
    expect(messageAttributes(message)).toEqual(attributes)
  })
})

describe('a run of an id that does not belong in a command', () => {
  it.each(['--yes', '-', "x'(id)'", 'a\u202eb', '\u200ba', '\u0430dmin', '.', 'a b', 'a\nTo approve: x'])(
    'is named safely, and no command is shown: %j',
    (runId) => {
      const record = recordOf({ runId })
      const plan = makePlan({ ...PLANNED, runId, stale: [plannedKeyOf(1)] }, NOW)
      for (const message of [runEnded(record, COMMAND), approvalWanted(plan, 'cafe', wanted.expiresAt, COMMAND)]) {
        expect(message).toMatchObject({ runId: shownName(runId), command: null })
        expect(messageText(message)).toMatch(/^[ -~\n]*$/)
        expect(messageText(message).split('\n')).toContainEqual(expect.stringMatching(/^Run: +"[ -~]*"$/))
        expect(messageText(message)).not.toContain('npm run')
        expect(messageSubject(message)).toMatch(/^[ -~]*$/)
      }
      for (const { detail } of eventsOf(record)) expect(detail.runId).toBe(shownName(runId))
    },
  )
})
