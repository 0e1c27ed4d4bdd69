// An organization plan, and the plan of one of its accounts, as the decision API shows them: each is held against its hash.
import { formatMisfit } from '../core/model/documents/document.ts'
import { type OrganizationPlan, organizationPlan } from '../core/model/documents/organization-plan.ts'
import { PlanRefused } from '../core/model/errors.ts'
import { planHash } from '../core/run/plan.ts'

/** @throws PlanRefused if it is not the plan of this run, with this hash */
export function readOrganizationPlanText(text: string, runId: string, sha256: string): OrganizationPlan {
  const refused = (why: string) => new PlanRefused(`Organization plan refused: ${why}. Start a new run.`)
  if (planHash(text) !== sha256) throw refused(`its sha256 must be ${sha256}, and is ${planHash(text)}`)
  const value = parsed(text)
  const fit = organizationPlan.safeParse(value, { reportInput: true })
  if (!fit.success) throw refused(`it is not one as keysweep writes it: ${formatMisfit(value, fit.error)}`)
  if (fit.data.runId !== runId) throw refused(`it must be of run ${runId}, and is of run ${fit.data.runId}`)
  return fit.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
