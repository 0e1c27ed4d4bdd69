// Both state machines together, with all their real handlers and clients, over the accounts of an organization at the local
// endpoint.
import { describe, expect, it } from '@jest/globals'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { OrganizationApprovalWanted, OrganizationEnded } from '../../core/model/messages.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { KeysweepEvent } from '../../core/notify/event-schemas.ts'
import { type Account, newAccount, newKey, newUser } from '../../demo/account.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { newMember } from '../../demo/organization.ts'
import { type Execution, startExecution } from '../../engine/step-functions.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { organizationTokenPrefix } from '../../io/store/run-store.ts'
import { describedBy, startLocalRun, wakeIn } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import definition from '../../statemachine/organization.asl.json' with { type: 'json' }
import { documents, organizationDocuments, put, read, readOrganizationPlan } from '../../steps/run-documents.ts'
import { ACCOUNTS, adminOf, BOB_KEY, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { makeMemoryStore } from '../support/memory-store.ts'

const { hub: HUB, management: MANAGEMENT, member: MEMBER } = ACCOUNTS
const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'
const SETTINGS = '{ mode: apply, policy: { maxPercent: 100 }, organization: { maxPercent: 100 } }'

const rolesOf = (account: string) =>
  memberRoles({ account, hub: HUB, trusted: [`arn:aws:iam::${HUB}:user/operator`], organizationId: 'o-a1b2c3d4e5' })

/** A further account, whose admin has an old key. */
function addAccount(id: string, roles: Account['roles']) {
  const key = newKey(adminOf(id), new Date('2025-01-01T00:00:00Z'))
  return newMember(newAccount(id, { users: [newUser('admin', { keys: [key] })], roles }), `account ${id}`, {
    joinedAt: new Date('2025-01-01T00:00:00Z'),
  })
}

interface Asked {
  settings?: string
  /** Whether a run in an account finds another that may write to it. */
  isBusy?: (runId: string) => boolean
  /** `steal`: the token is sent without an answer. */
  whenAsked?: { leftOut?: string[]; leftOutAccounts?: string[]; steal?: true }
}

async function open({ settings = SETTINGS, isBusy = () => false, whenAsked }: Asked = {}) {
  // The SDK compares the end of a session with the machine's clock.
  const local = await localOrganization({}, new Date())
  local.endpoint.account.roles = rolesOf(HUB)
  const access = {
    endpoint: local.endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' },
  }
  const store = makeMemoryStore()
  const told: {
    asked: OrganizationApprovalWanted[]
    ended: OrganizationEnded[]
    events: KeysweepEvent[]
    mails: unknown[]
  } = { asked: [], ended: [], events: [], mails: [] }
  const common = {
    ...makePorts({ store, settings: parseSettings(settings), caller: await whoCalls(access), access }),
    otherOpenRun: async () => null,
    answerCommand: () => '',
    showCommand: () => '',
    publish: async (events: KeysweepEvent[]) => void told.events.push(...events),
  }
  const child = ({ name, input }: { name: string; input: unknown }): Execution =>
    startLocalRun({
      ports: {
        ...common,
        otherOpenRun: async ({ runId }) => (isBusy(runId) ? 'run-9' : null),
        notify: () => Promise.reject(new TypeError('a part asks nobody')),
        notifyOutcome: async (message) => void told.mails.push(message),
      },
      ...{ runId: name, input, delay: () => 0 },
    })

  async function run(name: string, input: unknown = {}): Promise<OrganizationRecord> {
    const handlers = makeOrganizationHandlers({
      ...common,
      ...foundIn(makeOrganization(access)),
      notify: async (message) => {
        told.asked.push(message)
        if (whenAsked) setImmediate(() => void decide(name, execution, whenAsked))
      },
      notifyOutcome: async (message) => void told.ended.push(message),
      execution: describedBy(() => execution),
    })
    const names = Object.keys(handlers)
    const execution: Execution = startExecution({
      definition,
      substitutions: {
        ...{ Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE },
        ...Object.fromEntries(names.map((placeholder) => [placeholder, placeholder])),
      },
      functions: handlers,
      machines: { [ACCOUNT_MACHINE]: child },
      ...{ name, machineName: 'keysweep-organization', input, now: common.now, delay: () => 0 },
    })
    await execution.result
    const record = await read(store, organizationDocuments.record(name))
    if (record === null) throw new TypeError(`Organization run ${name} has no record`)
    return record
  }

  async function decide(
    runId: string,
    execution: Execution,
    { leftOut = [], leftOutAccounts = [], steal }: NonNullable<Asked['whenAsked']>,
  ) {
    const plan = (await readOrganizationPlan(store, runId))?.sha256 ?? ''
    const answer = {
      answer: 'approve',
      by: 'ann',
      userId: 'AROA:ann',
      at: new Date().toISOString(),
      reason: null,
    } as const
    if (!steal)
      await put(store, organizationDocuments.decision(runId), { runId, plan, ...answer, leftOut, leftOutAccounts })
    for (const key of await store.list(organizationTokenPrefix(runId)))
      await wakeIn(execution)((await store.get(key)) ?? '')
  }

  const writes = () => local.endpoint.writes.map(({ account, accessKeyId: id, to }) => `${account} ${id} ${to}`).sort()
  return { ...local, store, told, run, writes }
}

const endsOf = ({ accounts }: OrganizationRecord) =>
  Object.fromEntries(accounts.map(({ account, end }) => [account, end]))

const MEMBER_KEYS = [BOB_KEY, adminOf(MEMBER)]
const changesOf = (to: string) =>
  [`${HUB} ${adminOf(HUB)} ${to}`, ...MEMBER_KEYS.map((id) => `${MEMBER} ${id} ${to}`)].sort()

describe('an organization', () => {
  it('is swept by one run, account by account, and undone by another', async () => {
    const { run, writes, told, organization } = await open()
    organization.accounts.push(addAccount('400000000004', []))
    const record = await run('org-1')
    expect(endsOf(record)).toEqual({
      [HUB]: 'changed',
      [MEMBER]: 'changed',
      [MANAGEMENT]: 'management account',
      '400000000004': 'unreachable',
    })
    expect(record).toMatchObject({ status: 'some accounts failed', counts: { accounts: 4, deactivated: 3, failed: 0 } })
    expect(writes()).toEqual(changesOf('Inactive'))
    const undone = await run('org-2', { undo: { run: 'org-1' } })
    expect(endsOf(undone)).toEqual({ [HUB]: 'changed', [MEMBER]: 'changed' })
    expect(writes()).toEqual([...changesOf('Inactive'), ...changesOf('Active')].sort())
    expect([told.asked, told.mails, told.ended.length]).toEqual([[], [], 2])
  })

  it('is changed as a person approved, without the keys and accounts that were left out', async () => {
    const { run, writes, told } = await open({
      settings: SETTINGS.replace('mode: apply', 'mode: apply, approval: always'),
      whenAsked: { leftOut: [BOB_KEY], leftOutAccounts: [HUB] },
    })
    const record = await run('org-1')
    expect(told.asked).toHaveLength(1)
    expect(endsOf(record)).toEqual({ [HUB]: 'left out', [MEMBER]: 'changed', [MANAGEMENT]: 'management account' })
    expect(writes()).toEqual([`${MEMBER} ${adminOf(MEMBER)} Inactive`])
  })

  it('is changed but for an account in which another run may write, and an undo works on the others', async () => {
    const { run, writes } = await open({ isBusy: (runId) => runId === `org-1-change-${MEMBER}` })
    const record = await run('org-1')
    expect(endsOf(record)).toEqual({ [HUB]: 'changed', [MEMBER]: 'busy', [MANAGEMENT]: 'management account' })
    expect(writes()).toEqual([`${HUB} ${adminOf(HUB)} Inactive`])
    const undone = await run('org-2', { undo: { run: 'org-1' } })
    expect([undone.status, endsOf(undone)]).toEqual(['changed', { [HUB]: 'changed' }])
  })

  it('is not changed by the token of its question alone', async () => {
    const { run, writes } = await open({
      settings: SETTINGS.replace('mode: apply', 'mode: apply, approval: always'),
      whenAsked: { steal: true },
    })
    const record = await run('org-1')
    expect(record).toMatchObject({ status: 'refused', error: { name: 'NotAnswered' }, decision: null })
    expect(writes()).toEqual([])
  })

  it('has every change in an account whose identity STS had confirmed for that key', async () => {
    const { run, endpoint } = await open()
    await run('org-1')
    const updates = endpoint.calls.flatMap(({ action }, at) => (action === 'UpdateAccessKey' ? at : []))
    expect(updates).toHaveLength(3)
    const sessions = endpoint.calls.filter(({ action }) => action === 'AssumeRole').length
    const confirmed = endpoint.calls.filter(({ action }) => action === 'GetCallerIdentity').length
    expect(confirmed).toBeGreaterThanOrEqual(sessions)
    expect(sessions).toBeGreaterThanOrEqual(updates.length)
  })

  it('in which a forged part runs beside is changed no further: it does what the run lets it, or nothing', async () => {
    const { run, store, writes, endpoint } = await open({ settings: SETTINGS.replace('mode: apply', 'mode: plan') })
    await run('org-1')
    const before = endpoint.calls.length
    const input = { organizationRun: { run: 'org-1', account: MEMBER, phase: 'change' } }
    const ports = {
      ...makePorts({
        store,
        settings: parseSettings(SETTINGS),
        caller: await whoCalls({
          endpoint: endpoint.url,
          region: 'us-east-1',
          credentials: { accessKeyId: OPERATOR, secretAccessKey: 'x' },
        }),
      }),
      otherOpenRun: async () => null,
      notify: async () => {},
      answerCommand: () => '',
    }
    for (const runId of [`org-1-change-${MEMBER}`, 'run-1'])
      await startLocalRun({ ports, runId, input, delay: () => 0 }).result
    const record = await read(store, documents.record(`org-1-change-${MEMBER}`))
    expect(record).toMatchObject({ status: 'refused', error: { name: 'InputRefused' } })
    expect(endpoint.calls.slice(before).map(({ action }) => action)).toEqual(['GetCallerIdentity'])
    expect(writes()).toEqual([])
  })
})
