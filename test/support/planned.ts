// A run that has come as far as its plan, as the store holds it: Deactivate key may be called by hand, and twice at once.

import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import type { AccountKey } from '../../demo/account.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import type { KeyOfRun } from '../../steps/key-outcome.ts'
import { keyOf, NEVER_USED, policyOf, slotOf, usedAt } from './facts.ts'
import { type MemoryWorld, openMemoryWorld } from './memory-world.ts'
import { decisionOf } from './record-parts.ts'
import { textOfPlan } from './stored.ts'
import { inputOf, plannedKeyOf, RUN } from './waiting.ts'
import { AT, accountOf, daysAgo, keyIn, type Standing } from './world.ts'

/** What the run was told: nobody is asked. */
export const PLANNED_INPUT = inputOf({ approval: 'never' })

/**
 * Writes the input and the plan of RUN, which holds the user's first key and a report that agrees with the account.
 * @param input what stands as input.json
 * @returns the payload of Deactivate key
 */
export async function planFirstKey(
  world: Standing,
  user: string,
  input: object = PLANNED_INPUT,
): Promise<KeyOfRun & { plan: string }> {
  const { store } = world.ports
  const { id, createdAt, lastUsed } = keyIn(world, user)
  const keys = world.endpoint.account.users.find((one) => one.name === user)?.keys ?? []
  const planned = plannedKeyOf(1, {
    user,
    accessKeyId: id,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsed?.at.toISOString() ?? null,
    report: {
      generatedAt: daysAgo(0.1).toISOString(),
      activeKeys: keys.filter((key) => key.status === 'Active').length,
      slots: keys.map((key, index) => shown(key, index === 0 ? 1 : 2)),
      userCreatedAt: null,
    },
  })
  const { runId, mode, approval, caller } = PLANNED_INPUT
  const facts = { runId, account: caller.account, mode, approval, policy: policyOf(), stale: [planned], activeKeys: 3 }
  await store.put(runKey(RUN, 'input.json'), JSON.stringify(input))
  const plan = textOfPlan(makePlan(facts, AT))
  await store.put(runKey(RUN, 'plan.json'), plan)
  return { runId: RUN, user, accessKeyId: id, plan: planHash(plan) }
}

export type WaitingForDecision = MemoryWorld & { event: KeyOfRun; approval: StoredDecision }

/** A run whose plan of one idle key asks for a person's answer, in memory, and the answer that approves it. */
export async function waitingForDecision(): Promise<WaitingForDecision> {
  const world = openMemoryWorld(accountOf({ a: 200 }))
  const { plan: _, ...event } = await planFirstKey(world, 'a', { ...PLANNED_INPUT, approval: 'always' })
  const at = runKey(RUN, 'plan.json')
  const text = JSON.stringify({ ...JSON.parse(world.objects.get(at) ?? ''), next: 'approval' })
  world.objects.set(at, text)
  const by = 'arn:aws:iam::111122223333:user/ann'
  const approval = decisionOf({ runId: RUN, plan: planHash(text), by, at: AT.toISOString() })
  return { ...world, event, approval }
}

function shown({ id, status, createdAt, lastUsed }: AccountKey, slot: 1 | 2) {
  const used = lastUsed === null ? NEVER_USED : usedAt(lastUsed.at.toISOString())
  return slotOf(keyOf({ accessKeyId: id, status, createdAt: createdAt.toISOString(), lastUsed: used }), slot)
}

/** What stands as a key's outcome in a run; null: nothing. */
export async function outcomeOf({ ports: { store } }: Pick<Standing, 'ports'>, { runId, accessKeyId }: KeyOfRun) {
  const text = await store.get(accessKeyKey(accessKeyId, runId, 'outcome'))
  return text === null ? null : (JSON.parse(text) as KeyOutcome)
}
