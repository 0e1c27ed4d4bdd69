// What CloudWatch counts of a run. The step that knows a value sends it once. A step that is retried may send it again:
// for an alarm, twice is better than never.

import { MODE_WRITES, OUTCOMES, type Outcome } from '../model/closed-sets.ts'
import type { OrganizationPlan } from '../model/documents/organization-plan.ts'
import type { OrganizationRecord } from '../model/documents/organization-record.ts'
import type { Plan } from '../model/documents/plan.ts'
import type { RunRecord } from '../model/documents/record.ts'
import { MILLISECONDS_PER_DAY, millisecondsOf } from '../model/instants.ts'

export const NAMESPACE = 'keysweep'

/** The value of the dimension "service"; the other dimension is "stage". */
export const SERVICE = 'keysweep'

/** Every metric and its unit, in CloudWatch's words; hours are none of its units. */
export const UNITS = {
  /** Stale keys that a plan found, those beyond the ceiling of one run too. */
  KeysFound: 'Count',
  KeysDeactivated: 'Count',
  KeysReactivated: 'Count',
  KeysSkipped: 'Count',
  KeysFailed: 'Count',
  /** Suspects whose facts could not be read. */
  UnreadableSuspects: 'Count',
  /** How old the credential report was when the plan was made of it. */
  ReportAgeHours: 'None',
  PlansMade: 'Count',
  /** 1: a plan that would be carried out is over a cap. A plan in mode plan changes nothing, so it raises no alarm. */
  OverCap: 'Count',
  /** 1 when a run begins to wait for a person, 0 when a run with a plan ends. */
  ApprovalsWaiting: 'Count',
  /** Runs that have waited for approval for more than a day, counted every hour. */
  ApprovalsWaitingOverADay: 'Count',
  /** How many of the two topics, for messages and for alarms, have no confirmed subscription. Written every hour. */
  TopicsUnheard: 'Count',
  /** Of a run's end: to programs, to people or to both. */
  NoticesFailed: 'Count',
} as const

export type MetricName = keyof typeof UNITS

export type MetricValues = Partial<Record<MetricName, number>>

/** The metric that counts the keys with this outcome. */
const METRIC_OF: Record<Outcome, MetricName> = {
  deactivated: 'KeysDeactivated',
  reactivated: 'KeysReactivated',
  skipped: 'KeysSkipped',
  failed: 'KeysFailed',
}

/** Of one slice of the suspects. */
export const checkMetrics = (unreadable: number): MetricValues => ({ UnreadableSuspects: unreadable })

/** Of a plan and the report it was made of; null: it was taken from another run. */
export function planMetrics(plan: Plan, reportGeneratedAt: string | null): MetricValues {
  const made = millisecondsOf(plan.createdAt)
  const generated = millisecondsOf(reportGeneratedAt)
  return {
    PlansMade: 1,
    KeysFound: plan.keys.length + plan.leftForNextRun,
    OverCap: MODE_WRITES[plan.mode] && plan.overCaps.length > 0 ? 1 : 0,
    ...(made === null || generated === null ? {} : { ReportAgeHours: hours(made - generated) }),
  }
}

/** Of the plan of an organization run. Its runs in accounts count their keys. */
export const organizationPlanMetrics = ({ mode, overCaps }: OrganizationPlan): MetricValues => ({
  OverCap: MODE_WRITES[mode] && overCaps.length > 0 ? 1 : 0,
})

/** Of its record, and of how many notices of it could not be sent. */
export const organizationRecordMetrics = ({ plan }: OrganizationRecord, notifyFailed: number): MetricValues => ({
  NoticesFailed: notifyFailed,
  ...(plan === null ? {} : { ApprovalsWaiting: 0 }),
})

/** Of a run that begins to wait for a person. */
export const askedMetrics = (): MetricValues => ({ ApprovalsWaiting: 1 })

/** Of all runs that are open, and of the topics; null: the subscriptions could not be read. */
export const hourlyMetrics = (overADay: number, topicsUnheard: number | null): MetricValues => ({
  ApprovalsWaitingOverADay: overADay,
  ...(topicsUnheard === null ? {} : { TopicsUnheard: topicsUnheard }),
})

/** Of a run's record, and of how many notices of it could not be sent. */
export function recordMetrics({ counts, plan }: RunRecord, notifyFailed: number): MetricValues {
  return {
    ...Object.fromEntries(OUTCOMES.map((outcome) => [METRIC_OF[outcome], counts[outcome]])),
    NoticesFailed: notifyFailed,
    // A run with a plan kept the others out, and waits no more, with or without an answer. An undo, or a run that was
    // turned away, has none and says nothing about the one that waits.
    ...(plan === null ? {} : { ApprovalsWaiting: 0 }),
  }
}

const hours = (milliseconds: number): number => Math.round((milliseconds * 24 * 100) / MILLISECONDS_PER_DAY) / 100
