// keysweep run: the state machine on this machine, on the account that the shell's credentials point to.
import type { RunRecord } from '../core/model.ts'
import { runKey } from '../io/run-store.ts'
import { deniedActions, statementFor } from './advice.ts'
import { exitCodeOf } from './exit-code.ts'
import { failureLine } from './failure.ts'
import type { Followed } from './follow.ts'
import { plain, plainJson } from './plain-text.ts'
import type { PolicyOptions } from './policy-options.ts'
import { recordText } from './record-text.ts'
import { composeSettings, type Origin, readSettingsFile } from './settings.ts'
import { chosenStore, refuseUsedId } from './store.ts'
import { table } from './table.ts'
import { coloursFor, columnsOf, type Terminal } from './terminal.ts'
import { whoCalls } from './who-calls.ts'

export interface RunOptions extends PolicyOptions {
  apply?: boolean
  store?: string
  settings?: string
  runId?: string
  json?: boolean
}

/** @returns the exit code. @throws UsageError, CannotAsk, NoRecord, SettingsRefused, and what IAM and the run store throw. */
export async function run(options: RunOptions, terminal: Terminal): Promise<number> {
  const mode = options.apply ? 'apply' : 'plan'
  const file = await readSettingsFile(options.settings)
  const { settings, origins } = composeSettings({ mode, approval: 'never' }, options, file)
  const store = chosenStore(options, terminal)
  if (options.runId !== undefined) await refuseUsedId(store, options.runId)
  // The engine is loaded while AWS is asked.
  const asking = whoCalls()
  const loading = Promise.all([import('./follow.ts'), import('./ports.ts')])
  const [caller, [{ follow, nextRunId }, { makePorts }]] = await Promise.all([asking, loading])
  const runId = options.runId ?? nextRunId()
  terminal.stderr.write(`Run ${runId} on account ${caller.account}, as ${plain(caller.arn)}\n\n`)
  terminal.stderr.write(`${policyTable(origins, terminal)}\n\n`)
  const followed = await follow({ ports: makePorts({ store, settings, caller }), runId, terminal })
  show(followed, options, terminal)
  terminal.stderr.write(`Record       ${store.location}/${runKey(runId, 'record.json')}\n`)
  return exitCodeOf(followed.record)
}

/** What holds, and where each value came from. */
function policyTable(origins: Origin[], { stderr, env }: Terminal): string {
  const columns = [
    { head: 'Policy', cell: ({ name }: Origin) => name },
    { head: 'Value', cell: ({ value }: Origin) => plain(value) },
    { head: 'From', cell: ({ from }: Origin) => from },
  ]
  return table(origins, columns, { columns: columnsOf(stderr), colours: coloursFor(stderr, env) }).join('\n')
}

function show({ record, json }: Followed, options: RunOptions, { stdout, stderr, env }: Terminal): void {
  if (record.status === 'refused') {
    stderr.write(failureLine(`Run ${record.runId} refused: ${record.error?.message ?? 'no reason was noted'}`, env))
  }
  if (options.json) stdout.write(`${plainJson(json)}\n`)
  else if (record.status !== 'refused') {
    stdout.write(`\n${recordText(record, { columns: columnsOf(stdout), colours: coloursFor(stdout, env) })}`)
  }
  for (const line of deniedLines(record)) stderr.write(`keysweep: ${line}\n`)
}

/** What was denied for single keys or users, which does not end a run, with the statement that would allow it. */
function deniedLines({ status, keys }: RunRecord): string[] {
  if (status === 'refused') return []
  const messages = keys.map((key) => key.outcomeReason ?? key.reason)
  return deniedActions(messages).map((action) => {
    const example = messages.find((message) => deniedActions([message]).includes(action)) ?? ''
    return `${action} was denied for some keys: ${statementFor(action, example)} would do`
  })
}
