// An organization run on this machine: the deployed state machine for organizations. It starts the one for accounts: each run
// in an account is an execution of its own, in this process, and is dropped when it ends.
import { partsOfAccountRunId } from '../core/model/ids.ts'
import {
  type Execution,
  type ExecutionOptions,
  type ExecutionResult,
  type LocalMachine,
  startExecution,
} from '../engine/step-functions.ts'
import definition from '../statemachine/organization.asl.json' with { type: 'json' }
import type { ExecutionPort, OrganizationRunPorts, OverPort } from '../steps/ports.ts'
import { asFunctions, describedBy, startLocalRun } from './local-run.ts'
import { makeOrganizationHandlers } from './organization-handlers.ts'
import type { CommandPorts } from './ports.ts'
import type { OrganizationProgress } from './progress.ts'

const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'

/** A run in an account that has not come to its end. */
export interface OpenAccountRun {
  runId: string
  startedAt: string
  ports: CommandPorts
}

export interface LocalOrganizationRun {
  execution: Execution
  /** Those that have begun and have not ended; after a stop, those that the stop ended. */
  openAccountRuns(): OpenAccountRun[]
}

export interface LocalOrganizationOptions extends Pick<ExecutionOptions, 'onEvent' | 'delay' | 'limit' | 'uuid'> {
  ports: Omit<OrganizationRunPorts, keyof ExecutionPort>
  /** The ports of the run in an account. It asks nobody, and the organization run has the lock. */
  portsOf: (account: string) => CommandPorts & OverPort
  runId: string
  input: unknown
  progress: Pick<OrganizationProgress, 'started' | 'of' | 'suspectChecked' | 'planned' | 'accountEnded'>
}

/** Starts an organization run. @throws UnsupportedField for a field of a state machine that the engine does not support */
export function startLocalOrganizationRun(options: LocalOrganizationOptions): LocalOrganizationRun {
  const { ports, runId, input, onEvent, delay, limit, uuid } = options
  const open = new Map<string, OpenAccountRun>()
  const { functions, substitutions } = asFunctions(
    makeOrganizationHandlers({ ...ports, execution: describedBy(() => execution) }),
  )
  const execution = startExecution({
    definition,
    substitutions: { ...substitutions, AccountMachineArn: ACCOUNT_MACHINE },
    functions,
    machines: { [ACCOUNT_MACHINE]: accountMachine(options, open) },
    name: runId,
    machineName: 'keysweep-organization',
    input,
    now: ports.now,
    ...(onEvent && { onEvent }),
    ...(delay && { delay }),
    ...(limit && { limit }),
    ...(uuid && { uuid }),
  })
  return { execution, openAccountRuns: () => [...open.values()] }
}

function accountMachine(options: LocalOrganizationOptions, open: Map<string, OpenAccountRun>): LocalMachine {
  const { portsOf, progress, delay, limit } = options
  return ({ name, input }) => {
    const account = partsOfAccountRunId(name)?.account ?? ''
    const ports = portsOf(account)
    progress.started(account)
    const execution = startLocalRun({
      ports: {
        ...ports,
        ...ASKS_NOBODY,
        suspectChecked: (checked, total) => progress.suspectChecked(account, checked, total),
      },
      runId: name,
      input,
      onEvent: (event) => progress.of(account, event),
      onPlan: (keys) => progress.planned(account, keys),
      ...(delay && { delay }),
      ...(limit && { limit }),
    })
    open.set(name, { runId: name, startedAt: execution.describe().startDate.toISOString(), ports })
    // A rejected result rejects that of the organization run too.
    const close = (result: ExecutionResult) => {
      if (result.status === 'ABORTED') return
      open.delete(name)
      progress.accountEnded(account, endOf(result))
    }
    execution.result.then(close, () => {})
    return execution
  }
}

/** A run in an account never asks: its gate lets it write, or it ends. The organization run has the lock for all of them. */
const ASKS_NOBODY = {
  otherOpenRun: async () => null,
  notify: async () => {
    throw new TypeError('Only the organization run asks people')
  },
  answerCommand: () => '',
}

/** "planned"; "failed (MemberRoleDenied)" */
function endOf(result: Exclude<ExecutionResult, { status: 'ABORTED' }>): string {
  if (result.status === 'FAILED') return `failed (${result.error})`
  return (result.output as { result?: { status?: string } } | null)?.result?.status ?? 'ended'
}
