// keysweep run: the state machine on this machine, on the account that the shell's credentials point to; or the deployed
// one, started and followed from here.

import { plain, plainLine } from '../../core/texts/plain.ts'
import { runKey } from '../../io/store/run-store.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { exitCodeOf } from '../exit-code.ts'
import { makeProgress } from '../follow/progress.ts'
import { chosenMachine } from '../options/machine.ts'
import type { PolicyOptions } from '../options/policy.ts'
import { askedDays, askedPolicy, composeSettings, type Origin, readSettingsFile } from '../options/settings.ts'
import { chosenStore, refuseUsedId } from '../options/store.ts'
import { answerCommandFor } from '../render/answer-line.ts'
import { showRecord } from '../render/shown-record.ts'
import { table } from '../render/table.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'

export interface RunOptions extends PolicyOptions {
  apply?: boolean
  approval?: 'always' | 'over-cap' | 'never'
  approvalDays?: string
  machine?: string
  store?: string
  settings?: string
  runId?: string
  json?: boolean
}

/** @returns the exit code. @throws UsageError, CannotAsk, NoRecord, SettingsRefused, and what AWS and the run store throw. */
export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  const machine = chosenMachine(options, terminal, { refuse: ['settings'] })
  return machine === null ? runHere(options, terminal) : runThere(machine, options, terminal)
}

async function runHere(options: RunOptions, terminal: Terminal): Promise<number> {
  const file = await readSettingsFile(options.settings)
  const { settings, origins } = composeSettings(
    {
      mode: options.apply ? 'apply' : 'plan',
      approval: options.approval,
      ...(options.approval !== undefined && { approvalFrom: '--approval' }),
      approvalDays: options.approvalDays,
    },
    options,
    file,
  )
  const store = chosenStore(options, terminal)
  if (options.runId !== undefined) await refuseUsedId(store, options.runId)
  // The engine is loaded while AWS is asked.
  const asking = whoCalls()
  const loading = Promise.all([import('../../local/follow-run.ts'), import('../../local/ports.ts')])
  const [caller, [{ follow, nextRunId }, { makePorts }]] = await Promise.all([asking, loading])
  const runId = options.runId ?? nextRunId()
  terminal.stderr.write(`Run ${runId} on account ${caller.account}, as ${plain(caller.arn)}\n\n`)
  terminal.stderr.write(`${policyTable(origins, terminal)}\n\n`)
  const finished = await follow({
    ports: makePorts({ store, settings, caller }),
    runId,
    env: terminal.env,
    progress: makeProgress(terminal),
    answerCommand: answerCommandFor(store),
  })
  showRecord(finished, options.json === true, terminal)
  terminal.stderr.write(`Record       ${plainLine(store.location)}/${runKey(runId, 'record.json')}\n`)
  return exitCodeOf(finished.record)
}

/**
 * Only what was asked for goes into the input, for an input may only tighten what was deployed. The mode is always part of
 * it: without --apply nothing is written to IAM, here or there.
 */
async function runThere(machineArn: string, options: RunOptions, terminal: Terminal): Promise<number> {
  const policy = askedPolicy(options)
  const approvalDays = askedDays(options.approvalDays)
  const input = {
    mode: options.apply ? 'apply' : 'plan',
    ...(options.approval !== undefined && { approval: options.approval }),
    ...(approvalDays !== undefined && { approvalDays }),
    ...(Object.keys(policy).length > 0 && { policy }),
  }
  const { startThere } = await import('../follow/machine-run.ts')
  return startThere(machineArn, input, options, terminal)
}

/** What holds, and where each value came from. */
function policyTable(origins: Origin[], { stderr, env }: Terminal): string {
  const columns = [
    { head: 'Policy', cell: ({ name }: Origin) => name },
    { head: 'Value', cell: ({ value }: Origin) => plain(value) },
    { head: 'From', cell: ({ from }: Origin) => plain(from) },
  ]
  return table(origins, columns, { columns: columnsOf(stderr), colours: coloursFor(stderr, env) }).join('\n')
}
