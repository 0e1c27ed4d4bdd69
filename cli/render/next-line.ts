// The command that comes after a run: the one that undoes it, or the one that carries its plan out.
import type { ApplyStep } from '../../core/model/closed-sets.ts'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { isRunId } from '../../core/model/ids.ts'
import { isUndo } from '../../core/run/record.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { COMMAND, inShell } from './answer-line.ts'

/** Options of the run that the next command needs too; environment variables still hold for it. */
export interface NextOptions {
  machine?: string | undefined
  store?: string | undefined
  profile?: string | undefined
  region?: string | undefined
  /** The run's other options under which its plan was made, as words: a plan is applied under the same policy. */
  made?: readonly string[] | undefined
  /** The settings file with mode off, which refuses --apply; null: none does. */
  switchedOffBy?: string | null
}

/** One line with its line break; empty for a run that neither changed nor planned a key, and for an undo. */
export function nextLine(record: RunRecord, options: NextOptions): string {
  const { runId, status, ifApplied, apply } = record
  if (isUndo(record) || !isRunId(runId)) return ''
  if (status === 'planned' && ifApplied !== null) return applyLine(runId, ifApplied.step, options)
  // Such a run stopped for want of a person. One that carried out a stored plan has its keys from there.
  if (status === 'over cap') return applyLine(apply?.run ?? runId, 'stop', options)
  const undo = undoOf(record, options)
  return undo === null ? '' : `Undo         ${plainLine(undo)}\n`
}

/** The command that undoes the run; null if it changed no key, and for an undo. */
export function undoOf(record: RunRecord, options: NextOptions): string | null {
  const { runId, counts } = record
  if (isUndo(record) || !isRunId(runId)) return null
  // A failed key may have been deactivated: its update was sent, and its answer never came.
  return counts.deactivated + counts.failed === 0 ? null : undoCommand(runId, options)
}

/** The same of an organization run. */
export function undoOfOrganization({ runId, undo, counts }: OrganizationRecord, options: NextOptions): string | null {
  if (undo !== null || !isRunId(runId)) return null
  return counts.deactivated + counts.failed === 0 ? null : undoCommand(runId, options)
}

/**
 * The line for an organization run. Its plan is carried out by the run that made it alone, so that what carries on is a new
 * run, with `made`: "run --organization ...".
 */
export function organizationNextLine(record: OrganizationRecord, options: NextOptions): string {
  const { runId, status, undo, mode, ifApplied } = record
  if (undo !== null || !isRunId(runId)) return ''
  const undoes = undoOfOrganization(record, options)
  if (undoes !== null) return `Undo         ${plainLine(undoes)}\n`
  const { made = [] } = options
  const isPlan = status === 'planned' || status === 'some accounts failed'
  if (!isPlan || mode !== 'plan' || ifApplied === null || made.length === 0) return ''
  const words = ifApplied.step === 'stop' ? withoutApproval(made) : made
  const command = [COMMAND, ...words.map(inShell), '--apply', ...APPROVAL_WORDS[ifApplied.step], ...whereWords(options)]
  return `Apply        ${plainLine(command.join(' '))}\n`
}

/** `keysweep undo <run>` with these options. */
export const undoCommand = (runId: string, options: NextOptions): string =>
  [`${COMMAND} undo ${runId}`, ...whereWords(options)].join(' ')

/** A plan that would stop goes ahead only if a person approves it. */
const APPROVAL_WORDS: Record<ApplyStep, readonly string[]> = { go: [], ask: [], stop: ['--approval', 'always'] }

function applyLine(runId: string, step: ApplyStep, options: NextOptions): string {
  const { switchedOffBy = null } = options
  const refused = `refused while ${switchedOffBy} says mode: off. To deactivate keys, set another mode there.`
  return `Apply        ${plainLine(switchedOffBy === null ? applyCommand(runId, step, options) : refused)}\n`
}

function applyCommand(runId: string, step: ApplyStep, options: NextOptions): string {
  const { made = [] } = options
  const words = step === 'stop' ? withoutApproval(made) : made
  return [`${COMMAND} apply ${runId}`, ...words.map(inShell), ...APPROVAL_WORDS[step], ...whereWords(options)].join(' ')
}

const withoutApproval = (words: readonly string[]): string[] =>
  words.filter((word, index) => word !== '--approval' && words[index - 1] !== '--approval')

const whereWords = ({ machine, store, profile, region }: NextOptions): string[] =>
  Object.entries({ machine, store, profile, region }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${inShell(value)}`],
  )
