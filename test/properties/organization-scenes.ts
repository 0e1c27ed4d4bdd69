// Organizations by chance, in memory: accounts with keys, roles that are missing, removed or lead elsewhere, and what a person
// answers. Both state machines run over them with all their handlers.
import fc from 'fast-check'
import { APPROVALS, MODES } from '../../core/model/closed-sets.ts'
import { AccountRefused, MemberRoleDenied, StoreUnavailable } from '../../core/model/errors.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { FoundAccount } from '../../core/run/organization/select.ts'
import { type Account, type AccountKey, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { type Execution, startExecution } from '../../engine/step-functions.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { organizationTokenPrefix, type RunStore } from '../../io/store/run-store.ts'
import type { AccountRun, IamUse } from '../../io/sts/iam-use.ts'
import { describedBy, startLocalRun, wakeIn } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import definition from '../../statemachine/organization.asl.json' with { type: 'json' }
import { organizationDocuments, put, readOrganizationPlan } from '../../steps/run-documents.ts'
import { makeMemoryIam } from '../support/memory-iam.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { quietTrail } from '../support/quiet-trail.ts'

const NOW = new Date('2026-09-11T12:00:00Z')
const DAY = 24 * 60 * 60 * 1000
const SESSION = 'ASIAKEYSWEEPTESTROLE'
const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'
export const HUB = '100000000000'

const oftenNot = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })

const drawnAccount = fc.record({
  /** Days since the last use of the key of each user. */
  users: fc.array(fc.constantFrom(1, 30, 89, 90, 200, 400), { minLength: 1, maxLength: 4 }),
  role: fc.constantFrom(...Array(9).fill('there' as const), 'missing', 'removed', 'elsewhere'),
  isSuspended: oftenNot(12),
  isNew: oftenNot(6),
  isExcepted: oftenNot(12),
  isBusy: oftenNot(10),
  isLeftOut: oftenNot(4),
  leavesOutFirstKey: oftenNot(3),
  /** Whether the first key is used between plan and write. */
  isUsedMeanwhile: oftenNot(4),
})

export const drawnOrganization = fc.record({
  accounts: fc.array(drawnAccount, { minLength: 1, maxLength: 5 }),
  mode: fc.constantFrom(...MODES, ...Array(4).fill('apply' as const)),
  approval: fc.constantFrom(...APPROVALS),
  maxKeys: fc.constantFrom(0, 1, 100, 100, 100),
  organizationMaxKeys: fc.constantFrom(0, 2, 500),
  /** The put to the store that fails once, before it is done or after; null: none. */
  fault: fc.option(fc.record({ put: fc.nat(60), isDone: fc.boolean() }), { freq: 2, nil: null }),
  answer: fc.constantFrom(...Array(8).fill('approve' as const), 'reject', null),
})

type Drawn = typeof drawnOrganization extends fc.Arbitrary<infer T> ? T : never
type DrawnAccount = Drawn['accounts'][number]

/** A change of a key: in which account, by which run, and what the client was for. */
export interface Write {
  account: string
  accessKeyId: string
  to: string
  runId: string | null
  use: IamUse
}

export const accountId = (at: number): string => (at === 0 ? HUB : String(100_000_000_000 + at))
export const keyId = (account: string, user: number): string => accessKeyId(`${account}/${user}`)

function accountOf({ users }: DrawnAccount, at: number): Account {
  const id = accountId(at)
  const keyOf = (days: number, user: number): AccountKey =>
    newKey(keyId(id, user), new Date(NOW.getTime() - 500 * DAY), {
      lastUsed: usedAt(new Date(NOW.getTime() - days * DAY)),
    })
  return newAccount(id, {
    users: users.map((days, user) => newUser(`user-${user}`, { keys: [keyOf(days, user)] })),
    sessions: { [SESSION]: { role: 'keysweep', session: 'run' } },
  })
}

/** What is wrong whatever the scene is. */
export class Complaint extends Error {}

