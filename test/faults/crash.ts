// Crash and resume. Every write to IAM and every put to the store has a step before and a step after it; at one step the
// run dies: nothing that it was about to do happens any more.
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { Iam } from '../../io/iam/iam.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { STALE_IDS } from './account.ts'
import { complaints, leaks, shownRecord, touchedKeys, unplannedOrUnnoted, untrueRecord, written } from './judge.ts'
import { openScene, type Scene, type SceneName, sceneIn, statusById } from './scenes.ts'

/** The run's process is gone. */
export class Crash extends Error {
  override readonly name = 'Crash' as const
}

/** Called at each step: "before put runs/run-1/plan.json", "after deactivate AKIA...". What it throws is thrown there. */
export type AtStep = (step: string) => void

const HOUR = 3_600_000

/** Puts steps before and after each write of a scene's ports. @returns what makes the ports as they were */
export function withSteps({ world: { ports } }: Scene, atStep: AtStep, alive: () => void = () => {}): () => void {
  const before = { ...ports }
  const { iam, patientIam, store } = before
  const around = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    atStep(`before ${what}`)
    const result = await act()
    atStep(`after ${what}`)
    return result
  }
  const steppedStore: RunStore = {
    location: store.location,
    put: (key, text) => around(`put ${key}`, () => store.put(key, text)),
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    newest: (...asked) => store.newest(...asked),
  }
  const steppedIam: Iam = {
    ...iam,
    setStatus: (user, id, to) => around(`${to} ${user}`, () => iam.setStatus(user, id, to)),
  }
  Object.assign(ports, {
    store: mortal(steppedStore, alive),
    iam: mortal(steppedIam, alive),
    patientIam: mortal(patientIam, alive),
  })
  return () => void Object.assign(ports, before)
}

/** Every method first asks whether there is still somebody to call it. */
export const mortal = <T extends object>(port: T, alive: () => void): T =>
  Object.fromEntries(
    Object.entries(port).map(([name, member]) => [
      name,
      typeof member === 'function'
        ? async (...args: unknown[]) => {
            alive()
            return member(...args)
          }
        : member,
    ]),
  ) as T

/** The steps of a run without a crash, in order. With one key at a time they are the same each time. */
export async function stepsOf(name: SceneName): Promise<string[]> {
  const scene = await openCrashScene(name)
  const steps: string[] = []
  withSteps(scene, (step) => void steps.push(step))
  await scene.run()
  return steps
}

const openCrashScene = (name: SceneName): Promise<Scene> =>
  openScene(name, { concurrency: 1, store: makeMemoryStore() })

/** Runs until the step and dies there. Only what was done before stands. */
export async function crashAt(name: SceneName, step: string): Promise<Scene> {
  const scene = await openCrashScene(name)
  let dead = false
  const alive = () => {
    if (dead) throw new Crash('dead')
  }
  const mend = withSteps(
    scene,
    (reached) => {
      if (reached === step) dead = true
      alive()
    },
    alive,
  )
  // What the listener throws ends the execution on the spot.
  const end: unknown = await scene.run({ onEvent: alive }).catch((error) => error)
  if (!(end instanceof Crash)) throw new TypeError(`Expected the run to die at "${step}", and it ended`)
  mend()
  return scene
}

/** What `keysweep show` says of the broken run, held against the account. */
export const afterCrash = async (scene: Scene): Promise<string[]> => [
  ...touchedKeys(scene),
  ...(await unplannedOrUnnoted(scene)),
  ...(await untrueRecord(scene, await ownRecord(scene))),
  ...(await leaks(scene, null)),
]

async function ownRecord({ raw, runId }: Scene): Promise<RunRecord | null> {
  const text = await raw.get(`runs/${runId}/record.json`)
  return text === null ? null : (JSON.parse(text) as RunRecord)
}

/** Intents, outcomes and the record of a run, as they stand. */
export async function traces({ raw, runId }: Scene): Promise<Map<string, string | null>> {
  const keys = (await raw.list('keys/')).filter((key) => key.includes(`/${runId}.`))
  return new Map(await Promise.all(keys.map(async (key) => [key, await raw.get(key)] as const)))
}

