// Which keys of a plan a person's answer lets go ahead, and what is said of the others.
import { expect, it } from '@jest/globals'
import { plannedKey, readIndexedPlan } from '../../steps/decided-plan.ts'
import { documents, textOf } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { ago } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf } from '../support/record-parts.ts'
import { idOf, inputOf, openWaiting, plannedKeyOf, RUN } from '../support/waiting.ts'

/** What is said of a key of a plan of keys 1, 2 and 3, after an answer. */
async function asked(fields: Parameters<typeof decisionOf>[0], key: number, user = `user-${key}`) {
  const { store, sha256 } = await openWaiting({ store: makeMemoryStore() })
  const decision = decisionOf({ runId: RUN, plan: sha256, at: ago(-2), ...fields })
  await store.put(documents.decision(RUN).key, textOf(decision))
  const event = { runId: RUN, user, accessKeyId: idOf(key), plan: sha256 }
  return plannedKey(store, inputOf(), event).catch((error: Error) => error)
}

it('an approved key goes ahead, by the time of the answer', async () => {
  expect(await asked({}, 1)).toEqual({ planned: plannedKeyOf(1), decidedAt: ago(-2) })
  expect(await asked({ leftOut: [idOf(3)] }, 2)).toEqual({ planned: plannedKeyOf(2), decidedAt: ago(-2) })
})
it.each<[string, Parameters<typeof asked>, string[]]>([
  ['is left out', [{ leftOut: [idOf(3)] }, 3], ['"approve"', 'allowed: 2']],
  ['is not planned', [{}, 4], ['"approve"', 'allowed: 3']],
  ['is of another user', [{}, 1, 'bob'], ['"approve"', 'allowed: 3']],
  ['is rejected', [{ answer: 'reject' }, 1], ['"reject"', 'allowed: 0']],
  ['is approved in another plan', [{ plan: 'f00d' }, 1], ['"approve"', 'allowed: 0']],
])('a key that %s does not, and it says by which answer', async (_, args, facts) => {
  const [, key, user = `user-${key}`] = args
  expect(await asked(...args)).toEqual(
    errorWith('PlanRefused', idOf(key), user, RUN, 'mode apply', '"approval"', ...facts),
  )
})
it('a plan is found with its keys by their ids, and is null if there is none', async () => {
  const { store, sha256 } = await openWaiting({ store: makeMemoryStore() })
  const indexed = await readIndexedPlan(store, RUN, sha256)
  expect(indexed?.sha256).toBe(sha256)
  expect(indexed?.value.plan.runId).toBe(RUN)
  expect([...(indexed?.value.byId.keys() ?? [])]).toEqual([3, 2, 1].map(idOf))
  expect(await readIndexedPlan(makeMemoryStore(), RUN, sha256)).toBeNull()
})
