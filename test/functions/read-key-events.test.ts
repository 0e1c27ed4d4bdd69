// Read key events: shares, rounds, and what is no witness.
import { describe, expect, it } from '@jest/globals'
import type { TrailEvent } from '../../core/judge/read-key-event.ts'
import type { EventsShare } from '../../core/model/documents/events.ts'
import type { RunInput } from '../../core/model/documents/input.ts'
import { KeyEventsDenied, KeyEventsUnavailable } from '../../core/model/errors.ts'
import { makeReadKeyEvents } from '../../functions/read-key-events.ts'
import type { EventPage } from '../../io/trail/trail.ts'
import { MOST_PAGES, readEventsNow, SHARE_MILLISECONDS, SHARE_PAGES } from '../../steps/event-history.ts'
import { documents, need, put } from '../../steps/run-documents.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { CALLER, DAY } from '../support/facts.ts'
import { openMemoryWorld } from '../support/memory-world.ts'
import { inputOf, RUN } from '../support/waiting.ts'
import { AT, accountOf } from '../support/world.ts'

const KEY = 'AKIAIDLEIDLEIDLEIDLE'
const HOUR = 60 * 60_000

const eventOf = (status: string, by = 'arn:aws:iam::111122223333:user/alice'): TrailEvent => ({
  at: '2026-09-10T08:00:00Z',
  username: 'alice',
  resources: [],
  text: JSON.stringify({
    eventSource: 'iam.amazonaws.com',
    eventName: 'UpdateAccessKey',
    userIdentity: { arn: by },
    requestParameters: { accessKeyId: KEY, status },
  }),
})

interface Asked {
  from: string
  nextToken: string | null
}

/** A history of so many pages, or pages by hand. */
async function open(pageOf: (n: number) => EventPage | Error, fields: Partial<RunInput> = {}) {
  const world = openMemoryWorld(accountOf({}))
  const asked: Asked[] = []
  await put(world.ports.store, documents.input(RUN), inputOf(fields))
  const handler = makeReadKeyEvents({
    ...world.ports,
    trailOf: () => ({
      async updatesOfKeys(from, nextToken) {
        const page = pageOf(asked.length)
        asked.push({ from, nextToken })
        if (page instanceof Error) throw page
        return page
      },
    }),
  })
  const read = (next = 0) => handler({ runId: RUN, next })
  const share = (n = 0): Promise<EventsShare> => need(world.ports.store, documents.events(RUN, n))
  return { world, asked, read, share }
}

const pagesOf =
  (count: number, events: TrailEvent[] = []) =>
  (n: number): EventPage => ({ events, nextToken: n + 1 < count ? `page ${n + 2}` : null })

describe('a history of a page', () => {
  it('is read at once, 90 days back, and stored', async () => {
    const { read, share, asked, world } = await open(pagesOf(1, [eventOf('Active'), eventOf('Inactive')]))
    expect(await read()).toEqual({ next: 1, done: true })
    const from = new Date(AT.getTime() - 90 * DAY).toISOString()
    expect(asked).toEqual([{ from, nextToken: null }])
    expect(await share()).toMatchObject({
      n: 0,
      round: 1,
      to: AT.toISOString(),
      pages: 1,
      nextToken: null,
      witness: { complete: true },
      events: [
        { accessKeyId: KEY, status: 'Active', at: '2026-09-10T08:00:00Z' },
        { accessKeyId: KEY, status: 'Inactive' },
      ],
      odd: [],
    })
    expect(world.pauses).toEqual([])
  })

  it('is read once: a retry finds the share', async () => {
    const { read, asked } = await open(pagesOf(1))
    expect(await read()).toEqual(await read())
    expect(asked).toHaveLength(1)
  })

  it('keeps an odd event as a doubt, and passes over a denied call', async () => {
    const denied = {
      ...eventOf('Active'),
      text: JSON.stringify({ errorCode: 'AccessDenied', requestParameters: null }),
    }
    const { read, share } = await open(pagesOf(1, [eventOf('Expired'), denied]))
    await read()
    expect(await share()).toMatchObject({ events: [], odd: [{ namesItsKey: true, accessKeyIds: [KEY] }] })
  })
})

