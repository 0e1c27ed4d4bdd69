// Every alarm as it is wired, and every metric of ours as the functions write it: an alarm that asks for a name, a
// dimension or a period that nobody writes is silent for ever.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MetricName, NAMESPACE, UNITS } from '../../core/notify/metrics.ts'
import { measured } from '../../functions/lambda/measure.ts'
import { linesOf } from '../support/log-lines.ts'
import { resources, service } from './stack.ts'

const alarms = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')

const OURS = [
  { Name: 'service', Value: 'keysweep' },
  { Name: 'stage', Value: 'prod' },
]
const MACHINE = [{ Name: 'StateMachineArn', Value: { Ref: 'Keysweep' } }]
const ORGANIZATION = [{ Name: 'StateMachineArn', Value: { Ref: 'Organization' } }]
const DECIDE = [{ Name: 'FunctionName', Value: { Ref: 'DecideLambdaFunction' } }]
const API = [{ Name: 'ApiId', Value: { Ref: 'HttpApi' } }]
const QUEUE = [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['NotStarted', 'QueueName'] } }]

/** Namespace, metric, dimensions, statistic, seconds × periods, comparison, threshold, and what silence means. */
const WIRING: Record<string, [string, string, object[], string, number, number, string, number, string]> = {
  ExecutionFailed: ['AWS/States', 'ExecutionsFailed', MACHINE, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  ExecutionTimedOut: ['AWS/States', 'ExecutionsTimedOut', MACHINE, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  ExecutionAborted: ['AWS/States', 'ExecutionsAborted', MACHINE, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  OrganizationFailed: ['AWS/States', 'ExecutionsFailed', ORGANIZATION, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  KeysFailed: ['keysweep', 'KeysFailed', OURS, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  OverCap: ['keysweep', 'OverCap', OURS, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  ApprovalWaits: ['keysweep', 'ApprovalsWaitingOverADay', OURS, 'Maximum', 3600, 2, '>=', 1, 'breaching'],
  NobodyListens: ['keysweep', 'TopicsUnheard', OURS, 'Maximum', 3600, 2, '>=', 1, 'breaching'],
  NoticesFailed: ['keysweep', 'NoticesFailed', OURS, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  NoPlan: ['keysweep', 'PlansMade', OURS, 'Sum', 3600, 26, '<', 1, 'breaching'],
  DecideErrors: ['AWS/Lambda', 'Errors', DECIDE, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  DecideThrottles: ['AWS/Lambda', 'Throttles', DECIDE, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  ApiErrors: ['AWS/ApiGateway', '5xx', API, 'Sum', 300, 1, '>=', 1, 'notBreaching'],
  StartFailed: ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', QUEUE, 'Maximum', 300, 1, '>=', 1, 'notBreaching'],
}
const COMPARISONS: Record<string, string> = { GreaterThanOrEqualToThreshold: '>=', LessThanThreshold: '<' }
const KNOWN = [
  ...['AlarmName', 'AlarmDescription', 'AlarmActions', 'OKActions', 'Namespace', 'MetricName', 'Dimensions'],
  ...['Statistic', 'Period', 'EvaluationPeriods', 'ComparisonOperator', 'Threshold', 'TreatMissingData'],
]

const kebab = (name: string) => name.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase()

describe('the alarms', () => {
  const operate = readFileSync('docs/operations.md', 'utf8')

  it('are those that were promised', () => {
    expect(alarms.map(([name]) => name).toSorted()).toEqual(Object.keys(WIRING).toSorted())
  })

  it.each(alarms)('%s watches what it should, in the way it should', (name, { Properties }) => {
    const { Namespace, MetricName, Dimensions, Statistic, Period, EvaluationPeriods, Threshold } = Properties
    const comparison = COMPARISONS[Properties.ComparisonOperator as string]
    expect([
      ...[Namespace, MetricName, Dimensions, Statistic, Period, Number(EvaluationPeriods)],
      ...[comparison, Threshold, Properties.TreatMissingData],
    ]).toEqual(WIRING[name])
    expect(Object.keys(Properties).filter((one) => !KNOWN.includes(one))).toEqual([])
  })

  it.each(alarms)('%s tells people, and docs/operations.md says what to do', (name, { Properties }) => {
    // Not Notices: an alarm has no message attributes, so every subscription that filters by kind would drop it.
    expect(Properties.AlarmActions).toEqual([{ Ref: 'Alarms' }])
    expect(Properties.OKActions ?? [{ Ref: 'Alarms' }]).toEqual([{ Ref: 'Alarms' }])
    expect(Properties.AlarmName).toBe(`keysweep-prod-${kebab(name)}`)
    expect(operate).toContain(`| \`${kebab(name)}\` |`)
  })

  it('look back no further than CloudWatch does, and for a plan longer than from one daily run to the next', () => {
    const seconds = ({ Period, EvaluationPeriods }: Record<string, unknown>) =>
      Number(Period) * Number(EvaluationPeriods)
    for (const [, { Properties }] of alarms) expect(seconds(Properties)).toBeLessThanOrEqual(7 * 24 * 3600)
    expect(seconds(resources.NoPlan?.Properties ?? {})).toBeGreaterThan(24 * 3600)
  })
})

describe('a metric of ours that an alarm asks for', () => {
  const stage = process.env.KEYSWEEP_STAGE
  beforeAll(() => {
    process.env.KEYSWEEP_STAGE = service.provider.environment.KEYSWEEP_STAGE
  })
  afterAll(() => {
    if (stage === undefined) delete process.env.KEYSWEEP_STAGE
    else process.env.KEYSWEEP_STAGE = stage
  })

  const ours = alarms.map(([, { Properties }]) => Properties).filter(({ Namespace }) => Namespace === NAMESPACE)
  it.each<[MetricName, unknown]>(ours.map(({ MetricName, Dimensions }) => [MetricName as MetricName, Dimensions]))(
    '%s is written by that name, with those dimensions and no other',
    async (name, dimensions) => {
      expect(Object.keys(UNITS)).toContain(name)
      const handler = measured(async () => ({ metrics: { [name]: 1 } }))
      const [line = {}] = await linesOf(() => handler({ runId: 'run-1' }))
      const { CloudWatchMetrics } = line._aws as {
        CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[]
      }
      const [written] = CloudWatchMetrics
      expect(written).toMatchObject({ Namespace: NAMESPACE, Metrics: [{ Name: name }] })
      // One set of dimensions, whose values stand in the line.
      expect(written?.Dimensions.map((set) => set.map((Name) => ({ Name, Value: line[Name] })))).toEqual([dimensions])
    },
  )
})
