// Runs the real command: as a child process where the process itself is looked at, in this one where that is quicker.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterEach } from '@jest/globals'
import { main } from '../../cli/program.ts'
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import type { ServiceOptions } from '../../demo/service.ts'

const DAY = 24 * 60 * 60 * 1000
const OPERATOR_KEY = accessKeyId('operator')
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

/** The command by which a run asks to be answered in another terminal. */
export const ASKS = /^ {2}npm run -s keysweep -- (approve .*)\n/m

export interface CommandEnd {
  code: number | null
  stdout: string
  stderr: string
}

/** The line "keysweep: ..." with its line break; empty if there is none. */
export const errorLine = ({ stderr }: Pick<CommandEnd, 'stderr'>): string => /^keysweep: .*\n/m.exec(stderr)?.[0] ?? ''

type Env = Record<string, string | undefined>

export const newDirectory = (): string => mkdtempSync(join(tmpdir(), 'keysweep-cli-'))

/** Where a command in this directory keeps the runs of an account, if no store is named. */
export const storeIn = (cwd: string, account = '111122223333'): string => join(stateIn(cwd), 'keysweep', account)

const stateIn = (cwd: string): string => join(cwd, 'state')

export interface ChildOptions {
  env?: Env
  cwd?: string
  /** The entry of the command; default: the source. */
  main?: string
  /** What somebody types; without it, the input is at its end. */
  stdin?: string
  /** Called with all that stderr has said so far. */
  onStderr?: (said: string, kill: (signal: NodeJS.Signals) => void) => void
  /** Called when the process is there, and may have said nothing yet. */
  onStarted?: (kill: (signal: NodeJS.Signals) => void) => void
}

/** `keysweep <args>` as a process of its own, in an empty directory, with this environment and no other. */
export function keysweep(
  args: string[],
  { env = {}, cwd = newDirectory(), main = MAIN, stdin = '', onStderr, onStarted }: ChildOptions = {},
): Promise<CommandEnd> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: childEnv({ XDG_STATE_HOME: stateIn(cwd), ...env }),
  })
  onStarted?.((signal) => child.kill(signal))
  // Whoever reads nothing may have ended before it is written.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin)
  const ended: CommandEnd = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (data) => {
    ended.stdout += data
  })
  child.stderr.on('data', (data) => {
    ended.stderr += data
    onStderr?.(ended.stderr, (signal) => child.kill(signal))
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ ...ended, code }))
  })
}

export interface Background {
  ended: Promise<CommandEnd>
  /** Resolves with all that stderr has said once it matches; rejects if the command ends before. */
  says: (what: RegExp) => Promise<string>
}

export interface BackgroundProcess extends Background {
  kill: (signal: NodeJS.Signals) => void
}

/** A process of its own, while the test goes on. */
export function inBackground(
  args: string[],
  options: Omit<ChildOptions, 'onStderr' | 'onStarted'> = {},
): BackgroundProcess {
  let kill: BackgroundProcess['kill'] = () => {}
  const background = listenedTo((onStderr) =>
    keysweep(args, {
      ...options,
      onStderr,
      onStarted: (killChild) => {
        kill = killChild
      },
    }),
  )
  return { ...background, kill: (signal) => kill(signal) }
}

/** In this process, while the test goes on. */
export const inBackgroundHere = (args: string[], env: Env = {}, options: Omit<HereOptions, 'onStderr'> = {}) =>
  listenedTo((onStderr) => inProcess(args, env, { ...options, onStderr }))

function listenedTo(start: (onStderr: (said: string) => void) => Promise<CommandEnd>): Background {
  const waiting = new Set<() => void>()
  let said = ''
  const ended = start((all) => {
    said = all
    for (const look of waiting) look()
  })
  const says = async (what: RegExp): Promise<string> => {
    const heard = Promise.withResolvers<string>()
    const look = () => what.test(said) && heard.resolve(said)
    waiting.add(look)
    look()
    ended.then(({ stdout, stderr }) => heard.reject(new Error(`Ended without saying ${what}: ${stderr}${stdout}`)))
    return heard.promise
  }
  return { ended, says }
}

