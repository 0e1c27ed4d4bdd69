// A run of the deployed machine: started, followed, and shown as it ended. The record is read from the machine's run
// store where that is known here; else Step Functions tells how it ended.
import * as z from 'zod'
import { plain, plainJson } from '../../core/texts/plain.ts'
import { type ExecutionSeen, makeMachine } from '../../io/states/machine.ts'
import { openStore } from '../../io/store/open-store.ts'
import { RunNotFound } from '../../local/errors.ts'
import { nextRunId } from '../../local/follow-run.ts'
import { runPrefix } from '../../views/find-run.ts'
import { readRecord } from '../../views/runs.ts'
import { EXIT, exitCodeOf, isStatus, USAGE_ERRORS } from '../exit-code.ts'
import { failureLine } from '../failure.ts'
import { namedStore } from '../options/store.ts'
import { COMMAND } from '../render/answer-line.ts'
import { showRecord } from '../render/shown-record.ts'
import type { Terminal } from '../render/terminal.ts'
import { followMachine } from './follow-machine.ts'

export interface ThereOptions {
  store?: string
  runId?: string
  json?: boolean
}

/** Starts a run with this input, and follows it. @returns the exit code. @throws MachineRefused | MachineUnavailable */
export async function startThere(
  machineArn: string,
  input: object,
  options: ThereOptions,
  terminal: Terminal,
): Promise<number> {
  const runId = options.runId ?? nextRunId()
  runPrefix(runId)
  namedStore(options)
  await makeMachine(machineArn).start(runId, input)
  terminal.stderr.write(`Run ${runId} on ${machineArn}, with the input ${plain(JSON.stringify(input))}\n\n`)
  return followThere(machineArn, { ...options, runId }, terminal, true)
}

/** Follows a run that was started before, or a moment ago. @returns the exit code. @throws as `startThere` */
export async function followThere(
  machineArn: string,
  options: ThereOptions & { runId: string },
  terminal: Terminal,
  isNew = false,
): Promise<number> {
  const { runId } = options
  const machine = makeMachine(machineArn)
  const ended = await followMachine({ machine, runId, terminal, isNew })
  if (!ended) {
    terminal.stderr.write(
      `The run goes on. To follow it again: ${COMMAND} show ${runId} --follow --machine ${machineArn}\n`,
    )
    return EXIT.interrupted
  }
  return showEnd(await machine.describe(runId), options, terminal)
}

async function showEnd(
  seen: ExecutionSeen,
  options: ThereOptions & { runId: string },
  terminal: Terminal,
): Promise<number> {
  const location = namedStore(options) ?? terminal.env.KEYSWEEP_STORE
  const stored = location ? await readRecord(openStore(location), options.runId).catch(whenNotThere) : null
  if (stored === null) return showWithoutRecord(seen, options, terminal)
  showRecord(stored, options.json === true, terminal)
  return exitCodeOf(stored.record)
}

/** Another store than the machine's was named: the run has ended all the same. */
function whenNotThere(error: unknown): null {
  if (error instanceof RunNotFound) return null
  throw error
}

const lastState = z.object({ result: z.object({ status: z.string() }) })

/** What Step Functions knows of an end: the last state's output, or the error. */
function showWithoutRecord(
  { status, output, error, cause }: ExecutionSeen,
  { runId, json }: ThereOptions & { runId: string },
  { stdout, stderr, env }: Terminal,
): number {
  const read = lastState.safeParse(output === null ? null : JSON.parse(output))
  const end = read.success ? read.data.result.status : status
  if (json) stdout.write(`${plainJson(JSON.stringify({ runId, status: end, error, cause }))}\n`)
  else stdout.write(`\nRun ${runId} ended as "${plain(end)}".\n`)
  if (error !== null) stderr.write(failureLine(`Run ${runId}: ${error}: ${cause ?? ''}`, env))
  stderr.write('Its record is in the run store of the machine: name that with --store s3://… or KEYSWEEP_STORE.\n')
  if (error !== null) return codeOfError(error)
  return isStatus(end) ? exitCodeOf({ status: end, error: null }) : codeOfStatus(status)
}

const codeOfError = (error: string): number =>
  USAGE_ERRORS.includes(error) ? EXIT.usage : error === 'ApprovalExpired' ? EXIT.stopped : EXIT.failed

const codeOfStatus = (status: string): number => (status === 'SUCCEEDED' ? EXIT.clean : EXIT.failed)
