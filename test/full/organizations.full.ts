// moto's Organizations, STS and IAM of many accounts, through the clients that are deployed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { makeCaller } from '../../io/iam/caller.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { type IamUse, READ } from '../../io/sts/iam-use.ts'
import { makeSessions } from '../../io/sts/sessions.ts'
import { allBridges, type BridgedMoto, bridgeTo } from './bridged-moto.ts'
import { MANAGEMENT, type MotoOrganization, makeMotoOrganization, ROLES } from './moto-organization.ts'
import { type MotoWithClock, PATIENCE, startMotoWithClock } from './moto-server.ts'
import { ORGANIZATION_BRIDGES, type OrganizationBridgeName } from './organization-bridges.ts'
import { OPERATOR } from './people.ts'

const AT = new Date('2026-09-11T12:00:00Z')
const STALE = { created: 400, used: 200, taken: true }
let moto: MotoWithClock
let made: MotoOrganization
let bridged: BridgedMoto
beforeAll(async () => {
  moto = await startMotoWithClock(AT)
  made = await makeMotoOrganization(moto, AT, [
    { name: 'hub', people: [OPERATOR] },
    { name: 'payments', people: [{ name: 'idle', keys: [STALE] }], tags: { team: 'payments' } },
    { name: 'roleless', people: [], withoutRoles: true },
  ])
  bridged = await bridgeTo(moto.url, allBridges(), moto.now, bridges())
})
afterAll(async () => {
  await bridged.stop()
  await moto.stop()
})

const leftOut = new Set<OrganizationBridgeName>()
async function withoutBridge(name: OrganizationBridgeName, tried: (url: string) => Promise<void>): Promise<void> {
  leftOut.add(name)
  const other = await bridgeTo(moto.url, allBridges(), moto.now, { ...bridges(), leftOut: name })
  await tried(other.url).finally(() => other.stop())
}

const bridges = () => ({ management: MANAGEMENT, roleless: [idOf('roleless')] })
const byName = (one: { name: string | null }, other: { name: string | null }) =>
  String(one.name).localeCompare(String(other.name))
const idOf = (name: string) => made.accounts.get(name)?.account ?? ''
const where = (url = bridged.url) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: made.accounts.get('hub')?.credentials(OPERATOR.name) ?? { accessKeyId: '', secretAccessKey: '' },
  ...PATIENCE,
})

const accounts = (url = bridged.url) => makeOrganization(where(url)).accounts()

/** A client in an account of the organization. */
async function memberIam(name: string, use: IamUse = READ, url = bridged.url): Promise<Iam> {
  const caller = await makeCaller({ attempts: 1, ...where(url) })()
  const clientOf = makeClients({
    own: idOf('hub'),
    sessions: makeSessions({ optionsOf: () => where(url) }),
    make: ({ account }, credentials) =>
      makeIam({ account, attempts: 1, ...where(url), ...(credentials && { credentials }) }),
  })
  const member = { roles: ROLES, profile: null }
  return clientOf({ runId: 'org-survey-1', account: idOf(name), caller, member }, use)
}

describe('the organization', () => {
  it('is listed with every account, active and of long standing; no account has a path', async () => {
    const expected = [['master', MANAGEMENT], ...[...made.accounts].map(([name, { account }]) => [name, account])]
    expect((await accounts()).sort(byName)).toEqual(
      expected
        .map(([name = '', account = '']) => ({
          account,
          name,
          state: 'ACTIVE',
          path: null,
          joinedAt: expect.stringMatching(/^2024-07-03T12:00:0\dZ$/),
        }))
        .sort(byName),
    )
  })

  it('has tags, an id and a management account', async () => {
    const { tagsOf, managementAccount } = makeOrganization(where())
    expect(await tagsOf(idOf('payments'))).toEqual({ team: 'payments' })
    expect(await tagsOf(idOf('hub'))).toEqual({})
    expect(await managementAccount()).toEqual({ organizationId: made.id, managementAccount: MANAGEMENT })
  })

  it('without the bridge has no account', async () => {
    await withoutBridge('the management account', async (url) => {
      await expect(accounts(url)).rejects.toMatchObject({ name: 'OrganizationUnavailable' })
    })
  })
})

describe('a session in an account', () => {
  it('reads and writes there and nowhere else', async () => {
    const before = await made.statuses()
    const [id = ''] = made.accounts.get('payments')?.keyIds('idle') ?? []
    expect(await (await memberIam('payments')).listAccessKeys('idle')).toMatchObject([{ accessKeyId: id }])
    await (await memberIam('payments', { role: 'deactivate', user: 'idle' })).setStatus('idle', id, 'Inactive')
    expect(await made.statuses()).toEqual({ ...before, payments: { idle: ['Inactive'] } })
    await (await memberIam('payments', { role: 'reactivate', user: 'idle' })).setStatus('idle', id, 'Active')
    expect(await made.statuses()).toEqual(before)
    const elsewhere = (await memberIam('hub', { role: 'deactivate', user: 'idle' })).setStatus('idle', id, 'Inactive')
    await expect(elsewhere).rejects.toMatchObject({ name: 'NoSuchEntity' })
    expect(await made.statuses()).toEqual(before)
  })

  it('is denied where the role is missing, and without the bridge is not', async () => {
    const read = async (url?: string) => (await memberIam('roleless', READ, url)).listAccessKeys('nobody')
    await expect(read()).rejects.toMatchObject({ name: 'MemberRoleDenied' })
    await withoutBridge('the missing role', async (url) => {
      await expect(read(url)).rejects.toMatchObject({ name: 'NoSuchEntity' })
    })
  })
})

it('has no bridge that was not left out once', () => {
  expect([...leftOut].sort()).toEqual(Object.keys(ORGANIZATION_BRIDGES).sort())
})
