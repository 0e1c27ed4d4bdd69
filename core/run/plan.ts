// The plan: the keys that one run would deactivate, written once and named by the sha256 of its bytes. The caps decide
// whether it may go ahead, must ask a person, or writes nothing.
import { createHash } from 'node:crypto'
import type { OverCap } from '../model/caps.ts'
import { type ApplyStep, type Approval, MODE_WRITES, type Mode, RULE_ALWAYS_ASKS } from '../model/closed-sets.ts'
import { formatMisfit } from '../model/documents/document.ts'
import { type Next, type Plan, plan as storedPlan } from '../model/documents/plan.ts'
import { PlanRefused } from '../model/errors.ts'
import type { Witness } from '../model/key-events.ts'
import type { Policy } from '../model/policy.ts'
import type { PlannedKey } from '../model/verdict.ts'
import { EVERY_PLAN_ASKS, onlyOldText, overCapText } from '../texts/approval-text.ts'

/**
 * Most keys of one run: an inline Map writes 7 to 25 history events for a key, of the 25,000 an execution may have, and
 * its items must stay under 256 KiB (Step Functions quotas).
 */
export const MAX_KEYS_PER_RUN = 500

export interface PlanFacts {
  runId: string
  account: string
  mode: Mode
  approval: Approval
  policy: Policy
  stale: PlannedKey[]
  /** Stale keys that the plan cannot list, because an earlier plan had no room for them. The caps count them. */
  unlisted?: number
  /** Whether CloudTrail's event history was read for it; without it, that is not known. */
  witness?: Witness
  /** Active keys by the report, without the root user's and those of users exempt by name or path: the base of maxPercent. */
  activeKeys: number
}

/** Makes the plan of a run: longest idle first, at most 500 keys, compared with the caps. */
export function makePlan(facts: PlanFacts, now: Date): Plan {
  const { runId, account, mode, approval, stale } = facts
  const count = stale.length + (facts.unlisted ?? 0)
  const overCaps = capsExceeded(count, facts.activeKeys, facts.policy).map(overCapText)
  const keys = stale.toSorted(byIdleness).slice(0, MAX_KEYS_PER_RUN)
  const approvalReasons = [...(approval === 'always' ? [EVERY_PLAN_ASKS] : []), ...ownReasons({ overCaps, keys })]
  const ifApplied = stepIfApplied({ approval, keys, approvalReasons })
  return {
    runId,
    account,
    mode,
    approval,
    createdAt: now.toISOString(),
    source: null,
    witness: facts.witness ?? null,
    organization: null,
    keys,
    leftForNextRun: count - keys.length,
    overCaps,
    approvalReasons,
    ifApplied,
    next: MODE_WRITES[mode] && ifApplied !== null ? NEXT_IF_APPLIED[ifApplied] : 'record',
  }
}

/** Why a person must decide on a plan of these keys, whatever `approval` says. */
export function ownReasons({ overCaps, keys }: Pick<Plan, 'overCaps' | 'keys'>): string[] {
  const onlyOld = keys.filter(({ rule }) => RULE_ALWAYS_ASKS[rule]).length
  return onlyOld > 0 ? [...overCaps, onlyOldText(onlyOld)] : overCaps
}

/** With `never` nobody is asked: what would need a person is not written. null: there is no key to deactivate. */
function stepIfApplied(plan: Pick<Plan, 'approval' | 'keys' | 'approvalReasons'>): ApplyStep | null {
  if (plan.keys.length === 0) return null
  if (plan.approvalReasons.length === 0) return 'go'
  return plan.approval === 'never' ? 'stop' : 'ask'
}

const NEXT_IF_APPLIED: Record<ApplyStep, Next> = { go: 'deactivate', ask: 'approval', stop: 'record' }

/** Which caps `stale` keys of `activeKeys` are over; 0 means zero. */
export function capsExceeded(
  stale: number,
  activeKeys: number,
  { maxKeys, maxPercent }: Pick<Policy, 'maxKeys' | 'maxPercent'>,
): OverCap[] {
  const exceeded: OverCap[] = []
  if (stale > maxKeys) exceeded.push({ cap: 'maxKeys', stale, allowed: maxKeys })
  if (stale > keysAllowed(activeKeys, maxPercent))
    exceeded.push({ cap: 'maxPercent', stale, activeKeys, allowed: maxPercent })
  return exceeded
}

/** How many keys maxPercent allows: at least one, unless it is 0, in an account of any size. */
function keysAllowed(activeKeys: number, maxPercent: number): number {
  if (maxPercent === 0) return 0
  // 18.4 % of 375 keys is 69, which binary fractions miss by less than a millionth of a key.
  return Math.max(1, Math.floor((activeKeys * maxPercent) / 100 + 1e-6))
}

const byIdleness = (a: PlannedKey, b: PlannedKey): number =>
  a.idleSince.localeCompare(b.idleSince) || a.accessKeyId.localeCompare(b.accessKeyId)

/** The plan's name: the sha256 of its bytes, in hex. */
export const planHash = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * Reads a stored plan of this run.
 * @throws PlanRefused when it is not the plan named `sha256`, where one is named, or not of this run.
 */
export const readPlan = (text: string, runId: string, sha256?: string): Plan =>
  checkedPlan(text, parsePlan, runId, sha256)

/**
 * The plan in the text, of a run or of an organization run.
 * @throws PlanRefused when it is not the plan named `sha256`, where one is named, or not of this run; and what `parse` throws
 */
export function checkedPlan<T extends { runId: string }>(
  text: string,
  parse: (text: string) => T,
  runId: string,
  sha256?: string,
): T {
  if (sha256 !== undefined && planHash(text) !== sha256) {
    throw new PlanRefused(`Plan refused: its sha256 must be ${sha256}, and is ${planHash(text)}. Start a new run.`)
  }
  const plan = parse(text)
  if (plan.runId !== runId)
    throw new PlanRefused(`Plan refused: it must be of run ${runId}, and is of run ${plan.runId}`)
  return plan
}

/** The plan in the text, of whatever run. @throws PlanRefused */
export function parsePlan(text: string): Plan {
  const value = jsonIn(text)
  const fit = storedPlan.safeParse(value, { reportInput: true })
  if (!fit.success) throw noPlan(formatMisfit(value, fit.error))
  return { ...fit.data, ifApplied: fit.data.ifApplied ?? stepIfApplied(fit.data) }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw noPlan('it is not JSON')
  }
}

const noPlan = (received: string): PlanRefused =>
  new PlanRefused(`Plan refused: it is not a plan as Make plan writes it: ${received}`)
