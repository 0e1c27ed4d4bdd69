// The client of Step Functions: its attempts and time limits.
import { SFNClient } from '@aws-sdk/client-sfn'
import { OWN_AGENT } from '../aws/user-agent.ts'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'

export interface SfnOptions {
  /** Overrides the environment's endpoint. */
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
  /** Attempts of each call, including the first. */
  attempts?: number
  /** Time limit of one attempt, until its whole answer has arrived. */
  timeoutMilliseconds?: number
}

const ATTEMPTS = 3
/** Three attempts stay well below 29 seconds, API Gateway's time-out for the decision API. */
const TIMEOUT_MILLISECONDS = 5000

/** Credentials, Region and endpoint come from the environment, as for every AWS tool. */
export function makeSfnClient(options: SfnOptions): SFNClient {
  const { attempts = ATTEMPTS, timeoutMilliseconds = TIMEOUT_MILLISECONDS, ...where } = options
  const limits = { maxAttempts: attempts, ...beginsWithin(timeoutMilliseconds) }
  const client = new SFNClient({ ...limits, customUserAgent: OWN_AGENT, ...where })
  return wholeAnswers(client, timeoutMilliseconds)
}
