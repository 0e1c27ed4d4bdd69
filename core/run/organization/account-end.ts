// How each account of an organization run ends: exactly one end, made of what the run store has.

import type { ListedAccount } from '../../model/documents/account-list.ts'
import type { AccountPlan } from '../../model/documents/organization-plan.ts'
import { accountRunId } from '../../model/ids.ts'
import { type AccountRun, type EndOfAccount, endByRun, type Reach } from './account-run.ts'
import type { Turn } from './decision.ts'

export interface AccountFacts {
  organizationRun: string
  listed: ListedAccount
  /** Its line of the organization plan, and what the plan and its decision say of it; null: there is no plan. */
  planned: { line: AccountPlan; turn: Turn } | null
  isUndo: boolean
  survey: AccountRun | null
  change: AccountRun | null
  undo: AccountRun | null
}

/** `isInterrupted`: the run was stopped, so that an account without a run was not begun. */
export interface WhenEnded extends Reach {
  isInterrupted: boolean
}

/** An account that is not begun when the run is stopped has its plan still. */
export function endOfAccount(facts: AccountFacts, when: WhenEnded): EndOfAccount {
  const { organizationRun, listed, planned } = facts
  const after = (phase: 'survey' | 'change' | 'undo') =>
    endByRun(phase, accountRunId(organizationRun, phase, listed.account), facts[phase], listed, when)
  if (listed.end !== null) return { end: listed.end, why: listed.why }
  if (facts.isUndo) return after('undo')
  if (planned === null) return after('survey')
  const { line, turn } = planned
  if (line.end !== null) return { end: line.end, why: line.why.join('; ') || null }
  if (turn === 'left out') return { end: 'left out', why: null }
  if (turn === 'stays' || (facts.change === null && when.isInterrupted)) return { end: 'planned', why: null }
  return after('change')
}
