// How a command ends that has followed a run: its record on stdout, what was refused or denied on stderr.
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { DecidingRow } from '../../core/model/verdict.ts'
import { keysOf } from '../../core/texts/counts.ts'
import { plain, plainJson } from '../../core/texts/plain.ts'
import { runRefusedText } from '../../core/texts/refusal-text.ts'
import type { FinishedRun } from '../../local/follow-run.ts'
import { adviceOn, credentialFault, deniedActions, remedyFor } from '../advice.ts'
import { failureLine } from '../failure.ts'
import { listsOf } from '../options/lists.ts'
import { recordText } from './record-text.ts'
import { coloursFor, columnsOf, type Terminal } from './terminal.ts'

/** Prints the record as text, or as JSON and nothing else on stdout. */
export function showRecord(
  { record, json }: FinishedRun,
  options: { json?: boolean; summary?: boolean; all?: boolean },
  { stdout, stderr, env }: Terminal,
): void {
  const lists = listsOf(options)
  if (record.status === 'refused') {
    stderr.write(failureLine(runRefusedText(record.runId, record.error?.message ?? 'no reason was noted'), env))
  }
  if (options.json) stdout.write(`${plainJson(json)}\n`)
  else if (record.status !== 'refused') {
    stdout.write(`\n${recordText(record, { columns: columnsOf(stdout), colours: coloursFor(stdout, env), lists })}`)
  }
  for (const line of [...deniedLines(record), ...credentialLines(record, env)]) stderr.write(`keysweep: ${line}\n`)
}

/** The permissions that were denied for single keys or users, which does not end a run, and what would allow them. */
function deniedLines({ status, keys }: RunRecord): string[] {
  if (status === 'refused') return []
  const messages = keys.map((key) => key.outcomeReason ?? errorOf(key))
  return deniedActions(messages).map((denied) => {
    const remedy = remedyFor(denied, (statement) => `This statement would allow it: ${statement}`)
    return `${denied.action} was denied for some keys. ${remedy}`
  })
}

/** IAM's error, if a user's facts could not be read; otherwise empty. */
const errorOf = ({ row, values }: DecidingRow): string =>
  row === 'unknown' && values.doubt === 'user-unreadable' ? `${values.error}, ${values.message}` : ''

/** Credentials that went bad while keys were being taken end no run either: one line for each way, with what to do. */
function credentialLines({ status, keys }: RunRecord, env: Terminal['env']): string[] {
  if (status === 'refused') return []
  const faults = keys.flatMap(({ outcomeReason }) => credentialFault(outcomeReason ?? '') ?? [])
  return [...Map.groupBy(faults, (fault) => fault.split(':')[0])].map(([, alike]) => {
    const [example = ''] = alike
    return plain(`${keysOf(alike.length)} failed for the credentials: ${example}; ${adviceOn(example, env)}`)
  })
}
