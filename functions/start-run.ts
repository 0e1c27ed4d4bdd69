// Start run: checks the execution's input, joins it with what was deployed, and writes down what holds for this run.
import * as z from 'zod'
import { RunIdTaken } from '../core/errors.ts'
import type { RunInput } from '../core/model.ts'
import { joinInput, parseSettings } from '../core/settings.ts'
import { runKey } from '../io/run-store.ts'
import { onLambda } from './on-lambda.ts'
import type { Ports, SettingsPort } from './ports.ts'
import { putJson } from './stored.ts'

const payload = z.object({ runId: z.string(), executionId: z.string(), startedAt: z.string(), input: z.unknown() })

/**
 * @returns what the state machine goes by; every counter has a value, for a missing path ends an execution.
 * @throws InputRefused | SettingsRefused | RunIdTaken, and what IAM and the run store throw.
 */
export const makeStartRun =
  ({ iam, store, settings }: Pick<Ports, 'iam' | 'store'> & SettingsPort) =>
  async (event: unknown) => {
    const { input, ...execution } = payload.parse(event)
    const joined = joinInput(settings(), input)
    const asked: RunInput = { ...execution, ...joined, caller: await iam.caller() }
    const stands = await putJson(store, runKey(execution.runId, 'input.json'), asked)
    refuseTakenId(stands, asked)
    return {
      run: { mode: stands.mode, concurrency: stands.policy.concurrency },
      report: { state: 'NONE', attempt: 0 },
      check: { next: 0, done: false },
      plan: { next: 'record', sha256: '', keys: [] },
    }
  }

/** A retry of this very execution goes on with what it wrote; another execution of the same name must not. */
function refuseTakenId(stands: RunInput, asked: RunInput): void {
  if (stands.executionId === asked.executionId && stands.startedAt === asked.startedAt) return
  throw new RunIdTaken(
    `Run id ${asked.runId} is taken: a run's id is used once, received an execution started at ${asked.startedAt} where one of ${stands.startedAt} stands`,
  )
}

/** KEYSWEEP_SETTINGS is the text of keysweep.yml, put there when the stack was packaged. */
export const handler = onLambda((ports, env) =>
  makeStartRun({ ...ports, settings: () => parseSettings(env.KEYSWEEP_SETTINGS ?? '') }),
)
