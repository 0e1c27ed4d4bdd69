// What every function asks of the run store, noted while both machines run over a small organization. The list in needs.ts is
// written by hand: a call that is missing there is one that the function's role may lack.

import { parseSettings } from '../../core/model/settings.ts'
import { accessKeyId, newKey, newUser } from '../../demo/account.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { type Execution, type LocalFunction, startExecution } from '../../engine/step-functions.ts'
import { makeCountWaiting } from '../../functions/count-waiting.ts'
import { makeDecide } from '../../functions/decide.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { describedBy, makeHandlers, wakeIn } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import accountMachine from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import organizationMachine from '../../statemachine/organization.asl.json' with { type: 'json' }
import { ACCOUNTS, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { eventOf } from '../support/waiting.ts'

export interface StoreCall {
  /** The function's name in serverless.yml. */
  by: string
  action: 's3:GetObject' | 's3:PutObject' | 's3:ListBucket'
  /** Empty for the bucket itself. */
  key: string
}

const OLD = new Date('2025-01-01T00:00:00Z')
const DAY = 24 * 60 * 60 * 1000
const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'
const SETTINGS = '{ mode: apply, approval: always, policy: { maxPercent: 100 }, organization: { maxPercent: 100 } }'

/** The key without its ids, which are alike to every policy. Of a run in an account its phase stays. */
const shapeOf = (key: string): string =>
  key
    .replace(/^keys\/\w+\/[\w-]+/, 'keys')
    .replace(/^(runs|orgs|tokens\/\w+)\/(?:[\w-]+-(survey|change|undo)-\d+|[\w-]+)\//, '$1/$2/')

/** A store for each function, and what was asked of each: one call of every kind. */
function noteCalls(store: RunStore) {
  const calls = new Map<string, StoreCall>()
  const note = (by: string, action: StoreCall['action'], key = '') =>
    void calls.set(`${by} ${action} ${shapeOf(key)}`, { by, action, key })
  const storeOf = (by: string): RunStore => ({
    location: store.location,
    put: async (key, text) => {
      note(by, 's3:PutObject', key)
      const put = await store.put(key, text)
      if (!put.created) note(by, 's3:GetObject', key)
      return put
    },
    get: async (key) => {
      note(by, 's3:GetObject', key)
      return store.get(key)
    },
    list: async (prefix) => {
      note(by, 's3:ListBucket')
      return store.list(prefix)
    },
    newest: async (...args) => {
      note(by, 's3:ListBucket')
      return store.newest(...args)
    },
  })
  return { storeOf, all: () => [...calls.values()] }
}

/** The handlers that `make` makes, each with a store of its own, as each function has its own role. */
function eachWithItsStore<P extends { store: RunStore }>(
  make: (ports: P) => Record<string, LocalFunction>,
  ports: P,
  storeOf: (by: string) => RunStore,
): Record<string, LocalFunction> {
  return Object.fromEntries(
    Object.keys(make(ports)).flatMap((placeholder) => {
      const handler = make({ ...ports, store: storeOf(placeholder.replace(/Arn$/, '')) })[placeholder]
      return handler ? [[placeholder, handler]] : []
    }),
  )
}

const asTheyAreNamed = (handlers: Record<string, LocalFunction>) => ({
  substitutions: {
    ...{ Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE },
    ...Object.fromEntries(Object.keys(handlers).map((placeholder) => [placeholder, placeholder])),
  },
  functions: handlers,
})

type Kind = 'runs' | 'organizations'

/** A hub with a user whose key cannot be changed, and the ports of runs by its operator. */
async function openHub() {
  // The SDK compares the end of a session with the machine's clock.
  const { endpoint } = await localOrganization({}, new Date())
  const { hub } = ACCOUNTS
  const trusted = [`arn:aws:iam::${hub}:user/operator`]
  endpoint.account.roles = memberRoles({ account: hub, hub, trusted, organizationId: 'o-a1b2c3d4e5' })
  const users = ['stuck', 'idle'].map((name) => newUser(name, { keys: [newKey(accessKeyId(name), OLD)] }))
  endpoint.account.users.push(...users)
  const match = ({ UserName }: Record<string, string>) => UserName === 'stuck'
  endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match })
  const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' }
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials }
  const store = makeMemoryStore()
  return {
    ...makePorts({ store, settings: parseSettings(SETTINGS), caller: await whoCalls(access), access }),
    ...foundIn(makeOrganization(access)),
    otherOpenRun: async () => null,
    publish: async () => {},
    notifyOutcome: async () => {},
    answerCommand: () => '',
    showCommand: () => '',
  }
}

