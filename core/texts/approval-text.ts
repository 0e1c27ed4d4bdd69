// Why a person must decide on a plan, in words.
import type { OverCap } from '../model/caps.ts'

export const EVERY_PLAN_ASKS = 'approval is asked for every plan'

export function overCapText(over: OverCap): string {
  switch (over.cap) {
    case 'maxKeys':
      return `${over.stale} stale keys, maxKeys allows ${over.allowed}`
    case 'maxPercent':
      return `${over.stale} stale keys of ${over.activeKeys} active, maxPercent allows ${over.allowed} %`
  }
}

/** Of keys that are stale by the rotation rule alone. */
export const onlyOldText = (keys: number): string => `${keys} ${keys === 1 ? 'key is' : 'keys are'} in use and only old`
