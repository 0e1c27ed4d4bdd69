// Deactivate key: facts again, verdict again, intent, update, read back, outcome. Every attempt starts with the facts.
import { boundedClock, FACTS_DAYS, FACTS_MINUTES, TAKING_DAYS, type Term } from '../core/judge/clock.ts'
import { withKeyEvents } from '../core/judge/key-events.ts'
import { judge } from '../core/judge/verdict.ts'
import { MODE_STOPS, RULE_ALWAYS_ASKS } from '../core/model/closed-sets.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { type KeyFacts, signerIn, type UserFacts } from '../core/model/facts.ts'
import { millisecondsOf } from '../core/model/instants.ts'
import type { PlannedKey, Verdict } from '../core/model/verdict.ts'
import {
  type Change,
  changeStatus,
  doneOutcome,
  type KeyEnd,
  type KeyPorts,
  keyDeleted,
  notConfirmed,
  nullIfNoSuchEntity,
  seenWithStatus,
  skipped,
  UPDATE_SETTLED_MILLISECONDS,
} from '../steps/change-status.ts'
import { type DecidedKey, plannedKey } from '../steps/decided-plan.ts'
import { skipIfExempt } from '../steps/denied-update.ts'
import { attemptsIn, type KeyJournal, newestIntentAt, readAttempts, readJournal } from '../steps/key-journal.ts'
import { type KeyOfRun, keyOfRun, outcomeOnce } from '../steps/key-outcome.ts'
import { withPass } from '../steps/pass.ts'
import type { BrakePort, Ports } from '../steps/ports.ts'
import { inForce } from '../steps/run-documents.ts'
import { readSecondWitness } from '../steps/second-witness.ts'
import { readUserAndNote } from '../steps/user-facts.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { brakePort, iamPort, storePort } from './lambda/ports.ts'

/**
 * @throws PassRefused; PlanRefused for a key outside the decided plan; ClockRefused; NoSecondWitness; SettingsRefused if the deployed mode is not known; UpdateNotConfirmed if
 *   the update may have been sent and was not seen to take effect; and what IAM and the run store throw.
 */
export const makeDeactivateKey = (ports: DeactivatePorts) =>
  withPass(ports, keyOfRun, (key, input) =>
    outcomeOnce(ports, key, async () => {
      const run = inForce(input)
      const decided = await plannedKey(ports.store, run, key)
      const keyPorts = { ...ports, iam: ports.iamOf(run, { role: 'deactivate', user: key.user }) }
      // The mode that is deployed now, not that of the run: the brake holds for an approved plan too.
      return MODE_STOPS[ports.deployedMode()] ? switchedOff(keyPorts, key) : judgeAndUpdate(keyPorts, run, decided)
    }),
  )

type DeactivatePorts = Pick<Ports, 'iamOf' | 'store' | 'now' | 'pause'> & BrakePort

/**
 * Sends no update. If this run may have sent one before, the key's status is read, because that update may have taken
 * effect.
 */
async function switchedOff(ports: KeyPorts, { runId, user, accessKeyId }: KeyOfRun): Promise<KeyEnd> {
  const change: Change = { runId, user, accessKeyId, action: 'deactivate' }
  const attempts = await readAttempts(ports.store, runId, accessKeyId)
  if (!attempts.sent) return skipped({ why: 'switched-off' }, attempts)
  return (await seenWithStatus(ports, change)) ? doneOutcome(change) : notConfirmed({ why: 'switched-off' })
}

/** With a clock that is ahead, a use since the plan would look old. So the clock is checked against the latest time that another clock set. */
const termOf = (run: RunInput, decidedAt: string | null): Term =>
  decidedAt === null
    ? { what: "the run's start", from: run.startedAt, lasts: { days: FACTS_DAYS + TAKING_DAYS } }
    : { what: "the plan's approval", from: decidedAt, lasts: { days: TAKING_DAYS } }

/** Throws as soon as facts that are read from now on are too old for an update. */
const whileFresh = (now: () => Date): (() => Date) => {
  const lasts = { minutes: FACTS_MINUTES }
  return boundedClock(now, { what: 'the last reading of the key', from: now().toISOString(), lasts })
}

