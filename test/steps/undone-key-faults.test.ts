// All documents of the undone run must say that it deactivated the key; else the refusal names the one that does not.
import { describe, expect, it } from '@jest/globals'
import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { RunInput } from '../../core/model/documents/input.ts'
import type { Intent } from '../../core/model/documents/key.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import { intentName } from '../../core/run/attempts.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import { textOf } from '../../steps/run-documents.ts'
import { undoneKey } from '../../steps/undone-key.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago, NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { intentOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf } from '../support/waiting.ts'

const KEY = idOf(1)
const ACCOUNT = inputOf().account
const MINUTE = 60_000

interface Given {
  /** The input of the undone run; null: it has none. */
  source?: Partial<RunInput> | null
  plan?: Partial<Plan> | null
  decision?: Partial<StoredDecision>
  /** null: it is gone. */
  intents?: (Partial<Intent> | null)[]
  /** Who asks, and for what. */
  account?: string
  user?: string
  accessKeyId?: string
  hash?: string
  hasUndo?: boolean
}

/** What is said of key 1 in an undo of run-1, where a document of run-1 is different. */
async function undone(given: Given) {
  const { source = {}, plan = {}, decision, intents = [{}], account = ACCOUNT, hash, hasUndo = true } = given
  const store = makeMemoryStore()
  const keys = [1, 2, 3].map((n) => plannedKeyOf(n))
  const facts = { runId: 'run-1', account: ACCOUNT, mode: 'apply', policy: policyOf(), stale: keys } as const
  const made = makePlan({ ...facts, approval: 'never', activeKeys: 1000 }, NOW)
  const planText = textOfPlan({ ...made, ...plan })
  const undoText = textOf({ runId: 'undo-1', run: 'run-1', plan: null, createdAt: NOW.toISOString(), keys })
  if (source !== null) await store.put(runKey('run-1', 'input.json'), textOf(inputOf({ runId: 'run-1', ...source })))
  if (plan !== null) await store.put(runKey('run-1', 'plan.json'), planText)
  if (decision !== undefined)
    await store.put(
      runKey('run-1', 'decision.json'),
      textOf(decisionOf({ plan: planHash(planText), at: NOW.toISOString(), ...decision })),
    )
  if (hasUndo) await store.put(runKey('undo-1', 'undo.json'), undoText)
  for (const [index, fields] of intents.entries()) {
    if (fields === null) continue
    const intent = intentOf({ runId: 'run-1', user: 'user-1', accessKeyId: KEY, at: NOW.toISOString(), ...fields })
    await store.put(accessKeyKey(KEY, 'run-1', intentName(index + 1)), textOf(intent))
  }
  const { user = 'user-1', accessKeyId = KEY } = given
  const key = { runId: 'undo-1', user, accessKeyId, ...(hash !== undefined && { plan: hash }) }
  const said = undoneKey(store, key, inputOf({ runId: 'undo-1', account, undo: { run: 'run-1', keys: null } }))
  return { said: await said.catch((error: Error) => error), undoHash: planHash(undoText) }
}

const ASKED: Given = { plan: { next: 'approval' }, decision: {} }
const AFTER = { run: 'run-1', account: ACCOUNT }

describe('a key is reactivated', () => {
  it.each<[string, Given]>([
    ['that a plan without approval let go ahead', {}],
    ['that a decision let go ahead', ASKED],
    ['where another one was left out', { ...ASKED, decision: { leftOut: [idOf(2)] } }],
    ['that was tried twice', { intents: [{}, {}] }],
    ['that was tried twice, where the first intent is gone', { intents: [null, {}] }],
    ['that was tried by a clock five minutes behind', { intents: [{ at: ago(0, 5 * MINUTE) }] }],
    ['that was tried days after', { intents: [{ at: ago(-3) }] }],
    ['that was tried before a decision which nobody was asked for', { decision: { at: ago(-3) } }],
    ['that was tried after the decision', { ...ASKED, decision: { at: ago(-3) }, intents: [{ at: ago(-3) }] }],
  ])('%s', async (_, given) => {
    expect((await undone(given)).said).toEqual(AFTER)
  })
})

