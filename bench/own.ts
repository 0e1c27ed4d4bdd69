// keysweep's own time and memory: start-up, and what a run keeps. Parsing is in parsing.ts.
import { execFileSync } from 'node:child_process'
import { inFolder, onNewAccount, times } from './accounts.ts'
import { keysweep } from './contenders.ts'
import { liveMegabytes } from './live-megabytes.ts'
import { type Command, fileOf, timed } from './measure.ts'
import { median } from './median.ts'
import { startEndpoint } from './start-endpoint.ts'

export interface Memory {
  users: number
  peakMegabytes: number
  liveMegabytes: number
}

/** On a machine with other load, the fastest run is closest to the time without it. */
export interface Milliseconds {
  median: number
  fastest: number
}

export interface Own {
  /** By the command that was started. */
  startUp: Record<string, Milliseconds>
  memory: Memory[]
}

const STARTS = 11
const SIZES = [500, 2000, 5000]

export async function own(say: (text: string) => void): Promise<Own> {
  say('start-up')
  const startUp = await startUps()
  const memory: Memory[] = []
  for (const users of SIZES) {
    say(`memory, ${users} users`)
    memory.push(await memoryOf(users))
  }
  return { startUp, memory }
}

/** Builds the package's `keysweep` and returns its file. */
function bundledCommand(): Command {
  execFileSync(process.execPath, [fileOf('../scripts/bundle-cli.ts')], { cwd: fileOf('..') })
  return [process.execPath, fileOf('../dist/keysweep.js')]
}

async function startUps(): Promise<Own['startUp']> {
  const bundled = bundledCommand()
  const ways: [string, Command][] = [
    ['from source', keysweep()],
    ['installed', bundled],
  ]
  const found: Own['startUp'] = {}
  await inFolder(async (folder) => {
    const endpoint = await startEndpoint({ users: 40 })
    await timed(keysweep('run', '--run-id', 'bench'), { folder, env: endpoint.env })
    await endpoint.stop()
    for (const [way, command] of ways) {
      for (const args of [['--version'], ['show', 'bench']]) {
        const took = await times(
          STARTS,
          async () => (await timed([...command, ...args], { folder })).wallSeconds * 1000,
        )
        found[`${args[0]}, ${way}`] = milliseconds(took)
      }
      const toFirst = await times(STARTS, async () => {
        const run = await onNewAccount([...command, 'run'], { users: 4 })
        return (run.firstCallAt ?? Number.NaN) - run.startedAt
      })
      found[`run to its first call, ${way}`] = milliseconds(toFirst)
    }
  })
  return found
}

const milliseconds = (took: number[]): Milliseconds => ({ median: median(took), fastest: Math.min(...took) })

/** A run that only plans: it keeps the report, the suspects and their verdicts. */
async function memoryOf(users: number): Promise<Memory> {
  const peaks = await times(3, async () => (await onNewAccount(keysweep('run'), { users })).peakKilobytes / 1000)
  const live = await inFolder((folder) => liveMegabytes(keysweep('run'), folder, { users }))
  return { users, peakMegabytes: median(peaks), liveMegabytes: live }
}
