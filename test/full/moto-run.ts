// A whole run against moto's IAM: the real state machine, the real handlers, the real clients and a directory.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '../../core/model.ts'
import { parseSettings } from '../../core/settings.ts'
import { startLocalRun } from '../../engine/local-run.ts'
import type { EngineEvent, ExecutionResult } from '../../engine/step-functions.ts'
import { makeDirectoryStore } from '../../io/directory-store.ts'
import { makeIam } from '../../io/iam-client.ts'
import { runKey } from '../../io/run-store.ts'
import { bridgeTo } from './bridged-moto.ts'
import type { BridgeName } from './iam-bridges.ts'
import type { Credentials } from './moto-account.ts'
import type { MotoWithClock } from './moto-server.ts'

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
  input?: unknown
}

/** Runs once, with a run store of its own, at the time of moto's clock. */
export async function runAgainst(moto: MotoWithClock, options: MotoRunOptions): Promise<MotoRun> {
  const { bridges, credentials, settings, input = {} } = options
  const bridged = await bridgeTo(moto.url, bridges, moto.now)
  const directory = await mkdtemp(join(tmpdir(), 'keysweep-moto-run-'))
  const where = { endpoint: bridged.url, region: 'us-east-1', credentials }
  const store = makeDirectoryStore(directory)
  const events: EngineEvent[] = []
  const ports = {
    iam: makeIam({ attempts: 1, ...where }),
    patientIam: makeIam({ attempts: 3, ...where }),
    store,
    now: moto.now,
    pause: async () => {},
    settings: () => parseSettings(settings),
  }
  try {
    const run = startLocalRun({ ports, runId: 'run-1', input, delay: () => 0, onEvent: (event) => events.push(event) })
    const result = await run.result
    const record = JSON.parse((await store.get(runKey('run-1', 'record.json'))) ?? 'null')
    return { result, path: pathOf(events), record, calls: bridged.calls }
  } finally {
    await bridged.stop()
    await rm(directory, { recursive: true })
  }
}

const pathOf = (events: EngineEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'StateEntered' && event.index === null ? [event.state] : []))
