// CloudTrail's event history, for Read key events alone: no other function's bundle needs its client.
import { makeClients } from '../../io/sts/clients.ts'
import { partitionOf, READ } from '../../io/sts/iam-use.ts'
import { makeSessions } from '../../io/sts/sessions.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import type { TrailPort } from '../../steps/ports.ts'
import { accessIn } from './ports.ts'

/** KEYSWEEP_ACCOUNT is the account that the function's own credentials belong to. */
export function trailPort(env: NodeJS.ProcessEnv): TrailPort {
  const optionsOf = accessIn(env)
  const trailOf = makeClients({
    own: env.KEYSWEEP_ACCOUNT,
    sessions: makeSessions({ optionsOf }),
    make: ({ caller, runId }, credentials) =>
      makeTrail({
        partition: partitionOf(caller),
        ...optionsOf(runId),
        ...(credentials && { credentials }),
      }),
  })
  return { trailOf: (run) => trailOf(run, READ) }
}
