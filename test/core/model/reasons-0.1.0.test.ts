// The sentences are those of version 0.1.0, to the letter: they are not reworded with today's.
import { describe, expect, it } from '@jest/globals'
import { runRecord } from '../../../core/model/documents/record.ts'
import { withRow } from '../../../core/model/reasons-0.1.0.ts'
import { type DecidingRow, decidingRow } from '../../../core/model/verdict.ts'
import { recordedKey, recordOf } from '../../support/records.ts'

const CREATED = '2025-08-07T12:00:00Z'
const USED = '2026-02-23T08:00:00Z'

const readOf = (reason: string): DecidingRow =>
  decidingRow.parse(withRow({ reason, createdAt: CREATED, lastUsedAt: USED }))

const doubted = (doubt: string, received: string | null = null) => ({ row: 'unknown', values: { doubt, received } })

describe('the row and the values of a sentence of 0.1.0', () => {
  it.each<[string, object]>([
    ['root: an active key of the root user', { row: 'root', values: { lastUsedAt: USED } }],
    ['not active: Inactive; last use unknown', { row: 'not-active', values: { status: 'Inactive' } }],
    ['unknown: creation date missing', doubted('created-missing')],
    ['unknown: creation date in the future; never used', doubted('created-in-future')],
    ['unknown: last use', doubted('last-used-missing')],
    ['unknown: last use is not a date', doubted('last-used-no-date')],
    ['unknown: last use in the future', doubted('last-used-in-future')],
    ['unknown: last used before it was created', doubted('last-used-before-created')],
    ['unknown: date of our own intent is not a date', doubted('reactivated-no-date')],
    ['unknown: our own intent in the future', doubted('reactivated-in-future')],
    ['unknown: a date of the report in the future', doubted('report-date-in-future')],
    ['unknown: the report shows a later use than IAM does now; never used', doubted('report-used-later')],
    ['unknown: gone since the report', doubted('user-deleted')],
    [
      'unknown: tag keysweep-exempt-until "the \\"pilot\\"" does not begin with a date',
      doubted('exempt-until-no-date', 'the "pilot"'),
    ],
    ['unknown: tag keysweep-exempt-until "\\x" does not begin with a date', doubted('exempt-until-no-date', '"\\x"')],
    [
      'unknown: IamDenied, ListAccessKeys of user b: AccessDenied: User: no, not\nallowed',
      {
        row: 'unknown',
        values: {
          doubt: 'user-unreadable',
          error: 'IamDenied',
          message: 'ListAccessKeys of user b: AccessDenied: User: no, not\nallowed',
        },
      },
    ],
    ['changed since the report; never used', { row: 'changed', values: { change: null } }],
    ['exempt: user svc-*', { row: 'exempt', values: { by: 'user', pattern: 'svc-*' } }],
    ['exempt: path /break-glass/', { row: 'exempt', values: { by: 'path', path: '/break-glass/' } }],
    ['exempt: until 2026-12-31', { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: null } }],
    ['exempt: until 2026-12-31, a, b', { row: 'exempt', values: { by: 'until', until: '2026-12-31', text: 'a, b' } }],
    ['exempt: tag keysweep-exempt', { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: '' } }],
    [
      'exempt: tag keysweep-exempt/AKIAIDLEIDLEIDLEIDLE',
      { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt/AKIAIDLEIDLEIDLEIDLE', text: '' } },
    ],
    [
      'exempt: Held: by\nthe partner; never used',
      { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'Held: by\nthe partner' } },
    ],
    [
      'exempt: user of the old shop',
      { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'user of the old shop' } },
    ],
    [
      'exempt: until next year',
      { row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text: 'until next year' } },
    ],
    ['own', { row: 'own', values: { by: null } }],
    ['never used, created 2025-08-07', { row: 'unused', values: { since: CREATED, neverUsed: true } }],
    ['unused since 2026-02-23', { row: 'unused', values: { since: USED, neverUsed: false } }],
    ['unused since 2025-08-07', { row: 'unused', values: { since: CREATED, neverUsed: false } }],
    ['unused since 2026-06-03', { row: 'unused', values: { since: '2026-06-03T00:00:00Z', neverUsed: false } }],
    ['not rotated since 2025-08-07', { row: 'rotation', values: { createdAt: CREATED } }],
    ['in use; never used', { row: 'in-use', values: { since: null, reactivated: false } }],
    [
      'in use: Active again since 2026-09-11',
      { row: 'in-use', values: { since: '2026-09-11T00:00:00Z', reactivated: true } },
    ],
  ])('%s', (reason, row) => {
    expect(readOf(reason)).toEqual(row)
  })
  it.each(['', 'something new', 'in user', 'xown', 'owned', 'unknown: something new', 'exempted'])(
    'is unknown where 0.1.0 did not write it: %j',
    (reason) => {
      expect(readOf(reason)).toMatchObject({ row: 'unknown', values: { doubt: 'no-row' } })
    },
  )
  it.each([
    'root: an active key of the root user',
    'not active: Inactive',
    'unknown: last use',
    'unknown: IamDenied, no',
    'unknown: tag keysweep-exempt-until "x" does not begin with a date',
    'changed since the report',
    'exempt: user svc-*',
    'exempt: path /break-glass/',
    'exempt: until 2026-12-31',
    'exempt: until 2026-12-31, a',
    'exempt: tag keysweep-exempt',
    'exempt: payroll',
    'own',
    'never used, created 2025-08-07',
    'unused since 2026-02-23',
    'not rotated since 2025-08-07',
    'in use: Active again since 2026-09-11',
    'in use',
  ])('is not read off the middle of a sentence: x%s', (sentence) => {
    expect(readOf(`x${sentence}`)).toEqual(doubted('no-row', `x${sentence}`))
  })
  it.each([
    'changed since the report',
    'own',
    'never used, created 2025-08-07',
    'unused since 2026-02-23',
    'not rotated since 2025-08-07',
    'in use: Active again since 2026-09-11',
    'in use',
  ])('is not read off the beginning of a sentence: %s x', (sentence) => {
    expect(readOf(`${sentence} x`)).toEqual(doubted('no-row', `${sentence} x`))
  })
  it.each(['user a b', 'until 2026-12-31 x', 'tag keysweep-exempt of old', 'never used; never used by hand'])(
    'is whatever a tag says: %s',
    (text) => {
      expect(readOf(`exempt: ${text}`)).toEqual({ row: 'exempt', values: { by: 'tag', tag: 'keysweep-exempt', text } })
    },
  )
  it('is not read off the beginning of a sentence about a tag', () => {
    const sentence = 'unknown: tag keysweep-exempt-until "x" does not begin with a date'
    expect(readOf(sentence)).toEqual(doubted('exempt-until-no-date', 'x'))
    expect(readOf(`${sentence} x`)).toEqual(doubted('no-row'))
  })
  it.each<[string, object]>([
    ['never used, created 2025-08-07', {}],
    ['never used, created 2025-08-07', { createdAt: null }],
    ['unused since 2025-08-07', { lastUsedAt: null }],
    ['unused since 2025-08-07', { lastUsedAt: USED, createdAt: null }],
  ])('is of the first instant of the day where the key has no date of that day: %s, %j', (reason, dates) => {
    expect(withRow({ reason, ...dates })).toMatchObject({ row: 'unused', values: { since: '2025-08-07T00:00:00Z' } })
  })
  it('is unknown of the last use where the key does not tell one', () => {
    expect(withRow({ reason: 'root: an active key of the root user' })).toMatchObject({ values: { lastUsedAt: null } })
  })
})

