// Undo: which keys of a run go back to Active.

import type { RunInput, Undo } from '../model/documents/input.ts'
import { InputRefused } from '../model/errors.ts'
import type { PlannedKey } from '../model/verdict.ts'

/** A key as the undone run's plan had it. */
export type UndoKey = PlannedKey

/** @throws InputRefused for a run that is not there, of another account, or an undo itself: that is not taken back here */
export function refuseUndoOf(run: string, source: RunInput | null, account: string): void {
  if (source === null)
    throw new InputRefused(`Undo refused: expected a run of this store, received ${run}, which is not in it`)
  if (source.undo !== null)
    throw new InputRefused(`Undo refused: an undo is not undone, received ${run}, which undid ${source.undo.run}`)
  if (source.account !== account)
    throw new InputRefused(
      `Undo refused: expected a run of account ${account}, received ${run}, which was of ${source.account}`,
    )
}

/**
 * The planned keys that the undo is about: all, or the ones asked for.
 * @throws InputRefused where the run has no plan, and for a key that is not in it
 */
export function keysToUndo(undo: Undo, planned: UndoKey[] | null): UndoKey[] {
  if (planned === null)
    throw new InputRefused(
      `Undo refused: expected a run with a plan, received ${undo.run}, which has none: it took nothing`,
    )
  const asked = undo.keys ?? planned.map((key) => key.accessKeyId)
  const strange = asked.filter((id) => !planned.some((key) => key.accessKeyId === id))
  if (strange.length === 0) return planned.filter((key) => asked.includes(key.accessKeyId))
  throw new InputRefused(
    `Undo refused: expected keys of the plan of run ${undo.run}, received ${strange.slice(0, 5).join(', ')}`,
  )
}
