// Writes the body of the CloudWatch dashboard (CloudWatch API Reference, "Dashboard Body Structure and Syntax"). The names of
// our metrics are typed, so that one that no function writes does not compile.
import { type MetricName, NAMESPACE, SERVICE } from '../core/notify/metrics.ts'
import type { Resources } from './exempt-paths.ts'

type Statistic = 'Sum' | 'Maximum'

interface Chart {
  title: string
  /** Each with the label that the chart shows. */
  metrics: Partial<Record<MetricName, string>>
  statistic: Statistic
  /** Seconds that one point stands for. */
  period: number
  stacked?: boolean
}

const HOUR = 3600
const DAY = 24 * HOUR

/** A day each, because a run is a daily thing. Runs by hand on the same day are added to the sums. */
const CHARTS: Chart[] = [
  {
    title: 'Keys by outcome, a day',
    metrics: {
      KeysDeactivated: 'deactivated',
      KeysReactivated: 'reactivated',
      KeysSkipped: 'skipped',
      KeysFailed: 'failed',
    },
    statistic: 'Sum',
    period: DAY,
    stacked: true,
  },
  {
    title: 'Stale keys found',
    metrics: { KeysFound: 'stale keys', UnreadableSuspects: 'users that could not be read' },
    statistic: 'Maximum',
    period: DAY,
  },
  {
    title: 'Age of the credential report, hours',
    metrics: { ReportAgeHours: 'hours' },
    statistic: 'Maximum',
    period: DAY,
  },
  {
    title: 'Runs that wait for approval, and topics that nobody listens to',
    metrics: {
      ApprovalsWaiting: 'waiting',
      ApprovalsWaitingOverADay: 'for more than a day',
      TopicsUnheard: 'topics without a subscription',
    },
    statistic: 'Maximum',
    period: HOUR,
  },
  {
    title: 'Plans and messages, a day',
    metrics: { PlansMade: 'plans made', OverCap: 'plans over a cap', NoticesFailed: 'messages not sent' },
    statistic: 'Sum',
    period: DAY,
  },
]

/** CloudWatch's grid has 24 columns: two charts a row. */
const COLUMNS = 24
const [WIDTH, HEIGHT] = [COLUMNS / 2, 6]

/** Fills in the dashboard: every alarm of the stack on top, the charts below. Does nothing for a stack without one. */
export function fillDashboard({ Resources = {} }: Resources, stage: string): void {
  const dashboard = Resources.Dashboard
  if (dashboard === undefined) return
  const alarms = Object.keys(Resources).filter((name) => Resources[name]?.Type === 'AWS::CloudWatch::Alarm')
  const widgets = [alarmWidget(alarms), ...CHARTS.map((chart, n) => chartWidget(chart, n, stage))]
  const body = { start: '-P28D', widgets }
  dashboard.Properties = { ...dashboard.Properties, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } }
}

const alarmWidget = (names: string[]) => ({
  type: 'alarm',
  x: 0,
  y: 0,
  width: COLUMNS,
  height: HEIGHT / 2,
  properties: { title: 'Alarms', alarms: names.map((name) => `\${${name}.Arn}`) },
})

const chartWidget = ({ title, metrics, statistic, period, stacked = false }: Chart, n: number, stage: string) => ({
  type: 'metric',
  x: (n % 2) * WIDTH,
  y: HEIGHT / 2 + Math.floor(n / 2) * HEIGHT,
  width: WIDTH,
  height: HEIGHT,
  properties: {
    title,
    region: '${AWS::Region}',
    view: 'timeSeries',
    stacked,
    stat: statistic,
    period,
    yAxis: { left: { min: 0 } },
    metrics: Object.entries(metrics).map(([name, label]) => [
      ...[NAMESPACE, name, 'service', SERVICE, 'stage', stage],
      { label },
    ]),
  },
})
