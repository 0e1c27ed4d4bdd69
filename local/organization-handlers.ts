// The handlers of an organization run, by the placeholder of their ARN in statemachine/organization.asl.json.
import type { LocalFunction } from '../engine/step-functions.ts'
import { makeAskForOrganizationApproval } from '../functions/ask-for-organization-approval.ts'
import { makeListAccounts } from '../functions/list-accounts.ts'
import { makeMakeOrganizationPlan } from '../functions/make-organization-plan.ts'
import { makeReadOrganizationDecision } from '../functions/read-organization-decision.ts'
import { makeStartOrganizationRun } from '../functions/start-organization-run.ts'
import { makeWriteOrganizationRecord } from '../functions/write-organization-record.ts'
import type { OrganizationRunPorts } from '../steps/ports.ts'
import { endedByStop } from './ended-by-stop.ts'

export const makeOrganizationHandlers = (ports: OrganizationRunPorts): Record<string, LocalFunction> => ({
  StartOrganizationRunArn: makeStartOrganizationRun(ports),
  ListAccountsArn: endedByStop(makeListAccounts(ports)),
  MakeOrganizationPlanArn: makeMakeOrganizationPlan(ports),
  AskForOrganizationApprovalArn: makeAskForOrganizationApproval(ports),
  ReadOrganizationDecisionArn: makeReadOrganizationDecision(ports),
  WriteOrganizationRecordArn: makeWriteOrganizationRecord(ports),
})
