// CloudTrail's event history, for Read key events alone: no other function's bundle needs its client.
import { ofOwnAccount } from '../../io/iam/own-account.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { partitionOf, type TrailPort } from '../../steps/ports.ts'

/** KEYSWEEP_ACCOUNT is the account that the function's own credentials belong to. */
export function trailPort({ KEYSWEEP_ACCOUNT }: NodeJS.ProcessEnv): TrailPort {
  return {
    trailOf: ({ account, caller }) =>
      ofOwnAccount(KEYSWEEP_ACCOUNT, () => makeTrail({ partition: partitionOf(caller) }))(account),
  }
}
