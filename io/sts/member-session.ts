// One session in a member account: AssumeRole at the Regional endpoint of STS, then GetCallerIdentity with the new credentials.
// Credentials leave this file only after STS has confirmed their account, so no call to IAM comes before that.
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import * as z from 'zod'
import { AccountRefused } from '../../core/model/errors.ts'
import { makeNewest } from '../../core/model/newest.ts'
import { makeCommonConfig } from '../aws/common-config.ts'
import { wholeAnswers } from '../aws/whole-answer.ts'
import { ask } from '../iam/answers.ts'
import { makeCaller } from '../iam/caller.ts'
import { type ClientOptions, type Credentials, configOf, TIMEOUT_MILLISECONDS } from '../iam/client-options.ts'
import { type IamUse, type MemberRun, partitionOf } from './iam-use.ts'
import { sessionPolicyOf } from './session-policy.ts'
import { MOST_SHARED } from './sessions.ts'
import { asRoleError } from './sts-errors.ts'

/** The shortest session that AWS gives. A write takes seconds, and a session for reading is renewed. */
const SESSION_SECONDS = 900

/** A few: a step's own retries start over. */
const ATTEMPTS = 3

const text = z.string().min(1)

const SESSION = z.object({
  Credentials: z.object({ AccessKeyId: text, SecretAccessKey: text, SessionToken: text, Expiration: z.date() }),
})

export type SessionOptions = Partial<ClientOptions>

/**
 * A new session for this use.
 * @throws AccountRefused if the credentials are another account's, or a profile signs as the very user to deactivate a key of; MemberRoleDenied if STS refuses the role; IamThrottled,
 *   IamUnavailable, IamAnswerError, IamDenied, IamRefused
 */
export type OpenSession = (run: MemberRun, use: IamUse) => Promise<Credentials>

/** Its clients share their connections. The one that asks for the roles of a run is kept. */
export function makeOpenSession(optionsOf: (runId: string | null) => SessionOptions): OpenSession {
  const own = makeCommonConfig()
  const hubs = makeNewest<STSClient>(MOST_SHARED)
  return async (run, use) => {
    const options = { attempts: ATTEMPTS, common: own, ...optionsOf(run.runId) }
    const { roles, profile } = run.member
    const hub = hubs.orMake(JSON.stringify([run.runId, profile]), () => clientOf(run, options))
    const credentials = roles === null ? await profileCredentials(run, profile, hub) : await assumed(run, use, hub)
    await confirm(run, use, { ...options, credentials })
    return credentials
  }
}

const ignore = () => {}

/** Else the SDK warns on stderr that the environment has credentials too. The account says which ones to use. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/** The credentials that ask for a role: those of the profile, if the account has one, else the run's own. */
function clientOf({ member: { profile } }: MemberRun, options: ClientOptions): STSClient {
  const { timeoutMilliseconds = TIMEOUT_MILLISECONDS, credentials, common, ...others } = options
  // A profile has a Region of its own.
  const own = profile === null ? { ...(credentials && { credentials }) } : { profile, logger: SILENT }
  const shared = profile === null && common ? { common } : {}
  const config = {
    ...configOf({ timeoutMilliseconds, ...shared, ...others }, 'STS'),
    ...own,
    retryMode: 'standard' as const,
  }
  const client = wholeAnswers(new STSClient(config), timeoutMilliseconds)
  shared.common?.of(client.config)
  return client
}

async function assumed(run: MemberRun, use: IamUse, hub: STSClient): Promise<Credentials> {
  const { account, caller, runId } = run
  const partition = partitionOf(caller)
  const arn = `arn:${partition}:iam::${account}:role/${run.member.roles?.[use.role]}`
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: sessionNameOf(runId),
    DurationSeconds: SESSION_SECONDS,
    Policy: sessionPolicyOf(partition, account, use),
  })
  const answer = await asRoleError(`AssumeRole of ${arn}`, () => ask(hub, command, SESSION))
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  }
}

/** CloudTrail shows it as the name of who calls. AWS allows 64 characters, which the id of a run in an account fits into. */
const sessionNameOf = (runId: string | null): string => (runId ?? 'keysweep').slice(0, 64)

async function profileCredentials(run: MemberRun, profile: string | null, hub: STSClient) {
  if (profile === null)
    throw new AccountRefused(`Account ${run.account} refused: the run has neither roles nor a profile for it`)
  const advice = `Run "aws configure list --profile ${profile}" on this machine to see the settings of this profile.`
  return asRoleError(`Credentials of profile ${profile}`, () => hub.config.credentials(), advice)
}

/** Not the role's ARN, but the answer of STS says whose credentials these are. */
async function confirm({ account, member }: MemberRun, use: IamUse, options: ClientOptions): Promise<void> {
  const { account: found, arn, userName } = await makeCaller(options)()
  const whose = member.roles === null ? `of profile ${member.profile}` : 'of its role'
  if (found !== account)
    throw new AccountRefused(`Account ${account} refused: the credentials ${whose} belong to account ${found} (${arn})`)
  // The plan keeps own keys. It cannot know those of a profile whose credentials come from a program.
  if (use.role === 'deactivate' && userName?.toLowerCase() === use.user.toLowerCase())
    throw new AccountRefused(
      `User ${use.user} of account ${account} refused: the credentials ${whose} are this user's own, and a run never deactivates its own keys`,
    )
}
