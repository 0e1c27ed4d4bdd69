// Which accounts an undo of an organization run works on: those that the undone run began to change, by the same roles.
import type { AccountList } from '../core/model/documents/account-list.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { InputRefused, StoreDamaged } from '../core/model/errors.ts'
import { accountRunId } from '../core/model/ids.ts'
import { some } from '../core/texts/organization-text.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'
import { isRunOf } from './account-runs.ts'
import { eachAtOnce } from './each-at-once.ts'
import type { ExecutionPort } from './ports.ts'
import { documents, organizationDocuments, put, read } from './run-documents.ts'

type UndoPorts = { store: RunStore } & ExecutionPort

/**
 * Stores accounts.json of an undo, unless it is there. Without an undo it stores nothing.
 * @returns the ids of its accounts; none if the run is no undo
 * @throws InputRefused for a run that is not there, is open, was an undo itself, or did not change these accounts;
 *   MachineUnavailable; what the run store throws
 */
export async function listUndoneAccounts(ports: UndoPorts, input: OrganizationInput): Promise<string[]> {
  if (input.undo === null) return []
  const ref = organizationDocuments.accounts(input.runId)
  const list =
    (await read(ports.store, ref)) ?? (await put(ports.store, ref, await undoneAccounts(ports, input, input.undo)))
  return list.accounts.map(({ account }) => account)
}

async function undoneAccounts(
  { store, execution }: UndoPorts,
  { runId, caller }: OrganizationInput,
  { run, accounts: asked }: NonNullable<OrganizationInput['undo']>,
): Promise<AccountList> {
  const refused = (why: string) => new InputRefused(`Undo refused: organization run ${run} ${why}`)
  const source = await read(store, organizationDocuments.input(run))
  const list = await read(store, organizationDocuments.accounts(run))
  if (source === null) throw refused('is not in this run store. To list its runs: keysweep show')
  if (source.undo !== null) throw refused(`is itself an undo, of run ${source.undo.run}, and an undo cannot be undone`)
  if (source.caller.account !== caller.account)
    throw refused(`belongs to account ${source.caller.account}, and this undo to account ${caller.account}`)
  // It would change more accounts behind the undo.
  if ((await execution(source.executionId))?.isRunning) throw refused('is still open. Stop it first: keysweep stop')
  // It was refused before it had accounts.
  if (list === null) throw refused('changed no account')
  const changed = await changedAccounts(store, run, list)
  const ids = changed.map(({ account }) => account)
  const strange = [...new Set(asked)].filter((account) => !ids.includes(account))
  if (strange.length > 0) throw refused(`did not change ${some(strange)}. To see its accounts: keysweep show ${run}`)
  if (changed.length === 0) throw refused('changed no account')
  const accounts = changed.filter(({ account }) => asked === null || asked.includes(account))
  return { ...list, runId, source: 'undone', accounts }
}

async function changedAccounts(
  store: RunStore,
  run: string,
  { accounts }: AccountList,
): Promise<AccountList['accounts']> {
  const selected = accounts.filter(({ end }) => end === null)
  const mayHave = await eachAtOnce(selected, ({ account }) => mayHaveChanged(store, run, account))
  return selected.filter((_, index) => mayHave[index])
}

/**
 * A change that did not begin has no input. One that has ended without a plan, such as beside another run, has changed nothing.
 * The names of the documents tell it. Only of the others is the input read: another run may have taken the name.
 */
async function mayHaveChanged(store: RunStore, run: string, account: string): Promise<boolean> {
  const runId = accountRunId(run, 'change', account)
  const { input, plan, record } = documents
  const stored = new Set(await store.list(runKey(runId, '')))
  if (!stored.has(input(runId).key) || (!stored.has(plan(runId).key) && stored.has(record(runId).key))) return false
  try {
    const of = await read(store, input(runId))
    return of !== null && isRunOf(of, { run, phase: 'change', account })
  } catch (error) {
    // Its undo says which document is damaged, and stops no other account.
    if (error instanceof StoreDamaged) return true
    throw error
  }
}
