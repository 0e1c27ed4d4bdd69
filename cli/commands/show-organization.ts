// keysweep show <organization run>: its record, or that of the run in one of its accounts.
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import { ACCOUNT_ID, accountRunId, isRunId } from '../../core/model/ids.ts'
import { plain, plainJson } from '../../core/texts/plain.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { RunNotFound, UsageError } from '../../local/errors.ts'
import { isRun } from '../../views/find-run.ts'
import { readOrganizationRecord, runningOrganization } from '../../views/organization-record.ts'
import { organizationLifeOf, type RunLife } from '../../views/run-life.ts'
import { listsOf } from '../options/lists.ts'
import { COMMAND } from '../render/answer-line.ts'
import { organizationStanding } from '../render/organization-headline.ts'
import { organizationText } from '../render/organization-text.ts'
import { coloursFor, columnsOf, type Terminal } from '../render/terminal.ts'
import type { ShowOptions } from './show.ts'
import { showRun } from './show-action.ts'

/** Prints the record, or what is known without one. @returns it @throws UsageError, RunNotFound, and what the run store throws */
export async function showOrganization(
  store: RunStore,
  runId: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<OrganizationRecord> {
  if (options.csv)
    throw new UsageError(`--csv shows one account. Add --account with the id of an account of run ${plain(runId)}.`)
  const stored = await readOrganizationRecord(store, runId)
  const { rebuilt } = stored
  const life = rebuilt ? await organizationLifeOf(store, runId, terminal.env) : 'interrupted'
  const { record, json, open } = rebuilt && life !== 'interrupted' ? runningOrganization(stored) : stored
  const { stdout, stderr, env } = terminal
  if (rebuilt) stderr.write(`${REBUILT[life](plain(runId))}\n\n`)
  if (options.json) {
    stdout.write(`${plainJson(life === 'running' ? json : stored.json)}\n`)
    return stored.record
  }
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env), lists: listsOf(options) }
  const standing = rebuilt
    ? { standing: organizationStanding(record, life === 'running', life === 'interrupted' ? 0 : open.length) }
    : {}
  stdout.write(organizationText(record, style, standing))
  stdout.write(oneAccountLine(record))
  return stored.record
}

/** Prints the record of its last run in one account. @throws UsageError, RunNotFound, and what the run store throws */
export const showAccountOf = async (
  store: RunStore,
  runId: string,
  account: string,
  options: ShowOptions,
  terminal: Terminal,
): Promise<void> => void (await showRun(store, await runInAccount(store, runId, account), options, terminal))

/** The line that shows the keys of one account. */
function oneAccountLine({ runId, accounts }: OrganizationRecord): string {
  const entered = accounts.filter(({ runs }) => runs.length > 0)
  const first = entered.find(({ stale }) => stale > 0) ?? entered[0]
  if (first === undefined || !isRunId(runId)) return ''
  return `One account  ${COMMAND} show ${runId} --account ${first.account}\n`
}

/** What the record says of a run without a record, for stderr. */
const REBUILT: Record<RunLife, (runId: string) => string> = {
  running: (runId) => `Organization run ${runId} is running. This is rebuilt from its stored documents.`,
  interrupted: (runId) =>
    `Organization run ${runId} has no record: it was interrupted. This is rebuilt from its stored documents.`,
  unknown: (runId) =>
    `Organization run ${runId} has no record: it is running or was interrupted. This is rebuilt from its stored documents.`,
}

/**
 * The last run that the organization run has in the account.
 * @throws UsageError, RunNotFound
 */
async function runInAccount(store: RunStore, organizationRun: string, account: string): Promise<string> {
  if (!ACCOUNT_ID.test(account))
    throw new UsageError(`Invalid --account ${JSON.stringify(account)}: must be an account id of 12 digits.`)
  for (const phase of ['undo', 'change', 'survey'] as const) {
    const runId = accountRunId(organizationRun, phase, account)
    if (await isRun([store], runId)) return runId
  }
  throw new RunNotFound(
    `Organization run "${organizationRun}" has no run in account ${account}. To see its accounts: keysweep show ${organizationRun}`,
  )
}
