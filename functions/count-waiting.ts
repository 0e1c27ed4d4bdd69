// Count waiting: once an hour, how many questions have stood for more than a day. No task of the machine: a run that
// waits does nothing, so that somebody else has to look at the clock.

import pMap from 'p-map'
import { millisecondsAsked } from '../core/decision.ts'
import { isRunId } from '../core/ids.ts'
import { MILLISECONDS_PER_DAY } from '../core/instants.ts'
import { waitingMetrics } from '../core/metrics.ts'
import { measured } from './measure.ts'
import { onLambda } from './on-lambda.ts'
import { openRunsPort } from './open-runs-port.ts'
import type { OpenRunsPort, Ports } from './ports.ts'
import { storePort } from './store-port.ts'
import { readDecision, readStoredPlan } from './stored.ts'

/** A run that was stopped is not open: its question is gone with it. @throws MachineUnavailable, and what the run store throws */
export const makeCountWaiting =
  ({ store, now, openRuns }: Pick<Ports, 'store' | 'now'> & OpenRunsPort) =>
  async () => {
    const open = (await openRuns()).filter(isRunId)
    const waiting = await pMap(open, (runId) => hasWaitedADay(store, runId, now()), { concurrency: 10 })
    return { metrics: waitingMetrics(waiting.filter(Boolean).length) }
  }

/** An answered run works on, however old its plan is. */
async function hasWaitedADay(store: Ports['store'], runId: string, now: Date): Promise<boolean> {
  const stored = await readStoredPlan(store, runId)
  if (stored === null || stored.plan.next !== 'approval') return false
  const asked = millisecondsAsked(stored.plan.createdAt, now)
  return asked > MILLISECONDS_PER_DAY && (await readDecision(store, runId)) === null
}

export const handler = measured(onLambda(makeCountWaiting, storePort, openRunsPort))
