// AssumeRole of STS. Source: STS API Reference, AssumeRole; IAM User Guide, role chaining.
import { randomBytes, randomUUID } from 'node:crypto'
import { type Account, roleArn, uniqueId } from './account.ts'
import type { ActionContext, Params } from './actions.ts'
import { accessDenied, contextOf } from './authorise.ts'
import { awsError } from './aws-error.ts'
import { principalArn, sessionIdentity } from './caller.ts'
import { accountWithId, findMember } from './organization.ts'
import { evaluate, type PolicyDocument } from './policy.ts'
import { invalid, required } from './required.ts'
import type { Role } from './role.ts'
import type { AnswerTree } from './xml.ts'

const SHORTEST_SECONDS = 900
/** Of a session that a session asks for. */
const LONGEST_CHAINED_SECONDS = 3600
const DEFAULT_SECONDS = 3600
const LONGEST_POLICY = 2048

/** Gives temporary credentials of a role. @throws AwsError ValidationError | MalformedPolicyDocument | AccessDenied */
export function assumeRole(params: Params, context: ActionContext): AnswerTree {
  const arn = required(params, 'RoleArn')
  const session = sessionName(params)
  const policy = sessionPolicy(params.Policy)
  const { account, role } = trustedRole(arn, params, context)
  const seconds = duration(params, role, context)
  const at = context.now
  const expiresAt = new Date(Math.floor(at.getTime() / 1000) * 1000 + seconds * 1000)
  const id = uniqueId('ASIA', randomUUID())
  const token = randomBytes(192).toString('base64')
  account.sessions[id] = { role: role.name, session, issued: { at, expiresAt, token, policy } }
  context.served.issuedIn.set(id, account)
  const { arn: sessionArn, userId } = sessionIdentity(account, role.name, session)
  return {
    AssumedRoleUser: { AssumedRoleId: userId, Arn: sessionArn },
    Credentials: {
      AccessKeyId: id,
      SecretAccessKey: randomBytes(30).toString('base64'),
      SessionToken: token,
      Expiration: context.date(expiresAt),
    },
    ...(params.Policy && { PackedPolicySize: String(Math.ceil((params.Policy.length / LONGEST_POLICY) * 100)) }),
  }
}

/** A role that exists, in an account that is open, and that trusts the caller. Whatever is wrong, AWS says the same. */
function trustedRole(arn: string, params: Params, context: ActionContext): { account: Account; role: Role } {
  const { caller, served, now } = context
  const [, id = ''] = /^arn:aws[\w-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/.exec(arn) ?? []
  if (id === '') throw awsError('ValidationError', `${arn} is invalid`)
  const denied = () => accessDenied({ service: 'sts', action: 'AssumeRole', params, caller })
  const account = accountWithId(served, id)
  const role = account?.roles.find((one) => roleArn(account, one) === arn)
  const state = served.organization ? findMember(served.organization, id)?.state : undefined
  if (!account || !role || !isOpen(state)) throw denied()
  const request = {
    action: 'sts:AssumeRole',
    resource: arn,
    context: {
      ...contextOf(caller, served.organization, now),
      'sts:RoleSessionName': params.RoleSessionName ?? '',
      ...(params.ExternalId && { 'sts:ExternalId': params.ExternalId }),
    },
    principal: { account: caller.account.id, arn: principalArn(caller) },
  }
  if (evaluate([role.trust], request) !== 'allowed') throw denied()
  return { account, role }
}

/** An account that is to be closed still works; undefined: it is in no organization. */
const isOpen = (state: string | undefined): boolean =>
  state === undefined || state === 'ACTIVE' || state === 'PENDING_CLOSURE'

function sessionName(params: Params): string {
  const name = required(params, 'RoleSessionName')
  if (name.length < 2) throw invalid('roleSessionName', name, 'have length greater than or equal to 2')
  if (name.length > 64) throw invalid('roleSessionName', name, 'have length less than or equal to 64')
  if (!/^[\w+=,.@-]*$/.test(name))
    throw invalid('roleSessionName', name, 'satisfy regular expression pattern: [\\w+=,.@-]*')
  return name
}

function duration({ DurationSeconds }: Params, role: Role, { caller }: ActionContext): number {
  if (DurationSeconds === undefined) return DEFAULT_SECONDS
  const seconds = Number(DurationSeconds)
  if (!(Number.isInteger(seconds) && seconds >= SHORTEST_SECONDS))
    throw invalid('durationSeconds', DurationSeconds, `have value greater than or equal to ${SHORTEST_SECONDS}`)
  const isChained = caller.user === null
  if (isChained && seconds > LONGEST_CHAINED_SECONDS)
    throw awsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  if (seconds > role.maxSessionSeconds)
    throw awsError('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  return seconds
}

function sessionPolicy(text: string | undefined): PolicyDocument | null {
  if (text === undefined) return null
  if (text.length > LONGEST_POLICY) throw invalid('policy', text, `have length less than or equal to ${LONGEST_POLICY}`)
  const policy = parsed(text)
  if (Array.isArray(policy?.Statement)) return policy
  throw awsError('MalformedPolicyDocument')
}

function parsed(text: string): PolicyDocument | null {
  try {
    return JSON.parse(text) as PolicyDocument | null
  } catch {
    throw awsError('MalformedPolicyDocument')
  }
}
