// What is known of a Map over accounts while it runs: which are worked on, and how the others ended.
import { OUTCOMES } from '../../core/model/closed-sets.ts'
import { accountsOf, countOf, keysOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { padded } from '../render/text-width.ts'
import type { AccountLine } from './account-lines.ts'

/** States that take no time. */
export const HIDDEN = ['Pass', 'Choice', 'Succeed', 'Fail']

/** A person reads no more at a glance. */
const MOST_LINES = 10
/** An id and a short name. */
const ACCOUNT_WIDTH = 32

export interface AccountTally {
  started(account: string): void
  /** An event of the run in this account. */
  of(account: string, event: EngineEvent): void
  checked(account: string, detail: string): void
  planned(keys: number): void
  /** @param end how its run ended */
  accountEnded(account: string, end: string): void
  /** "12 of 40 accounts   34 stale keys", and a line for each account that is worked on. */
  lines(head: string, called: (account: string) => string): AccountLine[]
  /** "40 accounts: 12 planned, 28 nothing to do; 34 stale keys" */
  summary(): string
}

/** An account that is worked on. */
interface Working {
  state: string
  /** "500 of 1500 suspects" */
  detail: string
}

export function makeAccountTally(total: number): AccountTally {
  const working = new Map<string, Working>()
  const ends: Counts = {}
  const keys: Counts = {}
  let done = 0
  return {
    started: (account) => void working.set(account, { state: 'Start run', detail: '' }),
    of(account, event) {
      if (event.type === 'IterationSucceeded') count(keys, outcomeIn(event.output))
      if (event.type === 'IterationFailed') count(keys, 'failed')
      const now = working.get(account)
      if (now !== undefined) working.set(account, after(event, now))
    },
    checked(account, detail) {
      const now = working.get(account)
      if (now !== undefined) working.set(account, { ...now, detail })
    },
    planned(found) {
      if (found > 0) count(keys, STALE, found)
    },
    accountEnded(account, end) {
      working.delete(account)
      done += 1
      count(ends, end)
    },
    lines(head, called) {
      // Of a deployed run nothing is known but how many accounts there are.
      const accounts = done + working.size === 0 ? accountsOf(total) : `${done} of ${accountsOf(total)}`
      const soFar = [accounts, keysText(keys)].filter((text) => text !== '')
      return [{ text: head, note: soFar.join('   '), paint: 'green' }, ...workingLines(working, called)]
    },
    summary() {
      const accounts = [accountsOf(total), countsText(ends)].filter((text) => text !== '')
      return [accounts.join(': '), keysText(keys)].filter((text) => text !== '').join('; ')
    },
  }
}

function after(event: EngineEvent, now: Working): Working {
  if (event.type === 'MapStarted') return { ...now, detail: keysOf(event.items) }
  const isNext = event.type === 'StateEntered' && event.index === null && !HIDDEN.includes(event.stateType)
  return isNext ? { state: event.state, detail: '' } : now
}

function workingLines(working: Map<string, Working>, called: (account: string) => string): AccountLine[] {
  const shown = [...working].slice(0, MOST_LINES).map(
    ([account, { state, detail }]): AccountLine => ({
      text: `    ${padded(called(account), ACCOUNT_WIDTH)}  `,
      note: `${state}  ${detail}`.trim(),
      paint: 'dim',
    }),
  )
  const more = working.size - shown.length
  return more === 0 ? shown : [...shown, { text: '    ', note: `and ${more} more`, paint: 'dim' }]
}

type Counts = Record<string, number>

const STALE = 'stale'
/** Always in this order, whichever key ended first. */
const ORDER: readonly string[] = OUTCOMES

function count(counts: Counts, what: string, more = 1): void {
  counts[what] = (counts[what] ?? 0) + more
}

const countsText = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, count]) => `${count} ${plain(what)}`)
    .join(', ')

/** "34 stale keys"; "19 keys deactivated, 1 skipped" */
function keysText({ [STALE]: stale, ...outcomes }: Counts): string {
  const parts = Object.entries(outcomes).toSorted(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
  const done = parts.map(([what, count], at) => `${at === 0 ? keysOf(count) : count} ${plain(what)}`)
  return [...(stale === undefined ? [] : [countOf(stale, 'stale key')]), ...done].join(', ')
}

const outcomeIn = (output: unknown): string => (output as { outcome?: string } | null)?.outcome ?? 'failed'

/** "500 of 1500 suspects" */
export const checkedText = (checked: number, total: number): string => `${checked} of ${countOf(total, 'suspect')}`
