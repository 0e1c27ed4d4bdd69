// How a command ends that has followed an organization run: its record on stdout, what was refused or failed on stderr.
import { plain, plainJson } from '../../core/texts/plain.ts'
import { runRefusedText } from '../../core/texts/refusal-text.ts'
import type { FinishedOrganizationRun } from '../../local/follow-organization.ts'
import { failureLine } from '../failure.ts'
import { listsOf } from '../options/lists.ts'
import { failedAccounts, organizationText } from './organization-text.ts'
import { coloursFor, columnsOf, type Terminal } from './terminal.ts'

/** More are in the record. */
const MOST_FAILED = 20

/** Prints the record as text, or as JSON and nothing else on stdout. Without the table, a line on stderr for each account that failed. */
export function showOrganizationRecord(
  { record, json }: FinishedOrganizationRun,
  options: { json?: boolean; summary?: boolean; all?: boolean },
  { stdout, stderr, env }: Terminal,
): void {
  const lists = listsOf(options)
  if (record.status === 'refused')
    stderr.write(failureLine(runRefusedText(record.runId, record.error?.message ?? 'no reason was noted'), env))
  if (options.json) stdout.write(`${plainJson(json)}\n`)
  else if (record.status !== 'refused')
    stdout.write(
      `\n${organizationText(record, { columns: columnsOf(stdout), colours: coloursFor(stdout, env), lists })}`,
    )
  // The table names them, and its last line.
  if (!options.json && lists !== 'none') return
  const failed = failedAccounts(record)
  for (const { account, name, end, why } of failed.slice(0, MOST_FAILED)) {
    const called = plain(name === null ? account : `${account} (${name})`)
    // Its reason says what to do.
    stderr.write(`keysweep: Account ${called} is ${end}${why === null ? '.' : `: ${plain(why)}`}\n`)
  }
  if (failed.length > MOST_FAILED) stderr.write(`keysweep: ${failed.length - MOST_FAILED} more accounts failed.\n`)
}
