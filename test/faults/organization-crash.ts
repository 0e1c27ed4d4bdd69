// Crash and resume of an organization run. Every write to IAM and every put to the store, of the parent and of its runs in
// accounts, has a step before and a step after it; at one step the process dies: nothing that it was about to do happens any more.
import type { Iam } from '../../io/iam/iam.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { type AtStep, Crash, mortal } from './crash.ts'
import { MEMBERS, SWEPT, staleIn } from './organization-accounts.ts'
import { organizationBaseline } from './organization-cells.ts'
import { afterCrash, complaints, disturbed, written } from './organization-judge.ts'
import {
  lastCallsArrived,
  type OrganizationScene,
  type OrganizationSceneName,
  openOrganizationScene,
  organizationSceneIn,
  statusById,
} from './organization-scenes.ts'

const HOUR = 3_600_000
const MIDDLE = MEMBERS[1]

/** Puts steps before and after each write of a world's ports. @returns what makes the ports as they were */
export function withSteps(
  { world: { through } }: OrganizationScene,
  atStep: AtStep,
  alive: () => void = () => {},
): () => void {
  const before = { ...through }
  const around = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    atStep(`before ${what}`)
    const result = await act()
    atStep(`after ${what}`)
    return result
  }
  const store = (raw: RunStore): RunStore =>
    mortal({ ...raw, put: (key: string, text: string) => around(`put ${key}`, () => raw.put(key, text)) }, alive)
  const iam = (one: Iam): Iam =>
    mortal(
      { ...one, setStatus: (user, id, to) => around(`${to} ${id}`, () => one.setStatus(user, id, to)) } satisfies Iam,
      alive,
    )
  Object.assign(through, { iam, store })
  return () => void Object.assign(through, before)
}

/** The steps of a run without a crash: the same each time, in an order that may differ between accounts. */
export async function organizationStepsOf(name: OrganizationSceneName): Promise<string[]> {
  const scene = await openOrganizationScene(name)
  const steps: string[] = []
  withSteps(scene, (step) => void steps.push(step))
  await scene.run()
  return [...new Set(steps)]
}

/** Runs until the step and dies there. Only what was done before stands. */
async function crashAt(name: OrganizationSceneName, step: string, pass?: string): Promise<OrganizationScene> {
  const scene = await openOrganizationScene(name)
  let dead = false
  const alive = () => {
    if (dead) throw new Crash('dead')
  }
  const reach = (reached: string) => {
    if (reached === step) dead = true
    alive()
  }
  const mend = withSteps(scene, reach, alive)
  // What the listener throws ends the execution on the spot.
  const end: unknown = await scene.run({ onEvent: alive, ...(pass && { pass }) }).catch((error) => error)
  if (!(end instanceof Crash)) throw new TypeError(`Expected the run to die at "${step}", and it ended`)
  mend()
  await lastCallsArrived(scene.world)
  return scene
}

/** Runs once more under another id, an hour later, and judges that run. */
async function runAgain(name: OrganizationSceneName, { world }: OrganizationScene, runId: string) {
  world.pass(HOUR)
  const next = organizationSceneIn(name, world, runId)
  const wrong = await complaints(next, await next.run())
  return { next, wrong: wrong.map((line) => `${runId}: ${line}`) }
}

/** Intents, outcomes and records of the broken run and its runs in accounts, as they stand. */
async function traces({ world: { raw }, runId }: OrganizationScene): Promise<Map<string, string | null>> {
  const all = [...(await raw.list('keys/')), ...(await raw.list('runs/')), ...(await raw.list('orgs/'))]
  const keys = all.filter((key) => key.includes(`/${runId}-`) || key.startsWith(`orgs/${runId}/`))
  return new Map(await Promise.all(keys.map(async (key) => [key, await raw.get(key)] as const)))
}

/** After a crash: show it, run again, and once more; nothing is lost, and the last run finds nothing to do. */
export async function crashAndRunAgain(name: OrganizationSceneName, step: string): Promise<string[]> {
  const broken = await crashAt(name, step)
  return [...(await afterCrash(broken)), ...(await finished(broken))]
}

/** Runs again, and once more: what is wrong then. */
export async function finished(broken: OrganizationScene): Promise<string[]> {
  const { name } = broken
  const before = await traces(broken)
  const [second, third] = name === 'undo' ? ['undo-2', 'undo-3'] : ['org-2', 'org-3']
  const again = await runAgain(name, broken, second)
  const last = await runAgain(name, broken, third)
  const after = await traces(broken)
  return [
    ...[...again.wrong, ...last.wrong],
    ...[...before].filter(([key, text]) => after.get(key) !== text).map(([key]) => `${key} was lost or changed`),
    ...(written(last.next).length > 0 ? ['the last run wrote once more'] : []),
    ...unfinished(broken, before),
  ]
}

/** What a finished job looks like. A key with an intent of the broken run that is Active is in doubt: it gets a new term. */
function unfinished(scene: OrganizationScene, intents: Map<string, string | null>): string[] {
  const statuses = statusById(scene.world)
  const isInDoubt = (account: string, id: string) =>
    scene.name !== 'undo' && intents.has(`keys/${id}/${scene.runId}-change-${account}.intent.json`)
  return scene.mayTake
    .filter(([account, id]) => statuses.get(id) !== scene.to && !isInDoubt(account, id))
    .map(([account, id]) => `${id} of ${account} is ${statuses.get(id)} in the end`)
}