/** An address of this machine where nobody listens: a port that was free a moment ago may be another test's by now. */
export const DEAD_ADDRESS = 'http://127.0.0.1:2'

/** Nothing of the environment of whoever runs the tests; no instance to ask for credentials. */
const childEnv = (env: Env): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries({
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOME: tmpdir(),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    }).filter(([, value]) => value !== undefined),
  )

export interface HereOptions {
  /** null: nobody types, and the input does not end. */
  stdin?: string | null
  /** Whether stdin and stderr are a terminal's. */
  isTTY?: boolean
  cwd?: string
  onStderr?: (said: string) => void
}

/** The same in this process, in an empty directory; without a terminal, unless `isTTY` says otherwise. */
export async function inProcess(
  args: string[],
  given: Env = {},
  { stdin = '', isTTY = false, cwd = newDirectory(), onStderr }: HereOptions = {},
): Promise<CommandEnd> {
  const env = { XDG_STATE_HOME: stateIn(cwd), ...given }
  const ended: CommandEnd = { code: null, stdout: '', stderr: '' }
  const stdout = {
    write: (text: string) => {
      ended.stdout += text
    },
  }
  const stderr = {
    isTTY,
    write: (text: string) => {
      ended.stderr += text
      onStderr?.(ended.stderr)
    },
  }
  const input = stdin === null ? new Readable({ read: () => {} }) : Readable.from([stdin])
  const typed = Object.assign(input, { isTTY })
  await surroundedBy({ AWS_EC2_METADATA_DISABLED: 'true', HOME: tmpdir(), ...env }, cwd, async () => {
    ended.code = await main(args, { stdin: typed, stdout, stderr, env })
  })
  return ended
}

/** Commands that run here, and how things stood before the first of them. */
const here = { running: 0, cwd: '', env: {} as Env }

/** The SDK reads the process's environment, which Jest gives each test file a copy of. What is set stays until the last command ends. */
async function surroundedBy(env: Env, cwd: string, command: () => Promise<void>): Promise<void> {
  if (here.running === 0) Object.assign(here, { cwd: process.cwd(), env: { ...process.env } })
  here.running += 1
  process.chdir(cwd)
  Object.assign(process.env, env)
  try {
    await command()
  } finally {
    here.running -= 1
    if (here.running === 0) {
      process.chdir(here.cwd)
      for (const name of Object.keys(process.env)) if (!(name in here.env)) delete process.env[name]
      Object.assign(process.env, here.env)
    }
  }
}

export const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY)

/** A key that was made a year ago and last used so many days ago; null: never. */
export const keyUsed = (name: string, days: number | null) =>
  newKey(accessKeyId(name), daysAgo(365), { lastUsed: days === null ? null : usedAt(daysAgo(days)) })

/** An account of the operator, who signs, and of users with a key each (user name: days since its last use). */
export function accountOf(lastUsedDaysAgo: Record<string, number | null>, others: Account['users'] = []): Account {
  const users = Object.entries(lastUsedDaysAgo).map(([name, days]) => newUser(name, { keys: [keyUsed(name, days)] }))
  const operator = newUser('operator', { keys: [keyUsed('operator', 0.5)] })
  return newAccount('111122223333', { users: [operator, ...users, ...others] })
}

export interface Aws {
  endpoint: Endpoint
  /** The environment of somebody who works with this account. */
  env: Env
}

const started: Endpoint[] = []

/** An account to work with; its report is there already, so that no run waits for it. It ends with the test. */
export async function awsWith(account: Account, options: Partial<ServiceOptions> = {}): Promise<Aws> {
  const endpoint = await startEndpoint({ account, reportSeconds: 0, ...options })
  started.push(endpoint)
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${OPERATOR_KEY}/today` },
    body: 'Action=GenerateCredentialReport&Version=2010-05-08',
  })
  if (!response.ok) throw new Error(`No report: ${await response.text()}`)
  return { endpoint, env: envOf(endpoint.url) }
}

/** Credentials of the operator, for an endpoint. */
export const envOf = (url: string): Env => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: OPERATOR_KEY,
  AWS_SECRET_ACCESS_KEY: 'is not checked',
})

afterEach(async () => {
  for (const endpoint of started.splice(0)) await endpoint.stop()
})
