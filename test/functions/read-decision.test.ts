// What the machine makes of an answer, or of none: it is to this plan, and it is the one that stands.

import { describe, expect, it } from '@jest/globals'
import type { EventsShare } from '../../core/model/documents/events.ts'
import { NotAnswered, PlanRefused, StoreDamaged } from '../../core/model/errors.ts'
import { MILLISECONDS_PER_DAY } from '../../core/model/instants.ts'
import { makeReadDecision } from '../../functions/read-decision.ts'
import { runKey } from '../../io/store/run-store.ts'
import { documents, put } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago, NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { idOf, openWaiting, RUN } from '../support/waiting.ts'

const open = () => openWaiting({ store: makeMemoryStore() })

/** Reads the decision so many milliseconds before the end of the term of seven days. */
const read = ({ store }: Awaited<ReturnType<typeof open>>, early = 0) =>
  makeReadDecision({ store, now: () => new Date(NOW.getTime() + 7 * MILLISECONDS_PER_DAY - early) })({ runId: RUN })

const taken = (...indexes: number[]) => indexes.map((index) => ({ user: `user-${index}`, accessKeyId: idOf(index) }))

describe('a decision', () => {
  it.each([
    ['yes', {}, 'deactivate', taken(3, 2, 1)],
    ['yes but one', { leaveOut: [idOf(2)] }, 'deactivate', taken(3, 1)],
    ['yes but all', { leaveOut: [1, 2, 3].map(idOf) }, 'record', []],
    ['no', { answer: 'reject' }, 'record', []],
  ])('of %s is obeyed', async (_, answer, next, keys) => {
    const waiting = await open()
    await waiting.answer(answer)
    expect(await read(waiting)).toEqual({ next, sha256: waiting.sha256, keys, readEvents: keys.length > 0 })
  })
  it('that nobody gave in time is no, and a later answer is refused with this reason', async () => {
    const waiting = await open()
    expect(await read(waiting)).toEqual({ next: 'record', sha256: waiting.sha256, keys: [], readEvents: false })
    expect(JSON.parse((await waiting.store.get(runKey(RUN, 'decision.json'))) ?? '')).toMatchObject({
      answer: 'expired',
      plan: waiting.sha256,
      by: null,
      at: '2026-09-18T12:00:00.000Z',
    })
    expect((await waiting.answer({})).status).toBe(410)
  })
  it('that nobody gave is not the end before the term is over: nothing is stored, and an answer still counts', async () => {
    const waiting = await open()
    const asked = read(waiting, 1)
    await expect(asked).rejects.toThrow(NotAnswered)
    await expect(asked).rejects.toThrow(errorWith('NotAnswered', RUN, '2026-09-18T12:00:00.000Z'))
    expect(await waiting.store.get(runKey(RUN, 'decision.json'))).toBeNull()
    expect((await waiting.answer({})).status).toBe(200)
    expect(await read(waiting, 1)).toMatchObject({ next: 'deactivate' })
  })
  it('on another plan lets nothing go ahead, and ends the run', async () => {
    const waiting = await open()
    const another = 'f'.repeat(64)
    await waiting.store.put(runKey(RUN, 'decision.json'), JSON.stringify(decisionOf({ plan: another })))
    const asked = read(waiting)
    await expect(asked).rejects.toThrow(PlanRefused)
    await expect(asked).rejects.toThrow(errorWith('PlanRefused', RUN, `sha256 ${waiting.sha256}`, another))
  })
  it('of a run without a plan is none', async () => {
    const store = makeMemoryStore()
    const waiting = await openWaiting({ store })
    store.objects.delete(runKey(RUN, 'plan.json'))
    const asked = read(waiting)
    await expect(asked).rejects.toThrow(StoreDamaged)
    await expect(asked).rejects.toThrow(errorWith('StoreDamaged', RUN, 'plan'))
    expect(store.objects.has(runKey(RUN, 'decision.json'))).toBe(false)
  })
})

describe('key events', () => {
  const HOUR = 60 * 60_000
  /** The clock of `read`. */
  const END = NOW.getTime() + 7 * MILLISECONDS_PER_DAY

  async function readsThem(ages: number[], answer: object = {}) {
    const waiting = await open()
    await waiting.answer(answer)
    for (const [n, age] of ages.entries())
      await put(waiting.store, documents.events(RUN, n), shareOf(n, new Date(END - age).toISOString()))
    return (await read(waiting)).readEvents
  }
  const shareOf = (n: number, to: string): EventsShare => ({
    n,
    round: n + 1,
    from: ago(90),
    to,
    pages: 1,
    nextToken: null,
    witness: { complete: true },
    events: [],
    odd: [],
  })

  it.each<[string, number[], boolean]>([
    ['none were read', [], true],
    ['they were read just now', [0], false],
    ['they are an hour old', [HOUR], false],
    ['they are older than an hour', [HOUR + 1], true],
    ['they are of yesterday', [24 * HOUR], true],
    ['the last of them are new', [24 * HOUR, HOUR], false],
    ['the last of them are old', [HOUR, 24 * HOUR], true],
  ])('before the keys are taken: where %s they are read again: %j %s', async (_, ages, again) => {
    expect(await readsThem(ages)).toBe(again)
  })
  it('are not read again where no key is taken', async () => {
    expect(await readsThem([24 * HOUR], { answer: 'reject' })).toBe(false)
  })
})
