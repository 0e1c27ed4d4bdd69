// orgs/<id>/decision.json: a person's answer to an organization plan, or that there was none in time. Written once: the
// first answer holds. It authorises writes to IAM in every account of the plan that it does not leave out.
import * as z from 'zod'
import { answerFields, decision, isNamed, NOT_NAMED } from './decision.ts'
import { document } from './document.ts'

export const organizationDecision = document({
  ...answerFields,
  /** Account ids. */
  leftOutAccounts: z.array(z.string()),
}).refine(isNamed, NOT_NAMED)

export type OrganizationDecision = z.infer<typeof organizationDecision>

/** The decision as the record shows it. */
export const recordedDecision = decision.extend({ leftOutAccounts: z.array(z.string()) })