describe('a history of many pages', () => {
  it('is read in shares, two pages a second, each page once', async () => {
    const { read, share, asked, world } = await open(pagesOf(SHARE_PAGES + 2))
    expect(await read(0)).toEqual({ next: 1, done: false })
    expect(await read(1)).toEqual({ next: 2, done: true })
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([
      null,
      ...Array.from({ length: SHARE_PAGES + 1 }, (_, n) => `page ${n + 2}`),
    ])
    expect(new Set(asked.map(({ from }) => from)).size).toBe(1)
    expect(world.pauses).toEqual(Array(SHARE_PAGES + 1).fill(500))
    expect(await share(0)).toMatchObject({ pages: SHARE_PAGES, witness: null, nextToken: `page ${SHARE_PAGES + 1}` })
    expect(await share(1)).toMatchObject({ pages: SHARE_PAGES + 2, witness: { complete: true }, nextToken: null })
  })

  it('ends a share when its time is up', async () => {
    const { read, asked, world } = await open((n) => {
      world.pass(SHARE_MILLISECONDS / 2)
      return pagesOf(9)(n)
    })
    expect(await read()).toEqual({ next: 1, done: false })
    expect(asked).toHaveLength(2)
  })

  it('ends a share in the very millisecond in which its time is up', async () => {
    const { read, asked, world } = await open((n) => {
      world.pass(n === 0 ? SHARE_MILLISECONDS : 0)
      return pagesOf(3)(n)
    })
    expect(await read()).toEqual({ next: 1, done: false })
    expect(asked).toHaveLength(1)
  })

  it('is no refusal before its end, also where the settings require it', async () => {
    const { read } = await open(pagesOf(SHARE_PAGES + 1), { keyEvents: 'required' })
    expect(await read(0)).toEqual({ next: 1, done: false })
    expect(await read(1)).toEqual({ next: 2, done: true })
  })

  it('of more than 200 pages is no witness, and what was read still counts', async () => {
    const { read, share, asked } = await open(pagesOf(Number.POSITIVE_INFINITY, [eventOf('Active')]))
    let next = 0
    for (let done = false; !done; ) ({ next, done } = await read(next))
    expect(asked).toHaveLength(MOST_PAGES)
    const last = await share(next - 1)
    const witness = { complete: false, why: 'too-many', detail: factsIn(MOST_PAGES) }
    expect(last).toMatchObject({ witness, pages: MOST_PAGES, nextToken: null })
    expect(last.events.length).toBeGreaterThan(0)
  })
})

describe('a second round', () => {
  it('reads what came since the first, and an hour before: events are late', async () => {
    const { read, share, asked, world } = await open(pagesOf(1))
    await read(0)
    world.pass(3 * HOUR)
    expect(await read(1)).toEqual({ next: 2, done: true })
    expect(await share(1)).toMatchObject({
      round: 2,
      pages: 1,
      to: new Date(AT.getTime() + 3 * HOUR).toISOString(),
    })
    expect(asked[1]).toEqual({
      from: new Date(AT.getTime() - HOUR).toISOString(),
      nextToken: null,
    })
  })

  it('reads everything where the first was no witness', async () => {
    const { read, asked } = await open((n) => (n === 0 ? new KeyEventsUnavailable('500') : pagesOf(1)(n)))
    await read(0)
    await read(1)
    expect(asked[1]?.from).toBe(asked[0]?.from)
  })
})

