// What an undo reads of the store for its keys: neither its own list nor the undone plan again for each of them.
import { describe, expect, it } from '@jest/globals'
import { PlanRefused } from '../../core/model/errors.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { textOf } from '../../steps/run-documents.ts'
import { undoneKey } from '../../steps/undone-key.ts'
import { NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { intentOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf } from '../support/waiting.ts'

const KEYS = 20
const OTHER_HASH = 'f'.repeat(64)

/** An undo of run-1, which deactivated 20 keys, and how often each document was read. */
async function undone({ namesPlan = true, plan = undefined as string | undefined } = {}) {
  const store = makeMemoryStore()
  const keys = Array.from({ length: KEYS }, (_, n) => plannedKeyOf(n))
  const source = inputOf({ runId: 'run-1', approval: 'never' })
  const { runId, account, mode, approval } = source
  const made = makePlan({ runId, account, mode, approval, policy: policyOf(), stale: keys, activeKeys: 1000 }, NOW)
  const planText = textOfPlan(made)
  const undoText = textOf({
    runId: 'undo-1',
    run: 'run-1',
    ...(namesPlan && { plan: plan ?? planHash(planText) }),
    createdAt: NOW.toISOString(),
    keys,
  })
  await store.put(runKey('run-1', 'input.json'), textOf(source))
  await store.put(runKey('run-1', 'plan.json'), planText)
  await store.put(
    runKey('undo-1', 'input.json'),
    textOf(inputOf({ runId: 'undo-1', undo: { run: 'run-1', keys: null } })),
  )
  await store.put(runKey('undo-1', 'undo.json'), undoText)
  for (const { user, accessKeyId } of keys) {
    const intent = intentOf({ runId: 'run-1', user, accessKeyId, at: NOW.toISOString() })
    await store.put(accessKeyKey(accessKeyId, 'run-1', 'intent'), textOf(intent))
  }
  const reads: Record<string, number> = { 'undo.json': 0, 'plan.json': 0 }
  const get = store.get.bind(store)
  store.get = (key) => {
    const name = key.split('/').at(-1) ?? ''
    if (name in reads) reads[name] = (reads[name] ?? 0) + 1
    return get(key)
  }
  const ask = (n: number, hash: string | null = planHash(undoText)) =>
    undoneKey(
      store,
      { runId: 'undo-1', user: `user-${n}`, accessKeyId: idOf(n), ...(hash !== null && { plan: hash }) },
      inputOf({ runId: 'undo-1', undo: { run: 'run-1', keys: null } }),
    )
  return { ask, reads }
}

describe('an undo that is named by its hash', () => {
  it('and the plan that it undoes are read once for all of its keys', async () => {
    const { ask, reads } = await undone()
    for (let n = 0; n < KEYS; n += 1) expect((await ask(n)).run).toBe('run-1')
    expect(reads).toEqual({ 'undo.json': 1, 'plan.json': 1 })
  })
  it('reactivates no key that is not in it', async () => {
    const { ask } = await undone()
    await ask(1)
    await expect(ask(KEYS)).rejects.toThrow(PlanRefused)
  })
  it('is refused with another hash, before and after it was read', async () => {
    const { ask } = await undone()
    await expect(ask(1, OTHER_HASH)).rejects.toThrow(PlanRefused)
    await ask(1)
    await expect(ask(1, OTHER_HASH)).rejects.toThrow(PlanRefused)
  })
  it('reactivates nothing if the plan of the undone run has another hash than when the undo was planned', async () => {
    const { ask } = await undone({ plan: OTHER_HASH })
    await expect(ask(1)).rejects.toThrow(PlanRefused)
  })
})

it('an undo without hashes, as 0.1.0 planned it, is read each time', async () => {
  const { ask, reads } = await undone({ namesPlan: false })
  await ask(1, null)
  await ask(2, null)
  expect(reads).toEqual({ 'undo.json': 2, 'plan.json': 2 })
})
