// What Start run alone needs, in AWS: the deployed settings and the machine's other executions.
import { parseSettings } from '../../core/model/settings.ts'
import type { StartPort } from '../../steps/ports.ts'

/** KEYSWEEP_SETTINGS is the text of keysweep.yml, put there when the stack was packaged. */
export const startPort = (env: NodeJS.ProcessEnv): Omit<StartPort, 'caller'> => ({
  settings: () => parseSettings(env.KEYSWEEP_SETTINGS ?? ''),
  // Imported when it is called: a run on one machine never asks Step Functions.
  otherOpenRun: async (run) => (await import('../../io/states/executions.ts')).makeOtherOpenRun()(run),
})
