// Deactivate key: facts again, verdict again, intent, update, read back, outcome. Every try starts from the facts.
import { z } from 'zod'
import {
  IamAnswerError,
  IamDenied,
  IamRefused,
  IamThrottled,
  IamUnavailable,
  NoSuchEntity,
  UpdateNotConfirmed,
} from '../core/errors.ts'
import type { Intent, KeyOutcome, PlannedKey, RunInput } from '../core/model.ts'
import { intentName, refusedName, type Tries } from '../core/tries.ts'
import { judge } from '../core/verdict.ts'
import { accessKeyKey } from '../io/run-store.ts'
import { plannedKey } from './decided-plan.ts'
import { readRunTries } from './key-traces.ts'
import { onLambda } from './on-lambda.ts'
import type { Ports } from './ports.ts'
import { readUser } from './read-user.ts'
import { putJson, readInput, readJson } from './stored.ts'

/** Pauses between the reads that wait for IAM to show its own write: it is eventually consistent, within seconds. */
const READ_BACK_MILLISECONDS = [0, 250, 500, 1000, 2000, 4000, 8000]

const payload = z.object({ runId: z.string(), user: z.string(), accessKeyId: z.string() })

type KeyPorts = Pick<Ports, 'iam' | 'store' | 'now' | 'pause'>
type Ended = Pick<KeyOutcome, 'outcome' | 'reason' | 'sent'>

/**
 * @throws PlanRefused for a key outside the decided plan; UpdateNotConfirmed when the update may have been sent and is
 *   not seen; and what IAM and the run store throw.
 */
export const makeDeactivateKey = (ports: KeyPorts) => async (event: unknown) => {
  const { runId, user, accessKeyId } = payload.parse(event)
  const key = accessKeyKey(accessKeyId, runId, 'outcome')
  const stands = (await readJson<KeyOutcome>(ports.store, key)) ?? (await take(ports, runId, user, accessKeyId))
  return { accessKeyId, outcome: stands.outcome }
}

async function take(ports: KeyPorts, runId: string, user: string, accessKeyId: string): Promise<KeyOutcome> {
  const run = await readInput(ports.store, runId)
  const planned = await plannedKey(ports.store, run, user, accessKeyId)
  const ended = await judgeAndUpdate(ports, run, planned)
  const outcome: KeyOutcome = { runId, user, accessKeyId, ...ended, at: ports.now().toISOString() }
  return putJson(ports.store, accessKeyKey(accessKeyId, runId, 'outcome'), outcome)
}

async function judgeAndUpdate(ports: KeyPorts, run: RunInput, planned: PlannedKey): Promise<Ended> {
  const { user, accessKeyId, path, report } = planned
  const tries = await readRunTries(ports.store, run.runId, accessKeyId)
  const facts = await orGone(
    readUser(ports, ports.iam, { user, path, report, runId: run.runId, policy: run.policy, caller: run.caller }),
  )
  const key = facts?.keys.find((key) => key.accessKeyId === accessKeyId)
  if (facts === null || key === undefined) return skipped('gone', tries)
  // Only what this run may have sent can be its own doing.
  if (key.status === 'Inactive' && tries.sent) return { outcome: 'deactivated', reason: null, sent: true }
  const verdict = judge({ facts, key, policy: run.policy, caller: run.caller, now: ports.now() })
  if (verdict.verdict === 'stale') return update(ports, run, planned, tries)
  // An earlier try's update may still be on its way: look long enough to tell.
  if (tries.sent && (await seenInactive(ports, planned))) return { outcome: 'deactivated', reason: null, sent: true }
  return skipped(verdict.reason, tries)
}

const skipped = (reason: string, { sent }: Tries): Ended => ({ outcome: 'skipped', reason, sent })

async function update(ports: KeyPorts, run: RunInput, planned: PlannedKey, tries: Tries): Promise<Ended> {
  const { user, accessKeyId } = planned
  const n = tries.tries + 1
  const at = ports.now().toISOString()
  const intent: Intent = { runId: run.runId, user, accessKeyId, action: 'deactivate', at }
  await putJson(ports.store, accessKeyKey(accessKeyId, run.runId, intentName(n)), intent)
  try {
    await ports.iam.setStatus(user, accessKeyId, 'Inactive')
  } catch (error) {
    if (!mayHaveBeenDone(error)) {
      await putJson(ports.store, accessKeyKey(accessKeyId, run.runId, refusedName(n)), {
        at,
        error: (error as Error).name,
      })
      if (error instanceof NoSuchEntity) return skipped('gone', tries)
      throw error
    }
  }
  if (await seenInactive(ports, planned)) return { outcome: 'deactivated', reason: null, sent: true }
  throw new UpdateNotConfirmed(
    `${accessKeyId} of ${user} was to be deactivated: expected to read it back Inactive, received Active to the last`,
  )
}

/** IAM's clear refusals; whatever else goes wrong with an update may have gone wrong after it was done. */
const REFUSALS = [IamThrottled, IamDenied, IamRefused, NoSuchEntity]
const mayHaveBeenDone = (error: unknown): boolean => !REFUSALS.some((refusal) => error instanceof refusal)

async function seenInactive({ iam, pause }: KeyPorts, { user, accessKeyId }: PlannedKey): Promise<boolean> {
  for (const milliseconds of READ_BACK_MILLISECONDS) {
    if (milliseconds > 0) await pause(milliseconds)
    if ((await statusNow(iam, user, accessKeyId)) === 'Inactive') return true
  }
  return false
}

/** null where it cannot be read just now: the next look may tell. */
async function statusNow(iam: Ports['iam'], user: string, accessKeyId: string): Promise<string | null> {
  try {
    return (await iam.listAccessKeys(user)).find((key) => key.accessKeyId === accessKeyId)?.status ?? null
  } catch (error) {
    if (error instanceof IamThrottled || error instanceof IamUnavailable || error instanceof IamAnswerError) return null
    throw error
  }
}

async function orGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NoSuchEntity) return null
    throw error
  }
}

export const handler = onLambda(makeDeactivateKey)
