// Writes the metrics of a handler's output to the log, as one line in CloudWatch's embedded metric format. This needs no call
// and no permission, and cannot fail. Only functions with metrics use it.
import { type MetricName, type MetricValues, NAMESPACE, SERVICE, UNITS } from '../../core/notify/metrics.ts'
import type { LambdaHandler } from './observe.ts'

/** Writes one set of values, with the run's id if there is one. */
export type Meter = (values: MetricValues, runId: unknown) => void

/** The same handler, which also writes the metrics of its output. */
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

/** Loaded at the first call: a run on one machine writes no metrics. */
async function powertoolsMeter(): Promise<Meter> {
  const { Metrics } = await import('@aws-lambda-powertools/metrics')
  const { KEYSWEEP_STAGE: stage = 'unknown' } = process.env
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: SERVICE, defaultDimensions: { stage } })
  return (values, runId) => {
    for (const [name, value] of Object.entries(values) as [MetricName, number][])
      metrics.addMetric(name, UNITS[name], value)
    // Only for searching the log: as a dimension, it would make a metric for each run.
    if (typeof runId === 'string') metrics.addMetadata('runId', runId)
    metrics.publishStoredMetrics()
  }
}
