// An organization run on this machine: the deployed state machine for organizations. It starts the one for accounts: each run
// in an account is an execution of its own, in this thread or in another, and is dropped when it ends.
import type { MemberRoleDenied } from '../core/model/errors.ts'
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
import { startAccountRun } from './account-run.ts'
import { asFunctions, describedBy } from './local-run.ts'
import { makeOrganizationHandlers } from './organization-handlers.ts'
import type { CommandPorts } from './ports.ts'
import { type OrganizationProgress, progressIn } from './progress.ts'

/** The state machine for accounts. */
export const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'

/** A run in an account that has not come to its end. */
export interface OpenAccountRun {
  account: string
  runId: string
  startedAt: string
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
  /** Whether another organization run of this store is open, as Step Functions would say; default: none is. */
  isOpen?: (runId: string) => Promise<boolean>
  /** Starts runs in accounts elsewhere too; `here` starts one in this thread. */
  spread?: (here: LocalMachine) => LocalMachine
}

/** Starts an organization run. @throws UnsupportedField for a field of a state machine that the engine does not support */
export function startLocalOrganizationRun(options: LocalOrganizationOptions): LocalOrganizationRun {
  const { ports, runId, input, onEvent, delay, limit, uuid } = options
  const open = new Map<string, OpenAccountRun>()
  const { functions, substitutions } = asFunctions(
    makeOrganizationHandlers({
      ...ports,
      execution: describedHere(
        describedBy(() => execution),
        options.isOpen,
      ),
    }),
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

/** Of another run it is known whether it is open, and no more. */
function describedHere(
  own: ExecutionPort['execution'],
  isOpen: LocalOrganizationOptions['isOpen'],
): ExecutionPort['execution'] {
  return async (executionId) => {
    const described = await own(executionId)
    if (described !== null) return described
    const runId = executionId.split(':').at(-1) ?? ''
    return (await isOpen?.(runId)) ? { runId, startedAt: '', isRunning: true, input: null } : null
  }
}

function accountMachine(options: LocalOrganizationOptions, open: Map<string, OpenAccountRun>): LocalMachine {
  const { portsOf, progress, delay, limit, spread } = options
  const here: LocalMachine = ({ name, input }) => {
    const account = accountOf(name)
    return startAccountRun({
      ports: portsOf(account),
      runId: name,
      input,
      progress: progressIn(progress, account),
      ...(delay && { delay }),
      ...(limit && { limit }),
    })
  }
  const start = spread?.(here) ?? here
  return ({ name, input }) => {
    const account = accountOf(name)
    const execution = start({ name, input })
    progress.started(account)
    open.set(name, { account, runId: name, startedAt: execution.describe().startDate.toISOString() })
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

/** The account of a run in an account. */
export const accountOf = (runId: string): string => partsOfAccountRunId(runId)?.account ?? ''

const ROLE_DENIED = 'MemberRoleDenied' satisfies MemberRoleDenied['name']

/** "planned"; "failed (ReportRefused)". What a denied role means, such as an account that is new, the record decides. */
function endOf(result: Exclude<ExecutionResult, { status: 'ABORTED' }>): string {
  if (result.status === 'FAILED')
    return result.error === ROLE_DENIED ? `no access (${ROLE_DENIED})` : `failed (${result.error})`
  return (result.output as { result?: { status?: string } } | null)?.result?.status ?? 'ended'
}
