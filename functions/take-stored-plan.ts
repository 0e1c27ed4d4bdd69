// Take stored plan: makes the plan of an earlier run this run's own, under the caps and the approval of this run.
import * as z from 'zod'
import type { StoredDecision } from '../core/model/documents/decision.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { Plan } from '../core/model/documents/plan.ts'
import { partsOfAccountRunId } from '../core/model/ids.ts'
import { planMetrics } from '../core/notify/metrics.ts'
import { takeStoredPlan } from '../core/run/stored-plan.ts'
import { appliedReport } from '../steps/applied-report.ts'
import { nextStep } from '../steps/next-step.ts'
import { passToChange } from '../steps/organization-gate.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { previousReport } from '../steps/previous-report.ts'
import {
  documents,
  inForce,
  organizationDocuments,
  putPlan,
  read,
  readDecision,
  readEvents,
  readStoredPlan,
} from '../steps/run-documents.ts'
import { eventsOfPlan } from '../steps/second-witness.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws PassRefused; PlanRefused for a plan that may not be taken; and what the run store throws. */
export const makeTakeStoredPlan = ({ store, now }: Pick<Ports, 'store' | 'now'>) =>
  withPass({ store }, payload, async ({ runId }, input) => {
    const stored =
      (await readStoredPlan(store, runId)) ?? (await putPlan(store, await draftPlan(store, inForce(input), now())))
    return { ...nextStep(stored), metrics: planMetrics(stored.plan, null) }
  })

async function draftPlan(store: Ports['store'], run: RunInput, now: Date): Promise<Plan> {
  const admitted = await passToChange(store, run, null)
  const source = run.apply?.run ?? run.runId
  const [input, stored, decision, suspects, report, events, newer] = await Promise.all([
    read(store, documents.input(source)),
    readStoredPlan(store, source),
    decisionOn(store, source, run),
    read(store, documents.suspects(source)),
    appliedReport(store, run),
    readEvents(store, run.runId).then(eventsOfPlan),
    previousReport(store, run, source),
  ])
  const counted = suspects && (suspects.activeKeysNotExempt ?? suspects.activeKeys)
  const activeKeys = suspects && (report?.activeKeysNotExempt ?? counted)
  const unmatchedExemptions = report?.unmatchedExemptions ?? { users: [], paths: [] }
  const { witness } = events
  const found = { input, stored, decision, activeKeys, unmatchedExemptions, newer, witness, admitted }
  return takeStoredPlan(run, found, now)
}

/**
 * What a person answered about the plan of this run. The plan of a survey was asked about by its organization run: a run of
 * its own must not carry out what was rejected or left out there.
 */
async function decisionOn(store: Ports['store'], source: string, run: RunInput): Promise<StoredDecision | null> {
  const survey = run.organizationRun === null ? partsOfAccountRunId(source) : null
  const [decision, ofOrganization] = await Promise.all([
    readDecision(store, source),
    survey && read(store, organizationDocuments.decision(survey.organizationRun)),
  ])
  return decision ?? ofOrganization
}

export const handler = measured(onLambda(makeTakeStoredPlan, storePort))
