// What a run knows of CloudTrail's event history, and whether it may go on by that.
import { describe, expect, it } from '@jest/globals'
import type { EventsShare } from '../../core/model/documents/events.ts'
import type { Witness } from '../../core/model/key-events.ts'
import { documents, textOf } from '../../steps/run-documents.ts'
import { eventsOfPlan, readSecondWitness, refuseWithoutWitness } from '../../steps/second-witness.ts'
import { errorWith, messageOf } from '../support/error-facts.ts'
import { ago } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { idOf, inputOf, RUN } from '../support/waiting.ts'

const COMPLETE: Witness = { complete: true }
const DENIED: Witness = { complete: false, why: 'denied', detail: 'AccessDenied' }

const shareOf = (n: number, fields: Partial<EventsShare> = {}): EventsShare => ({
  n,
  round: 1,
  from: ago(90),
  to: ago(0),
  pages: 1,
  nextToken: null,
  witness: COMPLETE,
  events: [],
  odd: [],
  ...fields,
})
const activated = (key: number, days: number) => ({
  at: ago(days),
  accessKeyId: idOf(key),
  status: 'Active' as const,
  by: `ann-${key}`,
  sweeper: null,
})

/** A store with these shares, and which documents were read. */
function storeOf(...shares: EventsShare[]) {
  const store = makeMemoryStore()
  const add = (share: EventsShare) => store.put(documents.events(RUN, share.n).key, textOf(share))
  const reads: string[] = []
  const get = store.get.bind(store)
  store.get = (key) => {
    reads.push(key)
    return get(key)
  }
  return Promise.all(shares.map(add)).then(() => ({ store, add, reads }))
}

describe('the second witness', () => {
  it('is what all shares of the run say together', async () => {
    const { store } = await storeOf(
      shareOf(0, { witness: null, events: [activated(1, 5)] }),
      shareOf(1, { events: [activated(2, 3)] }),
    )
    const { witness, byKey } = await readSecondWitness(store, inputOf())
    expect(witness).toEqual(COMPLETE)
    expect([...byKey]).toEqual([
      [idOf(1), { activated: { at: ago(5), by: 'ann-1' }, problem: null }],
      [idOf(2), { activated: { at: ago(3), by: 'ann-2' }, problem: null }],
    ])
  })
  it('is read once for all keys, and anew once there is another share', async () => {
    const { store, add, reads } = await storeOf(shareOf(0, { events: [activated(1, 5)] }), shareOf(1))
    const first = await readSecondWitness(store, inputOf())
    expect(await readSecondWitness(store, inputOf())).toBe(first)
    expect(reads).toEqual(['runs/run-1/events/0.json', 'runs/run-1/events/1.json'])
    await add(shareOf(2, { round: 2, events: [activated(1, 1)] }))
    const { byKey } = await readSecondWitness(store, inputOf())
    expect(byKey.get(idOf(1))?.activated?.at).toBe(ago(1))
  })
  it('of one store is not that of another', async () => {
    const [one, other] = [await storeOf(shareOf(0, { events: [activated(1, 5)] })), await storeOf(shareOf(0))]
    await readSecondWitness(one.store, inputOf())
    expect((await readSecondWitness(other.store, inputOf())).byKey.size).toBe(0)
  })
  it('is missing where nothing was read: the run ends only if its settings require one', async () => {
    const { store } = await storeOf()
    const { witness } = await readSecondWitness(store, inputOf())
    expect(witness).toEqual({ complete: false, why: 'not-read', detail: null })
    for (const _ of ['read now', 'kept from before'])
      await expect(readSecondWitness(store, inputOf({ keyEvents: 'required' }))).rejects.toThrow(
        errorWith('NoSecondWitness', RUN),
      )
  })
})

describe('a run without a whole second witness', () => {
  it('is refused where the settings require one, with what is to be done', () => {
    const refuse = () => refuseWithoutWitness({ runId: 'run-7', keyEvents: 'required' }, DENIED)
    expect(refuse).toThrow(
      errorWith('NoSecondWitness', 'run-7', 'keyEvents: required', 'AccessDenied', 'cloudtrail:LookupEvents'),
    )
    expect(messageOf(refuse)).toContain('keyEvents: optional')
  })
  it.each<[string, 'optional' | 'required', Witness]>([
    ['it is whole', 'required', COMPLETE],
    ['it is optional', 'optional', DENIED],
    ['it is optional, and whole', 'optional', COMPLETE],
  ])('continues if %s', (_, keyEvents, witness) => {
    expect(() => refuseWithoutWitness({ runId: 'run-7', keyEvents }, witness)).not.toThrow()
  })
})

describe('the events that a plan was made by', () => {
  it('are those of the first round, to the end of its last share', () => {
    const shares = [
      shareOf(0, { to: ago(4), witness: null, events: [activated(1, 6)] }),
      shareOf(1, { to: ago(3.5), witness: null }),
      shareOf(2, { to: ago(3), events: [activated(2, 5)] }),
      shareOf(3, { to: ago(0), round: 2, witness: DENIED, events: [activated(1, 1), activated(3, 1)] }),
    ]
    const { readUntil, witness, byKey } = eventsOfPlan(shares)
    expect([readUntil, witness]).toEqual([ago(3), COMPLETE])
    expect([...byKey.keys()]).toEqual([idOf(1), idOf(2)])
    expect(byKey.get(idOf(1))?.activated?.at).toBe(ago(6))
  })
  it('are none where none were read', () => {
    expect(eventsOfPlan([])).toMatchObject({ readUntil: null, witness: { complete: false, why: 'not-read' } })
    expect(eventsOfPlan([shareOf(0, { round: 2, events: [activated(1, 1)] })]).byKey.size).toBe(0)
  })
})
