// Runs one program on a new account, and joins its cost (measured.py) with its calls (endpoint.ts).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { EndpointOptions, Tally } from './endpoint.ts'
import { startEndpoint } from './start-endpoint.ts'

export const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const PYTHON = fileOf('.venv/bin/python')

export interface Took {
  wallSeconds: number
  cpuSeconds: number
  peakKilobytes: number
  /** Milliseconds since 1970. */
  startedAt: number
  exitCode: number
}

export interface Measured extends Took, Tally {
  /** All calls, and those without throttling. */
  allCalls: number
  answered: number
}

/** A program and its arguments. */
export type Command = string[]

/** Runs it in `folder`. @throws Error with the end of its output if it fails, unless `mayFail` */
export async function timed(
  command: Command,
  { folder, env = {}, mayFail = false }: { folder: string; env?: Record<string, string>; mayFail?: boolean },
): Promise<Took> {
  const child = spawn(PYTHON, [fileOf('measured.py'), ...command], {
    cwd: folder,
    // Each folder has its own run stores.
    env: { ...surroundings(), XDG_STATE_HOME: join(folder, 'state'), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [, stdout, stderr, measured] = child.stdio as unknown as [null, Readable, Readable, Readable]
  const said = Promise.all([text(stdout), text(stderr)])
  const [told] = await Promise.all([text(measured), once(child, 'close')])
  const took = JSON.parse(told) as Took
  if (took.exitCode !== 0 && !mayFail)
    throw new Error(`${command.join(' ')} ended with ${took.exitCode}: ${(await said).join('\n').slice(-2000)}`)
  return took
}

/** Measures a program on a new account. */
export async function measure(
  command: Command,
  options: { folder: string; mayFail?: boolean; endpoint: Partial<EndpointOptions> & { users: number } },
): Promise<Measured> {
  const endpoint = await startEndpoint(options.endpoint)
  try {
    const took = await timed(command, { ...options, env: endpoint.env })
    return joined(took, await endpoint.stop())
  } catch (error) {
    await endpoint.stop()
    throw error
  }
}

function joined(took: Took, tally: Tally): Measured {
  const allCalls = Object.values(tally.calls).reduce((sum, count) => sum + count, 0)
  return { ...took, ...tally, allCalls, answered: allCalls - tally.throttled }
}

/** Without credentials, profile and endpoint of the shell, and without colours. */
const surroundings = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  ...(process.env.PACE && { PACE: process.env.PACE }),
  HOME: process.env.HOME ?? '',
  NO_COLOR: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
})
