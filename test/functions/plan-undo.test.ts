// Which keys an undo takes on: those that the undone run may have reached, and a run that still works is told to stop.

import { describe, expect, it } from '@jest/globals'

import { VERSION } from '../../core/model/manifest.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { makePlanUndo } from '../../functions/plan-undo.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { countAtOnce } from '../support/at-once.ts'
import { errorWith } from '../support/error-facts.ts'
import { NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf } from '../support/waiting.ts'

const UNDO = 'undo-1'

/** A store with a run of three planned keys, of which it reached the second and the third, and an undo of it. */
function storeOf({ keys = null as string[] | null, source = inputOf(), over = false } = {}) {
  const { runId, mode, approval, policy, caller } = inputOf()
  const stale = [1, 2, 3].map((index) => plannedKeyOf(index))
  const plan = makePlan({ runId, account: caller.account, mode, approval, policy, stale, activeKeys: 100 }, NOW)
  return makeMemoryStore(
    new Map([
      [runKey(UNDO, 'input.json'), JSON.stringify(inputOf({ runId: UNDO, undo: { run: runId, keys } }))],
      [runKey(runId, 'input.json'), JSON.stringify(source)],
      [runKey(runId, 'plan.json'), textOfPlan(plan)],
      ...[2, 3].map((index): [string, string] => [accessKeyKey(idOf(index), runId, 'intent'), '{}']),
      ...(over ? [[runKey(runId, 'record.json'), '{}'] as [string, string]] : []),
    ]),
  )
}

type Store = ReturnType<typeof storeOf>
const planUndo = (store: Store, runId = UNDO) => makePlanUndo({ store, now: () => NOW })({ runId })
const stopped = ({ objects }: Store) => [...objects.keys()].filter((key) => key.endsWith('.undone.json')).sort()

describe('an undo', () => {
  it('takes on the keys that the run may have reached, and writes down which', async () => {
    const store = storeOf()
    const planned = await planUndo(store)
    const text = store.objects.get(runKey(UNDO, 'undo.json')) ?? ''
    expect(planned).toEqual({
      sha256: planHash(text),
      keys: [3, 2].map((index) => ({ user: `user-${index}`, accessKeyId: idOf(index) })),
    })
    expect(JSON.parse(text)).toEqual({
      keysweep: VERSION,
      runId: UNDO,
      run: 'run-1',
      plan: planHash(store.objects.get(runKey('run-1', 'plan.json')) ?? ''),
      createdAt: '2026-09-11T12:00:00.000Z',
      keys: [3, 2].map((index) => plannedKeyOf(index)),
    })
  })
  it('takes on no key whose update IAM refused', async () => {
    const store = storeOf()
    store.objects.set(accessKeyKey(idOf(2), 'run-1', 'refused-1'), '{}')
    expect((await planUndo(store)).keys.map((key) => key.accessKeyId)).toEqual([idOf(3)])
  })
  it('of an account has no keys if its run was interrupted before it had a plan', async () => {
    const change = inputOf({ runId: 'org-0-change-111122223333', organizationRun: { run: 'org-0', phase: 'change' } })
    const undo = { run: change.runId, keys: null }
    const part = inputOf({ runId: UNDO, organizationRun: { run: 'org-1', phase: 'undo' }, undo })
    const store = makeMemoryStore(
      new Map([change, part].map((input) => [runKey(input.runId, 'input.json'), JSON.stringify(input)])),
    )
    expect((await planUndo(store)).keys).toEqual([])
    expect(JSON.parse(store.objects.get(runKey(UNDO, 'undo.json')) ?? '')).toMatchObject({ plan: null, keys: [] })
  })
  it('that is stored does not change, whatever the run does after it', async () => {
    const store = storeOf()
    const first = await planUndo(store)
    store.objects.set(accessKeyKey(idOf(1), 'run-1', 'intent'), '{}')
    expect(await planUndo(store)).toEqual(first)
  })
})

describe('the run that is undone', () => {
  it('is marked as undone for each key of the undo, before its outcomes are read', async () => {
    const store = storeOf({ keys: [idOf(1), idOf(2)] })
    const { list } = store
    store.list = async (prefix) => {
      expect(stopped(store)).toHaveLength(2)
      return list(prefix)
    }
    expect((await planUndo(store)).keys.map((key) => key.accessKeyId)).toEqual([idOf(2)])
    const marks = [1, 2].map((index) => accessKeyKey(idOf(index), 'run-1', 'undone'))
    expect(stopped(store)).toEqual(marks)
    expect(JSON.parse(store.objects.get(marks[0] ?? '') ?? '')).toEqual({ keysweep: VERSION, by: UNDO })
  })
  it('is not marked if it has a record: it has stopped', async () => {
    const store = storeOf({ over: true })
    expect((await planUndo(store)).keys).toHaveLength(2)
    expect(stopped(store)).toEqual([])
  })
})

describe('an undo is refused', () => {
  it.each<[string, () => Store, string[]]>([
    [
      'where the run is not in this store',
      () => {
        const store = storeOf()
        store.objects.delete(runKey('run-1', 'input.json'))
        return store
      },
      ['run-1'],
    ],
    [
      'of a run of another account',
      () => storeOf({ source: inputOf({ account: '999999999999' }) }),
      ['run-1', '999999999999', '111122223333'],
    ],
    ['of an undo', () => storeOf({ source: inputOf({ undo: { run: 'run-0', keys: null } }) }), ['run-1', 'run-0']],
    [
      'of a run that came to no plan',
      () => {
        const store = storeOf()
        store.objects.delete(runKey('run-1', 'plan.json'))
        return store
      },
      ['run-1', 'plan'],
    ],
    ['of a key that was not planned', () => storeOf({ keys: [idOf(9)] }), ['run-1', idOf(9)]],
  ])('%s', async (_, open, facts) => {
    const store = open()
    const asked = planUndo(store)
    await expect(asked).rejects.toThrow(errorWith('InputRefused', ...facts))
    expect(stopped(store)).toEqual([])
    expect(store.objects.has(runKey(UNDO, 'undo.json'))).toBe(false)
  })
  it('by a run that is to undo nothing', async () => {
    await expect(planUndo(storeOf(), 'run-1')).rejects.toThrow(errorWith('InputRefused', 'run-1', 'undo'))
  })
})

it('many keys are stopped and read twenty at a time', async () => {
  const store = storeOf()
  const { runId, mode, approval, caller } = inputOf()
  const stale = Array.from({ length: 60 }, (_, index) => plannedKeyOf(index))
  const facts = { runId, account: caller.account, mode, approval, policy: policyOf(), stale, activeKeys: 100 }
  store.objects.set(runKey(runId, 'plan.json'), textOfPlan(makePlan(facts, NOW)))
  const { counted, most } = countAtOnce()
  await planUndo({ ...store, put: counted(store.put), list: counted(store.list) })
  expect(most()).toBe(20)
  expect(stopped(store)).toHaveLength(60)
})
