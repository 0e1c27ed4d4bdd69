// Why a person must decide on a plan, and what applying it would do, in words.
import type { OverCap } from '../model/caps.ts'
import type { ApplyStep, DecisionAnswer } from '../model/closed-sets.ts'
import { countOf } from './counts.ts'

/** What a plan that is not applied says of itself. */
export const IF_APPLIED_WORDS: Record<ApplyStep, string> = { go: 'would go', ask: 'would ask', stop: 'would stop' }

/** What a decision did to a plan: "approved" by somebody, at a time. */
export const ANSWERED_WORDS: Record<DecisionAnswer, string> = {
  approve: 'approved',
  reject: 'rejected',
  expired: 'expired',
}

export const EVERY_PLAN_ASKS = 'approval is asked for every plan'

/** Why a run failed whose question nobody answered. */
export const NO_ANSWER = 'No answer within the term; no answer means no.'

export function overCapText(exceeded: OverCap): string {
  switch (exceeded.cap) {
    case 'maxKeys':
      return `${countOf(exceeded.stale, 'stale key')}, maxKeys allows ${exceeded.allowed}`
    case 'maxPercent':
      return `${exceeded.stale} of ${exceeded.activeKeys} active keys, maxPercent allows ${exceeded.allowed} %`
  }
}

/** Of keys that are stale by the rotation rule alone. */
export const onlyOldText = (keys: number): string =>
  `${keys} ${keys === 1 ? 'key is in use and stale only because of its age' : 'keys are in use and stale only because of their age'}`
