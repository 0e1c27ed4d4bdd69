// Read organization decision: runs after an answer, and after every other end of the question. Only decision.json counts: a
// task token alone starts nothing.
import * as z from 'zod'
import type { OrganizationDecision } from '../core/model/documents/organization-decision.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { StoreDamaged } from '../core/model/errors.ts'
import { accountsToChange, organizationExpired } from '../core/run/organization/decision.ts'
import { refuseBeforeTerm, refuseOtherPlan } from '../steps/approval/read.ts'
import { withOrganizationPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import {
  organizationDocuments,
  put,
  read,
  readOrganizationPlan,
  type StoredOrganizationPlan,
} from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

type DecisionPorts = Pick<Ports, 'store' | 'now'>

/**
 * @throws PassRefused; PlanRefused if the decision is for another plan; NotAnswered if there is none before the end of the
 *   term; and what the run store throws
 */
export const makeReadOrganizationDecision = (ports: DecisionPorts) =>
  withOrganizationPass(ports, payload, async ({ runId }, input) => {
    const stored = await readOrganizationPlan(ports.store, runId)
    if (stored === null) throw new StoreDamaged(`Cannot read the decision of organization run ${runId}: it has no plan`)
    const { plan, sha256 } = stored
    const decision =
      (await read(ports.store, organizationDocuments.decision(runId))) ?? (await expire(ports, input, stored))
    refuseOtherPlan(runId, sha256, decision)
    const accounts = accountsToChange(plan, sha256, decision).map(({ account }) => account)
    return { next: accounts.length > 0 ? 'change' : 'record', sha256, accounts }
  })

/** Stores that nobody answered in time, as Read decision does. @throws NotAnswered */
async function expire(
  { store, now }: DecisionPorts,
  { runId, approvalDays }: OrganizationInput,
  { plan, sha256 }: StoredOrganizationPlan,
): Promise<OrganizationDecision> {
  const at = now()
  refuseBeforeTerm(runId, plan.createdAt, approvalDays, at)
  return put(store, organizationDocuments.decision(runId), organizationExpired(runId, sha256, at))
}

export const handler = onLambda(makeReadOrganizationDecision, storePort)
