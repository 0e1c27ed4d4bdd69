// Which key may go ahead, and what of the plan is read for it.
import { describe, expect, it } from '@jest/globals'
import { PlanRefused } from '../../core/model/errors.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { plannedKey } from '../../steps/decided-plan.ts'
import { NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf } from '../support/waiting.ts'

const KEYS = 50
const run = inputOf({ runId: 'run-1', approval: 'never' })

/** A plan of 50 keys, and how often it was read from the store. */
async function planned(createdAt = NOW) {
  const store = makeMemoryStore()
  const stale = Array.from({ length: KEYS }, (_, n) => plannedKeyOf(n))
  const { runId, account, mode, approval } = run
  const plan = makePlan({ runId, account, mode, approval, policy: policyOf(), stale, activeKeys: 1000 }, createdAt)
  const text = textOfPlan(plan)
  await store.put(runKey(runId, 'plan.json'), text)
  let reads = 0
  const get = store.get.bind(store)
  store.get = (key) => {
    if (key.endsWith('plan.json')) reads += 1
    return get(key)
  }
  const askFor = (n: number, named: { plan?: string }) =>
    plannedKey(store, run, { runId, user: `user-${n}`, accessKeyId: idOf(n), ...named })
  const ask = (n: number, plan = planHash(text)) => askFor(n, { plan })
  return { ask, askUnnamed: (n: number) => askFor(n, {}), reads: () => reads }
}

describe('a plan that is named by its hash', () => {
  it('is read once for all of its keys', async () => {
    const { ask, reads } = await planned()
    for (let n = 0; n < KEYS; n += 1) expect((await ask(n)).planned.accessKeyId).toBe(idOf(n))
    expect(reads()).toBe(1)
  })
  it('lets no key go ahead that is not in it, also once it was read', async () => {
    const { ask } = await planned()
    await ask(1)
    await expect(ask(KEYS)).rejects.toThrow(PlanRefused)
  })
  it('is not taken for another one: a hash that is not its own is refused, before and after', async () => {
    const { ask } = await planned()
    await expect(ask(1, 'f'.repeat(64))).rejects.toThrow(PlanRefused)
    await ask(1)
    await expect(ask(1, 'f'.repeat(64))).rejects.toThrow(PlanRefused)
  })
  it('is not taken for that of another store', async () => {
    const [one, other] = [await planned(), await planned(new Date(NOW.getTime() - 1))]
    await one.ask(1)
    await other.ask(1)
    expect(other.reads()).toBe(1)
  })
})

it('a plan that nobody named, as in a run that began under 0.1.0, is read each time', async () => {
  const { askUnnamed, reads } = await planned()
  expect((await askUnnamed(1)).planned.accessKeyId).toBe(idOf(1))
  await askUnnamed(2)
  expect(reads()).toBe(2)
})
