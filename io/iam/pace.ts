// How fast IAM is asked. AWS publishes no rate, so it is learnt: nothing waits until IAM throttles for the first time; from
// then on a call waits for its turn, at a rate that falls with each throttle and rises again in between. IAM throttles all
// calls of an account together, so all clients of this process share what one of them has learnt.
import { AdaptiveRetryStrategy, DefaultRateLimiter, type RateLimiter } from '@smithy/core/retry'

export type Pace = RateLimiter

/** By account and endpoint. In a Lambda function it lives as long as the sandbox: a warm one knows the rate already. */
const paces = new Map<string, Pace>()

/**
 * The pace of all clients of this process that ask this account's IAM: IAM throttles each account by itself.
 * @param endpoint where IAM is asked; undefined is where the environment says
 */
export function sharedPace(account: string, endpoint: string | undefined): Pace {
  const key = JSON.stringify([account, endpoint])
  const pace = paces.get(key) ?? new DefaultRateLimiter()
  paces.set(key, pace)
  return pace
}

/**
 * The SDK's retries at this pace. With one attempt a call only waits for its turn, and a throttle is noted: whoever
 * asked hears of it and decides.
 * @param attempts of one call, the first included
 */
export const pacedRetries = (attempts: number, pace: Pace): AdaptiveRetryStrategy =>
  new AdaptiveRetryStrategy(attempts, { rateLimiter: pace })
