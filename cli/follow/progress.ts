// The progress of a run, on stderr: a line for each state with its duration, and the keys.

import { messageOf } from '../../core/run/execution-end.ts'
import { countOf } from '../../core/texts/counts.ts'
import { plainLine } from '../../core/texts/plain.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { Progress } from '../../local/progress.ts'
import { messageLines } from '../render/section.ts'
import { type Colours, coloursFor, isLive, type Terminal } from '../render/terminal.ts'
import { padded } from '../render/text-width.ts'
import { type KeyBar, makeKeyBar } from './key-bar.ts'

type OfType<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>
type InState = OfType<'StateEntered' | 'StateExited' | 'StateRetried' | 'StateCaught'>

const NAME_WIDTH = 16
/** Types of state that are not shown: they take no time. */
const HIDDEN = ['Pass', 'Choice', 'Succeed', 'Fail']

/** Shows the progress on stderr. @param now milliseconds */
export function makeProgress(terminal: Terminal, now = Date.now): Progress {
  const colours = coloursFor(terminal.stderr, terminal.env)
  const lines = makeLines(terminal)
  const entered = new Map<string, string>()
  const count = makeCount(terminal, lines, now)
  let keys: KeyBar | null = null

  function close() {
    keys?.stop()
    lines.clear()
    keys = null
  }
  function showState(event: InState) {
    if (event.type === 'StateEntered') {
      entered.set(event.state, event.at)
      count.begin(event.state)
      return lines.show(`  ${named(event.state)} ${colours.dim('…')}`)
    }
    if (event.type !== 'StateExited') return lines.print(trouble(event, colours))
    const summary = keys?.summary() ?? count.summary()
    close()
    const line = `  ${named(event.state)} ${seconds(entered.get(event.state) ?? event.at, event.at)}`
    lines.print(summary === '' ? line : `${line}   ${colours.dim(summary)}`)
  }
  function showKey(event: InState | OfType<'IterationSucceeded' | 'IterationFailed'>) {
    if (event.type === 'StateRetried') keys?.addRetry(event.error, event.attempt)
    if (event.type === 'IterationFailed') keys?.addOutcome('a key', 'failed')
    if (event.type !== 'IterationSucceeded') return
    const { accessKeyId = 'a key', outcome = 'failed' } = event.output as { accessKeyId?: string; outcome?: string }
    keys?.addOutcome(accessKeyId, outcome)
  }
  return {
    close,
    suspectChecked: count.add,
    print(text) {
      close()
      for (const line of messageLines(text, terminal.stderr)) lines.print(line)
    },
    show(event) {
      // The progress of one account has no children.
      if (isOfMapRun(event)) return
      if (event.type === 'MapStarted') {
        lines.clear()
        keys = makeKeyBar(named(event.state), event.items, terminal)
      } else if (event.type === 'IterationSucceeded' || event.type === 'IterationFailed' || event.index !== null) {
        showKey(event)
      } else if (!HIDDEN.includes(event.stateType)) showState(event)
    },
  }
}

type OfMapRun = OfType<'MapRunStarted' | 'ChildStarted' | 'ChildSucceeded' | 'ChildFailed'>

const isOfMapRun = (event: EngineEvent): event is OfMapRun => /^(MapRun|Child)/.test(event.type)

/** Lines that stay; on a terminal also a last line that the next one overwrites. */
function makeLines({ stderr: output, env }: Terminal) {
  const live = isLive(output, env)
  let shown = false
  const clear = () => {
    if (shown) output.write('\r\x1b[K')
    shown = false
  }
  return {
    clear,
    show(line: string) {
      if (!live) return
      clear()
      output.write(line)
      shown = true
    },
    print(line: string) {
      clear()
      output.write(`${line}\n`)
    },
  }
}

/** On a terminal the count is written anew, elsewhere a line is printed now and then. In milliseconds. */
const LIVE_PAUSE = 100
const LINE_PAUSE = 30_000

/** "500 of 1500 suspects", for the state that is being carried out. */
function makeCount({ stderr, env }: Terminal, lines: ReturnType<typeof makeLines>, now: () => number) {
  const live = isLive(stderr, env)
  let [state, text, shownAt] = ['', '', 0]
  return {
    begin(entered: string) {
      state = entered
      text = ''
      shownAt = now()
    },
    add(checked: number, total: number) {
      text = `${checked} of ${countOf(total, 'suspect')}`
      if (now() - shownAt < (live ? LIVE_PAUSE : LINE_PAUSE)) return
      shownAt = now()
      const line = `  ${named(state)} ${coloursFor(stderr, env).dim(text)}`
      if (live) lines.show(line)
      else lines.print(line)
    },
    summary: () => text,
  }
}

/** The name of a state, padded to the width of the column. */
export const named = (state: string): string => padded(state, NAME_WIDTH)

/** The first retry of a state says why: the retries may take a minute before the run fails with the same message. */
function trouble(event: OfType<'StateRetried' | 'StateCaught'>, colours: Colours): string {
  const { state, error, cause } = event
  if (event.type === 'StateCaught') return `  ${named(state)} ${colours.yellow(`failed: ${error}`)}`
  const why = event.attempt === 1 && cause ? `: ${plainLine(messageOf({ Error: error, Cause: cause }))}` : ''
  return `  ${named(state)} ${colours.yellow(`retry ${event.attempt}: ${error}${why}`)}`
}

const seconds = (from: string, to: string): string =>
  `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1).padStart(6)} s`
