// Count waiting: counts, once an hour, the runs and organization runs that have waited for approval for more than a day, and
// the topics that nobody listens to. It is not a state of the machine, because a waiting run executes nothing.

import pMap from 'p-map'
import { NoticeFailed } from '../core/model/errors.ts'
import { isOrganizationRunId, isRunId } from '../core/model/ids.ts'
import { MILLISECONDS_PER_DAY } from '../core/model/instants.ts'
import { hourlyMetrics } from '../core/notify/metrics.ts'
import { millisecondsAsked } from '../core/run/decision.ts'
import type { ListenPort, OpenRunsPort, Ports } from '../steps/ports.ts'
import { organizationDocuments, read, readDecision, readStoredPlan } from '../steps/run-documents.ts'
import { measured } from './lambda/measure.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { listenPort, openRunsPort, storePort } from './lambda/ports.ts'

type CountPorts = Pick<Ports, 'store' | 'now'> & OpenRunsPort & ListenPort

/** A stopped run is not open, so it is not counted. @throws MachineUnavailable, and what the run store throws */
export const makeCountWaiting =
  ({ store, now, openRuns, openOrganizationRuns, topicsUnheard }: CountPorts) =>
  async () => {
    const [runs, organizationRuns] = await Promise.all([openRuns(), openOrganizationRuns()])
    const open = [
      ...runs.filter(isRunId).map((runId) => () => hasWaitedADay(store, runId, now())),
      ...organizationRuns.filter(isOrganizationRunId).map((runId) => () => hasOrganizationWaited(store, runId, now())),
    ]
    const waiting = await pMap(open, (hasWaited) => hasWaited(), { concurrency: 10 })
    return { metrics: hourlyMetrics(waiting.filter(Boolean).length, await countOrNull(topicsUnheard)) }
  }

/** Without this count the other is written all the same. The alarm goes off if it is missing. */
async function countOrNull(count: () => Promise<number>): Promise<number | null> {
  try {
    return await count()
  } catch (error) {
    if (error instanceof NoticeFailed) return null
    throw error
  }
}

/** Whether the run has waited for more than a day. A run with a decision does not wait any more. */
async function hasWaitedADay(store: Ports['store'], runId: string, now: Date): Promise<boolean> {
  const stored = await readStoredPlan(store, runId)
  if (stored === null || stored.plan.next !== 'approval') return false
  const asked = millisecondsAsked(stored.plan.createdAt, now)
  return asked > MILLISECONDS_PER_DAY && (await readDecision(store, runId)) === null
}

/** The same of an organization run. */
async function hasOrganizationWaited(store: Ports['store'], runId: string, now: Date): Promise<boolean> {
  const plan = await read(store, organizationDocuments.plan(runId))
  if (plan === null || plan.next !== 'approval') return false
  const asked = millisecondsAsked(plan.createdAt, now)
  return asked > MILLISECONDS_PER_DAY && (await read(store, organizationDocuments.decision(runId))) === null
}

export const handler = measured(onLambda(makeCountWaiting, storePort, openRunsPort, listenPort))
