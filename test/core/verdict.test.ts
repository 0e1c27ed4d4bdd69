import { describe, expect, it } from '@jest/globals'
import type { Caller, KeyFacts, Policy, UserFacts, Verdict } from '../../core/model.ts'
import { judge, VERDICT_ROWS } from '../../core/verdict.ts'
import { ago, CALLER, keyOf, NEVER_USED, NOW, policyOf, slotOf, usedAt, userOf } from '../support/facts.ts'

interface Case {
  key?: KeyFacts
  facts?: UserFacts
  policy?: Policy
  caller?: Caller
}

function verdictOf({ key = keyOf(), facts = userOf([key]), policy = policyOf(), caller = CALLER }: Case): Verdict {
  return judge({ facts, key, policy, caller, now: NOW })
}

const reasonOf = (given: Case): string => verdictOf(given).reason

describe('a key at the edge of its unused term', () => {
  const cases: [string, number, number, string][] = [
    ['one millisecond short of 90 days', 90, -1, 'kept'],
    ['exactly 90 days', 90, 0, 'stale'],
    ['one millisecond over 90 days', 90, 1, 'stale'],
  ]
  it.each(cases)('last used %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(days, milliseconds)) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('never used and created %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ createdAt: ago(days, milliseconds), lastUsed: NEVER_USED }) }).verdict).toBe(
      verdict,
    )
  })
  it.each(cases)('brought back %s ago', (_, days, milliseconds, verdict) => {
    expect(verdictOf({ key: keyOf({ broughtBackAt: ago(days, milliseconds) }) }).verdict).toBe(verdict)
  })
  it.each(cases)('with a strange last_rotated in the report %s ago', (_, days, milliseconds, verdict) => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastRotatedAt: ago(days, milliseconds) })]
    expect(verdictOf({ key, facts }).verdict).toBe(verdict)
  })
})

describe('a key at the edge of its rotation term', () => {
  const newer = keyOf({ accessKeyId: 'AKIANEWERNEWERNEWER1', createdAt: ago(30), lastUsed: usedAt(ago(1)) })
  it.each([
    ['one millisecond short of 180 days', -1, 'kept'],
    ['exactly 180 days', 0, 'stale'],
    ['one millisecond over 180 days', 1, 'stale'],
  ])('created %s ago and used yesterday', (_, milliseconds, verdict) => {
    const key = keyOf({ createdAt: ago(180, milliseconds), lastUsed: usedAt(ago(1)) })
    const policy = policyOf({ rotationDays: 180 })
    expect(verdictOf({ key, facts: userOf([key, newer]), policy }).verdict).toBe(verdict)
  })
})

describe('the reason of a stale key', () => {
  it('names the day of the last use', () => {
    expect(verdictOf({})).toMatchObject({ verdict: 'stale', rule: 'unused', reason: 'unused since 2026-02-23' })
  })
  it('names the day of the creation where it was never used', () => {
    expect(reasonOf({ key: keyOf({ lastUsed: NEVER_USED }) })).toBe('never used, created 2025-08-07')
  })
  it('does not say "never used" of a key that was used before it was brought back', () => {
    expect(reasonOf({ key: keyOf({ broughtBackAt: ago(100) }) })).toBe('unused since 2026-06-03')
  })
  it('says since when the last thing happened, for "longest idle first"', () => {
    expect(verdictOf({})).toMatchObject({ idleSince: ago(200) })
  })
})

