// A run in one sentence: what it did, or why it did nothing.
import { ACTION_EFFECTS, type Action, MODE_WRITES, OUTCOMES, type Outcome } from '../../core/model/closed-sets.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { capsExceeded } from '../../core/run/plan.ts'
import { isUndo } from '../../core/run/record.ts'
import { ACTION_WORDS } from '../../core/texts/action-text.ts'
import { onlyOldText, overCapText } from '../../core/texts/approval-text.ts'
import { countOf, keysOf, plannedKeysOf } from '../../core/texts/counts.ts'
import { refusalText } from '../../core/texts/refusal-text.ts'

/** What the run does to keys. */
export const actionOf = (record: RunRecord): Action => (isUndo(record) ? 'reactivate' : 'deactivate')

/** The result of the run. One line, without the run's name. */
export function headline(record: RunRecord): string {
  const { counts, error } = record
  const action = actionOf(record)
  switch (record.status) {
    case 'planned':
      return `${ifAppliedText(record)}. Nothing was written to IAM.`
    case 'nothing to do':
      return counts.stale === 0
        ? `Nothing to do: ${noKeyText(record)}.`
        : `Nothing done: 0 of ${keysOf(counts.stale)} ${ACTION_EFFECTS[action].outcome}.`
    case 'deactivated':
    case 'reactivated':
    case 'some keys failed':
      return `${outcomes(record)}.`
    case 'over cap':
    case 'approval needed':
      return `${record.status === 'over cap' ? 'Over a cap' : 'Approval needed'}: ${whyAsk(record)}. Nothing was written to IAM.`
    case 'refused':
      return refusedText(record)
    case 'interrupted':
      return isUnchanged(record)
        ? `Interrupted: no key was ${ACTION_EFFECTS[action].outcome}.`
        : `Interrupted: ${outcomes(record)}.`
    case 'rejected':
      return `Rejected by ${record.decision?.by ?? 'a person'}. Nothing was written to IAM.`
    case 'expired':
      return 'Nobody answered in time, and no answer means no. Nothing was written to IAM.'
    case 'switched off':
      return 'keysweep is switched off: mode off is deployed. Nothing was written to IAM.'
    case 'another run is open':
      return `Another run is open${error === null ? '' : `: ${error.message}`}. Nothing was written to IAM.`
  }
}

/**
 * A run that has no record, in one sentence: what it did so far.
 * @param open how many keys are to be changed and have no outcome yet
 */
export function standingOf(record: RunRecord, open: number, isRunning: boolean): string {
  const { plan, undo, mode, ifApplied, decision, counts } = record
  const head = isRunning ? 'Running' : 'No record'
  if (open > 0 || OUTCOMES.some((outcome) => counts[outcome] > 0))
    return `${head}: so far ${outcomes(record)}${open === 0 ? '' : `, ${open} not yet`}.`
  if (plan === null && undo === null) return `${head}: no plan yet.`
  if (ifApplied?.step === 'ask' && mode !== null && MODE_WRITES[mode] && decision === null)
    return `${head}: approval needed for ${plannedKeys(record)}.`
  return `${head}: no key ${ACTION_EFFECTS[actionOf(record)].outcome} yet.`
}

/** Why a run had no key to change. */
function noKeyText({ undo }: RunRecord): string {
  if (undo === null) return 'no key is stale'
  const { run, keys } = undo
  if (keys === null) return `run ${run} deactivated no key`
  return `run ${run} did not deactivate ${keys.length === 1 ? keys[0] : `any of the ${keys.length} keys asked for`}`
}

/** Only a whole record shows that nothing was written. */
function refusedText(record: RunRecord): string {
  const why = record.error?.message ?? 'no reason was noted'
  if (record.incomplete) return `Failed. This record does not show which keys were changed: ${why}`
  const sentence = (text: string) => text.replace(/\.$/, '')
  if (!isUnchanged(record)) return `Failed: ${sentence(why)}. ${outcomes(record)}.`
  return `${sentence(refusalText(why))}. Nothing was written to IAM.`
}

const isUnchanged = ({ counts }: RunRecord): boolean =>
  OUTCOMES.every((outcome) => !MAY_HAVE_CHANGED[outcome] || counts[outcome] === 0)

/** Whether a key that ended so may have another status than before. */
const MAY_HAVE_CHANGED: Record<Outcome, boolean> = {
  deactivated: true,
  reactivated: true,
  skipped: false,
  failed: true,
}

/** The outcome that the run was for is always counted; other outcomes only if a key has them. */
function outcomes(record: RunRecord): string {
  const { counts } = record
  const done = ACTION_EFFECTS[actionOf(record)].outcome
  const others = OUTCOMES.filter((outcome) => outcome !== done && counts[outcome] > 0)
  const parts = [
    `${keysOf(counts[done])} ${done}`,
    ...others.map((outcome) => `${counts[outcome]} ${outcome}`),
    ...(counts.leftForNextRun > 0 ? [`${counts.leftForNextRun} left for the next run`] : []),
  ]
  return parts.join(', ')
}

/** "35 keys", or "500 of 812 stale keys". */
export const plannedKeys = ({ plan, counts }: RunRecord): string =>
  plannedKeysOf(plan?.keys ?? counts.stale, counts.stale)

function ifAppliedText(record: RunRecord): string {
  const { ifApplied, counts } = record
  switch (ifApplied?.step) {
    case 'go': {
      const left = counts.leftForNextRun === 0 ? '' : `, and ${counts.leftForNextRun} left for the next run`
      return `${plannedKeys(record)} ${ACTION_WORDS.deactivate.wouldBe}${left}`
    }
    case 'ask':
      return `If applied, the run would ask a person about ${plannedKeys(record)}: ${ifApplied.why.join('; ')}`
    case 'stop':
      return `If applied, the run would stop: ${ifApplied.why.join('; ')}`
    // Version 0.1.0 did not record whether it would have asked or stopped.
    case undefined:
      return `${countOf(counts.stale, 'stale key')} planned`
  }
}

function whyAsk({ ifApplied, counts, policy, keys }: RunRecord): string {
  if (ifApplied !== null) return ifApplied.why.join('; ')
  // A record of 0.1.0 does not say it.
  const caps = policy === null ? [] : capsExceeded(counts.stale, counts.activeKeys, policy).map(overCapText)
  const rotation = keys.filter(({ row }) => row === 'rotation').length
  const inUse = rotation === 0 ? [] : [onlyOldText(rotation)]
  return [...caps, ...inUse].join('; ') || `${keysOf(counts.stale)} ${ACTION_WORDS.deactivate.wouldBe}`
}
