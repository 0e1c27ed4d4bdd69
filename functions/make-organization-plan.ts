// Make organization plan: makes one plan of the plans of all accounts, checks it against the caps, and writes it once.
import * as z from 'zod'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import type { OrganizationPlan } from '../core/model/documents/organization-plan.ts'
import { organizationPlanMetrics } from '../core/notify/metrics.ts'
import { accountsToChange } from '../core/run/organization/decision.ts'
import { makeOrganizationPlan } from '../core/run/organization/plan.ts'
import { readSurveyed } from '../steps/account-runs.ts'
import { eachAtOnce } from '../steps/each-at-once.ts'
import { withOrganizationPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { need, organizationDocuments, putOrganizationPlan, readOrganizationPlan } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

type PlanPorts = Pick<Ports, 'store' | 'now'>

/** @throws PassRefused, and what the run store throws */
export const makeMakeOrganizationPlan = (ports: PlanPorts) =>
  withOrganizationPass(ports, payload, async ({ runId }, input) => {
    const { store } = ports
    const { plan, sha256 } =
      (await readOrganizationPlan(store, runId)) ?? (await putOrganizationPlan(store, await draftPlan(ports, input)))
    const accounts = accountsToChange(plan, sha256, null).map(({ account }) => account)
    return { next: plan.next, sha256, accounts, metrics: organizationPlanMetrics(plan) }
  })

async function draftPlan({ store, now }: PlanPorts, input: OrganizationInput): Promise<OrganizationPlan> {
  const { managementAccount, accounts } = await need(store, organizationDocuments.accounts(input.runId))
  const surveyed = await eachAtOnce(accounts, (listed) => readSurveyed(store, input.runId, listed))
  return makeOrganizationPlan({ input, managementAccount, accounts: surveyed }, now())
}

export const handler = measured(onLambda(makeMakeOrganizationPlan, storePort))
