// The runs that faults are set into: plan, apply, stored plan, approve, undo. Each is opened in a world of its own, brought to where the
// run begins, and run to its end, whatever goes wrong on the way.
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId } from '../../demo/account.ts'
import { InvalidToken, TaskTimedOut } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { type RunStore, runKey, tokenPrefix } from '../../io/store/run-store.ts'
import { wakeIn } from '../../local/local-run.ts'
import type { DecidePorts } from '../../steps/approval/reply.ts'
import { CANARIES } from '../support/canaries.ts'
import { eventOf } from '../support/waiting.ts'
import { type ApprovalRequest, openWorld, type Run, type RunOptions, type World } from '../support/world.ts'
import { faultAccount, LEFT_OUT, STALE_IDS } from './account.ts'

export const SCENES = ['plan', 'apply', 'stored plan', 'approve', 'undo'] as const
export type SceneName = (typeof SCENES)[number]

export interface Scene {
  name: SceneName
  world: World
  /** The store as it is, without any fault of ours: what the judge reads. */
  raw: RunStore
  runId: string
  /** Keys that this run may change, and to what. */
  mayTake: readonly string[]
  to: 'Inactive' | 'Active'
  /** Writes and calls of the endpoint before this run. */
  writesBefore: number
  callsBefore: number
  statusesBefore: Map<string, string>
  /** Ports of the decision API, where they are to be others than the run's. */
  decidePorts: (ports: DecidePorts) => DecidePorts
  run: (options?: Pick<RunOptions, 'onEvent'>) => Promise<Run>
}

export interface SceneOptions {
  /** Of one IAM call, in real milliseconds. */
  timeoutMilliseconds?: number
  /** Keys at once; 1 where a call is to be told from another handler's. */
  concurrency?: number
  store?: RunStore
  /** A user whose keys IAM lets nobody update. */
  denied?: string
}

const SETTINGS: Record<SceneName, object> = {
  plan: { mode: 'plan' },
  apply: { mode: 'apply' },
  'stored plan': { mode: 'apply' },
  approve: { mode: 'apply', approval: 'always' },
  undo: { mode: 'apply' },
}

/** Attempts of a call of Check suspects. The function makes 8; the pauses between them are the SDK's own and real. */
const PATIENT_ATTEMPTS = 3

/** Opens a world and brings it to where the run begins. */
export async function openScene(name: SceneName, options: SceneOptions = {}): Promise<Scene> {
  const { timeoutMilliseconds = 5000, concurrency = 3, store, denied } = options
  const world = await openWorld({ account: faultAccount(), pageSize: 1, settings: 'mode: apply', timeoutMilliseconds })
  const settings = JSON.stringify({ ...SETTINGS[name], policy: { concurrency, maxPercent: 100 } })
  const where = {
    endpoint: world.endpoint.url,
    region: 'us-east-1',
    timeoutMilliseconds,
    credentials: {
      accessKeyId: accessKeyId('operator'),
      secretAccessKey: CANARIES.secret,
      sessionToken: CANARIES.session,
    },
    // The pace goes by real time, of which a test has none to wait.
    pace: { getSendToken: async () => {}, updateClientSendingRate: () => {} },
  }
  Object.assign(world.ports, {
    caller: makeCaller({ attempts: 1, ...where }),
    iam: makeIam({ account: '111122223333', attempts: 1, ...where }),
    patientIam: makeIam({ account: '111122223333', attempts: PATIENT_ATTEMPTS, ...where }),
    settings: () => parseSettings(settings),
    ...(store && { store }),
  } satisfies Partial<World['ports']>)
  if (name === 'undo') await world.run({ runId: 'run-1' })
  if (name === 'stored plan') await world.run({ runId: 'run-1', input: { mode: 'plan' } })
  if (denied !== undefined)
    world.endpoint.fault({
      action: 'UpdateAccessKey',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === denied,
    })
  return sceneIn(name, world)
}

/** A run with an input of its own works on what run-1 left. */
const OWN_INPUT: Partial<Record<SceneName, { runId: string; input: object }>> = {
  'stored plan': { runId: 'applied-1', input: { apply: { run: 'run-1' } } },
  undo: { runId: 'undo-1', input: { undo: { run: 'run-1' } } },
}

/** A run about to begin in a world as it is now. */
export function sceneIn(name: SceneName, world: World, runId = OWN_INPUT[name]?.runId ?? 'run-1'): Scene {
  const undo = name === 'undo'
  const raw = world.ports.store
  const scene: Scene = {
    name,
    world,
    raw,
    runId,
    mayTake: name === 'plan' ? [] : name === 'approve' ? STALE_IDS.filter((id) => id !== LEFT_OUT) : STALE_IDS,
    to: undo ? 'Active' : 'Inactive',
    writesBefore: world.endpoint.writes.length,
    callsBefore: world.endpoint.calls.length,
    statusesBefore: statusById(world),
    decidePorts: (ports) => ports,
    run: (options = {}) =>
      world.run({
        runId: scene.runId,
        input: OWN_INPUT[name]?.input ?? {},
        ...(name === 'approve' && { whenAsked: (asked: ApprovalRequest) => answerPatiently(scene, asked) }),
        ...options,
      }),
  }
  return scene
}

/** The status of every key by its id. */
export const statusById = ({ endpoint }: World): Map<string, string> =>
  new Map(endpoint.account.users.flatMap((user) => user.keys.map((key) => [key.id, key.status] as const)))

/** Approves but for one key, and asks again where the answer did not come through; in the end the time is up. */
async function answerPatiently(scene: Scene, { execution, message }: ApprovalRequest): Promise<void> {
  const { world, raw } = scene
  const ports = { store: world.ports.store, now: world.ports.now, wake: wakeIn(execution) }
  const decide = makeDecide(scene.decidePorts(ports))
  const body = JSON.stringify({ plan: message.plan, answer: 'approve', leaveOut: [LEFT_OUT], reason: 'reviewed' })
  const path = `/runs/${message.runId}/decision`
  for (let tries = 0; tries < 3; tries += 1) {
    // What a person gets for an error of the function is a 500 from the API.
    const reply = await decide(eventOf({ method: 'POST', path, body })).catch(() => null)
    if (reply?.statusCode === 200) return
  }
  const token = await raw.get((await raw.list(tokenPrefix(message.runId))).at(-1) ?? '')
  try {
    execution.sendTaskFailure(token ?? '', 'States.Timeout', '')
  } catch (error) {
    if (!(error instanceof TaskTimedOut || error instanceof InvalidToken)) throw error
  }
}

/** A JSON object of the run, as it stands in the store. */
export async function stored<T>({ raw, runId }: Scene, name: string): Promise<T | null> {
  const text = await raw.get(runKey(runId, name))
  return text === null ? null : (JSON.parse(text) as T)
}