describe('a key is kept', () => {
  it.each(['Inactive', 'Expired', 'Quarantined'])('when its status is %s', (status) => {
    expect(reasonOf({ key: keyOf({ status }) })).toBe(`not active: ${status}`)
  })

  it.each([
    ['it has no creation date', { createdAt: null }, 'unknown: creation date missing'],
    ['its creation date cannot be read', { createdAt: 'long ago' }, 'unknown: creation date missing'],
    [
      'it was created in the future',
      { createdAt: ago(-1), lastUsed: NEVER_USED },
      'unknown: creation date in the future',
    ],
    ['its last use was not learned', { lastUsed: { known: false } }, 'unknown: last use'],
    ['its last use cannot be read', { lastUsed: usedAt('not_supported') }, 'unknown: last use is not a date'],
    ['its last use lies in the future', { lastUsed: usedAt(ago(0, -1)) }, 'unknown: last use in the future'],
    [
      'it was used 15 minutes and more before it was created',
      { lastUsed: usedAt(ago(400, 900_001)) },
      'unknown: last used before it was created',
    ],
    ['our own intent cannot be read', { broughtBackAt: '?' }, 'unknown: date of our own intent is not a date'],
    ['our own intent lies in the future', { broughtBackAt: ago(-1) }, 'unknown: our own intent in the future'],
  ] as [string, Partial<KeyFacts>, string][])('when %s', (_, fields, reason) => {
    const key = keyOf(fields)
    const facts = userOf([key])
    facts.report.slots = []
    expect(verdictOf({ key, facts })).toMatchObject({ verdict: 'kept', reason })
  })

  it('when the report shows a later use than IAM does now', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key, 1, { lastUsedAt: ago(150) })]
    expect(reasonOf({ key, facts })).toBe('unknown: the report shows a later use than IAM does now')
  })

  it('when its user has more Active keys than the report showed', () => {
    const key = keyOf()
    const facts = userOf([
      key,
      keyOf({ accessKeyId: 'AKIANEWNEWNEWNEWNEW1', createdAt: ago(0, 60_000), lastUsed: NEVER_USED }),
    ])
    facts.report = { ...facts.report, activeKeys: 1 }
    expect(reasonOf({ key, facts })).toBe('changed since the report')
  })

  it('when this run signs with it', () => {
    expect(reasonOf({ caller: { ...CALLER, accessKeyId: keyOf().accessKeyId } })).toBe('own')
  })
  it('when this run runs as its user, with another key', () => {
    expect(reasonOf({ caller: { ...CALLER, userName: 'Backup-Bot' } })).toBe('own')
  })

  it('while in use, with the day on which it would become stale', () => {
    expect(verdictOf({ key: keyOf({ lastUsed: usedAt(ago(80)) }) })).toEqual({
      verdict: 'kept',
      rule: null,
      reason: 'in use',
      idleSince: null,
      staleOn: '2026-09-21',
    })
  })
})

describe('the second of two keys', () => {
  it('is judged by itself: the idle one goes, the used one stays', () => {
    const idle = keyOf()
    const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', lastUsed: usedAt(ago(2)) })
    const facts = userOf([used, idle])
    expect(verdictOf({ key: idle, facts }).verdict).toBe('stale')
    expect(verdictOf({ key: used, facts }).verdict).toBe('kept')
  })
  it('is still stale after this run took the first, whose use stands in the report', () => {
    const second = keyOf({ accessKeyId: 'AKIASECONDSECONDSEC1', lastUsed: usedAt(ago(300)) })
    const facts = userOf([keyOf({ status: 'Inactive', lastUsed: { known: false } }), second])
    facts.report = { ...facts.report, activeKeys: 2, slots: [slotOf(keyOf(), 1), slotOf(second, 2)] }
    expect(verdictOf({ key: second, facts }).verdict).toBe('stale')
  })
  it('made in the same second as the first is not taken for it', () => {
    const idle = keyOf({ createdAt: ago(120), lastUsed: NEVER_USED })
    const used = keyOf({ accessKeyId: 'AKIAUSEDUSEDUSEDUSED', createdAt: ago(120), lastUsed: usedAt(ago(1)) })
    const facts = userOf([idle, used])
    expect([verdictOf({ key: idle, facts }).verdict, verdictOf({ key: used, facts }).verdict]).toEqual([
      'stale',
      'kept',
    ])
  })
})

