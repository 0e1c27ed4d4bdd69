// Accepts an answer to the plan of an organization run. It may leave out accounts, and keys of any account.
import pMap from 'p-map'
import type { OrganizationDecision } from '../../core/model/documents/organization-decision.ts'
import type { OrganizationPlan } from '../../core/model/documents/organization-plan.ts'
import { PlanRefused } from '../../core/model/errors.ts'
import { type Answer, readAnswer } from '../../core/run/decision.ts'
import {
  isSameOrganizationAnswer,
  leftOutBy,
  MAX_LEFT_OUT,
  unknownAccounts,
} from '../../core/run/organization/decision.ts'
import { isToChange } from '../../core/run/organization/plan.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { organizationTokenPrefix } from '../../io/store/run-store.ts'
import {
  isStored,
  need,
  organizationDocuments,
  put,
  read,
  readOrganizationPlan,
  readStoredPlan,
} from '../run-documents.ts'
import { answerTo, type Subject } from './answer.ts'
import { type DecidePorts, type Person, type Response, reply } from './reply.ts'

/** As `answerRun`. 409: the plan of an account is not the one that the organization plan names. */
export async function answerOrganization(
  ports: DecidePorts,
  runId: string,
  body: string,
  person: Person,
): Promise<Response> {
  try {
    return await answerTo(ports, runId, readAnswer(body, MAX_LEFT_OUT), person, () => subjectOf(ports, runId))
  } catch (error) {
    if (error instanceof PlanRefused) return reply(409, { message: error.message })
    throw error
  }
}

async function subjectOf({ store }: DecidePorts, runId: string): Promise<Subject<OrganizationDecision> | null> {
  const stored = await readOrganizationPlan(store, runId)
  if (stored === null) return null
  const { plan, sha256 } = stored
  return {
    ...{ runId, plan: { createdAt: plan.createdAt, next: plan.next, sha256 } },
    unknownIds: (answer) => unknownIds(store, plan, answer),
    readDecision: () => read(store, organizationDocuments.decision(runId)),
    decide: (answer, answered) => {
      const { plan, answer: word, reason } = answer
      const { keys, accounts } = leftOutBy(answer)
      const decision = { runId, plan, answer: word, reason, ...answered, leftOut: keys, leftOutAccounts: accounts }
      return put(store, organizationDocuments.decision(runId), decision)
    },
    isSame: isSameOrganizationAnswer,
    hasRecord: () => isStored(store, organizationDocuments.record(runId)),
    listTokens: () => store.list(organizationTokenPrefix(runId)),
    approvalDays: async () => (await need(store, organizationDocuments.input(runId))).approvalDays,
  }
}

async function unknownIds(store: RunStore, plan: OrganizationPlan, answer: Answer): Promise<string[]> {
  const leftOut = leftOutBy(answer)
  return [...unknownAccounts(leftOut, plan), ...(await unknownKeys(store, plan, leftOut.keys))]
}

/** API Gateway waits 30 seconds, and a plan may have thousands of accounts. */
const PLAN_READS_AT_ONCE = 50

/** @throws PlanRefused if an account's plan is not the one that the organization plan names */
async function unknownKeys(store: RunStore, { accounts }: OrganizationPlan, keys: string[]): Promise<string[]> {
  const unknown = new Set(keys)
  const find = async ({ run, plan: sha256 }: { run: string | null; plan: string }) => {
    if (unknown.size === 0 || run === null) return
    const stored = await readStoredPlan(store, run, sha256)
    if (stored !== null) for (const { accessKeyId } of stored.plan.keys) unknown.delete(accessKeyId)
  }
  await pMap(accounts.filter(isToChange), find, { concurrency: PLAN_READS_AT_ONCE })
  return [...unknown]
}