/** After a crash: undo the broken run, at once and an hour later; what it took is back, and nothing else was written. */
export async function crashAndUndo(name: 'apply' | 'approve', step: string): Promise<string[]> {
  return broughtBack(await crashAt(name, step))
}

/** Undoes a run that broke off, at once, and twice later: what is wrong then. */
export async function broughtBack(broken: OrganizationScene): Promise<string[]> {
  const took = new Set(written(broken).map((write) => write.accessKeyId))
  const atOnce = organizationSceneIn('undo', broken.world, 'undo-1')
  const wrong = await complaints(atOnce, await atOnce.run())
  const later = await runAgain('undo', broken, 'undo-2')
  const idle = await runAgain('undo', broken, 'undo-3')
  const statuses = statusById(broken.world)
  return [
    ...[...wrong, ...later.wrong, ...idle.wrong],
    ...SWEPT.flatMap(staleIn)
      .filter((id) => statuses.get(id) !== 'Active')
      .map((id) => `${id} is not back`),
    ...broken.world.endpoint.writes
      .filter(({ accessKeyId }) => !took.has(accessKeyId))
      .map(({ accessKeyId }) => `${accessKeyId} was written to, and the run had not taken it`),
    ...(written(idle.next).length > 0 ? ['the last undo wrote once more'] : []),
  ]
}

const PASS = '0b0b0b0b-1111-4222-8333-444444444444'

/** After a crash: a redrive of the same execution. The names of the runs in accounts that were started are taken. */
export async function crashAndRedrive(name: OrganizationSceneName, step: string): Promise<string[]> {
  const broken = await crashAt(name, step, PASS)
  const { world, runId } = broken
  const { raw } = world
  // A redrive goes on with Write organization record there, and ours begins anew: a run that has its record does not.
  if (step === `after put orgs/${runId}/record.json`) return afterCrash(broken)
  const lost = new Set(
    await Promise.all(
      [...world.taken].map(async (child) => {
        const [, phase, account = ''] = /^(\S+) (\w+) accounts (\d+)$/.exec(child)?.slice(1) ?? []
        const record = `runs/${runId}-${phase?.toLowerCase()}-${account}/record.json`
        return child.startsWith(`${runId} `) && (await raw.get(record)) === null ? account : null
      }),
    ),
  )
  const input = JSON.parse((await raw.get(`orgs/${runId}/input.json`)) ?? 'null')
  world.pass(HOUR)
  const end = await broken.run({ pass: PASS, startedAt: input === null ? world.now() : new Date(input.startedAt) })
  const wrong = (end.record?.accounts ?? [])
    .filter(({ account }) => broken.mayTake.some(([one]) => one === account))
    .filter(({ account, end }) => end !== (lost.has(account) ? 'failed' : 'changed'))
    .map(({ account, end, why }) => `${account} is ${end} (${why})`)
  return [...(await complaints(broken, end)), ...wrong, ...(end.record === null ? ['no record'] : [])]
}

/** The run of an account that a step belongs to; null: the organization run itself. */
function childAt(step: string, { runId, name }: OrganizationScene): string | null {
  const [child = null] = /[\w-]+-(survey|change|undo)-\d{12}/.exec(step) ?? []
  if (child !== null || step.includes(' put ')) return child
  const account = SWEPT.find((one) => staleIn(one).some((id) => step.endsWith(id)))
  return `${runId}-${name === 'undo' ? 'undo' : 'change'}-${account}`
}

/** The steps of the runs in the account in the middle. */
export const stepsInMiddle = async (name: OrganizationSceneName): Promise<string[]> => {
  const scene = { runId: name === 'undo' ? 'undo-1' : 'org-1', name } as OrganizationScene
  return (await organizationStepsOf(name)).filter((step) => childAt(step, scene)?.endsWith(MIDDLE))
}

/** The run of one account dies at the step for good, and the organization run lives: the others end as without that. */
export async function childDiesAt(name: OrganizationSceneName, step: string): Promise<string[]> {
  const { ends } = await organizationBaseline(name)
  const scene = await openOrganizationScene(name)
  const child = childAt(step, scene)
  let dead = false
  withSteps(scene, (reached) => {
    if (reached === step) dead = true
    if (dead && childAt(reached, scene) === child) throw new Crash('dead')
  })
  const end = await scene.run()
  const hasRecord = /^after put .*record\.json$/.test(step)
  const wrong = [...(await complaints(scene, end)), ...disturbed(scene, end, ends, MIDDLE, !hasRecord)]
  if (name === 'undo') return wrong
  // It is open no more: the undo waits no longer for it than a run's last update takes.
  dead = false
  return [...wrong, ...(await broughtBack(scene))]
}

/** One function dies at the step, and the state machine calls it again: the run ends as if nothing had been. */
export async function functionDiesAt(name: OrganizationSceneName, step: string): Promise<string[]> {
  const scene = await openOrganizationScene(name)
  let died = false
  withSteps(scene, (reached) => {
    if (died || reached !== step) return
    died = true
    throw Object.assign(new Error('planted: the function is gone'), { name: 'Sandbox.Timedout' })
  })
  const end = await scene.run()
  const wrote = written(scene).length
  return [
    ...(await complaints(scene, end)),
    ...(end.result.status === 'SUCCEEDED' ? [] : [`${end.record?.status}`]),
    ...(wrote === scene.mayTake.length ? [] : [`${wrote} writes`]),
  ]
}
