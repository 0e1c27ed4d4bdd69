// Checks the parameters of a deploy (--param) by the rules of AWS and by what the alarm NoPlan can watch. Otherwise a mistake
// would show in the middle of a deploy, or as an alarm every week.
import { SettingsRefused } from '../core/model/errors.ts'
import type { Resources } from './exempt-paths.ts'
import { longestGapMinutes } from './schedule-gap.ts'

/** An alarm covers at most 604,800 seconds (PutMetricAlarm). */
const MAX_ALARM_HOURS = 168

/** FlexibleTimeWindow (EventBridge Scheduler API Reference). */
const MAX_WINDOW_MINUTES = 1440

/** The time of a run until its plan, and the hour when the clocks go back. */
const SLACK_MINUTES = 60

interface ScheduleProperties {
  ScheduleExpression: string
  ScheduleExpressionTimezone: string
  State: string
  FlexibleTimeWindow: { Mode: string; MaximumWindowInMinutes?: string | number }
}

/**
 * Also turns `flexibleMinutes: 0` into a schedule without a window, and removes the alarm for "no plan" if the schedule is
 * disabled: nobody expects a plan then. Without an address for mail it removes the subscriptions. @throws SettingsRefused
 */
export function checkParameters({ Resources = {} }: Resources): void {
  checkEmail(Resources)
  checkOrganizationSchedule(Resources)
  const [schedule, alarm] = [Resources.Schedule?.Properties, Resources.NoPlan?.Properties]
  // Another service, without our resources.
  if (schedule === undefined || alarm === undefined) return
  const properties = schedule as unknown as ScheduleProperties
  const { EvaluationPeriods } = alarm as { EvaluationPeriods?: unknown }
  const hours = wholeNumber('planWithinHours', EvaluationPeriods, 1, MAX_ALARM_HOURS)
  const window = checkWindow(properties)
  refuseOdd(properties, 'scheduleState')
  const gap = gapOf(properties.ScheduleExpression, 'schedule')
  if (properties.State === 'ENABLED') refuseBlindAlarm(properties.ScheduleExpression, gap + window, hours)
  else delete Resources.NoPlan
}

/** Without a schedule nobody waits for an organization run, and the alarm for a failed one is removed: it has a price. */
function checkOrganizationSchedule(resources: NonNullable<Resources['Resources']>): void {
  const schedule = resources.OrganizationSchedule?.Properties
  if (schedule === undefined) return
  const properties = schedule as unknown as ScheduleProperties
  checkWindow(properties)
  refuseOdd(properties, 'organizationScheduleState')
  gapOf(properties.ScheduleExpression, 'organizationSchedule')
  if (properties.State !== 'ENABLED') delete resources.OrganizationFailed
}

/** Turns a window of no minutes into none. @returns its minutes */
function checkWindow(properties: ScheduleProperties): number {
  const { MaximumWindowInMinutes } = properties.FlexibleTimeWindow
  const window = wholeNumber('flexibleMinutes', MaximumWindowInMinutes, 0, MAX_WINDOW_MINUTES)
  if (window === 0) properties.FlexibleTimeWindow = { Mode: 'OFF' }
  return window
}

/** The value of the parameter `email` for nobody. */
const NOBODY = 'none'

function checkEmail(resources: NonNullable<Resources['Resources']>): void {
  const subscriptions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::SNS::Subscription')
  for (const [name, { Properties }] of subscriptions) {
    const address = String(Properties?.Endpoint)
    if (address === NOBODY) delete resources[name]
    else if (!/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(address))
      throw refused('email', `an address, or ${NOBODY}`, address)
  }
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  // Number() alone would accept blanks and null as 0, and 1e1 as 10.
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw refused(name, `a whole number from ${least} to ${most}`, value)
}

function refuseOdd({ State, ScheduleExpressionTimezone: zone }: ScheduleProperties, name: string): void {
  if (State !== 'ENABLED' && State !== 'DISABLED') throw refused(name, 'ENABLED or DISABLED', State)
  if (!isTimeZone(zone)) throw refused('timeZone', 'a time zone such as Europe/Berlin', zone)
}

/** Only names: an offset such as +01:00 has no summer time. */
function isTimeZone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}

/** A disabled schedule is checked too: AWS would refuse an invalid one in the middle of a deploy. */
function gapOf(schedule: string, name: string): number {
  const gap = longestGapMinutes(schedule)
  if (gap !== null) return gap
  throw refused(
    name,
    'cron(minute hour day month weekday *) with ? for either day or weekday and nowhere else, or a rate such as rate(1 day)',
    schedule,
  )
}

/** An alarm for "no plan" that covers less than the time between two runs would go off between them. */
function refuseBlindAlarm(schedule: string, minutes: number, hours: number): void {
  const needed = Math.ceil((minutes + SLACK_MINUTES) / 60)
  if (needed > MAX_ALARM_HOURS)
    throw refused(
      'schedule',
      `at most ${MAX_ALARM_HOURS} hours between two runs, flexibleMinutes and one more hour included, because no alarm covers more; this schedule needs ${needed}`,
      schedule,
    )
  if (needed > hours)
    throw refused(
      'planWithinHours',
      `at least ${needed}: the hours between two runs, flexibleMinutes and one more hour`,
      hours,
    )
}

const refused = (name: string, rule: string, received: unknown): SettingsRefused =>
  new SettingsRefused(`Invalid parameter ${name} "${received}": must be ${rule}.`)
