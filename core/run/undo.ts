// Undo: which keys of a run go back to Active.

import type { RunInput, Undo } from '../model/documents/input.ts'
import { InputRefused } from '../model/errors.ts'
import { accountRunId } from '../model/ids.ts'
import type { PlannedKey } from '../model/verdict.ts'

/** A key as the undone run's plan had it. */
export type UndoKey = PlannedKey

/**
 * @throws InputRefused for a run that is not there, of another account, or an undo itself: that is not taken back here. If the
 *   undo is a part of an organization run, also for a run that did not change the account for the undone organization run.
 */
export function refuseUndoOf(
  run: string,
  source: RunInput | null,
  { account, organizationRun }: Pick<RunInput, 'account' | 'organizationRun'>,
): asserts source is RunInput {
  if (source === null)
    throw new InputRefused(`Undo refused: run ${run} is not in this run store. To list its runs: keysweep show`)
  if (source.undo !== null)
    throw new InputRefused(
      `Undo refused: run ${run} is itself an undo, of run ${source.undo.run}, and an undo cannot be undone`,
    )
  if (source.account !== account)
    throw new InputRefused(
      `Undo refused: run ${run} was on account ${source.account}, and this undo is on account ${account}`,
    )
  if (organizationRun !== null && !isChangeOfItsName(run, source))
    throw new InputRefused(
      `Undo refused: by its name, run ${run} is the change of account ${account} by an organization run, and by its documents it is not. To undo it by itself: keysweep undo ${run}`,
    )
}

/** A run of its own may have taken the name. */
const isChangeOfItsName = (run: string, { account, organizationRun }: RunInput): boolean =>
  organizationRun?.phase === 'change' && accountRunId(organizationRun.run, 'change', account) === run

/**
 * The planned keys that the undo is about: all, or the ones asked for. Of an organization run that was killed, some accounts
 * have a run that had not come to its plan: there is nothing to take back, and that is no failure of the account.
 * @param organizationRun which the undo is a part of; null: none
 * @throws InputRefused where the run has no plan, and for a key that is not in it
 */
export function keysToUndo(
  undo: Undo,
  planned: UndoKey[] | null,
  organizationRun: RunInput['organizationRun'],
): UndoKey[] {
  if (planned === null && organizationRun !== null) return []
  if (planned === null) throw new InputRefused(`Undo refused: run ${undo.run} has no plan, so it deactivated no key`)
  const asked = undo.keys ?? planned.map((key) => key.accessKeyId)
  const strange = asked.filter((id) => !planned.some((key) => key.accessKeyId === id))
  if (strange.length === 0) return planned.filter((key) => asked.includes(key.accessKeyId))
  throw new InputRefused(
    `Undo refused: not in the plan of run ${undo.run}: ${strange.slice(0, 5).join(', ')}. To see its keys: keysweep show ${undo.run}`,
  )
}
