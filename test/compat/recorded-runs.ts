// The runs that version 0.1.0 recorded (test/fixtures/runs-0.1.0), as today's code finds them: each store is copied first,
// for what is recorded must stay as it was.
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import type { Account } from '../../demo/account.ts'
import { NO_RECORD } from '../../views/runs.ts'
import { inProcess, newDirectory } from '../cli/command.ts'
import { AT, openWorld, statusesOf } from '../support/world.ts'

export const RECORDED = fileURLToPath(new URL('../fixtures/runs-0.1.0', import.meta.url))

export const recordedStores = (): string[] => readdirSync(`${RECORDED}/stores`)

/** The runs of which the golden undo is there. */
export const recordedUndos = (store: string): string[] =>
  readdirSync(`${RECORDED}/expected/${store}`).flatMap((name) => /^undo-(.+)\.json$/.exec(name)?.[1] ?? [])

export const recordedRuns = (store: string): string[] =>
  existsSync(`${RECORDED}/stores/${store}/runs`) ? readdirSync(`${RECORDED}/stores/${store}/runs`) : []

/**
 * Sentences that today's code makes, by the words of 0.1.0. An undo of today makes all of its own; a show makes them only for
 * a run without a record, and shows stored ones as they are.
 */
const REWORDED: Record<'undo' | 'show', Record<string, string>> = {
  undo: {
    gone: outcomeReasonText({ why: 'key-deleted' }),
    'active already': outcomeReasonText({ why: 'already-active' }),
    'taken again by run run-3': outcomeReasonText({
      why: 'undo-refused',
      refusal: { why: 'deactivated-again', by: 'run-3' },
    }),
  },
  show: {
    'interrupted before it was touched': outcomeReasonText({ why: 'interrupted', when: 'before' }),
    'It left no record: it is still open, or was broken off.': NO_RECORD,
  },
}

/** What is expected of a store: "show" (all runs), "show-<run>" or "undo-<run>". */
export function expected(store: string, what: string): Record<string, unknown> {
  const [command = '', run = ''] = what.split(/-(.*)/)
  const isStored = command === 'show' && existsSync(`${RECORDED}/stores/${store}/runs/${run}/record.json`)
  const reworded = isStored ? {} : REWORDED[command as 'undo' | 'show']
  return readJson(`${RECORDED}/expected/${store}/${what}.json`, (name, value) =>
    name === 'outcomeReason' || name === 'message' ? (reworded[String(value)] ?? value) : value,
  )
}

const readJson = (path: string, reviver?: (name: string, value: unknown) => unknown) =>
  JSON.parse(readFileSync(path, 'utf8'), reviver)

/** An account holds its dates as such: of a user and a key `createdAt`, of a use `at`. */
const withDates = (name: string, value: unknown) =>
  (name === 'createdAt' || name === 'at') && typeof value === 'string' ? new Date(value) : value

/** The account as the last run of a store left it, and the time then. CloudTrail's history was not recorded. */
export function accountOf(store: string): { at: Date; account: Account } {
  const { at, account } = JSON.parse(readFileSync(`${RECORDED}/accounts/${store}.json`, 'utf8'), withDates)
  return { at, account: { trail: [], ...account } }
}

/** `keysweep show --json` of a store: of all runs, or of one. @returns the JSON, and the exit code */
export async function shown(store: string, ...run: string[]): Promise<{ code: number | null; json: unknown }> {
  const directory = newDirectory()
  cpSync(`${RECORDED}/stores/${store}`, directory, { recursive: true })
  const { code, stdout } = await inProcess(['show', ...run, '--json', '--store', directory])
  return { code, json: JSON.parse(stdout) }
}

const HOUR = 3_600_000

/** Undoes a run, an hour after the last run of its store, in the account as that left it. */
export async function undone(store: string, run: string) {
  const { at, account } = accountOf(store)
  const world = await openWorld({ account })
  world.pass(at.getTime() - AT.getTime() + HOUR)
  cpSync(`${RECORDED}/stores/${store}`, world.directory, { recursive: true })
  const { result, record } = await world.run({ runId: 'undo-today', input: { undo: { run } } })
  const path = `${world.directory}/runs/undo-today/undo.json`
  return {
    undo: existsSync(path) ? readJson(path) : null,
    status: record?.status ?? null,
    error: result.status === 'FAILED' ? result.error : null,
    outcomes: record?.keys.map(({ user, accessKeyId, outcome, outcomeReason }) => ({
      user,
      accessKeyId,
      outcome,
      outcomeReason,
    })),
    // Keys are changed side by side: in the order of their ids.
    writes: world.endpoint.writes
      .map(({ user, accessKeyId, from, to }) => ({ user, accessKeyId, from, to }))
      .toSorted((a, b) => a.accessKeyId.localeCompare(b.accessKeyId)),
    statuses: statusesOf(world),
  }
}
