// keysweep, Cloud Custodian and the plain loop on the same account: what each costs, and its mistakes.
import { onNewAccount, times } from './accounts.ts'
import { BARE_CALLS, bareCalls, CONTENDERS, ONE_POLICY, PLAIN_LOOP } from './contenders.ts'
import type { Measured } from './measure.ts'
import { median } from './median.ts'

const ROUNDS = 3
/** The latencies of an answer, besides none. The plain loop would take minutes with the longest, and is left out there. */
const LATENCIES_MILLISECONDS = [20, 100]
const LONGEST_FOR_THE_LOOP_MILLISECONDS = 20

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

/** Runs the three in turns, so that other load on the machine affects all of them. */
export async function compare(say: (text: string) => void): Promise<Compared[]> {
  const measured = new Map<string, Measured[]>(CONTENDERS.map(({ name }) => [name, []]))
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const { name, command } of CONTENDERS) {
      say(`${name}, round ${round} of ${ROUNDS}`)
      measured.get(name)?.push(await onNewAccount(command, {}))
    }
  }
  const compared = [...measured].map(([name, runs]) => summed(name, 0, runs))
  say(BARE_CALLS)
  const asManyCalls = bareCalls(measured.get('keysweep')?.[0]?.calls ?? {})
  const bare = await times(ROUNDS, () => onNewAccount(asManyCalls, {}))
  compared.push(summed(BARE_CALLS, 0, bare))
  say(ONE_POLICY.name)
  compared.push(summed(ONE_POLICY.name, 0, [await onNewAccount(ONE_POLICY.command, {})]))
  for (const latencyMilliseconds of LATENCIES_MILLISECONDS) {
    for (const { name, command } of CONTENDERS) {
      if (name === PLAIN_LOOP && latencyMilliseconds > LONGEST_FOR_THE_LOOP_MILLISECONDS) continue
      say(`${name}, each answer ${latencyMilliseconds} ms later`)
      compared.push(summed(name, latencyMilliseconds, [await onNewAccount(command, { latencyMilliseconds })]))
    }
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
    callsPerKeyTaken: of((run) => (run.taken === 0 ? Number.NaN : run.allCalls / run.taken)),
    taken: of((run) => run.taken),
    wronglyTaken: of((run) => run.wronglyTaken),
    left: of((run) => run.left),
    runs: runs.length,
    calls: runs[0]?.calls ?? {},
  }
}
