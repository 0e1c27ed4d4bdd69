// The account machine as a part of an organization run: the real handlers in a member account, at the local endpoint with its
// roles. What the machine for organizations writes is written here by hand.
import { describe, expect, it } from '@jest/globals'
import type { Phase } from '../../core/model/closed-sets.ts'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { accountRunId } from '../../core/model/ids.ts'
import type { RunEnded } from '../../core/model/messages.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { KeysweepEvent } from '../../core/notify/event-schemas.ts'
import { accessKeyId, newKey, newUser } from '../../demo/account.ts'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { startLocalRun } from '../../local/local-run.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { documents, organizationDocuments, put, read, readStoredPlan } from '../../steps/run-documents.ts'
import { ACCOUNTS, BOB_KEY, localOrganization, OPERATOR } from '../demo/small-organization.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  accountPlanOf,
  approvalOf,
  listedOf,
  ORG,
  organizationInputOf,
  organizationOf,
} from '../support/organization-run.ts'

const { hub: HUB, member: MEMBER } = ACCOUNTS
const ADMIN_KEY = accessKeyId(`${MEMBER}/admin`)
/** A user of the member account who is called as the one who signs in the hub. */
const NAMESAKE_KEY = accessKeyId('namesake')

async function openOrganization(fields: Partial<OrganizationInput> = {}) {
  // The SDK compares the end of a session with the machine's clock.
  const local = await localOrganization({}, new Date())
  local.member.users.push(newUser('operator', { keys: [newKey(NAMESAKE_KEY, new Date('2025-01-01T00:00:00Z'))] }))
  const access = {
    endpoint: local.endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' },
  }
  const caller = await whoCalls(access)
  const store = makeMemoryStore()
  const told: { events: KeysweepEvent[]; ends: RunEnded[] } = { events: [], ends: [] }
  const ports = {
    ...makePorts({ store, settings: parseSettings('mode: apply'), caller, access }),
    otherOpenRun: async () => null,
    notify: () => Promise.reject(new TypeError('a part asks nobody')),
    answerCommand: () => '',
    publish: async (events: KeysweepEvent[]) => void told.events.push(...events),
    notifyOutcome: async (message: RunEnded) => void told.ends.push(message),
    showCommand: () => '',
  }
  const begin = async (organizationRun: string, begun: Partial<OrganizationInput> = {}) => {
    const policy = { ...organizationInputOf().policy, maxPercent: 100, concurrency: 1 }
    const input = organizationInputOf({ runId: organizationRun, caller, policy, ...fields, ...begun })
    await put(store, organizationDocuments.input(organizationRun), input)
    const accounts = [HUB, MEMBER].map((account) =>
      listedOf(account, { member: { roles: MEMBER_ROLES, profile: null } }),
    )
    const list = { source: 'list', organizationId: null, managementAccount: null, accounts } as const
    await put(store, organizationDocuments.accounts(organizationRun), { runId: organizationRun, ...list })
  }
  const run = async (phase: Phase, organizationRun = ORG): Promise<RunRecord> => {
    const runId = accountRunId(organizationRun, phase, MEMBER)
    const input = { organizationRun: { run: organizationRun, account: MEMBER, phase } }
    await startLocalRun({ ports, runId, input, delay: () => 0 }).result
    const record = await read(store, documents.record(runId))
    if (record === null) throw new TypeError(`Run ${runId} has no record`)
    return record
  }
  /** Stores the organization plan and its approval. */
  const approve = async (leftOut: string[] = []) => {
    const source = accountRunId(ORG, 'survey', MEMBER)
    const { sha256 = '' } = (await readStoredPlan(store, source)) ?? {}
    const { plan } = organizationOf({
      hub: HUB,
      accounts: [accountPlanOf(MEMBER, { run: source, plan: sha256, keys: 3 })],
    })
    if (plan === null) throw new TypeError('Expected a plan')
    await put(store, organizationDocuments.plan(ORG), plan)
    await put(store, organizationDocuments.decision(ORG), approvalOf(plan, { leftOut, at: new Date().toISOString() }))
  }
  await begin(ORG)
  return { ...local, store, told, begin, run, approve }
}

