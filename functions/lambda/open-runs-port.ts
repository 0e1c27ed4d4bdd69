// Which runs are open, in AWS: KEYSWEEP_MACHINE is the state machine's ARN.
import type { OpenRunsPort } from '../../steps/ports.ts'

/** @throws TypeError where the environment lacks the machine */
export function openRunsPort({ KEYSWEEP_MACHINE: machine }: NodeJS.ProcessEnv): OpenRunsPort {
  if (!machine) throw new TypeError('Nothing to count: expected KEYSWEEP_MACHINE in the environment, received none')
  // Imported when it is called, as every client of AWS.
  return { openRuns: async () => (await import('../../io/states/executions.ts')).makeOpenRuns()(machine) }
}
