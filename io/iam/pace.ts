// The rate of IAM calls. AWS publishes no limit, so the rate is learnt: calls do not wait until IAM throttles for the first
// time. After that, each call waits for its turn; each throttle lowers the rate, and it rises again in between. IAM
// throttles all calls of an account together, so all clients of a thread share one rate for each account.
import { AdaptiveRetryStrategy, DefaultRateLimiter, type RateLimiter } from '@smithy/core/retry'

export type Pace = RateLimiter

/** By account and endpoint. In Lambda they live as long as the sandbox: a warm one already knows the rate. */
const paces = new Map<string, Pace>()

/**
 * The pace that all clients of this thread share for this account: IAM throttles each account separately.
 * @param endpoint of IAM; undefined for the environment's
 */
export function sharedPace(account: string, endpoint: string | undefined): Pace {
  const key = JSON.stringify([account, endpoint])
  const pace = paces.get(key) ?? new DefaultRateLimiter()
  paces.set(key, pace)
  return pace
}

/**
 * The SDK's retries at this pace. With one attempt, a call waits for its turn, and a throttle lowers the rate and is
 * thrown to the caller.
 * @param attempts of one call, including the first
 */
export const pacedRetries = (attempts: number, pace: Pace): AdaptiveRetryStrategy =>
  new AdaptiveRetryStrategy(attempts, { rateLimiter: pace })
