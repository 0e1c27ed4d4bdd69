// Hands the metrics in a handler's answer to CloudWatch, as one line of its embedded metric format in the log: no call,
// no permission, and no metric lost with a call that failed. Only the functions that have something to count wear this.
import { type MetricName, type MetricValues, NAMESPACE, SERVICE, UNITS } from '../../core/notify/metrics.ts'
import type { LambdaHandler } from './observe.ts'

/** Writes one set of values, with the run that they are of, if they are of one. */
export type Meter = (values: MetricValues, runId: unknown) => void

/** The same handler, which counts what its answer says. */
export function measured<Answer extends { metrics: MetricValues }>(
  handler: LambdaHandler<Answer>,
  openMeter: () => Promise<Meter> = powertoolsMeter,
): LambdaHandler<Answer> {
  let opened: Promise<Meter> | undefined
  return async (event, context) => {
    const answer = await handler(event, context)
    opened ??= openMeter()
    const meter = await opened
    meter(answer.metrics, (event as { runId?: unknown } | undefined)?.runId)
    return answer
  }
}

/** Loaded with the first call: a run on one machine counts nothing. */
async function powertoolsMeter(): Promise<Meter> {
  const { Metrics } = await import('@aws-lambda-powertools/metrics')
  const { KEYSWEEP_STAGE: stage = 'unknown' } = process.env
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: SERVICE, defaultDimensions: { stage } })
  return (values, runId) => {
    for (const [name, value] of Object.entries(values) as [MetricName, number][])
      metrics.addMetric(name, UNITS[name], value)
    // For searching the log: as a dimension, each run would be a metric of its own.
    if (typeof runId === 'string') metrics.addMetadata('runId', runId)
    metrics.publishStoredMetrics()
  }
}
