// Judges a run by what must always hold (invariants 1 to 4 and 6 of the design): by the updates it sent, by what IAM had
// told it in the same call, and by what truly happened to each key.

import type { KeyOutcome } from '../../core/model/documents/key.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { Caller, KeyFacts, UserFacts } from '../../core/model/facts.ts'
import type { Policy } from '../../core/model/policy.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { wrongHashes, wrongVerdicts } from '../support/recomputed.ts'
import { reactivatedAt, statusEvents } from './history-of.ts'
import { SIGNER } from './lives.ts'
import { exemptInReport, oracle } from './oracle.ts'
import type { PlayedStep } from './play.ts'
import { reportedUsers } from './reported.ts'
import type { RunStep } from './scenario.ts'
import type { Noted } from './witness.ts'
import type { World } from './worlds.ts'

interface StoredPlan {
  keys: { user: string; accessKeyId: string; rule: string; path: string }[]
  leftForNextRun: number
}

/** @returns a sentence for every breach */
export async function judgeRun(world: World, run: PlayedStep<RunStep>, ended: PlayedStep[]): Promise<string[]> {
  const stored = async <T>(name: string) => JSON.parse((await world.store.get(name)) ?? 'null') as T | null
  const record = await stored<RunRecord>(`runs/${run.runId}/record.json`)
  const plan = (await stored<StoredPlan>(`runs/${run.runId}/plan.json`)) ?? { keys: [], leftForNextRun: 0 }
  if (record === null) return ['no record']
  const reported = reportedUsers((await world.store.get(`runs/${run.runId}/report.csv`)) ?? '')
  const active = [...reported].reduce(
    (sum, [user, { path, surelyActive }]) => sum + (exemptInReport(user, path, run.step.policy) ? 0 : surelyActive),
    0,
  )
  const allowed = mayTake(run, plan, active)
  const sent = run.noted.filter(({ action }) => action === 'setStatus')
  const outcomes = new Map<string, KeyOutcome | null>()
  for (const { accessKeyId } of plan.keys)
    outcomes.set(accessKeyId, await stored<KeyOutcome>(`keys/${accessKeyId}/${run.runId}.outcome.json`))
  return [
    ...sent.flatMap((note) => judgeUpdate(world, run, ended, note, allowed, reported)),
    ...judgeOutcomes(world, run, plan, allowed, outcomes, record),
    ...(await wrongVerdicts(world.store, run.runId)),
    ...(await wrongHashes(world.store, run.runId)),
    ...(run.failed ===
    (record.keys.some(({ outcome }) => outcome === 'failed') || ['refused', 'expired'].includes(record.status))
      ? []
      : [`the execution ${run.failed ? 'failed' : 'succeeded'} with a record that says ${record.status}`]),
  ]
}

/** The keys that may be touched: by the caps and the approval asked for, counted anew, and by what the person answered. */
function mayTake(
  { step, answered }: PlayedStep<RunStep>,
  { keys, leftForNextRun }: StoredPlan,
  active: number,
): string[] {
  const mode = step.byHand ? 'apply' : step.mode
  const approval = step.byHand ? 'always' : step.approval
  const { maxKeys, maxPercent } = step.policy
  const stale = keys.length + leftForNextRun
  const overPercent = stale > (maxPercent === 0 ? 0 : Math.max(1, Math.floor((active * maxPercent) / 100)))
  const needsPerson =
    approval === 'always' || stale > maxKeys || overPercent || keys.some(({ rule }) => rule === 'rotation')
  const ids = keys.map(({ accessKeyId }) => accessKeyId)
  if (mode === 'plan') return []
  if (!needsPerson) return ids
  if (approval === 'never' || step.reply.answer !== 'approve' || answered !== 200) return []
  return ids.filter((_, at) => !((step.reply.leaveOut >> at) & 1))
}

function judgeUpdate(
  world: World,
  run: PlayedStep<RunStep>,
  ended: PlayedStep[],
  note: Noted,
  allowed: string[],
  reported: ReturnType<typeof reportedUsers>,
): string[] {
  const [user = '', id = '', to] = note.subject
  if (to !== 'Inactive') return [`sent ${to} for ${id}`]
  const told = run.noted.filter(({ handlerCall }) => handlerCall === note.handlerCall)
  const facts = factsTold(world, run, ended, told.slice(0, told.indexOf(note)), user, reported)
  const key = facts.keys.find(({ accessKeyId }) => accessKeyId === id)
  const policy: Policy = { ...run.step.policy, warnDays: 14, exemptSesUsers: 'yes' }
  const named = told.findLast(({ action, subject }) => action === 'user' && subject[0] === user)?.answer ?? null
  const rowOf = (facts: UserFacts) =>
    key === undefined ? 'never listed' : oracle(facts, key, policy, callerOf(world), note.at)
  // Who is exempt was told twice, and each time it had to allow the update.
  const rows = named === null ? ['never asked for by name'] : [rowOf(facts), rowOf({ ...facts, ...named })]
  return [
    ...(allowed.includes(id) ? [] : [`sent an update for ${id} of ${user}, which must keep its status`]),
    ...rows
      .filter((row) => row !== 'unused' && row !== 'rotation')
      .map((row) => `sent an update for ${id} of ${user}, which is ${row}: ${JSON.stringify([facts, named])}`),
  ]
}

