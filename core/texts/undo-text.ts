// Why an undo leaves a key as it is, in words.
import type { UndoRefusal } from '../model/undo-refusal.ts'

export function undoRefusalText(refusal: UndoRefusal): string {
  switch (refusal.why) {
    case 'not-deactivated':
      return 'no run took it'
    case 'reactivated':
      return refusal.by === null
        ? 'brought back since, Inactive by another hand'
        : `brought back by run ${refusal.by}, Inactive by another hand`
    case 'deactivated-again':
      return `taken again by run ${refusal.by}`
  }
}
