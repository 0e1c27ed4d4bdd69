// The identity that a run signs as. This is the first call to AWS, so it also shows whether AWS can be reached.

import type { Caller } from '../core/model/facts.ts'
import { readSourceKeyIds } from '../io/aws/source-keys.ts'
import { makeCaller } from '../io/iam/caller.ts'
import type { ClientOptions } from '../io/iam/client-options.ts'
import { CannotAsk } from './errors.ts'
import { refuseUnknownProfile } from './known-profile.ts'

/** Endpoint, Region and credentials to use in place of those of the environment. */
export type AwsAccess = Pick<ClientOptions, 'endpoint' | 'region' | 'credentials'>

/** Short limits, because a person waits for the first line. */
const FIRST_CALL = { attempts: 2, timeoutMilliseconds: 5000 }

/**
 * The caller of a run that also signs with these profiles, each in its own account: the keys behind them are its own too, in
 * whichever account they are.
 */
export async function withProfiles(caller: Caller, profiles: string[]): Promise<Caller> {
  const behind = await Promise.all(
    [...new Set(profiles)].map((profile) => readSourceKeyIds({ ...process.env, AWS_PROFILE: profile })),
  )
  return { ...caller, sourceKeyIds: [...new Set([...caller.sourceKeyIds, ...behind.flat()])] }
}

/** Errors of Region, endpoint or profile that the SDK finds before it sends a request. */
const CONFIGURATION = /region|endpoint|invalid url|configuration|profile|config file/i

/**
 * Calls GetCallerIdentity, and reads which keys the profile's credentials are made from. @throws CannotAsk, and the errors of IAM: missing or expired credentials, an endpoint that does
 * not answer, a web page instead of AWS. UsageError for an AWS_PROFILE that does not exist.
 */
export async function whoCalls(access: AwsAccess = {}, onSent?: () => void): Promise<Caller> {
  const { AWS_PROFILE } = process.env
  if (AWS_PROFILE && !access.credentials) await refuseUnknownProfile(AWS_PROFILE)
  try {
    const caller = await makeCaller({ ...FIRST_CALL, ...access }, onSent)()
    // Given credentials are not those of a profile.
    const behind = access.credentials ? [] : await readSourceKeyIds(process.env)
    return { ...caller, sourceKeyIds: behind.filter((id) => id !== caller.accessKeyId) }
  } catch (error) {
    if (!(error instanceof Error) || error.name.startsWith('Iam') || !CONFIGURATION.test(error.message)) throw error
    throw new CannotAsk(`Cannot call AWS: ${error.message}`, { cause: error })
  }
}
