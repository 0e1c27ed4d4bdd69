// Why an undo leaves a key as it is.
import type { UndoRefusal } from '../model/undo-refusal.ts'

export function undoRefusalText(refusal: UndoRefusal): string {
  switch (refusal.why) {
    case 'not-deactivated':
      return 'no run deactivated it'
    case 'reactivated':
      return refusal.by === null
        ? 'reactivated, then set Inactive by somebody else'
        : `reactivated by run ${refusal.by}, then set Inactive by somebody else`
    case 'deactivated-again':
      return `deactivated again by run ${refusal.by}`
  }
}
