// Reads organization runs from the run store: all of them, or one.
import { StoreDamaged } from '../core/model/errors.ts'
import { isOrganizationRunId, ORGANIZATION_RUN_ID_IN_WORDS, partsOfAccountRunId } from '../core/model/ids.ts'
import type { OrganizationListLine } from '../core/model/printed.ts'
import { organizationKey, organizationRunsIn, type RunStore } from '../io/store/run-store.ts'
import { UsageError } from '../local/errors.ts'
import { organizationDocuments, read } from '../steps/run-documents.ts'

/** Every organization run of the stores, newest first. @throws what the run stores throw */
export async function listOrganizationRuns(stores: RunStore[]): Promise<OrganizationListLine[]> {
  const lines: OrganizationListLine[] = []
  for (const store of stores)
    for (const runId of organizationRunsIn(await store.list('orgs/')))
      lines.push(await lineOf(store, runId).catch(asUnreadable(runId)))
  return lines.toSorted((a, b) => (b.startedAt ?? '').localeCompare(a.startedAt ?? ''))
}

async function lineOf(store: RunStore, runId: string): Promise<OrganizationListLine> {
  const record = await read(store, organizationDocuments.record(runId))
  if (record !== null) {
    const { startedAt, hub, mode, undo, status, counts } = record
    return { runId, startedAt, hub, mode, undo, status, counts }
  }
  const input = await read(store, organizationDocuments.input(runId))
  const { startedAt = null, mode = null, undo = null, caller = null } = input ?? {}
  return { runId, startedAt, hub: caller?.account ?? null, mode, undo, status: null, counts: null }
}

const NOTHING_KNOWN = { startedAt: null, hub: null, mode: null, undo: null, status: null, counts: null }

/** A damaged run does not hide the others. */
const asUnreadable =
  (runId: string) =>
  (error: unknown): OrganizationListLine => {
    if (!(error instanceof StoreDamaged)) throw error
    return { ...NOTHING_KNOWN, runId, unreadable: error.message }
  }

/** The organization run that this run in one account is a part of; null: of none that the store knows. */
export function partOf(runId: string, organizationRuns: ReadonlySet<string>): string | null {
  const organizationRun = partsOfAccountRunId(runId)?.organizationRun ?? null
  return organizationRun !== null && organizationRuns.has(organizationRun) ? organizationRun : null
}

/** Whether the store has an organization run of this id. */
export const hasOrganizationRun = async (store: RunStore, runId: string): Promise<boolean> =>
  isOrganizationRunId(runId) && (await store.list(organizationKey(runId, ''))).length > 0

/** The stores that have an organization run of this id. */
async function storesWithOrganization(stores: RunStore[], runId: string): Promise<RunStore[]> {
  const has = await Promise.all(stores.map((store) => hasOrganizationRun(store, runId)))
  return stores.filter((_, index) => has[index])
}

/**
 * The store that has the organization run; null: none has.
 * @throws UsageError if several stores have it
 */
export async function storeWithOrganization(stores: RunStore[], runId: string): Promise<RunStore | null> {
  const [found = null, ...more] = await storesWithOrganization(stores, runId)
  if (found === null || more.length === 0) return found
  const several = [found, ...more].map(({ location }) => location).join(', ')
  throw new UsageError(`Run "${runId}" is in several run stores: ${several}. Name one with --store.`)
}

/** @throws UsageError for an id that a new organization run must not have */
export function refuseOddOrganizationId(runId: string): void {
  if (isOrganizationRunId(runId)) return
  throw new UsageError(
    `Invalid run id ${JSON.stringify(runId)}: an organization run's must have ${ORGANIZATION_RUN_ID_IN_WORDS}.`,
  )
}