const statusOf = (keys: RunRecord['keys']) =>
  Object.fromEntries(keys.flatMap(({ accessKeyId: id, outcome }) => (outcome === null ? [] : [[id, outcome]])))

describe('an account of an organization', () => {
  it('is surveyed, changed as approved, and undone, with sessions in that account alone', async () => {
    const { endpoint, told, begin, run, approve } = await openOrganization()
    const survey = await run('survey')
    expect(survey).toMatchObject({
      ...{ account: MEMBER, mode: 'plan', status: 'planned', organizationRun: { run: ORG, phase: 'survey' } },
      counts: { stale: 3 },
    })
    expect(endpoint.writes).toEqual([])
    await approve([ADMIN_KEY])
    const change = await run('change')
    expect(change).toMatchObject({ status: 'deactivated', account: MEMBER, apply: { run: survey.runId } })
    expect(statusOf(change.keys)).toEqual({ [BOB_KEY]: 'deactivated', [NAMESAKE_KEY]: 'deactivated' })
    await begin('org-2', { undo: { run: ORG, accounts: [MEMBER] } })
    const undo = await run('undo', 'org-2')
    expect(undo).toMatchObject({ status: 'reactivated', undo: { run: change.runId, keys: null } })
    expect(endpoint.writes.map(({ account, accessKeyId: id, to }) => [account, id, to]).sort()).toEqual(
      [BOB_KEY, NAMESAKE_KEY].flatMap((id) => ['Active', 'Inactive'].map((to) => [MEMBER, id, to])).sort(),
    )
    expect(told.ends).toEqual([])
    const ofKeys = told.events.filter(({ type }) => /^Key (Dea|Rea)ctivated$/.test(type))
    expect(ofKeys.map(({ type, detail }) => [type, 'account' in detail && detail.account])).toEqual([
      ...Array(2).fill(['Key Deactivated', MEMBER]),
      ...Array(2).fill(['Key Reactivated', MEMBER]),
    ])
  })
  it('ends by the name of the error if its role is missing, and keeps its keys', async () => {
    const { endpoint, member, run } = await openOrganization()
    member.roles = []
    expect(await run('survey')).toMatchObject({ status: 'refused', error: { name: 'MemberRoleDenied' } })
    expect(endpoint.writes).toEqual([])
  })
  it('keeps its keys if its roles are removed after the survey', async () => {
    const { endpoint, member, run, approve } = await openOrganization()
    await run('survey')
    await approve()
    member.roles = []
    const { status, keys } = await run('change')
    expect(['refused', 'some keys failed']).toContain(status)
    expect(keys.filter(({ outcome }) => outcome === 'deactivated')).toEqual([])
    expect(endpoint.writes).toEqual([])
  })
  it('is distinguished by its identity: a role that answers for another account ends the run', async () => {
    const { endpoint, run } = await openOrganization()
    endpoint.account.roles = memberRoles({
      ...{ account: HUB, hub: HUB, organizationId: null },
      trusted: [`arn:aws:iam::${HUB}:user/operator`],
    })
    endpoint.fault({ action: 'AssumeRole', kind: 'other account', answers: HUB })
    expect(await run('survey')).toMatchObject({ status: 'refused', error: { name: 'AccountRefused' } })
    const actions = endpoint.calls.map(({ action }) => action)
    expect(actions.filter((action) => !['AssumeRole', 'GetCallerIdentity'].includes(action))).toEqual([])
    expect(endpoint.writes).toEqual([])
  })
  it('keeps its keys if the organization run ends in the meantime', async () => {
    const { endpoint, store, run, approve } = await openOrganization()
    await run('survey')
    await approve()
    endpoint.on('GetUser', 1, () => void store.objects.set(organizationDocuments.record(ORG).key, '{}'))
    const { status, keys } = await run('change')
    expect(status).toBe('some keys failed')
    expect(Object.values(statusOf(keys)).sort()).toEqual(['deactivated', 'failed', 'failed'])
    expect(endpoint.writes).toHaveLength(1)
  })
})
