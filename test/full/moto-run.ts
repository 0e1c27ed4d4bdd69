// A whole run against moto's IAM: the real state machine, the real handlers, the real clients and a directory.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { NoticeFailed } from '../../core/model/errors.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { EngineEvent, ExecutionResult } from '../../engine/step-functions.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { runKey } from '../../io/store/run-store.ts'
import { type LocalRunOptions, startLocalRun } from '../../local/local-run.ts'
import { quietTrail } from '../support/quiet-trail.ts'
import { bridgeTo } from './bridged-moto.ts'
import type { BridgeName } from './iam-bridges.ts'
import type { Credentials } from './moto-account.ts'
import { type MotoWithClock, PATIENCE } from './moto-server.ts'

export interface MotoRun {
  result: ExecutionResult
  /** The states of the top level, in order. */
  path: string[]
  record: RunRecord
  /** The actions asked of moto, in order. */
  calls: string[]
}

export interface MotoRunOptions {
  bridges: BridgeName[]
  /** Signs the calls. */
  credentials: Credentials
  /** keysweep.yml */
  settings: string
  runId?: string
  input?: unknown
  /** The folder of the run store, for runs that know of each other; by default one that ends with the run. */
  directory?: string
}

/** A folder for the run stores of a test. */
export const makeFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'keysweep-moto-run-'))

/** Runs once, at the time of moto's clock. Nobody can be asked. */
export async function runAgainst(moto: MotoWithClock, options: MotoRunOptions): Promise<MotoRun> {
  const directory = options.directory ?? (await makeFolder())
  try {
    return await runIn(moto, { ...options, directory })
  } finally {
    if (options.directory === undefined) await rm(directory, { recursive: true })
  }
}

async function runIn(moto: MotoWithClock, options: MotoRunOptions & { directory: string }): Promise<MotoRun> {
  const { bridges, credentials, settings, runId = 'run-1', input = {}, directory } = options
  const bridged = await bridgeTo(moto.url, bridges, moto.now)
  const where = { endpoint: bridged.url, region: 'us-east-1', credentials, ...PATIENCE }
  const store = makeDirectoryStore(directory)
  const events: EngineEvent[] = []
  const ports: LocalRunOptions['ports'] = {
    caller: makeCaller({ attempts: 1, ...where }),
    iamOf: ({ account }) => makeIam({ account, attempts: 1, ...where }),
    patientIamOf: ({ account }) => makeIam({ account, attempts: 3, ...where }),
    store,
    now: moto.now,
    pause: async () => {},
    // moto has no LookupEvents.
    ...quietTrail,
    settings: () => parseSettings(settings),
    deployedMode: () => parseSettings(settings).mode,
    otherOpenRun: async () => null,
    notify: async () => {
      throw new NoticeFailed('Nobody is asked in these runs')
    },
    answerCommand: () => '',
  }
  try {
    const run = startLocalRun({ ports, runId, input, delay: () => 0, onEvent: (event) => events.push(event) })
    const result = await run.result
    const record = JSON.parse((await store.get(runKey(runId, 'record.json'))) ?? 'null')
    return { result, path: pathOf(events), record, calls: bridged.calls }
  } finally {
    await bridged.stop()
  }
}

const pathOf = (events: EngineEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'StateEntered' && event.index === null ? [event.state] : []))