it('a key that has its row keeps it, and all else that it holds', () => {
  const key = { reason: 'own', user: 'bot', row: 'in-use', values: { since: null, reactivated: false } } as const
  expect(withRow(key)).toBe(key)
  expect(withRow({ reason: 'own', user: 'bot' })).toEqual({
    reason: 'own',
    user: 'bot',
    row: 'own',
    values: { by: null },
  })
})

describe('a record of 0.1.0', () => {
  const read = (outcomeReason: string | null) => {
    const { undo: _, ...record } = recordOf()
    const { leftForNextRun: __, ...key } = recordedKey({ outcomeReason })
    return runRecord.parse({ ...record, keys: [key] })
  }

  it.each([
    ['left for the next run', true],
    ['no outcome', false],
    [null, false],
  ])('with a key whose outcome reason is %j: left for the next run: %j', (outcomeReason, left) => {
    expect(read(outcomeReason).keys[0]?.leftForNextRun).toBe(left)
  })

  it('does not say whether it is of an undo', () => {
    expect(read(null).undo).toBeNull()
  })
})

it('a record of today says as data which keys are left for the next run, whatever its sentences say', () => {
  const keys = [
    recordedKey({ leftForNextRun: true, outcomeReason: 'as today words it' }),
    recordedKey({ leftForNextRun: false, outcomeReason: 'left for the next run' }),
  ]
  expect(runRecord.parse(recordOf({ keys })).keys.map(({ leftForNextRun }) => leftForNextRun)).toEqual([true, false])
})
