// Ask for organization approval: stores the task token under the protected prefix, and notifies people. One question for all
// accounts.
import * as z from 'zod'
import { PlanRefused, StoreDamaged } from '../core/model/errors.ts'
import type { OrganizationApprovalWanted } from '../core/model/messages.ts'
import { askedMetrics } from '../core/notify/metrics.ts'
import { organizationApprovalWanted } from '../core/notify/organization-message.ts'
import { organizationTokenKey, organizationTokenPrefix } from '../io/store/run-store.ts'
import { putQuestion } from '../steps/approval/ask.ts'
import { withOrganizationPass } from '../steps/pass.ts'
import type { AskPort, Ports } from '../steps/ports.ts'
import {
  organizationDocuments,
  read,
  readOrganizationPlan,
  type StoredOrganizationPlan,
} from '../steps/run-documents.ts'
import { askPort } from './lambda/ask-port.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string(), token: z.string().min(1) })

type AskPorts = Pick<Ports, 'store' | 'now'> & AskPort<OrganizationApprovalWanted>

/**
 * @throws PassRefused; PlanRefused if the plan needs no approval; AlreadyDecided; ClockRefused if no answer would be accepted any more; NoticeFailed; and what the run store throws.
 *   The token is in no output, message, log or error.
 */
export const makeAskForOrganizationApproval = (ports: AskPorts) =>
  withOrganizationPass(ports, payload, async ({ runId, token }, { approvalDays }) => {
    const { store } = ports
    const { plan, sha256 } = await planThatAsks(store, runId)
    const question = {
      ...{ runId, createdAt: plan.createdAt, approvalDays },
      tokenPrefix: organizationTokenPrefix(runId),
      tokenKey: (n: number) => organizationTokenKey(runId, n),
      readDecision: () => read(store, organizationDocuments.decision(runId)),
    }
    const expiresAt = await putQuestion(ports, question, token)
    await ports.notify(organizationApprovalWanted(plan, sha256, expiresAt, ports.answerCommand(runId)))
    return { runId, expiresAt, metrics: askedMetrics() }
  })

/** Nobody is asked about a plan that no answer could let go ahead. */
async function planThatAsks(store: Ports['store'], runId: string): Promise<StoredOrganizationPlan> {
  const stored = await readOrganizationPlan(store, runId)
  if (stored === null) throw new StoreDamaged(`Cannot ask for approval of organization run ${runId}: it has no plan`)
  const { next } = stored.plan
  if (next === 'approval') return stored
  throw new PlanRefused(`Cannot ask for approval of organization run ${runId}: the next step of its plan is "${next}"`)
}

export const handler = measured(onLambda(makeAskForOrganizationApproval, storePort, askPort))
