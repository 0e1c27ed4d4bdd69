// moto's server, AWS as somebody else wrote it: started for a test, stopped with it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Moto {
  /** All of moto's services, each recognised by the signature or the host of the request. */
  url: string
  stop: () => Promise<void>
}

/** A moto whose IAM and Organizations go by a clock set by hand; its other services go by the machine's. */
export interface MotoWithClock extends Moto {
  setClock: (now: Date) => Promise<void>
  now: () => Date
}

export interface MotoOptions {
  /** On top of the environment, such as MOTO_PORT: the port that moto tells its own parts to call. */
  env?: Record<string, string>
  /** Whether its Step Functions can start executions from a task. */
  children?: boolean
}

/**
 * The time limits of keysweep's clients where moto answers them. With those of the product other work of this machine would look
 * like a fault of AWS, after which a run tries a step again. moto itself waits 60 seconds for a function.
 */
export const PATIENCE = { timeoutMilliseconds: 50_000 }
/** The same of a run store in moto's S3. */
export const STORE_PATIENCE = { ...PATIENCE, limitMilliseconds: 50_000 }

/** The account that moto is, unless a role of another one is assumed. */
export const MOTO_ACCOUNT = '123456789012'

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const PYTHON = fileOf('../../.venv/bin/python')
const SERVER = fileOf('../../.venv/bin/moto_server')
const SERVER_WITH_CLOCK = fileOf('moto-with-clock.py')
const SERVER_WITH_CHILDREN = fileOf('moto-with-children.py')
const RUNNING = /Running on (http:\/\/[\d.]+:\d+)/
const START_MILLISECONDS = 240_000
const STOP_MILLISECONDS = 5_000

/** Starts moto on a free port of this machine. @throws Error with moto's own last words when it does not start */
export const startMoto = ({ env = {}, children = false }: MotoOptions = {}): Promise<Moto> =>
  start([children ? SERVER_WITH_CHILDREN : SERVER], env)

/** The same, with the clock of its IAM set to `now`. */
export async function startMotoWithClock(now: Date, { env = {} }: MotoOptions = {}): Promise<MotoWithClock> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-moto-'))
  const clock = join(folder, 'clock')
  let at = now
  const setClock = async (instant: Date) => {
    at = instant
    // By a rename, so that moto never reads half an instant.
    await writeFile(`${clock}.next`, instant.toISOString())
    await rename(`${clock}.next`, clock)
  }
  await setClock(now)
  const { url, stop } = await start([SERVER_WITH_CLOCK], { MOTO_CLOCK: clock, ...env })
  return {
    url,
    setClock,
    now: () => at,
    stop: async () => {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}

async function start(program: string[], env: Record<string, string>): Promise<Moto> {
  if (!existsSync(PYTHON))
    throw new Error(`Cannot start moto: expected ${PYTHON}, received no such file; run scripts/python-env.sh`)
  const server = spawn(PYTHON, [...program, '-H', '127.0.0.1', '-p', '0'], {
    env: { ...withoutAws(process.env), MOTO_PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  // A test run that is broken off must not leave a server behind.
  const kill = () => void server.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    await end(server)
  }
  try {
    return { url: await addressOf(server), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Waits for the line in which moto names its address: it is then listening. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const give = (what: string) => {
      clearTimeout(timer)
      reject(new Error(`Cannot start moto: expected "Running on http://...", received ${what}: ${said.slice(-1000)}`))
    }
    const timer = setTimeout(() => give(`nothing for ${START_MILLISECONDS} ms`), START_MILLISECONDS)
    server.once('error', (error) => give(error.message))
    server.once('exit', (code, signal) => give(`its end (${code ?? signal})`))
    // Read to the end: a full pipe would stop the server.
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length > 10_000) return
      said += text
      const address = RUNNING.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolve(address)
    })
  })
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  const timer = setTimeout(() => server.kill('SIGKILL'), STOP_MILLISECONDS)
  await ended
  clearTimeout(timer)
}

/** The tests sign with keys of moto's: no credentials, profile or endpoint of the shell may get in between. */
const withoutAws = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')))
