// Deactivate key: facts again, verdict again, intent, update, read back, outcome. Every try starts from the facts.
import * as z from 'zod'
import { boundedClock, FACTS_DAYS, TAKING_DAYS, type Term } from '../core/judge/clock.ts'
import { judge } from '../core/judge/verdict.ts'
import { RULE_ALWAYS_ASKS } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { UserFacts } from '../core/model/facts.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import type { PlannedKey, Verdict } from '../core/model/verdict.ts'
import {
  type Change,
  changeStatus,
  doneOutcome,
  type KeyEnd,
  type KeyPorts,
  keyDeleted,
  nullIfNoSuchEntity,
  seenWithStatus,
  skipped,
  UPDATE_SETTLED_MILLISECONDS,
} from '../steps/change-status.ts'
import { type DecidedKey, plannedKey } from '../steps/decided-plan.ts'
import { attemptsIn, type KeyJournal, newestIntentAt, readAttempts, readJournal } from '../steps/key-journal.ts'
import { keyOfRun, outcomeOnce } from '../steps/key-outcome.ts'
import type { Ports } from '../steps/ports.ts'
import { readInput } from '../steps/run-documents.ts'
import { readUserAndNote } from '../steps/user-facts.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

/** With the hash of the plan that the machine was handed. A run that began under an earlier definition hands on none. */
const payload = keyOfRun.extend({ plan: z.string().optional() })

/**
 * @throws PlanRefused for a key outside the decided plan; ClockRefused; UpdateNotConfirmed when the update may have been sent and is
 *   not seen; and what IAM and the run store throw.
 */
export const makeDeactivateKey = (ports: DeactivatePorts) => async (event: unknown) => {
  const key = payload.parse(event)
  return outcomeOnce(ports, key, async () => {
    const run = await readInput(ports.store, key.runId)
    const iam = ports.iamOf(run.account)
    return judgeAndUpdate({ ...ports, iam }, run, await plannedKey(ports.store, run, key))
  })
}

type DeactivatePorts = Pick<Ports, 'iamOf' | 'store' | 'now' | 'pause'>

/** By a clock that is ahead, a use since the plan would look old: it is held against the last moment that another dated. */
const termOf = (run: RunInput, decidedAt: string | null): Term =>
  decidedAt === null
    ? { what: "the run's start", from: run.startedAt, days: FACTS_DAYS + TAKING_DAYS }
    : { what: "the plan's approval", from: decidedAt, days: TAKING_DAYS }

async function judgeAndUpdate(ports: KeyPorts, run: RunInput, { planned, decidedAt }: DecidedKey): Promise<KeyEnd> {
  const { runId, policy, caller } = run
  const { user, accessKeyId, path, report } = planned
  const change: Change = { runId, user, accessKeyId, action: 'deactivate' }
  const now = boundedClock(ports.now, termOf(run, decidedAt))
  const reading = { user, path, report, runId, policy, caller, now }
  const read = await nullIfNoSuchEntity(readUserAndNote(ports.store, ports.iam, reading))
  const key = read?.facts.keys.find((key) => key.accessKeyId === accessKeyId)
  // Always after the facts: another attempt of this run notes its intent before it changes what we have just read.
  const attemptsByNow = () => readAttempts(ports.store, runId, accessKeyId)
  if (read === null || key === undefined) return keyDeleted(await attemptsByNow())
  const { facts, at } = read
  const judged = (facts: UserFacts) => judge({ facts, key, policy, caller, now: at })
  // The plan's path is the report's, and the answer about tags names no user. So whoever is about to be written to is asked
  // for by name, and either answer may spare the key: judged twice, for what they say of one tag may differ.
  const named = goesAhead(judged(facts), planned) ? await nullIfNoSuchEntity(ports.iam.user(user)) : undefined
  if (named === null) return keyDeleted(await attemptsByNow())
  const verdict = judged({ ...facts, ...named })
  if (goesAhead(verdict, planned)) return update(ports, change, read.journals.get(accessKeyId))
  const attempts = await attemptsByNow()
  // Only what this run may have sent can be its own doing. It may still be on its way: look long enough to tell.
  if (attempts.sent && (key.status === 'Inactive' || (await seenWithStatus(ports, change)))) return doneOutcome(change)
  const isStale = verdict.verdict === 'stale'
  return skipped(isStale ? { why: 'used-since-plan', planned: planned.rule } : { why: 'kept', verdict }, attempts)
}

/** @param listed what stood of the key when its history was read */
async function update(ports: KeyPorts, change: Change, listed: KeyJournal | undefined): Promise<KeyEnd> {
  const journal = listed ?? (await readJournal(ports.store, change.accessKeyId))
  return (await skipSettled(ports, change, journal)) ?? changeStatus(ports, change, attemptsIn(journal, change.runId))
}

/** A key planned as unused and used since may still be old: that rule always asks a person, who was not asked about it. */
const goesAhead = (verdict: Verdict, planned: PlannedKey): boolean =>
  verdict.verdict === 'stale' && (!RULE_ALWAYS_ASKS[verdict.row] || verdict.row === planned.rule)

/** A run that is taken up again days later finds its own update undone: somebody brought the key back. */
async function skipSettled({ store, now }: KeyPorts, { runId }: Change, journal: KeyJournal): Promise<KeyEnd | null> {
  const attempts = attemptsIn(journal, runId)
  if (!attempts.sent) return null
  const sentAt = millisecondsOf(await newestIntentAt(store, journal, runId)) ?? 0
  if (now().getTime() - sentAt < UPDATE_SETTLED_MILLISECONDS) return null
  return skipped({ why: 'reactivated-since' }, attempts)
}

export const handler = onLambda(makeDeactivateKey, iamPort, storePort)
