// The ports of a run on this machine. IAM is called with the shell's credentials, or those of the demo.

import type { Caller } from '../core/model/facts.ts'
import type { Settings } from '../core/model/settings.ts'
import { type CommonConfig, makeCommonConfig } from '../io/aws/common-config.ts'
import { userAgentOf } from '../io/aws/user-agent.ts'
import { PATIENT_ATTEMPTS } from '../io/iam/client-options.ts'
import { makeIam } from '../io/iam/iam-client.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { makeClients } from '../io/sts/clients.ts'
import { partitionOf, READ } from '../io/sts/iam-use.ts'
import { makeSessions } from '../io/sts/sessions.ts'
import type { RunPorts } from '../steps/ports.ts'
import type { AwsAccess } from './who-calls.ts'

export interface PortsOptions {
  store: RunStore
  settings: Settings
  caller: Caller
  access?: AwsAccess
  /** Shared with other ports; by default only with these. */
  common?: CommonConfig
}

/** A run's ports, without those that follow-run.ts adds. */
export type CommandPorts = Omit<RunPorts, 'execution' | 'otherOpenRun' | 'notify' | 'answerCommand'>

/** The ports for this caller. */
export function makePorts({
  store,
  settings,
  caller,
  access = {},
  common = makeCommonConfig(),
}: PortsOptions): CommandPorts {
  const optionsOf = (runId: string | null) => ({
    ...access,
    common,
    customUserAgent: userAgentOf(store.location, runId),
  })
  const own = caller.account
  const sessions = makeSessions({ optionsOf })
  const ofAccount = (attempts: number) =>
    makeClients({
      own,
      sessions,
      make: ({ account, runId }, credentials) =>
        makeIam({ account, attempts, ...optionsOf(runId), ...(credentials && { credentials }) }),
    })
  return {
    caller: async () => caller,
    iamOf: ofAccount(1),
    patientIamOf: ofAccount(PATIENT_ATTEMPTS),
    trailOf: (run) => ({
      // Loaded at the first call: until then the run has IAM to call.
      updatesOfKeys: async (from, nextToken) => {
        const { makeTrail } = await import('../io/trail/trail-client.ts')
        const partition = partitionOf(run.caller)
        const trailOf = makeClients({
          own,
          sessions,
          make: ({ runId }, credentials) =>
            makeTrail({ partition, ...optionsOf(runId), ...(credentials && { credentials }) }),
        })
        return trailOf(run, READ).updatesOfKeys(from, nextToken)
      },
    }),
    store,
    now: () => new Date(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    settings: () => settings,
    deployedMode: () => settings.mode,
  }
}
