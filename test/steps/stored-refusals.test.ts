// A stored document may be missing, cut or of another run: a function says so, and changes nothing.

import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import { PlanRefused } from '../../core/model/errors.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { plannedKey } from '../../steps/decided-plan.ts'
import { documents, need, read, readSlices } from '../../steps/run-documents.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { intentOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'

describe('an object of the store', () => {
  it('that is not there is null, or a refusal where an earlier step must have written it', async () => {
    const store = makeMemoryStore()
    expect(await read(store, documents.undo('r'))).toBeNull()
    const needed = need(store, documents.undo('r'))
    await expect(needed).rejects.toThrow(errorWith('StoreDamaged', 'runs/r/undo.json', 'missing'))
  })
  it('that is cut is refused with its beginning, and with what the parser said', async () => {
    const store = makeMemoryStore(new Map([['runs/r/undo.json', `{"${'x'.repeat(100)}`]]))
    await expect(read(store, documents.undo('r'))).rejects.toThrow(
      expect.objectContaining({
        name: 'StoreDamaged',
        message: factsIn('runs/r/undo.json', 'JSON', `"{\\"${'x'.repeat(38)}"`),
        cause: expect.any(SyntaxError),
      }),
    )
  })
  it.each([
    ['9.0.0', new RegExp(`received "rename" \\(written by keysweep 9\\.0\\.0, this is ${VERSION}\\)$`)],
    [VERSION, /received "rename"$/],
    [undefined, /received "rename"$/],
    [7, /received "rename"$/],
  ])('that does not fit names the version that wrote it, if it is another: %j', async (keysweep, end) => {
    const ref = documents.intent('AKIAAAAAAAAAAAAAAAAA', 'r', 1)
    const text = JSON.stringify({ ...intentOf(), action: 'rename', keysweep })
    const reading = read(makeMemoryStore(new Map([[ref.key, text]])), ref)
    await expect(reading).rejects.toThrow(end)
    await expect(reading).rejects.toThrow(errorWith('StoreDamaged', ref.key, 'intent', 'action'))
  })
  it('that is a slice is read in the order of the suspects, not of the names', async () => {
    const store = makeMemoryStore()
    const slice = (from: number) => ({ from, to: from + 500, verdicts: [], stale: [], unreadable: [] })
    for (const from of [1000, 500, 0])
      await store.put(runKey(RUN, `verdicts/${from}.json`), JSON.stringify(slice(from)))
    expect((await readSlices(store, RUN)).map(({ from }) => from)).toEqual([0, 500, 1000])
  })
})

describe('a key is not touched', () => {
  const { runId, mode, caller } = inputOf()
  const facts = { runId, account: caller.account, mode, policy: policyOf(), stale: [plannedKeyOf(1)], activeKeys: 9 }
  const planText = (approval: 'always' | 'never') => textOfPlan(makePlan({ ...facts, approval }, NOW))
  const storeOf = (text: string | null) =>
    makeMemoryStore(new Map(text === null ? [] : [[runKey(RUN, 'plan.json'), text]]))

  it('unless its plan lets it go ahead', async () => {
    const planned = await plannedKey(storeOf(planText('never')), inputOf(), {
      runId: RUN,
      user: 'user-1',
      accessKeyId: idOf(1),
    })
    expect(planned).toEqual({ planned: plannedKeyOf(1), decidedAt: null })
  })
  it('by a time that a decision gives which nobody was asked for', async () => {
    const text = planText('never')
    const store = storeOf(text)
    await store.put(runKey(RUN, 'decision.json'), JSON.stringify(decisionOf({ plan: planHash(text) })))
    const asked = { runId: RUN, user: 'user-1', accessKeyId: idOf(1) }
    expect((await plannedKey(store, inputOf(), asked)).decidedAt).toBeNull()
  })
  it('unless it is the one that was asked for, of the two of its user', async () => {
    const both = [plannedKeyOf(1), plannedKeyOf(2, { user: 'user-1' })]
    const store = storeOf(textOfPlan(makePlan({ ...facts, stale: both, approval: 'never' }, NOW)))
    for (const [index, key] of both.entries()) {
      const asked = { runId: RUN, user: 'user-1', accessKeyId: idOf(index + 1) }
      expect((await plannedKey(store, inputOf(), asked)).planned).toEqual(key)
    }
  })
  it.each<[string, string | null, Partial<RunInput>, string, string]>([
    ['without a plan', null, {}, 'user-1', 'mode apply, next step "none", decision "none", other keys allowed: 0'],
    [
      'by a run that only plans',
      planText('never'),
      { mode: 'plan' },
      'user-1',
      'mode plan, next step "deactivate", decision "none", other keys allowed: 0',
    ],
    [
      'before somebody answered',
      planText('always'),
      {},
      'user-1',
      'mode apply, next step "approval", decision "none", other keys allowed: 0',
    ],
    [
      'under the name of another user',
      planText('never'),
      {},
      'user-2',
      'mode apply, next step "deactivate", decision "none", other keys allowed: 1',
    ],
  ])('%s', async (_, text, input, user, received) => {
    const asked = plannedKey(storeOf(text), inputOf(input), { runId: RUN, user, accessKeyId: idOf(1) })
    await expect(asked).rejects.toThrow(PlanRefused)
    await expect(asked).rejects.toThrow(errorWith('PlanRefused', idOf(1), user, RUN, received))
  })
  it('after somebody said no', async () => {
    const store = storeOf(planText('always'))
    await store.put(runKey(RUN, 'decision.json'), JSON.stringify(decisionOf({ answer: 'reject' })))
    await expect(plannedKey(store, inputOf(), { runId: RUN, user: 'user-1', accessKeyId: idOf(1) })).rejects.toThrow(
      'decision "reject"',
    )
  })
})