async function judgeAndUpdate(ports: KeyPorts, run: RunInput, { planned, decidedAt }: DecidedKey): Promise<KeyEnd> {
  const { runId, policy } = run
  const caller = signerIn(run)
  const { user, accessKeyId, path, report } = planned
  const change: Change = { runId, user, accessKeyId, action: 'deactivate' }
  const now = boundedClock(ports.now, termOf(run, decidedAt))
  const reading = { user, path, report, runId, policy, caller, now }
  // Done before the facts are read, so that the write follows the facts as soon as possible.
  const events = await readSecondWitness(ports.store, run)
  const inTime = whileFresh(now)
  const read = await nullIfNoSuchEntity(readUserAndNote(ports.store, ports.iam, reading))
  const key = read?.facts.keys.find((key) => key.accessKeyId === accessKeyId)
  // Always after the facts: another attempt of this run stores its intent before it changes what was just read here.
  const attemptsByNow = () => readAttempts(ports.store, runId, accessKeyId)
  if (read === null || key === undefined) return keyDeleted(await attemptsByNow())
  const { facts, at } = read
  const judged = (facts: UserFacts) => {
    const key = facts.keys.find((key) => key.accessKeyId === accessKeyId) as KeyFacts
    return judge({ facts, key, policy, caller, now: at })
  }
  // The plan has the path of the report, and the answer of ListUserTags names no user. So GetUser is called before the write.
  // The key is judged with the tags of both answers, because they may differ: either of them can keep it.
  const named = goesAhead(judged(facts), planned) ? await nullIfNoSuchEntity(ports.iam.user(user)) : undefined
  if (named === null) return keyDeleted(await attemptsByNow())
  // Both must take it, without the key events and with them: an event is never a reason to take a key.
  const verdict = judged(withKeyEvents({ ...facts, ...named }, events))
  if (goesAhead(verdict, planned))
    return update(ports, change, read.journals.get(accessKeyId), inTime).catch((error: unknown) =>
      skipIfExempt(ports, change, error, (again) => judged({ ...facts, ...again })),
    )
  const attempts = await attemptsByNow()
  // If this run may have sent an update, that may be the reason. It may still take effect: read back long enough.
  if (attempts.sent && (key.status === 'Inactive' || (await seenWithStatus(ports, change)))) return doneOutcome(change)
  const isStale = verdict.verdict === 'stale'
  return skipped(isStale ? { why: 'used-since-plan', planned: planned.rule } : { why: 'kept', verdict }, attempts)
}

/** @param listed the key's journal, from when its history was read @param inTime as of `changeStatus` */
async function update(
  ports: KeyPorts,
  change: Change,
  listed: KeyJournal | undefined,
  inTime: () => void,
): Promise<KeyEnd> {
  const journal = listed ?? (await readJournal(ports.store, change.accessKeyId))
  const settled = await skipSettled(ports, change, journal)
  return settled ?? changeStatus(ports, change, attemptsIn(journal, change.runId), inTime)
}

/**
 * A key that was planned as unused, and was used since, may be stale by the rotation rule. Nobody has approved it by that
 * rule, so it is skipped.
 */
const goesAhead = (verdict: Verdict, planned: PlannedKey): boolean =>
  verdict.verdict === 'stale' && (!RULE_ALWAYS_ASKS[verdict.row] || verdict.row === planned.rule)

/** A run that is resumed days later finds the key Active after its own update: somebody reactivated it. */
async function skipSettled({ store, now }: KeyPorts, { runId }: Change, journal: KeyJournal): Promise<KeyEnd | null> {
  const attempts = attemptsIn(journal, runId)
  if (!attempts.sent) return null
  const sentAt = millisecondsOf(await newestIntentAt(store, journal, runId)) ?? 0
  if (now().getTime() - sentAt < UPDATE_SETTLED_MILLISECONDS) return null
  return skipped({ why: 'reactivated-since' }, attempts)
}

export const handler = onLambda(makeDeactivateKey, brakePort, iamPort, storePort)
