// What is given to a deploy by --param, held to what AWS takes and to what the alarm NoPlan can see: a mistake is refused
// here, and not by CloudFormation half-way, or by an alarm that goes off every week.
import { SettingsRefused } from '../core/model/errors.ts'
import type { Resources } from './exempt-paths.ts'
import { longestGapMinutes } from './schedule-gap.ts'

/** An alarm looks back 604,800 seconds at the most (PutMetricAlarm). */
const MAX_LOOK_BACK_HOURS = 168

/** FlexibleTimeWindow (EventBridge Scheduler API Reference). */
const MAX_WINDOW_MINUTES = 1440

/** For the run itself until its plan, and for the day on which the clocks go back. */
const SLACK_MINUTES = 60

interface ScheduleProperties {
  ScheduleExpression: string
  ScheduleExpressionTimezone: string
  State: string
  FlexibleTimeWindow: { Mode: string; MaximumWindowInMinutes?: string | number }
}

/** `flexibleMinutes: 0` becomes a schedule without a window. @throws SettingsRefused */
export function checkParameters({ Resources = {} }: Resources): void {
  const [schedule, alarm] = [Resources.Schedule?.Properties, Resources.NoPlan?.Properties]
  // A service of another making has none of ours.
  if (schedule === undefined || alarm === undefined) return
  const properties = schedule as unknown as ScheduleProperties
  const { EvaluationPeriods } = alarm as { EvaluationPeriods?: unknown }
  const hours = wholeNumber('planWithinHours', EvaluationPeriods, 1, MAX_LOOK_BACK_HOURS)
  const window = wholeNumber(
    'flexibleMinutes',
    properties.FlexibleTimeWindow.MaximumWindowInMinutes,
    0,
    MAX_WINDOW_MINUTES,
  )
  if (window === 0) properties.FlexibleTimeWindow = { Mode: 'OFF' }
  refuseOdd(properties)
  const gap = gapOf(properties.ScheduleExpression)
  if (properties.State === 'ENABLED') refuseBlindAlarm(properties.ScheduleExpression, gap + window, hours)
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  // Number() alone would take blanks and null for 0, a window that is off, and 1e1 for 10.
  const number = /^\d{1,5}$/.test(String(value)) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw refused(name, `a whole number from ${least} to ${most}`, value)
}

function refuseOdd({ State, ScheduleExpressionTimezone: zone }: ScheduleProperties): void {
  if (State !== 'ENABLED' && State !== 'DISABLED') throw refused('scheduleState', 'ENABLED or DISABLED', State)
  if (!isTimeZone(zone)) throw refused('timeZone', 'a time zone such as Europe/Berlin', zone)
}

/** By name: an offset such as +01:00 knows no summer. */
function isTimeZone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}

/** Also of a schedule that is off: what is none would be refused half-way through a deploy. */
function gapOf(schedule: string): number {
  const gap = longestGapMinutes(schedule)
  if (gap !== null) return gap
  throw refused(
    'schedule',
    'cron(minute hour day month weekday *) with ? in exactly one of day and weekday, and nowhere else, or rate(1 day), which goes on for ever',
    schedule,
  )
}

/** An alarm for "no plan" that looks back less far than from one run to the next would go off between any two. */
function refuseBlindAlarm(schedule: string, minutes: number, hours: number): void {
  const needed = Math.ceil((minutes + SLACK_MINUTES) / 60)
  if (needed > MAX_LOOK_BACK_HOURS)
    throw refused(
      'schedule',
      `at most ${MAX_LOOK_BACK_HOURS} hours from one run to the next, with flexibleMinutes and an hour to spare: no alarm looks back further`,
      `${schedule}, which takes ${needed}`,
    )
  if (needed > hours)
    throw refused(
      'planWithinHours',
      `at least ${needed} with this schedule, flexibleMinutes and an hour to spare`,
      hours,
    )
}

const refused = (name: string, expected: string, received: unknown): SettingsRefused =>
  new SettingsRefused(`Settings refused: parameter ${name}, expected ${expected}, received ${received}`)
