// Many people answer one question at once, and its time may be up in the same instant: whatever the order in which the
// store carries out their reads and writes, there is exactly one decision, and the machine obeys it.
import { expect } from '@jest/globals'
import fc from 'fast-check'
import type { StoredDecision } from '../../core/model/documents/decision.ts'
import { MILLISECONDS_PER_DAY } from '../../core/model/instants.ts'
import { keysToTake } from '../../core/run/decision.ts'
import { readPlan } from '../../core/run/plan.ts'
import { makeReadDecision } from '../../functions/read-decision.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { runKey } from '../../io/store/run-store.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { idOf, openWaiting, RUN } from '../support/waiting.ts'
import type { Cases } from './seeds.ts'

/** A store in memory whose operations happen when the scheduler says so, each in one step. */
function scheduledStore(scheduler: fc.Scheduler): { store: RunStore; objects: Map<string, string>; on: () => void } {
  const { objects, ...memory } = makeMemoryStore()
  let scheduled = false
  const step = async <T>(label: string, run: () => Promise<T>): Promise<T> => {
    if (scheduled) await scheduler.schedule(Promise.resolve(), label)
    return run()
  }
  const store: RunStore = {
    location: memory.location,
    put: (key, text) => step(`put ${key}`, () => memory.put(key, text)),
    get: (key) => step(`get ${key}`, () => memory.get(key)),
    list: (prefix) => step(`list ${prefix}`, () => memory.list(prefix)),
    newest: (prefix, ...more) => step(`list ${prefix}`, () => memory.newest(prefix, ...more)),
  }
  return {
    store,
    objects,
    on: () => {
      scheduled = true
    },
  }
}

/** The term of seven days is over, and an answer that is under way still counts. */
const TERM_OVER = new Date(NOW.getTime() + 7 * MILLISECONDS_PER_DAY)

const answers = [
  {},
  { answer: 'reject' },
  { leaveOut: [idOf(1)] },
  { leaveOut: [idOf(2), idOf(3)] },
  { answer: 'reject', reason: 'x' },
]

/** One decision is made, and it is obeyed. */
export async function oneDecisionIsMade(cases: Cases): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.nat(answers.length - 1), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (scheduler, chosen, timeUp) => {
        const { store, objects, on } = scheduledStore(scheduler)
        const { ports, answer, sha256, woken } = await openWaiting({ store })
        let ended: Promise<{ keys: { accessKeyId: string }[] }> | null = null
        // The machine reads the decision once: when it is woken, or when the time is up.
        const read = () => {
          ended ??= makeReadDecision({ store, now: () => TERM_OVER })({ runId: RUN })
        }
        ports.wake = async (token) => {
          woken.push(token)
          read()
          return true
        }
        on()
        const replies = Promise.all(chosen.map((index) => answer(answers[index] ?? {})))
        if (timeUp) read()
        await scheduler.waitFor(replies)
        if (ended === null) read()
        const { keys } = await scheduler.waitFor(ended as unknown as Promise<{ keys: { accessKeyId: string }[] }>)

        const decision = JSON.parse(objects.get(runKey(RUN, 'decision.json')) ?? '') as StoredDecision
        const plan = readPlan(objects.get(runKey(RUN, 'plan.json')) ?? '', RUN)
        expect(keys.map((key) => key.accessKeyId)).toEqual(
          keysToTake(plan, sha256, decision).map((key) => key.accessKeyId),
        )
        const statuses = (await replies).map((reply) => reply.status)
        const won = (await replies)
          .filter((reply) => reply.status === 200)
          .map((reply) => (reply.body.decision as StoredDecision).answer)
        expect(new Set(won).size).toBeLessThanOrEqual(1)
        if (decision.answer === 'expired') expect(statuses.every((status) => status === 410)).toBe(true)
        else expect(won[0]).toBe(decision.answer)
      },
    ),
    cases,
  )
}
