// An organization inside moto: a management account, the hub and other members, each with people whose keys have a past. The
// members have keysweep's three roles, whose names are all that moto looks at.
import pMap from 'p-map'
import { MAKER, reset } from './iam-target.ts'
import { fillAccounts, inAccount, type MotoAccount, type Person, query } from './moto-account.ts'
import type { MotoWithClock } from './moto-server.ts'

export interface Member {
  name: string
  people: Person[]
  tags?: Record<string, string>
  /** Whether keysweep's roles are missing. */
  withoutRoles?: true
  /** Whether the account is closed once it has its people. */
  closed?: true
}

export interface MotoOrganization {
  /** o-… */
  id: string
  management: string
  /** By name, the hub among them. */
  accounts: Map<string, MotoAccount>
  /** Every key of every account by moto's own ListAccessKeys, by the name of the account. */
  statuses: () => Promise<Record<string, Record<string, string[]>>>
}

export const MANAGEMENT = '100000000001'
export const ROLES = { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' }

const DAY = 24 * 60 * 60 * 1000
const YEARS = 800 * DAY
const SECOND = 1000
const CALLS_AT_ONCE = 8

/** Fills an emptied `moto`, and leaves its clock at `at`. The accounts joined some years before. */
export async function makeMotoOrganization(
  moto: MotoWithClock,
  at: Date,
  members: Member[],
): Promise<MotoOrganization> {
  await reset(moto.url)
  await moto.setClock(new Date(at.getTime() - YEARS))
  const { Organization } = await organizations<{ Organization: { Id: string } }>(moto.url, 'CreateOrganization', {
    FeatureSet: 'ALL',
  })
  const ids: string[] = []
  for (const member of members) {
    // moto pages by this time: with two of the same its list has no end.
    await moto.setClock(new Date(moto.now().getTime() + SECOND))
    ids.push(await createMember(moto.url, member))
  }
  const filled = await fillAccounts(
    moto,
    at,
    members.map(({ people }, index) => ({ account: ids[index] ?? '', people })),
  )
  for (const [index, { closed }] of members.entries()) {
    if (closed) await organizations(moto.url, 'CloseAccount', { AccountId: ids[index] })
  }
  const accounts = new Map(members.map(({ name }, index) => [name, filled[index] as MotoAccount]))
  return {
    id: Organization.Id,
    management: MANAGEMENT,
    accounts,
    statuses: async () =>
      Object.fromEntries(
        await pMap(accounts, async ([name, account]) => [name, await account.statuses()] as const, {
          concurrency: CALLS_AT_ONCE,
        }),
      ),
  }
}

async function createMember(url: string, { name, tags = {}, withoutRoles }: Member): Promise<string> {
  const created = await organizations<{ CreateAccountStatus: { AccountId: string } }>(url, 'CreateAccount', {
    AccountName: name,
    Email: `aws+${name}@example.com`,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  })
  const { AccountId } = created.CreateAccountStatus
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] })
  for (const RoleName of withoutRoles ? [] : Object.values(ROLES)) {
    await query(url, MAKER.accessKeyId, 'CreateRole', { RoleName, AssumeRolePolicyDocument }, AccountId)
  }
  return AccountId
}

/** A call of Organizations as the management account makes it. */
async function organizations<Answer>(url: string, action: string, params: object): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${MAKER.accessKeyId}/20260911/us-east-1/organizations/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSOrganizationsV20161128.${action}`,
      ...inAccount(MANAGEMENT),
    },
    body: JSON.stringify(params),
  })
  const text = await answer.text()
  if (!answer.ok)
    throw new Error(`${action} ${JSON.stringify(params)}: expected 200, received ${answer.status} ${text}`)
  return JSON.parse(text) as Answer
}
