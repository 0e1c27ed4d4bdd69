// What a run does to keys, in words.
import { ACTION_EFFECTS, type Action } from '../model/closed-sets.ts'

interface ActionWords {
  /** "would be deactivated" */
  wouldBe: string
  /** The title over planned keys to which it was not done. */
  notDone: string
}

const wouldBe = (action: Action): string => `would be ${ACTION_EFFECTS[action].outcome}`

export const ACTION_WORDS: Record<Action, ActionWords> = {
  deactivate: { wouldBe: wouldBe('deactivate'), notDone: 'Planned and not deactivated' },
  reactivate: { wouldBe: wouldBe('reactivate'), notDone: 'Not reactivated' },
}
