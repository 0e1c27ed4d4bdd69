// CloudTrail's event history, for Read key events alone: no other function's bundle needs its client.
import { userAgentOf } from '../../io/aws/user-agent.ts'
import { ofOwnAccount } from '../../io/iam/own-account.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { partitionOf, type TrailPort } from '../../steps/ports.ts'

/** KEYSWEEP_ACCOUNT is the account that the function's own credentials belong to. */
export function trailPort({ KEYSWEEP_ACCOUNT, KEYSWEEP_STORE = '.keysweep' }: NodeJS.ProcessEnv): TrailPort {
  return {
    trailOf: ({ account, caller, runId }) => {
      const customUserAgent = userAgentOf(KEYSWEEP_STORE, runId)
      const trail = ofOwnAccount(KEYSWEEP_ACCOUNT, () => makeTrail({ partition: partitionOf(caller), customUserAgent }))
      return trail(account)
    },
  }
}
