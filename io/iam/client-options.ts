// How the clients of IAM and STS ask: where, how often, and how long they wait.
import { beginsWithin } from '../aws/whole-answer.ts'

/** Where IAM and STS are asked, instead of what the environment says, and how long one attempt may take. */
export interface ClientOptions {
  /** Time limit of one attempt, until its whole answer is there. */
  timeoutMilliseconds?: number
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /**
   * Attempts of each call, the first included. 1 where the state machine retries the whole step; more where a step
   * makes many calls and must not begin again for one of them. Never both: with 1, a throttled call was still one call,
   * and only those after it wait longer.
   */
  attempts: number
}

export const TIMEOUT_MILLISECONDS = 10_000

/** The shell may ask for AWS's FIPS or dual-stack endpoints; the SDK refuses that together with an endpoint of our own. */
const PLAIN_ENDPOINT = { useFipsEndpoint: false, useDualstackEndpoint: false }

/** The SDK's configuration for these options, but for its retries. */
export const configOf = ({ attempts, timeoutMilliseconds = TIMEOUT_MILLISECONDS, ...where }: ClientOptions) => ({
  ...beginsWithin(timeoutMilliseconds),
  maxAttempts: attempts,
  ...where,
  ...(where.endpoint && PLAIN_ENDPOINT),
})
