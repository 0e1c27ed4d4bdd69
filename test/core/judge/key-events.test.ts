// What all events together say.
import { describe, expect, it } from '@jest/globals'
import { foldKeyEvents, otherSweepers, withKeyEvents } from '../../../core/judge/key-events.ts'
import { agentName } from '../../../core/judge/sweeper.ts'
import type { EventsShare } from '../../../core/model/documents/events.ts'
import type { KeyEvent, OddEvent } from '../../../core/model/key-events.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, keyOf, userOf } from '../../support/facts.ts'

const KEY = 'AKIAIDLEIDLEIDLEIDLE'

const event = (days: number, fields: Partial<KeyEvent> = {}): KeyEvent => ({
  at: ago(days),
  accessKeyId: KEY,
  status: 'Active',
  by: `person of day ${days}`,
  sweeper: null,
  ...fields,
})

const share = (fields: Partial<EventsShare> = {}): EventsShare => ({
  n: 0,
  round: 1,
  from: ago(90),
  to: ago(0),
  pages: 1,
  nextToken: null,
  witness: { complete: true },
  events: [],
  odd: [],
  ...fields,
})

const odd = (fields: Partial<OddEvent> = {}): OddEvent => ({
  namesItsKey: true,
  accessKeyIds: [KEY],
  problem: 'no date',
  ...fields,
})

describe('the events of one key', () => {
  it.each<[string, KeyEvent[], { at: string; by: string } | null]>([
    ['none', [], null],
    ['deactivated only', [event(3, { status: 'Inactive' })], null],
    ['the newest Active, in any order', [event(3), event(9), event(5)], { at: ago(3), by: 'person of day 3' }],
    ['the newer one after an older one', [event(9), event(3)], { at: ago(3), by: 'person of day 3' }],
    ['the first of one moment', [event(3), event(3, { by: 'another person' })], { at: ago(3), by: 'person of day 3' }],
    [
      'also if it was deactivated later',
      [event(1, { status: 'Inactive' }), event(9)],
      { at: ago(9), by: 'person of day 9' },
    ],
    ['not those of another key', [event(3, { accessKeyId: 'AKIAOTHEROTHEROTHER1' })], null],
  ])('%s', (_, events, activated) => {
    const { byKey } = foldKeyEvents([share({ events: events.slice(0, 1) }), share({ events: events.slice(1) })])
    expect(byKey.get(KEY)?.activated ?? null).toEqual(activated)
  })

  it('an odd event is a doubt, beside what the others say', () => {
    const { byKey, witness } = foldKeyEvents([share({ odd: [odd()] }), share({ events: [event(3)] })])
    expect(byKey.get(KEY)).toEqual({ activated: { at: ago(3), by: 'person of day 3' }, problem: 'no date' })
    expect(witness).toEqual({ complete: true })
  })

  it('are added to the keys of a user; a key without an event stays as it is', () => {
    const [one, other] = [keyOf(), keyOf({ accessKeyId: 'AKIAOTHEROTHEROTHER1' })]
    const { keys } = withKeyEvents(userOf([one, other]), foldKeyEvents([share({ events: [event(3)] })]))
    expect(keys[0]?.events).toEqual({ activated: { at: ago(3), by: 'person of day 3' }, problem: null })
    expect(keys[1]).toStrictEqual(other)
  })
})

describe('the witness', () => {
  const denied = { complete: false, why: 'denied', detail: 'AccessDenied' } as const
  it.each<[string, EventsShare[], object]>([
    ['nothing was read', [], { complete: false, why: 'not-read', detail: null }],
    [
      'the reading did not end',
      [share({ witness: null, nextToken: 'x' })],
      { complete: false, why: 'not-read', detail: factsIn('end') },
    ],
    ['all was read', [share({ witness: null }), share()], { complete: true }],
    ['denied', [share({ witness: denied })], denied],
    ['denied after the approval', [share(), share({ round: 2, witness: denied })], denied],
    ['a later round read everything', [share({ witness: denied }), share({ round: 2 })], { complete: true }],
    [
      'an event that names no key for sure',
      [share({ odd: [odd({ namesItsKey: false })] }), share({ round: 2 })],
      { complete: false, why: 'unreadable', detail: factsIn(1, 'no date') },
    ],
    [
      'several events that name no key for sure',
      [
        share({ odd: [odd({ namesItsKey: false, problem: 'first' }), odd({ problem: 'of a key' })] }),
        share({ odd: [odd({ namesItsKey: false, problem: 'second' })] }),
      ],
      { complete: false, why: 'unreadable', detail: factsIn(2, 'first') },
    ],
    ['denied, and such an event', [share({ witness: denied, odd: [odd({ namesItsKey: false })] })], denied],
  ])('%s', (_, shares, witness) => {
    expect(foldKeyEvents(shares).witness).toMatchObject(witness)
  })
})

describe('other keysweeps', () => {
  const by = (store: string, runId: string | null, days: number, accessKeyId = KEY) =>
    event(days, { accessKeyId, status: 'Inactive', sweeper: { version: '0.2.0', store: agentName(store), runId } })

  it('are those with another store, each named once, with its runs and keys', () => {
    const events = [by('s3://a', 'r-2', 2), by('s3://a', 'r-1', 9, 'AKIAOTHEROTHEROTHER1'), by('s3://ours', 'r', 1)]
    expect(otherSweepers([share({ events }), share({ events: [event(1)] })], 's3://ours')).toEqual([
      {
        version: '0.2.0',
        store: 's3://a',
        runs: ['r-2', 'r-1'],
        accessKeyIds: [KEY, 'AKIAOTHEROTHEROTHER1'],
        lastAt: ago(2),
      },
    ])
  })

  it('are in the order of their stores, whenever each was seen', () => {
    const events = [by('s3://c', 'r', 1), by('s3://a', 'r', 2), by('s3://b', 'r', 3)]
    expect(otherSweepers([share({ events })], 's3://ours').map(({ store }) => store)).toEqual([
      's3://a',
      's3://b',
      's3://c',
    ])
  })

  it('have the date of their newest event, in any order, and no run where none is named', () => {
    const events = [by('s3://a', null, 9), by('s3://a', null, 2), by('s3://a', 'r-1', 5), by('s3://b', null, 1)]
    expect(otherSweepers([share({ events })], 's3://ours')).toMatchObject([
      { store: 's3://a', runs: ['r-1'], accessKeyIds: [KEY], lastAt: ago(2) },
      { store: 's3://b', runs: [], accessKeyIds: [KEY], lastAt: ago(1) },
    ])
  })

  it('a store whose name is too long for a user agent is known by its beginning', () => {
    const long = `s3://${'é'.repeat(300)}`
    expect(otherSweepers([share({ events: [by(long, null, 1)] })], long)).toEqual([])
  })
})
