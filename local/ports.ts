// The ports of a run on this machine: IAM by the shell's credentials, or by those of the demo.

import { answerLine } from '../cli/render/answer-line.ts'
import type { Caller } from '../core/model/facts.ts'
import type { Settings } from '../core/model/settings.ts'
import { PATIENT_ATTEMPTS } from '../functions/lambda/iam-ports.ts'
import { makeIam } from '../io/iam/iam-client.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { RunPorts } from '../steps/ports.ts'
import type { Where } from './who-calls.ts'

export interface PortsOptions {
  store: RunStore
  settings: Settings
  caller: Caller
  where?: Where
}

/** A run's ports, but for those that only the process that follows it can give. */
export type CommandPorts = Omit<RunPorts, 'otherOpenRun' | 'tell'>

/** Ports for a caller who is known already. */
export function makePorts({ store, settings, caller, where = {} }: PortsOptions): CommandPorts {
  return {
    iam: { ...makeIam({ attempts: 1, ...where }), caller: async () => caller },
    patientIam: makeIam({ attempts: PATIENT_ATTEMPTS, ...where }),
    store,
    now: () => new Date(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    settings: () => settings,
    answerCommand: (runId) => answerLine(runId, store.location),
  }
}
