// The keys of a Map, counted as they end: a bar on a terminal, elsewhere a line for each key.
import { SingleBar } from 'cli-progress'
import { OUTCOMES } from '../../core/model/closed-sets.ts'
import { countOf, keysOf } from '../../core/texts/counts.ts'
import { plain } from '../../core/texts/plain.ts'
import type { Colours, Output } from '../render/terminal.ts'

export interface KeyBar {
  ended(accessKeyId: string, outcome: string): void
  retried(error: string, attempt: number): void
  /** "23 keys: 19 deactivated, 3 skipped, 1 failed; 2 retries" */
  summary(): string
  /** Takes the bar away. */
  stop(): void
}

/** Outcomes are counted in the order of their table, whichever key ended first. */
const rank = (outcome: string): number => OUTCOMES.findIndex((known) => known === outcome)

/** @param name what is being done, as wide as it is to be printed */
export function makeKeyBar(name: string, total: number, output: Output, colours: Colours): KeyBar {
  const outcomes: Record<string, number> = {}
  let [done, retries] = [0, 0]
  const bar = output.isTTY ? startBar(name, total, output, colours) : null
  const print = (line: string) =>
    bar ? bar.update(done, { summary: summary() }) : output.write(`    ${plain(line)}\n`)

  function summary() {
    const parts = Object.entries(outcomes)
      .toSorted(([a], [b]) => rank(a) - rank(b))
      .map(([outcome, count]) => `${count} ${plain(outcome)}`)
    const keys = `${keysOf(total)}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
    return retries === 0 ? keys : `${keys}; ${countOf(retries, 'retry', 'retries')}`
  }
  return {
    ended(accessKeyId, outcome) {
      done += 1
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      print(`${accessKeyId} ${outcome}`)
    },
    retried(error, attempt) {
      retries += 1
      print(`${error}: retry ${attempt} of a key`)
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
