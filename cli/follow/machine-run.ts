// Starts or follows a run of the deployed machine and shows how it ended: by its record if the machine's run store is named
// here, otherwise by what Step Functions knows.
import * as z from 'zod'
import type { OrganizationStatus, Status } from '../../core/model/closed-sets.ts'
import { isRunId } from '../../core/model/ids.ts'
import { plain, plainJson } from '../../core/texts/plain.ts'
import { type ExecutionSeen, makeMachine } from '../../io/states/machine.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { RunNotFound } from '../../local/errors.ts'
import { nextRunId } from '../../local/follow-run.ts'
import { refuseOddId } from '../../views/find-run.ts'
import { readOrganizationRecord } from '../../views/organization-record.ts'
import { refuseOddOrganizationId } from '../../views/organizations.ts'
import { readRecord } from '../../views/runs.ts'
import { EXIT, exitCodeOf, exitCodeOfOrganization, isOrganizationStatus, isStatus, USAGE_ERRORS } from '../exit-code.ts'
import { failureLine } from '../failure.ts'
import type { AwsOptions } from '../options/aws.ts'
import { listsOf } from '../options/lists.ts'
import { isOrganizationMachine } from '../options/machine.ts'
import { namedStore, openStoreHere } from '../options/store.ts'
import { COMMAND } from '../render/answer-line.ts'
import { nextLine, organizationNextLine, undoCommand } from '../render/next-line.ts'
import { showOrganizationRecord } from '../render/shown-organization.ts'
import { showRecord } from '../render/shown-record.ts'
import type { Terminal } from '../render/terminal.ts'
import { followMachine } from './follow-machine.ts'

export interface ThereOptions extends AwsOptions {
  store?: string
  runId?: string
  json?: boolean
  summary?: boolean
  all?: boolean
  /** The options under which its plan is made, as words. */
  made?: readonly string[]
}

/** Starts a run with this input, and follows it. @returns the exit code. @throws MachineRefused | MachineUnavailable */
export async function startThere(
  machineArn: string,
  input: object,
  options: ThereOptions,
  terminal: Terminal,
): Promise<number> {
  const runId = options.runId ?? nextRunId()
  if (isOrganizationMachine(machineArn)) refuseOddOrganizationId(runId)
  else refuseOddId(runId)
  namedStore(options)
  listsOf(options)
  await makeMachine(machineArn).start(runId, input)
  // An undo follows no settings.
  const settings = 'mode' in input ? 'Settings: those of the deployed machine; the input only tightens them\n' : ''
  terminal.stderr.write(
    `Started run ${runId} on ${machineArn} with input ${plain(JSON.stringify(input))}\n${settings}\n`,
  )
  return followThere(machineArn, { ...options, runId }, terminal, true)
}

/** Follows a run. @returns the exit code. @throws as `startThere` */
export async function followThere(
  machineArn: string,
  options: ThereOptions & { runId: string },
  terminal: Terminal,
  isNew = false,
): Promise<number> {
  const { runId } = options
  const machine = makeMachine(machineArn)
  const isOrganization = isOrganizationMachine(machineArn)
  const hasEnded = await followMachine({ machine, runId, terminal, isNew, isOrganization })
  if (!hasEnded) {
    const again = isRunId(runId) ? ` To follow it again: ${COMMAND} show ${runId} --follow --machine ${machineArn}` : ''
    terminal.stderr.write(`The run continues.${again}\n`)
    return EXIT.interrupted
  }
  return showEnd(await machine.describe(runId), { ...options, machine: machineArn }, terminal)
}

async function showEnd(
  execution: ExecutionSeen,
  options: ThereOptions & { runId: string; machine: string },
  terminal: Terminal,
): Promise<number> {
  const location = namedStore(options) ?? terminal.env.KEYSWEEP_STORE
  const store = location ? openStoreHere(location, terminal) : null
  if (isOrganizationMachine(options.machine)) return showOrganizationEnd(execution, store, options, terminal)
  const stored = store && (await readRecord(store, options.runId).catch(whenNotThere))
  if (stored === null) return showWithoutRecord(execution, options, terminal)
  showRecord(stored, options, terminal)
  terminal.stderr.write(nextLine(stored.record, options))
  return exitCodeOf(stored.record)
}

async function showOrganizationEnd(
  execution: ExecutionSeen,
  store: RunStore | null,
  options: ThereOptions & { runId: string; machine: string },
  terminal: Terminal,
): Promise<number> {
  const stored = store && (await readOrganizationRecord(store, options.runId).catch(whenNotThere))
  if (stored === null) return showWithoutRecord(execution, options, terminal)
  showOrganizationRecord(stored, options, terminal)
  terminal.stderr.write(organizationNextLine(stored.record, options))
  return exitCodeOfOrganization(stored.record)
}

/** The named store is not the machine's: the end of the run is shown without a record. */
function whenNotThere(error: unknown): null {
  if (error instanceof RunNotFound) return null
  throw error
}

/** Whether a person may want to undo something of a run that ends so. */
const MAY_BE_UNDONE: Record<Status | OrganizationStatus, boolean> = {
  deactivated: true,
  'some keys failed': true,
  changed: true,
  'some accounts failed': true,
  planned: false,
  'nothing to do': false,
  reactivated: false,
  'over cap': false,
  'approval needed': false,
  rejected: false,
  expired: false,
  'another run is open': false,
  'switched off': false,
  refused: false,
  interrupted: false,
}

const lastState = z.object({ result: z.object({ status: z.string() }) })

/** Shows the output of the last state, or the error. */
function showWithoutRecord(
  { status, output, error, cause }: ExecutionSeen,
  options: ThereOptions & { runId: string; machine: string },
  { stdout, stderr, env }: Terminal,
): number {
  const { runId, json } = options
  const read = lastState.safeParse(output === null ? null : JSON.parse(output))
  const end = read.success ? read.data.result.status : status
  if (json) stdout.write(`${plainJson(JSON.stringify({ runId, status: end, error, cause }))}\n`)
  else stdout.write(`\nRun ${runId} ended as "${plain(end)}".\n`)
  if (error !== null) stderr.write(failureLine(`Run ${runId}: ${error}: ${cause ?? ''}`, env))
  // Without a record, what changed is known only from how the run ended.
  const mayBeUndone = (isStatus(end) || isOrganizationStatus(end)) && MAY_BE_UNDONE[end]
  if (isRunId(runId) && mayBeUndone) stderr.write(`Undo         ${undoCommand(runId, options)}\n`)
  stderr.write(
    'Its record is in the run store of the machine. To show it, name the store with --store s3://… or KEYSWEEP_STORE.\n',
  )
  if (error !== null) return codeOfError(error)
  if (isOrganizationMachine(options.machine) && isOrganizationStatus(end))
    return exitCodeOfOrganization({ status: end, error: null })
  return isStatus(end) ? exitCodeOf({ status: end, error: null }) : codeOfStatus(status)
}

const codeOfError = (error: string): number =>
  USAGE_ERRORS.includes(error) ? EXIT.usage : error === 'ApprovalExpired' ? EXIT.stopped : EXIT.failed

const codeOfStatus = (status: string): number => (status === 'SUCCEEDED' ? EXIT.clean : EXIT.failed)
