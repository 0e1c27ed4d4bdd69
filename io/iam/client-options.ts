// Options of the IAM and STS clients: endpoint, attempts and time limit.
import type { CommonConfig } from '../aws/common-config.ts'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin } from '../aws/whole-answer.ts'

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  /** When they end; missing: never, or not known. */
  expiration?: Date
}

/** Endpoint, Region and credentials override the environment's. */
export interface ClientOptions {
  /** Time limit of one attempt, until its whole answer has arrived. */
  timeoutMilliseconds?: number
  endpoint?: string
  region?: string
  /**
   * The SDK asks a function again when the credentials end within five minutes. The call throws what the function throws,
   * unchanged.
   */
  credentials?: Credentials | (() => Promise<Credentials>)
  /**
   * Attempts of each call, including the first. 1 if the state machine retries the whole step; more if a step makes many
   * calls and must not start over because of one. Never both. With 1, a throttled call is not retried here, and only
   * later calls wait longer.
   */
  attempts: number
  /** Parts of the user agent, by which CloudTrail shows which keysweep called: core/judge/sweeper.ts. */
  customUserAgent?: [string, string][]
  /** What this client shares with others of its thread. */
  common?: CommonConfig
}

/** Attempts of one IAM call if the handler retries, and not the state machine. */
export const PATIENT_ATTEMPTS = 8

export const TIMEOUT_MILLISECONDS = 10_000

/** The environment may select FIPS or dual-stack endpoints. The SDK refuses them together with an explicit endpoint. */
const PLAIN_ENDPOINT = { useFipsEndpoint: false, useDualstackEndpoint: false }

/**
 * The SDK's configuration for these options, except its retries.
 * @param serviceId as the SDK names the service, such as IAM; null: nothing that a service has of its own is shared
 */
export const configOf = (
  { attempts, timeoutMilliseconds = TIMEOUT_MILLISECONDS, common, ...where }: ClientOptions,
  serviceId: string | null = null,
) => ({
  ...beginsWithin(timeoutMilliseconds, common?.mostSockets),
  ...common?.parts(serviceId),
  maxAttempts: attempts,
  customUserAgent: OWN_AGENT,
  ...where,
  ...(where.endpoint && PLAIN_ENDPOINT),
})