/** Runs once more under another id, an hour later, and judges that run; `name` as for a scene. */
export async function runAgain(
  name: SceneName,
  broken: Scene,
  runId: string,
): Promise<{ wrong: string[]; next: Scene }> {
  broken.world.pass(HOUR)
  const next = sceneIn(name, broken.world, runId)
  const run = await next.run()
  return { next, wrong: (await complaints(next, run)).map((line) => `${runId}: ${line}`) }
}

/** After a crash: show it, run again, and once more; nothing is lost, and the last run finds nothing to do. */
export async function crashAndRunAgain(name: SceneName, step: string): Promise<string[]> {
  const broken = await crashAt(name, step)
  const shown = await afterCrash(broken)
  const before = await traces(broken)
  const again = await runAgain(name, broken, name === 'undo' ? 'undo-2' : 'run-2')
  const last = await runAgain(name, broken, name === 'undo' ? 'undo-3' : 'run-3')
  const after = await traces(broken)
  const lost = [...before].filter(([key, text]) => after.get(key) !== text).map(([key]) => `${key} was lost or changed`)
  return [
    ...[...shown, ...again.wrong, ...last.wrong, ...lost],
    ...(written(last.next).length > 0 ? ['the last run wrote once more'] : []),
    ...unfinished(name, broken, before),
  ]
}

/** What a finished job looks like. A key with an intent of the broken run that is Active is in doubt: it gets a new term. */
function unfinished(name: SceneName, scene: Scene, intents: Map<string, string | null>): string[] {
  if (name === 'plan') return []
  const statuses = statusById(scene.world)
  return scene.mayTake
    .filter(
      (id) =>
        statuses.get(id) !== scene.to && (name === 'undo' || !intents.has(`keys/${id}/${scene.runId}.intent.json`)),
    )
    .map((id) => `${id} is ${statuses.get(id)} in the end`)
}

/** After a crash: undo the broken run, at once and an hour later; what it took is back, and nothing else was written. */
export async function crashAndUndo(name: SceneName, step: string): Promise<string[]> {
  const broken = await crashAt(name, step)
  const took = [...new Set(written(broken).map((write) => write.accessKeyId))]
  const atOnce = sceneIn('undo', broken.world, 'undo-1')
  const first = await atOnce.run()
  const wrong = await complaints(atOnce, first)
  const later = await runAgain('undo', broken, 'undo-2')
  const idle = await runAgain('undo', broken, 'undo-3')
  const statuses = statusById(broken.world)
  const strangers = broken.world.endpoint.writes.filter(({ accessKeyId }) => !took.includes(accessKeyId))
  return [
    ...[...wrong, ...later.wrong, ...idle.wrong],
    ...STALE_IDS.filter((id) => statuses.get(id) !== 'Active').map((id) => `${id} is not back`),
    ...strangers.map(({ accessKeyId }) => `${accessKeyId} was written to, and the run had not taken it`),
    ...(written(idle.next).length > 0 ? ['the last undo wrote once more'] : []),
  ]
}

/** One function dies at the step, and the state machine calls it again: the run ends as if nothing had been. */
export async function functionDiesAt(name: SceneName, step: string): Promise<string[]> {
  const scene = await openCrashScene(name)
  let died = false
  withSteps(scene, (reached) => {
    if (died || reached !== step) return
    died = true
    throw Object.assign(new Error('planted: the function is gone'), { name: 'Sandbox.Timedout' })
  })
  const run = await scene.run()
  const shown = await shownRecord(scene)
  const done = name === 'undo' ? shown?.counts.reactivated : shown?.counts.deactivated
  return [
    ...(await complaints(scene, run)),
    ...(run.result.status === 'SUCCEEDED' && done === scene.mayTake.length
      ? []
      : [`${shown?.status}, ${done} keys done`]),
    ...(written(scene).length === scene.mayTake.length ? [] : [`${written(scene).length} writes`]),
  ]
}