describe('a key stays as it is, and the refusal names what does not fit:', () => {
  it.each<[string, Given, (string | number)[]]>([
    ['a run that only plans', { source: { mode: 'plan' } }, ['mode plan']],
    ['no plan', { plan: null }, ['no plan']],
    ['a plan of another account', { plan: { account: '444455556666' } }, ['444455556666']],
    ['a plan that was not applied', { plan: { mode: 'plan' } }, ['mode plan', '"deactivate"', '"none"']],
    ['a plan that nobody answered', { plan: { next: 'approval' } }, ['mode apply', '"approval"', '"none"']],
    ['a plan that ended', { plan: { next: 'record' } }, ['mode apply', '"record"', '"none"']],
    ['a plan that was rejected', { ...ASKED, decision: { answer: 'reject' } }, ['"approval"', '"reject"']],
    ['a decision of another plan', { ...ASKED, decision: { plan: 'f00d' } }, ['"approve"', 'another plan']],
    ['a decision without the key', { ...ASKED, decision: { leftOut: [idOf(2), KEY] } }, ['decision', 'out']],
    ['a plan of other keys', { plan: { keys: [plannedKeyOf(2)] } }, ['plan without']],
    ['a plan with the key of another user', { plan: { keys: [plannedKeyOf(1, { user: 'bob' })] } }, ['plan without']],
    ['an intent to reactivate', { intents: [{ action: 'reactivate' }] }, ['intent', 'reactivate']],
    ['an intent of another run', { intents: [{ runId: 'run-7' }] }, ['run-7', KEY, 'user-1']],
    ['an intent for another user', { intents: [{ user: 'bob' }] }, ['run-1', KEY, 'bob']],
    ['an intent for another key', { intents: [{ accessKeyId: idOf(7) }] }, ['run-1', idOf(7), 'user-1']],
    [
      'an intent from before the plan',
      { intents: [{ at: ago(0, 5 * MINUTE + 1) }] },
      [ago(0, 5 * MINUTE + 1), NOW.toISOString()],
    ],
    ['an intent from before the decision', { ...ASKED, decision: { at: ago(-3) } }, [NOW.toISOString(), ago(-3)]],
    ['a second intent', { intents: [{}, { user: 'bob' }] }, ['run-1', KEY, 'bob']],
  ])('%s', async (_, given, facts) => {
    expect((await undone(given)).said).toEqual(errorWith('PlanRefused', KEY, 'user-1', 'run-1', ...facts))
  })
  it('only a decision of another plan is said to be one', async () => {
    expect(String((await undone({ ...ASKED, decision: { answer: 'reject' } })).said)).toMatch(/"reject"$/)
    expect(String((await undone({ plan: { next: 'approval' } })).said)).toMatch(/"none"$/)
  })
  it('the undo itself, that another one was asked for', async () => {
    expect((await undone({ user: 'bob' })).said).toEqual(errorWith('PlanRefused', KEY, 'bob', 'undo-1'))
    expect((await undone({ accessKeyId: idOf(7) })).said).toEqual(errorWith('PlanRefused', idOf(7), 'user-1', 'undo-1'))
  })
  it('the undo itself, which has another hash, or is missing', async () => {
    const { said, undoHash } = await undone({ hash: 'f'.repeat(64) })
    expect(said).toEqual(errorWith('PlanRefused', 'undo-1', 'f'.repeat(64), undoHash))
    expect((await undone({ hash: undoHash })).said).toEqual(AFTER)
    const missing = await undone({ hasUndo: false })
    expect(missing.said).toEqual(errorWith('StoreDamaged', runKey('undo-1', 'undo.json')))
  })
  it.each<[string, Given, string]>([
    ['a run that is not there', { source: null }, 'run-1'],
    ['a run that is an undo', { source: { undo: { run: 'run-0', keys: null } } }, 'run-0'],
    ['a run on another account', { account: '444455556666' }, '444455556666'],
  ])('%s', async (_, given, fact) => {
    expect((await undone(given)).said).toEqual(errorWith('InputRefused', fact))
  })
})
