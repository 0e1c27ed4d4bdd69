// Undo: which keys of a run go back to Active.
import { InputRefused } from './errors.ts'
import type { RunInput, Undo } from './model.ts'
import type { Plan } from './plan.ts'

/** undo.json: the keys that one undo brings back. Written once. */
export interface UndoPlan {
  runId: string
  /** The run that is undone. */
  run: string
  createdAt: string
  keys: UndoKey[]
}

/** A key as the undone run's plan had it. */
export type UndoKey = Plan['keys'][number]

/** @throws InputRefused for a run that is not there, or that is an undo itself: bringing back is not taken back here */
export function refuseUndoOf(run: string, source: RunInput | null): RunInput {
  if (source === null)
    throw new InputRefused(`Undo refused: expected a run of this store, received ${run}, which is not in it`)
  if (source.undo !== null)
    throw new InputRefused(`Undo refused: an undo is not undone, received ${run}, which undid ${source.undo.run}`)
  return source
}

/**
 * The keys to bring back: those that the run may have taken, or the ones asked for among them.
 * @throws InputRefused for a key that the run did not take
 */
export function keysToUndo(undo: Undo, taken: UndoKey[]): UndoKey[] {
  if (undo.keys === null) return taken
  const strange = undo.keys.filter((id) => !taken.some((key) => key.accessKeyId === id))
  if (strange.length > 0) {
    throw new InputRefused(
      `Undo refused: expected keys that run ${undo.run} took, received ${strange.slice(0, 5).join(', ')}`,
    )
  }
  return taken.filter((key) => undo.keys?.includes(key.accessKeyId))
}
