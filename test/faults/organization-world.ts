// A whole organization run over loopback: a hub and three members, each with a stale key and a key in use, and the real state
// machines over the real handlers. Nothing waits in real time.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt, userArn } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import { memberRoles } from '../../demo/member-roles.ts'
import { newMember, newOrganization, type Organization } from '../../demo/organization.ts'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import { type FollowOrganizationOptions, followOrganization } from '../../local/follow-organization.ts'
import { whoCalls } from '../../local/who-calls.ts'

const DAY = 24 * 60 * 60 * 1000
const HUB = '200000000000'

/** Beside the hub. */
export const MEMBERS = ['300000000001', '300000000002', '300000000003'] as const

export const OPERATOR = { accessKeyId: accessKeyId('operator'), secretAccessKey: 'is not checked' }

export const busyKeyOf = (account: string): string => accessKeyId(`${account}/busy`)

export const staleKeyOf = (account: string): string => accessKeyId(`${account}/idle`)

export interface OrganizationWorld {
  endpoint: Endpoint
  organization: Organization
  /** Runs to the end, and stops the endpoint. */
  run: () => Promise<OrganizationRecord>
}

export async function openOrganization(): Promise<OrganizationWorld> {
  const accounts = [HUB, ...MEMBERS].map(accountOf)
  const [hub, ...members] = accounts
  const [operator] = hub?.users ?? []
  if (hub === undefined || operator === undefined) throw new TypeError('Expected a hub with an operator')
  const organization = newOrganization(newMember(hub, 'hub'), {
    accounts: members.map((account) => newMember(account, `member-${account.id.at(-1)}`)),
  })
  const trust = { hub: hub.id, trusted: [userArn(hub, operator)], organizationId: organization.id }
  for (const account of accounts) account.roles = memberRoles({ account: account.id, ...trust })
  const endpoint = await startEndpoint({ account: hub, organization, reportSeconds: 0 })
  return { endpoint, organization, run: () => runIn(endpoint) }
}

/** The hub's first user signs. */
function accountOf(id: string): Account {
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY)
  const used = (days: number) => ({ lastUsed: usedAt(daysAgo(days)) })
  const operator = newUser('operator', { keys: [newKey(OPERATOR.accessKeyId, daysAgo(300), used(1))] })
  const users = [
    newUser('idle', { keys: [newKey(staleKeyOf(id), daysAgo(300), used(200))] }),
    newUser('busy', { keys: [newKey(busyKeyOf(id), daysAgo(300), used(1))] }),
  ]
  return newAccount(id, { users: id === HUB ? [operator, ...users] : users })
}

export const SETTINGS = `
mode: apply
approval: never
policy: { maxPercent: 100 }
organization: { maxPercent: 100 }
`

const QUIET = {
  show: () => {},
  print: () => {},
  close: () => {},
  named: () => {},
  started: () => {},
  of: () => {},
  suspectChecked: () => {},
  planned: () => {},
  ended: () => {},
  accountEnded: () => {},
}

/** A run by the operator, with its run store in the folder, that nobody follows. */
export async function runOptions(endpoint: Endpoint, folder: string): Promise<FollowOrganizationOptions> {
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR }
  return {
    store: makeDirectoryStore(join(folder, 'store')),
    otherStores: () => [],
    settings: parseSettings(SETTINGS),
    caller: await whoCalls(access),
    access,
    listed: null,
    runId: 'org-1',
    env: { XDG_STATE_HOME: folder },
    progress: QUIET,
    answerCommand: () => '',
  }
}

async function runIn(endpoint: Endpoint): Promise<OrganizationRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-organization-'))
  try {
    return (await followOrganization({ ...(await runOptions(endpoint, folder)), delay: () => 0 })).record
  } finally {
    await endpoint.stop()
  }
}

/** The statuses of an account's keys, by user. */
export const statusesIn = (
  { organization }: Pick<OrganizationWorld, 'organization'>,
  id: string,
): Record<string, string | undefined> =>
  Object.fromEntries(
    (organization.accounts.find(({ account }) => account.id === id)?.account.users ?? []).map(({ name, keys }) => [
      name,
      keys[0]?.status,
    ]),
  )

/** Every account of the world. */
export const ALL = [HUB, ...MEMBERS] as const
