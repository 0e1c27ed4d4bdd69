// The progress of a run, on stderr: a line for each state with its duration, and the keys.
import type { EngineEvent } from '../../engine/step-functions.ts'
import type { Progress } from '../../local/progress.ts'
import { type Colours, coloursFor, type Output, type Terminal } from '../render/terminal.ts'
import { padded } from '../render/text-width.ts'
import { type KeyBar, makeKeyBar } from './key-bar.ts'

type OfType<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>
type InState = OfType<'StateEntered' | 'StateExited' | 'StateRetried' | 'StateCaught'>

const NAME_WIDTH = 16
/** Types of state that are not shown: they take no time. */
const HIDDEN = ['Pass', 'Choice', 'Succeed', 'Fail']

export function makeProgress({ stderr, env }: Terminal): Progress {
  const colours = coloursFor(stderr, env)
  const lines = makeLines(stderr)
  const entered = new Map<string, string>()
  let keys: KeyBar | null = null

  function close() {
    keys?.stop()
    lines.clear()
    keys = null
  }
  function showState(event: InState) {
    if (event.type === 'StateEntered') {
      entered.set(event.state, event.at)
      return lines.show(`  ${named(event.state)} ${colours.dim('…')}`)
    }
    if (event.type !== 'StateExited') return lines.print(trouble(event, colours))
    const summary = keys?.summary() ?? ''
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
    print(line) {
      close()
      lines.print(line)
    },
    show(event) {
      if (event.type === 'MapStarted') {
        lines.clear()
        keys = makeKeyBar(named(event.state), event.items, stderr, colours)
      } else if (event.type === 'IterationSucceeded' || event.type === 'IterationFailed' || event.index !== null) {
        showKey(event)
      } else if (!HIDDEN.includes(event.stateType)) showState(event)
    },
  }
}

/** Lines that stay; on a terminal also a last line that the next one overwrites. */
function makeLines(output: Output) {
  let shown = false
  const clear = () => {
    if (shown) output.write('\r\x1b[K')
    shown = false
  }
  return {
    clear,
    show(line: string) {
      if (!output.isTTY) return
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

/** The name of a state, padded to the width of the column. */
export const named = (state: string): string => padded(state, NAME_WIDTH)

function trouble(event: OfType<'StateRetried' | 'StateCaught'>, colours: Colours): string {
  const what = event.type === 'StateRetried' ? `retry ${event.attempt}: ${event.error}` : `failed: ${event.error}`
  return `  ${named(event.state)} ${colours.yellow(what)}`
}

const seconds = (from: string, to: string): string =>
  `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1).padStart(6)} s`
