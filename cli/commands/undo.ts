// keysweep undo: brings back what a run took, on this machine or by the deployed machine. It waits for nobody and asks
// nobody, because restoring is urgent.

import { plain, plainLine } from '../../core/texts/plain.ts'
import { runKey } from '../../io/store/run-store.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { refuseUnknownRun, runPrefix } from '../../views/find-run.ts'
import { exitCodeOf } from '../exit-code.ts'
import { makeProgress } from '../follow/progress.ts'
import { chosenMachine } from '../options/machine.ts'
import { composeSettings } from '../options/settings.ts'
import { chosenStore, refuseUsedId } from '../options/store.ts'
import { answerCommandFor } from '../render/answer-line.ts'
import { showRecord } from '../render/shown-record.ts'
import type { Terminal } from '../render/terminal.ts'

export interface UndoOptions {
  key?: string[]
  machine?: string
  store?: string
  runId?: string
  json?: boolean
}

/** @returns the exit code. @throws UsageError, CannotAsk, NoRecord, and what AWS and the run store throw. */
export async function undo(run: string, options: UndoOptions, terminal: Terminal): Promise<number> {
  runPrefix(run)
  const input = { undo: { run, ...(options.key !== undefined && { keys: options.key }) } }
  const machine = chosenMachine(options, terminal)
  if (machine !== null) {
    const { startThere } = await import('../follow/machine-run.ts')
    return startThere(machine, input, options, terminal)
  }
  return undoHere(run, input, options, terminal)
}

async function undoHere(run: string, input: object, options: UndoOptions, terminal: Terminal): Promise<number> {
  const store = chosenStore(options, terminal)
  await refuseUnknownRun(store, run)
  if (options.runId !== undefined) await refuseUsedId(store, options.runId)
  const asking = whoCalls()
  const loading = Promise.all([import('../../local/follow-run.ts'), import('../../local/ports.ts')])
  const [caller, [{ follow, nextRunId }, { makePorts }]] = await Promise.all([asking, loading])
  // An undo goes by no policy and no mode: it takes back what the run's own intents say.
  const { settings } = composeSettings({ mode: 'apply', approval: 'never' }, {}, null)
  const runId = options.runId ?? nextRunId()
  terminal.stderr.write(`Undo ${runId} of run ${run} on account ${caller.account}, as ${plain(caller.arn)}\n\n`)
  const finished = await follow({
    ports: makePorts({ store, settings, caller }),
    runId,
    input,
    env: terminal.env,
    progress: makeProgress(terminal),
    answerCommand: answerCommandFor(store),
  })
  showRecord(finished, options.json === true, terminal)
  terminal.stderr.write(`Record       ${plainLine(store.location)}/${runKey(runId, 'record.json')}\n`)
  return exitCodeOf(finished.record)
}
