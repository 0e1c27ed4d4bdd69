// The user agent of keysweep's calls: CloudTrail shows it with each call, so that two sweepers of one account can be told apart.
import { agentName, agentOf } from '../../core/judge/sweeper.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { storeName } from '../store/store-name.ts'

/**
 * For the SDK's option `customUserAgent`.
 * @param location of the run store
 * @param runId null: the call is of no run
 */
export const userAgentOf = (location: string, runId: string | null): [string, string][] =>
  agentOf({ version: VERSION, store: storeName(location), runId })

/** The same for a call of no run store: the version alone. */
export const OWN_AGENT: [string, string][] = [['keysweep', agentName(VERSION)]]
