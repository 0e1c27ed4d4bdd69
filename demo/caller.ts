// The caller: the owner of the access key that signs a request, and so the account that the call goes to. The signature is not
// checked, because the endpoint is on this machine and has no secrets.
import { type Account, type AccountUser, findKey, findRole, roleArn, uniqueId, userArn } from './account.ts'
import { awsError } from './aws-error.ts'
import { accountsOf, accountWithId, type Served } from './organization.ts'
import type { Role, Session } from './role.ts'

export interface CallerIdentity {
  account: Account
  arn: string
  userId: string
  /** null for an assumed role. */
  user: AccountUser | null
  /** The role of a session that AssumeRole gave; else null, and the caller may do everything. */
  assumed: { role: Role; issued: NonNullable<Session['issued']> } | null
  /** The key that signs. */
  accessKeyId: string
}

/** What a request has to say of its caller. */
export interface Signed {
  /** The SigV4 header. */
  authorization: string | undefined
  /** x-amz-security-token, of temporary credentials. */
  securityToken?: string | undefined
}

const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=(\w{16,128})\//

/**
 * Finds who signs a request.
 * @throws AwsError InvalidClientTokenId if the signature is missing, or its access key is unknown, not Active or of another
 * session; ExpiredToken
 */
export function callerOf(served: Served, signed: Signed, now: Date): CallerIdentity {
  const id = CREDENTIAL.exec(signed.authorization ?? '')?.[1] ?? ''
  const home = accountOfSession(served, id)
  const session = home?.sessions[id]
  if (home && session) return { ...sessionOf(home, session, signed, now), accessKeyId: id }
  for (const account of accountsOf(served)) {
    const owner = findKey(account, id)
    if (owner?.key.status !== 'Active') continue
    const arn = userArn(account, owner.user)
    return { account, arn, userId: uniqueId('AIDA', arn), user: owner.user, assumed: null, accessKeyId: id }
  }
  throw awsError('InvalidClientTokenId')
}

/** An account that has left the organization is not served any more. */
function accountOfSession(served: Served, id: string): Account | undefined {
  const account = served.issuedIn.get(id)
  if (account && accountWithId(served, account.id) === account) return account
  return accountsOf(served).find(({ sessions }) => sessions[id])
}

/** A session ends with its time and with its role. */
function sessionOf(
  account: Account,
  { role: name, session, issued }: Session,
  { securityToken }: Signed,
  now: Date,
): Omit<CallerIdentity, 'accessKeyId'> {
  const identity = { account, ...sessionIdentity(account, name, session), user: null }
  if (issued === undefined) return { ...identity, assumed: null }
  if (securityToken !== issued.token) throw awsError('InvalidClientTokenId')
  if (now >= issued.expiresAt) throw awsError('ExpiredToken')
  const role = findRole(account, name)
  if (role === undefined) throw awsError('InvalidClientTokenId')
  return { ...identity, assumed: { role, issued } }
}

/** Who a session of a role is, as GetCallerIdentity answers it. */
export const sessionIdentity = (account: Account, role: string, session: string) => ({
  arn: `arn:${account.partition}:sts::${account.id}:assumed-role/${role}/${session}`,
  userId: `${roleId(role)}:${session}`,
})

/** The few roles' ids: each call of a session needs one. */
const roleIds = new Map<string, string>()

function roleId(role: string): string {
  const id = roleIds.get(role) ?? uniqueId('AROA', role)
  roleIds.set(role, id)
  return id
}

/** The ARN that policies see: for a session, its role's. */
export const principalArn = ({ account, arn, assumed }: CallerIdentity): string =>
  assumed ? roleArn(account, assumed.role) : arn.replace(/:sts:(.*):assumed-role\/([^/]+)\/.*$/, ':iam:$1:role/$2')