describe('a history that cannot be read', () => {
  const denied = new KeyEventsDenied('LookupEvents in us-east-1: AccessDeniedException')

  it.each([
    ['denied', denied],
    ['unavailable', new KeyEventsUnavailable('LookupEvents in us-east-1: ThrottlingException')],
  ])('is no witness, and the run continues: %s', async (why, error) => {
    const { read, share } = await open(() => error)
    expect(await read()).toEqual({ next: 1, done: true })
    expect(await share()).toMatchObject({ witness: { complete: false, why, detail: error.message }, pages: 0 })
  })

  it('after some pages keeps their events', async () => {
    const { read, share } = await open((n) => (n === 0 ? pagesOf(2, [eventOf('Active')])(0) : denied))
    await read()
    expect(await share()).toMatchObject({ witness: { why: 'denied' }, pages: 1, events: [{ accessKeyId: KEY }] })
  })

  it('ends the run where the settings require it, also in a retry', async () => {
    const { read } = await open(() => denied, { keyEvents: 'required' })
    const refusal = errorWith('NoSecondWitness', RUN, 'keyEvents: required', 'AccessDeniedException')
    await expect(read()).rejects.toThrow(refusal)
    await expect(read()).rejects.toThrow(refusal)
  })

  it('also where an event does not say of which key it is', async () => {
    const odd = { ...eventOf('Active'), text: '{' }
    const { read } = await open(pagesOf(1, [odd]), { keyEvents: 'required' })
    await expect(read()).rejects.toThrow(errorWith('NoSecondWitness', RUN))
  })

  it('by a fault of ours fails', async () => {
    const { read } = await open(() => new TypeError('a bug'))
    await expect(read()).rejects.toThrow(TypeError)
  })
})

describe('a history that is read for a reader who stores nothing', () => {
  const ACCOUNT = { account: '111122223333', caller: CALLER, member: null }

  async function readNow(pageOf: (n: number) => EventPage | Error) {
    const { ports, objects, pauses } = openMemoryWorld(accountOf({}))
    const asked: Asked[] = []
    const clients: unknown[] = []
    const history = await readEventsNow(
      {
        ...ports,
        trailOf: (run) => {
          clients.push(run)
          return {
            async updatesOfKeys(from, nextToken) {
              const page = pageOf(asked.length)
              asked.push({ from, nextToken })
              if (page instanceof Error) throw page
              return page
            },
          }
        },
      },
      ACCOUNT,
    )
    return { history, asked, clients, objects, pauses }
  }

  it('is read at once, over all its shares, by one client that names no run', async () => {
    const events = [eventOf('Active'), { ...eventOf('Expired'), resources: [] }]
    const count = SHARE_PAGES + 2
    const { history, asked, clients, objects, pauses } = await readNow((n) =>
      pagesOf(count, n === 0 || n === count - 1 ? events : [])(n),
    )
    expect(clients).toEqual([{ ...ACCOUNT, runId: null }])
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([
      null,
      ...Array.from({ length: count - 1 }, (_, n) => `page ${n + 2}`),
    ])
    expect(asked[0]).toMatchObject({ from: new Date(AT.getTime() - 90 * DAY).toISOString() })
    expect(new Set(asked.map(({ from }) => from)).size).toBe(1)
    expect(pauses).toEqual(Array(count - 1).fill(500))
    expect(history.witness).toEqual({ complete: true })
    expect([...history.byKey]).toEqual([
      [
        KEY,
        {
          activated: { at: '2026-09-10T08:00:00Z', by: 'arn:aws:iam::111122223333:user/alice' },
          problem: expect.stringContaining('Expired'),
        },
      ],
    ])
    expect(objects.size).toBe(0)
  })

  it('keeps the events of its first share where only the second has none', async () => {
    const { history } = await readNow((n) => pagesOf(SHARE_PAGES + 1, n === 0 ? [eventOf('Active')] : [])(n))
    expect(history).toMatchObject({ witness: { complete: true } })
    expect([...history.byKey.keys()]).toEqual([KEY])
  })

  it('is of no key where nothing happened', async () => {
    const { history, asked } = await readNow(pagesOf(1))
    expect(history).toEqual({ witness: { complete: true }, byKey: new Map() })
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['denied', new KeyEventsDenied('LookupEvents in us-east-1: AccessDeniedException')],
    ['unavailable', new KeyEventsUnavailable('LookupEvents in us-east-1: ThrottlingException')],
  ])('is no witness where it cannot be read: %s', async (why, error) => {
    const { history, asked } = await readNow(() => error)
    expect(history.witness).toEqual({ complete: false, why, detail: error.message })
    expect(asked).toHaveLength(1)
  })
})
