// CloudTrail's event history, for Read key events alone: no other function's bundle needs its client.
import { userAgentOf } from '../../io/aws/user-agent.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { partitionOf, READ } from '../../io/sts/iam-use.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import type { TrailPort } from '../../steps/ports.ts'
import { sessionsOf } from './ports.ts'
import { storeIn } from './store-in.ts'

/** KEYSWEEP_ACCOUNT is the account that the function's own credentials belong to. */
export function trailPort(env: NodeJS.ProcessEnv): TrailPort {
  const trailOf = makeClients({
    own: env.KEYSWEEP_ACCOUNT,
    sessions: sessionsOf(env),
    make: ({ caller, runId }, credentials) =>
      makeTrail({
        partition: partitionOf(caller),
        customUserAgent: userAgentOf(storeIn(env), runId),
        ...(credentials && { credentials }),
      }),
  })
  return { trailOf: (run) => trailOf(run, READ) }
}
