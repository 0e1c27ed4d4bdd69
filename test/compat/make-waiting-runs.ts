// Makes runs that wait, in every state that a run can wait in, with the code that this file stands in:
//   node test/compat/make-waiting-runs.ts <new folder>
// test/fixtures/waiting-0.2.0 was made so at commit 22a1738. A later version's runs go into a folder of their own: check that
// version out, copy this file into it, and run it there.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { startEndpoint } from '../../demo/endpoint.ts'
import { startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { eventFor } from '../../local/local-person.ts'
import { describedBy, type LocalRunOptions, makeHandlers } from '../../local/local-run.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import { readStoredPlan } from '../../steps/run-documents.ts'

const FOLDER = process.argv[2] ?? ''
const AT = Date.parse('2026-09-11T12:00:00Z')
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** What Step Functions made for the question of a run. */
const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAtokenOfAnEarlierVersion'

type Handler = (event: object) => Promise<unknown>
type State = Record<string, unknown>

/** An account of three stale keys and one in use, a store, and a clock set by hand. */
async function openScene(name: string, settings: string) {
  let milliseconds = AT
  const now = () => new Date(milliseconds)
  const daysAgo = (days: number) => new Date(AT - days * DAY)
  const user = (name: string, days: number) =>
    newUser(name, { keys: [newKey(accessKeyId(name), daysAgo(365), { lastUsed: usedAt(daysAgo(days)) })] })
  const users = [user('operator', 0.5), user('a', 200), user('b', 250), user('c', 300), user('used', 1)]
  const account = newAccount('111122223333', { users })
  const endpoint = await startEndpoint({ account, now, reportSeconds: name === 'waits-for-report' ? 30 : 0 })
  const directory = join(FOLDER, 'stores', name)
  const credentials = { accessKeyId: accessKeyId('operator'), secretAccessKey: 'x' }
  const where = { endpoint: endpoint.url, region: 'us-east-1', credentials }
  const iam = makeIam({ account: account.id, attempts: 1, ...where })
  const ports: LocalRunOptions['ports'] = {
    caller: makeCaller({ attempts: 1, ...where }),
    iamOf: () => iam,
    patientIamOf: () => iam,
    trailOf: () => makeTrail({ attempts: 1, partition: 'aws', ...where }),
    store: makeDirectoryStore(directory),
    now,
    pause: async (pause) => {
      milliseconds += pause
    },
    settings: () => parseSettings(settings),
    deployedMode: () => 'apply',
    otherOpenRun: async () => null,
    notify: async () => {},
    answerCommand: () => '',
  }
  const pass = (more: number) => {
    milliseconds += more
  }
  return { name, account, endpoint, ports, iam, now, pass }
}

type Scene = Awaited<ReturnType<typeof openScene>>

const handlersOf = ({ ports }: Scene): Record<string, Handler> =>
  makeHandlers({ ...ports, execution: async () => null }) as Record<string, Handler>

/** Runs until the machine enters this state. @returns the state's data; without a state, runs to the end */
async function runUntil(scene: Scene, runId: string, input: object, cutAt?: string): Promise<State> {
  const { ports, now, pass } = scene
  const cut: object = {
    ...definition,
    States: { ...definition.States, ...(cutAt && { [cutAt]: { Type: 'Succeed' } }) },
  }
  const handlers = makeHandlers({ ...ports, execution: describedBy(() => execution) })
  const arnOf = (name: string) => `arn:aws:lambda:local:000000000000:function:${name}`
  const execution = startExecution({
    definition: cut,
    substitutions: {
      Partition: 'aws',
      ...Object.fromEntries(Object.keys(handlers).map((name) => [name, arnOf(name)])),
    },
    functions: Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [arnOf(name), handler])),
    name: runId,
    machineName: 'keysweep',
    input,
    now,
    delay: (milliseconds) => {
      pass(milliseconds)
      return 0
    },
  })
  const { startDate, executionArn } = execution.describe()
  const result = await execution.result
  if (result.status !== 'SUCCEEDED') throw new Error(`${scene.name}: ${JSON.stringify(result)}`)
  return { runId, executionId: executionArn, startedAt: startDate.toISOString(), data: result.output }
}

async function save(scene: Scene, state: string, run: State): Promise<void> {
  const { name, account, endpoint, now } = scene
  await write(`accounts/${name}.json`, { at: now().toISOString(), account })
  await write(`states/${name}.json`, { state, ...run })
  await endpoint.stop()
}

async function write(file: string, content: object): Promise<void> {
  await mkdir(dirname(join(FOLDER, file)), { recursive: true })
  await writeFile(join(FOLDER, file), `${JSON.stringify(content, null, 2)}\n`)
}

const SETTINGS = '{ mode: apply, policy: { concurrency: 1, maxPercent: 100 } }'
const ASK = '{ mode: apply, approval: always, policy: { concurrency: 1, maxPercent: 100 } }'
const keysIn = ({ data }: State) =>
  (data as { plan: { keys: { user: string; accessKeyId: string }[]; sha256: string } }).plan

