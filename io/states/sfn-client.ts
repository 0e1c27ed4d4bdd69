// The client of Step Functions: how long it waits and how often it tries.
import { SFNClient } from '@aws-sdk/client-sfn'
import { beginsWithin, wholeAnswers } from '../aws/whole-answer.ts'

export interface SfnOptions {
  /** Where Step Functions is asked, instead of what the environment says. */
  endpoint?: string
  region?: string
  credentials?: { accessKeyId: string; secretAccessKey: string }
  /** Attempts of each call, the first included. */
  attempts?: number
  /** Time limit of one attempt, until its whole answer is there. */
  timeoutMilliseconds?: number
}

const ATTEMPTS = 3
/** With three attempts well below the 29 seconds that API Gateway waits for the decision API. */
const TIMEOUT_MILLISECONDS = 5000

/** A client with the environment's credentials, Region and endpoint, found as every AWS tool finds them. */
export function makeSfnClient(options: SfnOptions): SFNClient {
  const { attempts = ATTEMPTS, timeoutMilliseconds = TIMEOUT_MILLISECONDS, ...where } = options
  const client = new SFNClient({ maxAttempts: attempts, ...beginsWithin(timeoutMilliseconds), ...where })
  return wholeAnswers(client, timeoutMilliseconds)
}