const callerOf = ({ account }: World): Caller => {
  const signer = account.users[0]
  const byUser = signer?.keys.some(({ id }) => id === SIGNER)
  return {
    account: account.id,
    arn: '',
    userName: byUser ? (signer?.name ?? null) : null,
    accessKeyId: byUser ? SIGNER : null,
    accountAlias: null,
    sourceKeyIds: [],
  }
}

/** The facts that IAM told in one call of the handler, with the true date on which a key was brought back. */
function factsTold(
  world: World,
  run: PlayedStep,
  ended: PlayedStep[],
  told: Noted[],
  user: string,
  reported: ReturnType<typeof reportedUsers>,
): UserFacts {
  const last = (action: Noted['action'], subject: string) =>
    told.findLast((note) => note.action === action && note.subject[0] === subject)?.answer ?? null
  const listed = (last('listAccessKeys', user) ?? []) as Pick<KeyFacts, 'accessKeyId' | 'status' | 'createdAt'>[]
  const row = reported.get(user)
  return {
    user,
    path: row?.path ?? '',
    createdAt: null,
    tags: last('listTags', user) as Record<string, string> | null,
    keys: listed
      .filter(({ accessKeyId }) => !isGone(told, accessKeyId))
      .map((key) => {
        const back = reactivatedAt(statusEvents(world, ended, key.accessKeyId), run.runId)
        return {
          ...key,
          lastUsed: (last('lastUsed', key.accessKeyId) ?? { known: false }) as KeyFacts['lastUsed'],
          reactivatedAt: back === null ? null : new Date(back).toISOString(),
        }
      }),
    report: {
      generatedAt: '',
      activeKeys: row?.activeKeys ?? 0,
      slots: row?.slots ?? [],
      userCreatedAt: row?.userCreatedAt ?? null,
    },
  }
}

/** It was listed, and gone when its last use was asked for. */
const isGone = (told: Noted[], id: string): boolean => told.some(({ subject, gone }) => gone && subject[0] === id)

function judgeOutcomes(
  world: World,
  run: PlayedStep<RunStep>,
  plan: StoredPlan,
  allowed: string[],
  outcomes: Map<string, KeyOutcome | null>,
  record: RunRecord,
): string[] {
  const complaints: string[] = []
  for (const { accessKeyId: id } of plan.keys) {
    const lines = record.keys.filter(({ accessKeyId }) => accessKeyId === id)
    const [line] = lines
    if (lines.length !== 1 || line === undefined) {
      complaints.push(`${lines.length} lines of the record for ${id}`)
      continue
    }
    if (allowed.includes(id)) {
      const outcome = outcomes.get(id)
      if (outcome?.outcome !== line.outcome || outcome?.reason !== line.outcomeReason)
        complaints.push(`${id} ended as ${JSON.stringify(outcome)}, the record says ${JSON.stringify(line)}`)
      complaints.push(...judgeOutcome(world, run, id, line))
    } else if (line.outcome !== null && !line.outcomeReason?.startsWith('left out by')) {
      complaints.push(`${id} must keep its status and has the outcome ${line.outcome}`)
    }
  }
  const strange = record.keys.filter(({ accessKeyId, outcome }) => outcome !== null && !outcomes.has(accessKeyId ?? ''))
  return [...complaints, ...strange.map(({ accessKeyId }) => `an outcome for ${accessKeyId}, which was not planned`)]
}

/** Whether what the record says of a key is what happened. */
function judgeOutcome(
  world: World,
  run: PlayedStep<RunStep>,
  id: string,
  { outcome, outcomeReason }: RunRecord['keys'][number],
): string[] {
  const sent = run.noted.filter(({ action, subject }) => action === 'setStatus' && subject[1] === id)
  const written = sent.some(({ write }) => write !== null)
  const byHand = world.did.slice(run.didBefore).some(({ accessKeyId }) => accessKeyId === id)
  const first = run.noted.indexOf(sent[0] as Noted)
  const readBack = run.noted
    .slice(first + 1)
    .some(({ action, answer }) => action === 'listAccessKeys' && statusIn(answer, id) === 'Inactive')
  const now = world.account.users.flatMap(({ keys }) => keys).find((key) => key.id === id)
  if (outcome === 'deactivated') {
    return [
      ...(sent.length > 0 && readBack ? [] : [`${id} is said to be deactivated and was never read back Inactive`]),
      ...(written || byHand ? [] : [`${id} is said to be deactivated and nothing was written`]),
      ...(byHand || now === undefined || now.status === 'Inactive'
        ? []
        : [`${id} is said to be deactivated and is ${now.status}`]),
    ]
  }
  if (outcome === 'skipped')
    return written && !byHand && now !== undefined ? [`${id} is said to be skipped and was written to`] : []
  if (outcome === 'failed') {
    const said = outcomeReason?.startsWith('sent, not confirmed') ?? false
    // Deleted after the update and before it was seen: that it took effect is not known, and is not said.
    const wentMeanwhile =
      written &&
      now === undefined &&
      outcomeReason === outcomeReasonText({ why: 'not-confirmed', because: { why: 'key-deleted' } })
    return [
      ...(run.step.faults.length > 0 || byHand || wentMeanwhile
        ? []
        : [`${id} failed though nothing went wrong: ${outcomeReason}`]),
      ...(written && !said ? [`${id} was written to, and the record only says: ${outcomeReason}`] : []),
    ]
  }
  return [`${id} has the outcome ${outcome}`]
}

const statusIn = (answer: unknown, id: string): string | undefined =>
  (answer as { accessKeyId: string; status: string }[] | null)?.find((key) => key.accessKeyId === id)?.status