/** Runs that stop where a state begins. */
async function atTheBeginningOf(name: string, state: string): Promise<void> {
  const scene = await openScene(name, SETTINGS)
  await save(scene, state, await runUntil(scene, 'waiting', {}, state))
}

await atTheBeginningOf('started', 'What is asked?')
await atTheBeginningOf('waits-for-report', 'Wait for report')
await atTheBeginningOf('reads-key-events', 'Read key events')
await atTheBeginningOf('makes-plan', 'Make plan')
await atTheBeginningOf('goes-ahead', 'Deactivate keys')
await atTheBeginningOf('unrecorded', 'Write record')

/** A slice of one user is stored: reading them took longer than a slice may. */
async function checksSuspects(): Promise<void> {
  const scene = await openScene('checks-suspects', SETTINGS)
  scene.ports.patientIamOf = () => ({
    ...scene.iam,
    listAccessKeys: async (user) => {
      scene.pass(9 * MINUTE)
      return scene.iam.listAccessKeys(user)
    },
  })
  await save(scene, 'All checked?', await runUntil(scene, 'waiting', {}, 'All checked?'))
}
await checksSuspects()

/** Asked, with its token stored; and, if there is an answer, answered while no execution could be woken. */
async function asks(name: string, answer: object | null): Promise<void> {
  const scene = await openScene(name, ASK)
  const run = await runUntil(scene, 'waiting', {}, 'Ask for approval')
  const { pass } = run.data as { pass: string }
  await handlersOf(scene).AskForApprovalArn?.({ runId: 'waiting', pass, token: TOKEN })
  scene.pass(30 * MINUTE)
  if (answer !== null) {
    const { store } = scene.ports
    const { sha256 } = (await readStoredPlan(store, 'waiting')) ?? {}
    const decide = makeDecide({ store, now: scene.now, wake: async () => true })
    const body = JSON.stringify({ plan: sha256, ...answer })
    const person = { arn: 'arn:aws:sts::111122223333:assumed-role/approver/ann', userId: 'AROAANN:ann' }
    const { statusCode } = await decide(eventFor({ method: 'POST', path: '/runs/waiting/decision', body }, person))
    if (statusCode !== 200) throw new Error(`${name}: answer refused with ${statusCode}`)
  }
  await save(scene, 'Read decision', run)
}
await asks('asks', null)
await asks('approved', { answer: 'approve', leaveOut: [accessKeyId('b')] })
await asks('rejected', { answer: 'reject', reason: 'not now' })

/** Of the three keys the first has its outcome. The update of the second was sent, and the function ended before it saw that. */
async function inTheMiddle(scene: Scene, run: State, handler: 'DeactivateKeyArn' | 'ReactivateKeyArn'): Promise<void> {
  const { keys, sha256 } = keysIn(run)
  const { pass } = run.data as { pass: string }
  const call = ({ user, accessKeyId }: (typeof keys)[number]) =>
    handlersOf(scene)[handler]?.({ runId: run.runId, pass, user, accessKeyId, plan: sha256 })
  await call(keys[0] as (typeof keys)[number])
  const { store } = scene.ports
  scene.ports.store = {
    ...store,
    put: async (key, text) => {
      if (key.endsWith('.outcome.json')) throw new Error('The function ended here')
      return store.put(key, text)
    },
  }
  const ended = await Promise.resolve(call(keys[1] as (typeof keys)[number])).catch((error: Error) => error.message)
  if (ended !== 'The function ended here') throw new Error(`${scene.name}: ${JSON.stringify(ended)}`)
  scene.ports.store = store
}

async function deactivates(): Promise<void> {
  const scene = await openScene('deactivates', SETTINGS)
  const run = await runUntil(scene, 'waiting', {}, 'Deactivate keys')
  await inTheMiddle(scene, run, 'DeactivateKeyArn')
  await save(scene, 'Deactivate keys', run)
}
await deactivates()

async function undoes(name: string, state: 'Plan undo' | 'Reactivate keys'): Promise<void> {
  const scene = await openScene(name, SETTINGS)
  await runUntil(scene, 'undone', {})
  scene.pass(60 * MINUTE)
  const run = await runUntil(scene, 'waiting', { undo: { run: 'undone' } }, state)
  if (state === 'Reactivate keys') await inTheMiddle(scene, run, 'ReactivateKeyArn')
  await save(scene, state, run)
}
await undoes('plans-undo', 'Plan undo')
await undoes('undoes', 'Reactivate keys')

/** `keysweep apply` of a plan that an earlier run made. */
async function takesStoredPlan(): Promise<void> {
  const scene = await openScene('takes-stored-plan', SETTINGS)
  await runUntil(scene, 'planned', { mode: 'plan' })
  scene.pass(60 * MINUTE)
  await save(
    scene,
    'Take stored plan',
    await runUntil(scene, 'waiting', { apply: { run: 'planned' } }, 'Take stored plan'),
  )
}
await takesStoredPlan()

await write('keysweep.asl.json', definition)
