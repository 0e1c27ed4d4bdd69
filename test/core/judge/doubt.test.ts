// Where a fact of a key is just not in doubt, and where it just is. What a doubt holds: verdict-values.test.ts.
import { describe, expect, it } from '@jest/globals'
import { doubt } from '../../../core/judge/doubt.ts'
import type { KeyFacts, ReportSlot } from '../../../core/model/facts.ts'
import { ago, keyOf, NEVER_USED, NOW, slotOf, usedAt, userOf } from '../../support/facts.ts'

const QUARTER = 15 * 60_000
const IAM_BEGAN = '2010-09-01T00:00:00Z'
const BEFORE_IAM = '2010-08-31T23:59:59.999Z'
const EVENT = { by: 'arn:aws:iam::111122223333:user/alice' }

const doubtOf = (fields: Partial<KeyFacts>, userCreatedAt: string | null = null, slot: Partial<ReportSlot> = {}) => {
  const key = keyOf(fields)
  const facts = userOf([key])
  facts.report.slots = [slotOf(key, 1, slot)]
  facts.report.userCreatedAt = userCreatedAt
  return doubt(facts, key, NOW)?.values.doubt ?? null
}

describe('a key', () => {
  it.each<[string, Partial<KeyFacts>, string | null]>([
    ['that was made now', { createdAt: ago(0), lastUsed: NEVER_USED }, null],
    ['that was made after now', { createdAt: ago(0, -1), lastUsed: NEVER_USED }, 'created-in-future'],
    ['that was made when IAM began', { createdAt: IAM_BEGAN }, null],
    ['that was made before IAM began', { createdAt: BEFORE_IAM }, 'created-before-iam'],
    ['that was used now', { lastUsed: usedAt(ago(0)) }, null],
    ['that was used after now', { lastUsed: usedAt(ago(0, -1)) }, 'last-used-in-future'],
    ['that was used a quarter of an hour before it was made', { lastUsed: usedAt(ago(400, QUARTER)) }, null],
    ['that was used earlier', { lastUsed: usedAt(ago(400, QUARTER + 1)) }, 'last-used-before-created'],
    ['that was reactivated now', { reactivatedAt: ago(0) }, null],
    ['that was reactivated after now', { reactivatedAt: ago(0, -1) }, 'reactivated-in-future'],
    ['that was reactivated when it was made', { reactivatedAt: ago(400) }, null],
    ['that was reactivated before it was made', { reactivatedAt: ago(400, 1) }, 'reactivated-before-created'],
    ['that no event set Active', { events: { activated: null, problem: null } }, null],
    [
      'that an event set Active before it was made, by the clock of CloudTrail',
      { events: { activated: { at: ago(401), ...EVENT }, problem: null } },
      null,
    ],
    [
      'that an event set Active after now',
      { events: { activated: { at: ago(0, -1), ...EVENT }, problem: null } },
      'reactivated-in-future',
    ],
  ])('%s', (_, fields, found) => {
    expect(doubtOf(fields)).toBe(found)
  })
})

describe('a user', () => {
  it.each<[string, string, string | null]>([
    ['who was made when the key was', ago(400), null],
    ['who was made after the key', ago(400, -1), 'created-before-user'],
    ['who was made when IAM began', IAM_BEGAN, null],
    ['who was made before IAM began', BEFORE_IAM, 'user-created-before-iam'],
  ])('%s', (_, userCreatedAt, found) => {
    expect(doubtOf({}, userCreatedAt)).toBe(found)
  })
})

describe('a use that the report shows', () => {
  const never: Partial<KeyFacts> = { lastUsed: NEVER_USED }
  it.each<[string, Partial<KeyFacts>, string | null, string, string | null]>([
    ['when IAM began', {}, null, IAM_BEGAN, null],
    ['before IAM began', {}, null, BEFORE_IAM, 'report-date-before-iam'],
    ['a quarter of an hour before the user was made', {}, ago(400), ago(400, QUARTER), null],
    ['earlier than that', {}, ago(400), ago(400, QUARTER + 1), 'report-date-before-user'],
    ['after now', {}, null, ago(0, -1), 'report-date-in-future'],
    ['when the key was used', {}, null, ago(200), null],
    ['after the key was used', {}, null, ago(200, -1), 'report-used-later'],
    ['now', {}, null, ago(0), 'report-used-later'],
    ['of a key that was never used', never, null, ago(300), 'report-used-later'],
  ])('%s', (_, fields, userCreatedAt, lastUsedAt, found) => {
    expect(doubtOf(fields, userCreatedAt, { lastUsedAt })).toBe(found)
  })
  it('of a slot that is not active is none', () => {
    expect(doubtOf({}, null, { active: false, lastUsedAt: ago(0, -1) })).toBeNull()
  })
})

describe('a date of a slot that is the creation of no key', () => {
  it.each<[string, string, string | null, string | null]>([
    ['when the user was made', ago(450), ago(450), null],
    ['before the user was made', ago(450, 1), ago(450), 'report-date-before-user'],
    ['when IAM began', IAM_BEGAN, null, null],
    ['now', ago(0), null, null],
    ['after now', ago(0, -1), null, 'report-date-in-future'],
  ])('%s', (_, lastRotatedAt, userCreatedAt, found) => {
    expect(doubtOf({}, userCreatedAt, { lastRotatedAt })).toBe(found)
  })
})