describe('the rotation rule', () => {
  const policy = policyOf({ rotationDays: 90 })
  const old = keyOf({ createdAt: ago(300), lastUsed: usedAt(ago(1)) })
  const older = keyOf({ accessKeyId: 'AKIAOLDEROLDEROLDER1', createdAt: ago(350), lastUsed: usedAt(ago(1)) })

  it('is off unless it is set', () => {
    expect(verdictOf({ key: older, facts: userOf([older, old]) }).verdict).toBe('kept')
  })
  it('takes a key in use that another key in use has followed', () => {
    expect(verdictOf({ key: older, facts: userOf([older, old]), policy })).toMatchObject({
      rule: 'rotation',
      reason: 'not rotated since 2025-09-26',
    })
  })
  it("never takes a user's only Active key", () => {
    expect(verdictOf({ key: old, facts: userOf([old]), policy }).reason).toBe('in use')
  })
  it('never takes both of two old keys', () => {
    expect(verdictOf({ key: old, facts: userOf([older, old]), policy }).verdict).toBe('kept')
  })
  it('leaves exactly one of two old keys made in the same second', () => {
    const twin = keyOf({ ...old, accessKeyId: 'AKIATWINTWINTWINTWIN' })
    const facts = userOf([old, twin])
    expect([old, twin].filter((key) => verdictOf({ key, facts, policy }).verdict === 'stale')).toHaveLength(1)
  })
  it('does not count on another key that is itself unused for the term', () => {
    const idle = keyOf({ accessKeyId: 'AKIAIDLERIDLERIDLER1', createdAt: ago(200), lastUsed: usedAt(ago(150)) })
    expect(verdictOf({ key: old, facts: userOf([old, idle]), policy }).verdict).toBe('kept')
  })
  it('does not count on another key whose facts are in doubt', () => {
    const strange = keyOf({ accessKeyId: 'AKIASTRANGESTRANGE12', createdAt: ago(-5), lastUsed: NEVER_USED })
    expect(verdictOf({ key: old, facts: userOf([old, strange]), policy }).verdict).toBe('kept')
  })
  it('does not count on a key that is not Active', () => {
    const inactive = keyOf({
      accessKeyId: 'AKIAINACTIVEINACTIV1',
      createdAt: ago(10),
      status: 'Inactive',
      lastUsed: { known: false },
    })
    expect(verdictOf({ key: old, facts: userOf([old, inactive]), policy }).verdict).toBe('kept')
  })
})

describe('a strange last_rotated in an active slot', () => {
  it("counts for all the user's keys, for it may be any key's re-activation", () => {
    const [first, second] = [keyOf(), keyOf({ accessKeyId: 'AKIASECONDSECONDSEC1', createdAt: ago(300) })]
    const facts = userOf([first, second])
    facts.report.slots = [slotOf(first, 1), slotOf(second, 2, { lastRotatedAt: ago(3) })]
    expect([verdictOf({ key: first, facts }), verdictOf({ key: second, facts })]).toMatchObject([
      { verdict: 'kept', staleOn: '2026-12-07' },
      { verdict: 'kept', staleOn: '2026-12-07' },
    ])
  })
  it('does not count in an inactive slot', () => {
    const key = keyOf()
    const facts = userOf([key])
    facts.report.slots = [slotOf(key), slotOf(keyOf({ status: 'Inactive' }), 2, { lastRotatedAt: ago(3) })]
    expect(verdictOf({ key, facts }).verdict).toBe('stale')
  })
})

it('the rows are tried in the order of the design, and the last always fits', () => {
  expect(VERDICT_ROWS.map(({ row }) => row)).toEqual([
    'not active',
    'unknown',
    'changed since the report',
    'exempt',
    'own',
    'unused',
    'rotation',
    'in use',
  ])
  const key = keyOf()
  expect(
    VERDICT_ROWS.at(-1)?.fits({ facts: userOf([key]), key, policy: policyOf(), caller: CALLER, now: NOW }),
  ).not.toBeNull()
})