/** Two days later somebody counts what waits. */
async function countWaiting(store: RunStore, kind: Kind, runId: string): Promise<void> {
  const open = { runs: kind === 'runs' ? [runId] : [], organizations: kind === 'runs' ? [] : [runId] }
  await makeCountWaiting({
    ...{ store, now: () => new Date(Date.now() + 2 * DAY), topicsUnheard: async () => 0 },
    ...{ openRuns: async () => open.runs, openOrganizationRuns: async () => open.organizations },
  })()
}

/** A person looks at everything that the decision API shows, and approves. */
async function approve(store: RunStore, kind: Kind, runId: string, execution: Execution): Promise<void> {
  const decide = makeDecide({ store, now: () => new Date(), wake: wakeIn(execution) })
  const look = async (path: string) => JSON.parse((await decide(eventOf({ path }))).body)
  await look(`/${kind}`)
  const { plan } = await look(`/${kind}/${runId}`)
  if (kind === 'organizations') await look(`/${kind}/${runId}/accounts/${ACCOUNTS.member}`)
  const body = JSON.stringify({ plan: plan.sha256, answer: 'approve' })
  await decide(eventOf({ method: 'POST', path: `/${kind}/${runId}/decision`, body }))
  await look(`/${kind}/${runId}`)
}

/** How runs of both machines are started; every question is approved. */
function makeStarts(ports: Awaited<ReturnType<typeof openHub>>, storeOf: (by: string) => RunStore) {
  const portsOf = (kind: Kind, runId: string, execution: () => Execution) => ({
    ...ports,
    execution: describedBy(execution),
    notify: async () => {
      await countWaiting(storeOf('CountWaiting'), kind, runId)
      setImmediate(() => void approve(storeOf('Decide'), kind, runId, execution()))
    },
  })
  function startRun({ name, input }: { name: string; input: unknown }): Execution {
    const own = portsOf('runs', name, () => execution)
    const execution: Execution = startExecution({
      ...asTheyAreNamed(eachWithItsStore(makeHandlers, own, storeOf)),
      ...{ definition: accountMachine, name, machineName: 'keysweep', input, now: ports.now, delay: () => 0 },
    })
    return execution
  }
  function startOrganizationRun(name: string, input: unknown): Execution {
    const own = portsOf('organizations', name, () => execution)
    const execution: Execution = startExecution({
      ...asTheyAreNamed(eachWithItsStore(makeOrganizationHandlers, own, storeOf)),
      ...{ definition: organizationMachine, machines: { [ACCOUNT_MACHINE]: startRun } },
      ...{ name, machineName: 'keysweep-organization', input, now: ports.now, delay: () => 0 },
    })
    return execution
  }
  return { startRun, startOrganizationRun }
}

/** @returns the calls, and how each run ended */
export async function storeCallsOfAllFunctions(): Promise<{ calls: StoreCall[]; ends: Record<string, string> }> {
  const ports = await openHub()
  const { storeOf, all } = noteCalls(ports.store)
  const { startRun, startOrganizationRun } = makeStarts(ports, storeOf)
  const ends: Record<string, string> = {}
  const run = async (name: string, input: unknown) => {
    ends[name] = (await startRun({ name, input }).result).status
  }
  const organizationRun = async (name: string, input: unknown) => {
    ends[name] = (await startOrganizationRun(name, input).result).status
  }
  await run('run-0', { mode: 'plan' })
  await run('run-1', { apply: { run: 'run-0' } })
  await run('run-2', { undo: { run: 'run-1' } })
  await run('run-3', {})
  await organizationRun('org-1', {})
  await organizationRun('org-2', { undo: { run: 'org-1' } })
  await organizationRun('org-3', { mode: 'plan' })
  await run('run-4', { apply: { run: `org-3-survey-${ACCOUNTS.hub}` } })
  return { calls: all(), ends }
}
