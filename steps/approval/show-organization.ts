// What the decision API shows of organization runs: those that wait, one with the exact bytes of its plan, and the plan of one
// of its accounts.
import type {
  ShownAccountPlan,
  ShownOrganization,
  UnreadableRun,
  WaitingOrganization,
  WaitingOrganizations,
} from '../../core/model/decision-api.ts'
import { MAX_APPROVAL_DAYS } from '../../core/model/settings-fields.ts'
import { isPastAnswering } from '../../core/run/decision.ts'
import { isToChange } from '../../core/run/organization/plan.ts'
import { planHash } from '../../core/run/plan.ts'
import { shownName } from '../../core/texts/plain.ts'
import { organizationRunsThatAsked, type RunStore, runKey } from '../../io/store/run-store.ts'
import { eachAtOnce } from '../each-at-once.ts'
import { isStored, need, organizationDocuments, read, readOrganizationPlan } from '../run-documents.ts'
import { type Response, reply } from './reply.ts'
import { orWhy } from './show.ts'

/** As `listWaiting`, of organization runs. */
export async function listWaitingOrganizations(store: RunStore, now: Date): Promise<WaitingOrganizations> {
  const asked = organizationRunsThatAsked(await store.list('tokens/'))
  const results = await eachAtOnce(asked, (runId) => orWhy(runId, () => waitingOrganization(store, runId, now)))
  return {
    runs: results
      .flatMap((run): WaitingOrganization[] => (run !== null && 'plan' in run ? [run] : []))
      .sort((a, b) => a.createdAt.localeCompare(b.createdAt)),
    unreadable: results.flatMap((run): UnreadableRun[] => (run !== null && 'reason' in run ? [run] : [])),
  }
}

async function waitingOrganization(store: RunStore, runId: string, now: Date): Promise<WaitingOrganization | null> {
  const { plan: planRef, decision, record, input } = organizationDocuments
  const [isPlanned, isDecided, hasEnded] = await Promise.all(
    [planRef(runId), decision(runId), record(runId)].map((ref) => isStored(store, ref)),
  )
  if (!isPlanned || isDecided || hasEnded) return null
  const stored = await readOrganizationPlan(store, runId)
  if (stored === null || isPastAnswering(stored.plan.createdAt, MAX_APPROVAL_DAYS, now)) return null
  const { hub, createdAt, approvalReasons, accounts } = stored.plan
  const { approvalDays } = await need(store, input(runId))
  if (isPastAnswering(createdAt, approvalDays, now)) return null
  const toChange = accounts.filter(isToChange)
  const keys = toChange.reduce((sum, account) => sum + account.keys, 0)
  return { runId, hub, createdAt, accounts: toChange.length, keys, why: approvalReasons, plan: stored.sha256 }
}

/** The plan as it is stored, its hash, its decision and the run's status. */
export async function showOrganization(store: RunStore, runId: string): Promise<Response> {
  const { plan, decision, record, input } = organizationDocuments
  const text = await store.get(plan(runId).key)
  if (text === null) return reply(404, { message: `Run ${runId} not found, or it has no plan yet` })
  const { mode, approvalDays } = await need(store, input(runId))
  return reply(200, {
    ...{ runId, mode, approvalDays, plan: { sha256: planHash(text), text } },
    decision: await read(store, decision(runId)),
    status: (await read(store, record(runId)))?.status ?? null,
  } satisfies ShownOrganization & { mode: string })
}

/** The plan of one account as it is stored, held against the hash that the organization plan names. 409: it is another. */
export async function showAccountPlan(store: RunStore, runId: string, account: string): Promise<Response> {
  const stored = await readOrganizationPlan(store, runId)
  const line = stored?.plan.accounts.find((planned) => planned.account === account)
  if (line === undefined || line.run === null || line.plan === null)
    return reply(404, { message: `Account ${shownName(account)} has no plan in run ${runId}` })
  const text = await store.get(runKey(line.run, 'plan.json'))
  if (text === null || planHash(text) !== line.plan)
    return reply(409, {
      message: `Plan of account ${account} refused: run ${runId} names sha256 ${line.plan}, and the stored plan has ${text === null ? 'none: it is missing' : planHash(text)}. Start a new run.`,
    })
  return reply(200, { runId: line.run, account, plan: { sha256: line.plan, text } } satisfies ShownAccountPlan)
}
