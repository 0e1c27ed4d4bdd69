// A run in one account, as a part of an organization run on this machine: an execution of the deployed state machine for
// accounts. It asks nobody, and the organization run has the lock.
import type { EngineEvent, Execution, ExecutionOptions } from '../engine/step-functions.ts'
import { makeCommonConfig } from '../io/aws/common-config.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { OverPort } from '../steps/ports.ts'
import { startLocalRun } from './local-run.ts'
import { withHistoryOf } from './other-history.ts'
import { type CommandPorts, makePorts, type PortsOptions } from './ports.ts'
import type { AccountProgress } from './progress.ts'
import { isRunOver } from './run-lock.ts'
import type { Env } from './state-dir.ts'

/** The ports of a run in an account. */
export type AccountPorts = CommandPorts & OverPort

/**
 * Makes the ports of runs in accounts, which share the connections of their clients. Each is given the other stores of this
 * machine that may know keys of its account.
 */
export function accountPorts({ store, settings, caller, access, env }: Omit<PortsOptions, 'common'> & { env: Env }) {
  const common = makeCommonConfig()
  return (others: RunStore[]): AccountPorts => ({
    ...makePorts({ store: withHistoryOf(store, others), settings, caller, ...(access && { access }), common }),
    isRunOver: isRunOver(store, env),
  })
}

export interface AccountRunOptions extends Pick<ExecutionOptions, 'delay' | 'limit'> {
  ports: AccountPorts
  runId: string
  input: unknown
  progress: AccountProgress
}

/** Starts the run. @throws UnsupportedField for a field of the state machine that the engine does not support */
export function startAccountRun({ ports, runId, input, progress, ...options }: AccountRunOptions): Execution {
  return startLocalRun({
    ...options,
    ports: { ...ports, ...ASKS_NOBODY, suspectChecked: progress.suspectChecked },
    runId,
    input,
    onEvent: (event) => {
      if (!isInIteration(event)) progress.show(event)
    },
    onPlan: progress.planned,
  })
}

/** There are some ten such events for each key, and no progress shows them. */
const isInIteration = (event: EngineEvent): boolean => 'stateType' in event && event.index !== null

/** A run in an account never asks: its gate lets it write, or it ends. The organization run has the lock for all of them. */
const ASKS_NOBODY = {
  otherOpenRun: async () => null,
  notify: async () => {
    throw new TypeError('Only the organization run asks people')
  },
  answerCommand: () => '',
}
