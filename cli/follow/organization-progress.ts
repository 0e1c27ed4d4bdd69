// The progress of an organization run, on stderr: a line for each state; while accounts are worked on, how many are done and
// a line for each that is not.
import { countOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { OrganizationProgress } from '../../local/progress.ts'
import { coloursFor, isLive, type Terminal } from '../render/terminal.ts'
import { padded } from '../render/text-width.ts'
import { makeAccountLines } from './account-lines.ts'
import { type AccountTally, checkedText, HIDDEN, makeAccountTally } from './account-tally.ts'

/** Of the longest name of a state, "Ask for organization approval". */
export const NAME_WIDTH = 29

/** Shows the progress on stderr. */
export function makeOrganizationProgress(terminal: Terminal): OrganizationProgress {
  const { stderr, env } = terminal
  const lines = makeAccountLines(terminal)
  const states = makeStates(terminal)
  const found = new Map<string, number>()
  let names = new Map<string, string>()
  let tally: AccountTally | null = null

  const called = (account: string): string => plain([account, names.get(account) ?? ''].join(' ').trim())
  function print(line: string) {
    lines.clear()
    stderr.write(`${line}\n`)
  }
  return {
    print,
    close: lines.stop,
    named(given) {
      names = given
    },
    show(event) {
      if (event.type === 'MapRunStarted') {
        const began = makeAccountTally(event.items)
        tally = began
        lines.set(() => began.lines(`  ${padded(event.state, NAME_WIDTH)} `, called))
      }
      if (event.type === 'StateExited') lines.stop()
      const line = states(event, tally?.summary() ?? '')
      if (line !== null) print(line)
      if (event.type === 'StateExited') tally = null
    },
    started: (account) => tally?.started(account),
    of: (account, event) => tally?.of(account, event),
    suspectChecked: (account, checked, total) => tally?.checked(account, checkedText(checked, total)),
    planned(account, keys) {
      tally?.planned(keys)
      if (keys > 0) found.set(account, keys)
    },
    accountEnded(account, end) {
      tally?.accountEnded(account, end)
      const keys = found.get(account)
      found.delete(account)
      const text = `    ${called(account)}: ${plain(end)}${keys === undefined ? '' : `, ${countOf(keys, 'stale key')}`}`
      if (!isLive(stderr, env)) print(text)
    },
  }
}

/** A line for each state that ends, with its duration, and for what went wrong; null where there is nothing to print. */
function makeStates({ stderr, env }: Terminal): (event: EngineEvent, summary: string) => string | null {
  const { dim, yellow } = coloursFor(stderr, env)
  const entered = new Map<string, string>()
  return (event, summary) => {
    if (!('stateType' in event) || HIDDEN.includes(event.stateType)) return null
    const name = `  ${padded(event.state, NAME_WIDTH)}`
    switch (event.type) {
      case 'StateEntered':
        entered.set(event.state, event.at)
        return null
      case 'StateExited': {
        const took = seconds(entered.get(event.state) ?? event.at, event.at)
        return `${name} ${took}${summary === '' ? '' : `   ${dim(summary)}`}`
      }
      case 'StateRetried':
        return `${name} ${yellow(`retry ${event.attempt}: ${event.error}`)}`
      case 'StateCaught':
        return `${name} ${yellow(`failed: ${event.error}`)}`
    }
  }
}

const seconds = (from: string, to: string): string =>
  `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1).padStart(6)} s`
