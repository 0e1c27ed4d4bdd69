// Who the run signs as: the first question to AWS, which tells whether it can be asked at all.

import type { Caller } from '../core/model/facts.ts'
import { makeCaller } from '../io/iam/caller.ts'
import type { ClientOptions } from '../io/iam/client-options.ts'
import { CannotAsk } from './errors.ts'

/** Where AWS is asked, instead of what the shell's environment says. */
export type AwsAccess = Pick<ClientOptions, 'endpoint' | 'region' | 'credentials'>

/** Someone is waiting: it gives up soon, and says why. */
const FIRST_CALL = { attempts: 2, timeoutMilliseconds: 5000 }

/** Faults of Region, endpoint or profile that the SDK finds before it asks anybody. */
const SURROUNDINGS = /region|endpoint|invalid url|configuration|profile|config file/i

/**
 * Asks who is calling. @throws CannotAsk, and what IAM throws: no credentials, expired ones, an endpoint that does not
 * answer, a web page instead of AWS.
 */
export async function whoCalls(access: AwsAccess = {}): Promise<Caller> {
  try {
    return await makeCaller({ ...FIRST_CALL, ...access })()
  } catch (error) {
    if (!(error instanceof Error) || error.name.startsWith('Iam') || !SURROUNDINGS.test(error.message)) throw error
    throw new CannotAsk(`Cannot ask AWS who is calling: ${error.message}`, { cause: error })
  }
}