export function openScene(drawn: Drawn) {
  let clock = NOW.getTime()
  const now = () => new Date(clock)
  const pass = (milliseconds: number) => {
    clock += milliseconds
  }
  const accounts = drawn.accounts.map(accountOf)
  const iams = new Map(accounts.map((account) => [account.id, makeMemoryIam({ account, now, signedBy: SESSION }).iam]))
  const raw = makeMemoryStore()
  const store = failingOnce(raw, drawn.fault)
  const writes: Write[] = []
  let isSurveyed = false

  const iamOf = (run: AccountRun, use: IamUse): Iam => {
    const drawnAccount = drawn.accounts[accounts.findIndex(({ id }) => id === run.account)]
    const iam = iams.get(run.account)
    if (iam === undefined || drawnAccount === undefined || run.member === null)
      throw new Complaint(`Run ${run.runId} asks for the IAM of ${run.account}`)
    const open = () => {
      const { role } = drawnAccount
      if (role === 'missing' || (role === 'removed' && isSurveyed))
        throw new MemberRoleDenied(`no role in ${run.account}`)
      if (role === 'elsewhere') throw new AccountRefused(`a session of another account than ${run.account}`)
    }
    const guarded = Object.entries(iam).map(([name, call]) => [
      name,
      async (...given: never[]) => {
        open()
        if (name === 'setStatus') {
          const [user, id, to] = given as unknown as [string, string, string]
          if (use.role === 'read' || use.user !== user)
            throw new Complaint(`A session to ${use.role} writes to ${user}`)
          writes.push({ account: run.account, accessKeyId: id, to, runId: run.runId, use })
        }
        return (call as (...given: never[]) => unknown)(...given)
      },
    ])
    return Object.fromEntries(guarded) as unknown as Iam
  }

  const policy = { maxKeys: drawn.maxKeys, maxPercent: 100, concurrency: 2 }
  const organization = {
    maxKeys: drawn.organizationMaxKeys,
    maxPercent: 100,
    exceptAccounts: drawn.accounts.flatMap(({ isExcepted }, at) => (isExcepted ? accountId(at) : [])),
  }
  const settings = parseSettings(JSON.stringify({ mode: drawn.mode, approval: drawn.approval, policy, organization }))
  const caller = async () => ({
    ...{ account: HUB, arn: `arn:aws:sts::${HUB}:assumed-role/hub/s`, userName: null, accessKeyId: SESSION },
    ...{ accountAlias: null, sourceKeyIds: [] },
  })
  const common = {
    ...{ store, now, caller, iamOf, patientIamOf: iamOf, ...quietTrail },
    pause: async (milliseconds: number) => pass(milliseconds),
    settings: () => settings,
    deployedMode: () => 'apply' as const,
    answerCommand: () => '',
  }
  const isBusyRun = (runId: string) =>
    drawn.accounts.some(({ isBusy }, at) => isBusy && runId === `org-1-change-${accountId(at)}`)

  async function run(name: string, input: unknown = {}) {
    const handlers = makeOrganizationHandlers({
      ...common,
      otherOpenRun: async () => null,
      foundAccounts: async () => ({
        ...{ source: 'organizations', organizationId: 'o-a1b2c3d4e5', managementAccount: null },
        accounts: drawn.accounts.map(foundOf),
      }),
      tagsOf: async () => ({}),
      notify: async () => {
        if (drawn.answer !== null) setImmediate(() => void answer(name, execution))
      },
      execution: describedBy(() => execution),
    })
    const child = (start: { name: string; input: unknown }) => {
      if (start.name.includes('-change-')) meanwhile()
      const ports = {
        ...common,
        otherOpenRun: async () => (isBusyRun(start.name) ? 'run-9' : null),
        notify: () => Promise.reject(new Complaint(`Run ${start.name} asks`)),
      }
      return startLocalRun({ ports, runId: start.name, input: start.input, delay: () => 0 })
    }
    const execution: Execution = startExecution({
      definition,
      substitutions: {
        ...{ Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE },
        ...Object.fromEntries(Object.keys(handlers).map((placeholder) => [placeholder, placeholder])),
      },
      functions: handlers,
      machines: { [ACCOUNT_MACHINE]: child },
      ...{ name, machineName: 'keysweep-organization', input, now, delay: () => 0 },
      // Nobody answers: the term passes on the clock.
      limit: (milliseconds, state) =>
        state === 'Ask for organization approval' && drawn.answer === null ? 1 : milliseconds,
      onEvent: (event) => {
        if (event.type === 'StateCaught' && event.error === 'States.Timeout') pass(7 * DAY)
      },
    })
    return execution.result
  }

  /** Once the accounts are surveyed, some keys are used and some roles removed. */
  function meanwhile() {
    if (isSurveyed) return
    isSurveyed = true
    for (const [at, { isUsedMeanwhile }] of drawn.accounts.entries()) {
      const key = accounts[at]?.users[0]?.keys[0]
      if (isUsedMeanwhile && key !== undefined) key.lastUsed = usedAt(now())
    }
  }

  async function answer(runId: string, execution: Execution): Promise<void> {
    const plan = (await readOrganizationPlan(store, runId))?.sha256 ?? ''
    const leftOut = drawn.accounts.flatMap((one, at) => (one.leavesOutFirstKey ? keyId(accountId(at), 0) : []))
    const leftOutAccounts = drawn.accounts.flatMap((one, at) => (one.isLeftOut ? accountId(at) : []))
    const said = {
      answer: drawn.answer ?? 'reject',
      by: 'ann',
      userId: 'AROA:ann',
      at: now().toISOString(),
      reason: null,
    }
    await put(raw, organizationDocuments.decision(runId), { runId, plan, ...said, leftOut, leftOutAccounts })
    const [token = ''] = await store.list(organizationTokenPrefix(runId))
    await wakeIn(execution)((await store.get(token)) ?? '')
  }

  return { store: raw, accounts, writes, run, now }
}

/** The same store, of which one put fails; the state machine tries the step again. */
function failingOnce(store: RunStore, fault: Drawn['fault']): RunStore {
  let puts = 0
  return {
    ...store,
    async put(key, text) {
      if (fault === null || puts++ !== fault.put) return store.put(key, text)
      if (fault.isDone) await store.put(key, text)
      throw new StoreUnavailable(`planted at the put of ${key}`)
    },
  }
}

const foundOf = ({ isSuspended, isNew }: DrawnAccount, at: number): FoundAccount => ({
  account: accountId(at),
  name: `account ${at}`,
  state: isSuspended ? 'SUSPENDED' : 'ACTIVE',
  path: `o-a1b2c3d4e5/r-ab12/${accountId(at)}/`,
  joinedAt: new Date(NOW.getTime() - (isNew ? 0.5 : 500) * DAY).toISOString(),
})
