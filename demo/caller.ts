// The caller: the owner of the access key that signs a request. The signature is not checked, because the endpoint is on
// this machine and has no secrets.
import { type Account, type AccountUser, findKey, uniqueId, userArn } from './account.ts'
import { awsError } from './aws-error.ts'

export interface CallerIdentity {
  arn: string
  userId: string
  /** null for an assumed role. */
  user: AccountUser | null
  /** The key that signs. */
  accessKeyId: string
}

const CREDENTIAL = /^AWS4-HMAC-SHA256 Credential=(\w{16,128})\//

/**
 * Reads the SigV4 Authorization header. @throws AwsError InvalidClientTokenId if it is missing, or its access key is unknown
 * or not Active.
 */
export function callerOf(account: Account, authorization: string | undefined): CallerIdentity {
  const id = CREDENTIAL.exec(authorization ?? '')?.[1] ?? ''
  const session = account.sessions[id]
  if (session) return { ...assumedRole(account, session), accessKeyId: id }
  const owner = findKey(account, id)
  if (owner?.key.status !== 'Active') throw awsError('InvalidClientTokenId')
  const arn = userArn(account, owner.user)
  return { arn, userId: uniqueId('AIDA', arn), user: owner.user, accessKeyId: id }
}

function assumedRole(
  account: Account,
  { role, session }: { role: string; session: string },
): Omit<CallerIdentity, 'accessKeyId'> {
  const arn = `arn:${account.partition}:sts::${account.id}:assumed-role/${role}/${session}`
  return { arn, userId: `${uniqueId('AROA', role)}:${session}`, user: null }
}

/** AWS's error for a call that the caller's policies do not allow. */
export function accessDenied(caller: Pick<CallerIdentity, 'arn'>, service: string, action: string, resource: string) {
  const call = `${service}:${action}`
  const sentence = `User: ${caller.arn} is not authorized to perform: ${call} on resource: ${resource}`
  return awsError('AccessDenied', `${sentence} because no identity-based policy allows the ${call} action`)
}
