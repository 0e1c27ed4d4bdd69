// keysweep, Cloud Custodian and the plain loop on the same account: what each takes, and what each gets wrong.
import { onNewAccount } from './accounts.ts'
import { CONTENDERS, ONE_POLICY } from './contenders.ts'
import type { Measured } from './measure.ts'
import { median } from './median.ts'

const ROUNDS = 3
const LATENCY_MILLISECONDS = 20

export interface Compared {
  name: string
  latencyMilliseconds: number
  /** Medians. */
  wallSeconds: number
  cpuSeconds: number
  peakMegabytes: number
  callsPerKeyTaken: number
  taken: number
  wronglyTaken: number
  left: number
  runs: number
  calls: Record<string, number>
}

/** The three side by side, in turns, so that whatever else the machine does meets all of them. */
export async function compare(say: (text: string) => void): Promise<Compared[]> {
  const measured = new Map<string, Measured[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { name, command } of CONTENDERS) {
      say(`${name}, round ${round} of ${ROUNDS}`)
      measured.get(name)?.push(await onNewAccount(command, {}))
    }
  }
  const compared = [...measured].map(([name, runs]) => summed(name, 0, runs))
  say(ONE_POLICY.name)
  compared.push(summed(ONE_POLICY.name, 0, [await onNewAccount(ONE_POLICY.command, {})]))
  for (const { name, command } of CONTENDERS) {
    say(`${name}, each answer ${LATENCY_MILLISECONDS} ms later`)
    const run = await onNewAccount(command, { latencyMilliseconds: LATENCY_MILLISECONDS })
    compared.push(summed(name, LATENCY_MILLISECONDS, [run]))
  }
  return compared
}

function summed(name: string, latencyMilliseconds: number, runs: Measured[]): Compared {
  const of = (value: (run: Measured) => number) => median(runs.map(value))
  return {
    name,
    latencyMilliseconds,
    wallSeconds: of((run) => run.wallSeconds),
    cpuSeconds: of((run) => run.cpuSeconds),
    peakMegabytes: of((run) => run.peakKilobytes / 1000),
    callsPerKeyTaken: of((run) => run.allCalls / run.taken),
    taken: of((run) => run.taken),
    wronglyTaken: of((run) => run.wronglyTaken),
    left: of((run) => run.left),
    runs: runs.length,
    calls: runs[0]?.calls ?? {},
  }
}
