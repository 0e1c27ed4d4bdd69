// The progress of a Map over keys: a bar on a terminal, otherwise a line for each key.
import { SingleBar } from 'cli-progress'
import { OUTCOMES } from '../../core/model/closed-sets.ts'
import { countOf, keysOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import { type Colours, coloursFor, isLive, type Output, type Terminal } from '../render/terminal.ts'

export interface KeyBar {
  addOutcome(accessKeyId: string, outcome: string): void
  addRetry(error: string, attempt: number): void
  /** "23 keys: 19 deactivated, 3 skipped, 1 failed; 2 retries" */
  summary(): string
  /** Removes the bar. */
  stop(): void
}

/** The order of outcomes in a summary: always the same, whichever key ended first. */
const ORDER: readonly string[] = OUTCOMES
const rank = (outcome: string): number => ORDER.indexOf(outcome)

/** On stderr. @param name the name of the state, padded */
export function makeKeyBar(name: string, total: number, { stderr, env }: Terminal): KeyBar {
  const colours = coloursFor(stderr, env)
  const outcomes: Record<string, number> = {}
  let [done, retries] = [0, 0]
  const bar = isLive(stderr, env) ? startBar(name, total, stderr, colours) : null
  const print = (line: string) =>
    bar ? bar.update(done, { summary: summary() }) : stderr.write(`    ${plain(line)}\n`)

  function summary() {
    const parts = Object.entries(outcomes)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([outcome, count]) => `${count} ${plain(outcome)}`)
    const keys = `${keysOf(total)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
    return retries === 0 ? keys : `${keys}; ${countOf(retries, 'retry', 'retries')}`
  }
  return {
    addOutcome(accessKeyId, outcome) {
      done += 1
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      print(`${accessKeyId} ${outcome}`)
    },
    addRetry(error, attempt) {
      retries += 1
      print(`retry ${attempt} of a key: ${error}`)
    },
    summary,
    stop: () => bar?.stop(),
  }
}

function startBar(name: string, total: number, output: Output, colours: Colours): SingleBar {
  const bar = new SingleBar({
    stream: output as NodeJS.WritableStream,
    format: `  ${name} ${colours.green('{bar}')} {value}/{total}   ${colours.dim('{summary}')}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 20,
    clearOnComplete: true,
    hideCursor: true,
  })
  bar.start(total, 0, { summary: '' })
  return bar
}
