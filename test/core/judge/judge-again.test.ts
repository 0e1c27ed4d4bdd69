// A slice's verdicts once CloudTrail's events are known.
import { describe, expect, it } from '@jest/globals'
import { type Events, judgeAgain } from '../../../core/judge/judge-again.ts'
import { judgeUser, unseenUser } from '../../../core/judge/judge-user.ts'
import type { KeyFacts } from '../../../core/model/facts.ts'
import type { EventsOfKey } from '../../../core/model/key-events.ts'
import { ago, CALLER, iamTime, keyOf, policyOf, usedAt, userOf } from '../../support/facts.ts'

const BY = 'arn:aws:iam::111122223333:user/alice'
const USED = 'AKIAUSEDUSEDUSEDUSED'
const IDLE = keyOf().accessKeyId
const OTHER = 'AKIAOTHEROTHEROTHER1'
const RUN = { policy: policyOf(), account: CALLER.account, caller: CALLER }

const activated = (at: string): EventsOfKey => ({ activated: { at, by: BY }, problem: null })
const odd: EventsOfKey = { activated: null, problem: 'no date' }
const eventsOf = (byKey: Record<string, EventsOfKey>, readUntil: string | null = ago(0)): Events => ({
  byKey: new Map(Object.entries(byKey)),
  readUntil,
})

/** The verdicts on these users at that moment; the last line is of a user whose keys could not be read. */
function sliceOf(users: KeyFacts[][], at = ago(0)) {
  const facts = users.map((keys, index) => userOf(keys, { user: `user-${index}` }))
  const judged = facts.map((one) => judgeUser(one, RUN.policy, RUN.caller, new Date(at)))
  const unseen = unseenUser('unseen', { doubt: 'user-unreadable', error: 'IamThrottled', message: 'slow down' })
  return {
    verdicts: [...judged.flatMap(({ verdicts }) => verdicts), unseen],
    stale: judged.flatMap(({ stale }) => stale),
    users: facts.map((one) => ({ at, facts: one })),
  }
}

const used = keyOf({ accessKeyId: USED, lastUsed: usedAt(ago(1)) })
const slice = sliceOf([[used, keyOf()], [keyOf({ accessKeyId: OTHER })]])
const rowsOf = ({ verdicts }: ReturnType<typeof judgeAgain>) =>
  verdicts.map(({ accessKeyId, row }) => [accessKeyId, row])

it('the slice to begin from has two stale keys', () => {
  expect(rowsOf(slice)).toEqual([
    [USED, 'in-use'],
    [IDLE, 'unused'],
    [OTHER, 'unused'],
    [null, 'unknown'],
  ])
  expect(slice.stale.map(({ accessKeyId }) => accessKeyId)).toEqual([IDLE, OTHER])
})

describe('of a stale key', () => {
  it('that somebody set Active within its term nothing remains for the plan, and its line says who and when', () => {
    const again = judgeAgain(slice, eventsOf({ [IDLE]: activated(ago(3)) }), RUN)
    expect(again.verdicts[1]).toMatchObject({
      user: 'user-0',
      accessKeyId: IDLE,
      verdict: 'kept',
      rule: null,
      row: 'in-use',
      values: { since: iamTime(ago(3)), reactivated: true, by: BY },
    })
    expect(again.stale).toEqual([slice.stale[1]])
  })
  it('that somebody set Active longer ago, both lines say who and when', () => {
    const again = judgeAgain(slice, eventsOf({ [IDLE]: activated(ago(95)) }), RUN)
    const reactivation = { at: iamTime(ago(95)), by: BY }
    expect(again.verdicts[1]).toMatchObject({ accessKeyId: IDLE, verdict: 'stale', values: { reactivation } })
    expect(again.stale).toMatchObject([{ accessKeyId: IDLE, idleSince: ago(95), values: { reactivation } }, {}])
    expect(again.stale[1]).toEqual(slice.stale[1])
  })
  it('with an event that could not be read, the line holds the doubt', () => {
    const again = judgeAgain(slice, eventsOf({ [OTHER]: odd }), RUN)
    expect(again.verdicts[2]).toMatchObject({
      user: 'user-1',
      verdict: 'kept',
      values: { doubt: 'key-event-unreadable', received: 'no date' },
    })
    expect(again.stale).toEqual([slice.stale[0]])
  })
  it('without an event the lines stay, also beside one with events', () => {
    const both = sliceOf([[keyOf(), keyOf({ accessKeyId: OTHER })]])
    const again = judgeAgain(both, eventsOf({ [IDLE]: odd }), RUN)
    expect(again.verdicts.slice(1)).toEqual(both.verdicts.slice(1))
    expect(again.stale).toEqual([both.stale[1]])
  })
})

describe('the verdicts stay as they are', () => {
  it.each<[string, Record<string, EventsOfKey>]>([
    ['without events', {}],
    ['with events of keys of other slices', { AKIAELSEWHEREELSEWHE: odd }],
    ['with events of kept keys', { [USED]: odd }],
  ])('%s', (_, byKey) => {
    const { verdicts, stale } = slice
    expect(judgeAgain(slice, eventsOf(byKey), RUN)).toEqual({ verdicts, stale })
  })
  it('of a kept key with events, and of a user without keys, beside a stale key that is judged again', () => {
    const again = judgeAgain(slice, eventsOf({ [USED]: odd, [IDLE]: odd }), RUN)
    expect(rowsOf(again)).toEqual([
      [USED, 'in-use'],
      [IDLE, 'unknown'],
      [OTHER, 'unused'],
      [null, 'unknown'],
    ])
    expect(again.verdicts[3]).toEqual(slice.verdicts[3])
  })
})

describe('a key is judged by the later of the two moments', () => {
  const earlier = sliceOf([[keyOf()]], ago(5))
  it.each<[string, string, string | null, object]>([
    ['until which the events were read', ago(3), ago(2), { row: 'in-use' }],
    ['by which it was judged first', ago(6), ago(7), { row: 'in-use' }],
    ['by which it was judged first, where nothing was read', ago(6), null, { row: 'in-use' }],
    ['and an event after both is in the future', ago(1), ago(2), { values: { doubt: 'reactivated-in-future' } }],
  ])('%s', (_, at, readUntil, line) => {
    const { verdicts } = judgeAgain(earlier, eventsOf({ [IDLE]: activated(at) }, readUntil), RUN)
    expect(verdicts[0]).toMatchObject(line)
  })
})

it('the policy and the caller of the run count', () => {
  const events = eventsOf({ [IDLE]: activated(ago(40)) })
  const rowUnder = (run: typeof RUN) => judgeAgain(slice, events, run).verdicts[1]?.row
  expect(rowUnder(RUN)).toBe('in-use')
  expect(rowUnder({ ...RUN, policy: policyOf({ unusedDays: 30 }) })).toBe('unused')
  expect(rowUnder({ ...RUN, caller: { ...CALLER, accessKeyId: IDLE } })).toBe('own')
})
