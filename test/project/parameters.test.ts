// What may be given to a deploy, checked when the stack is packaged.
import { describe, expect, it } from '@jest/globals'
import { checkParameters } from '../../scripts/check-parameters.ts'
import type { Resources } from '../../scripts/exempt-paths.ts'
import { longestGapMinutes } from '../../scripts/schedule-gap.ts'
import { resources } from './stack.ts'

interface Given {
  schedule?: string
  timeZone?: string
  flexibleMinutes?: unknown
  scheduleState?: string
  planWithinHours?: unknown
}

/** The stack's own schedule and alarm, with these parameters; the rest as they are by default. */
function stackWith({ schedule, timeZone, flexibleMinutes, scheduleState, planWithinHours }: Given) {
  const { Schedule, NoPlan } = structuredClone(resources) as Record<string, { Properties: Record<string, unknown> }>
  const given = {
    ...(schedule !== undefined && { ScheduleExpression: schedule }),
    ...(timeZone !== undefined && { ScheduleExpressionTimezone: timeZone }),
    ...(scheduleState !== undefined && { State: scheduleState }),
    ...(flexibleMinutes !== undefined && {
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: flexibleMinutes },
    }),
  }
  Object.assign(Schedule?.Properties ?? {}, given)
  if (planWithinHours !== undefined) Object.assign(NoPlan?.Properties ?? {}, { EvaluationPeriods: planWithinHours })
  const written = { Resources: { Schedule, NoPlan } } as unknown as Resources
  checkParameters(written)
  return Schedule?.Properties
}

describe('the parameters of a deploy', () => {
  it.each<[string, Given]>([
    ['as they are by default', {}],
    ['with a plan expected within the longest time that an alarm looks back', { planWithinHours: '168' }],
    ['twice a week', { schedule: 'cron(0 6 ? * MON,THU *)', planWithinHours: 100 }],
    ['every hour', { schedule: 'rate(1 hour)', planWithinHours: 3 }],
    ['by hand alone, with a schedule however rare', { scheduleState: 'DISABLED', schedule: 'rate(7 days)' }],
    ['by hand alone, with one of once a month', { scheduleState: 'DISABLED', schedule: 'cron(0 6 L * ? *)' }],
  ])('are taken %s', (_, given) => {
    expect(() => stackWith(given)).not.toThrow()
  })

  it('with no minutes to spare make a schedule without a window', () => {
    expect(stackWith({ flexibleMinutes: '0' })?.FlexibleTimeWindow).toEqual({ Mode: 'OFF' })
    expect(stackWith({})?.FlexibleTimeWindow).toEqual({ Mode: 'FLEXIBLE', MaximumWindowInMinutes: '15' })
  })

  it.each<[string, Given, RegExp]>([
    ['an alarm that looks back too far', { planWithinHours: 169 }, /planWithinHours, .* from 1 to 168, received 169$/],
    ['an alarm that looks back not at all', { planWithinHours: '0' }, /planWithinHours, .*received 0$/],
    ['half an hour', { planWithinHours: '26.5' }, /planWithinHours, .*received 26\.5$/],
    ['no number', { flexibleMinutes: 'soon' }, /flexibleMinutes, .*from 0 to 1440, received soon$/],
    ['a window of more than a day', { flexibleMinutes: 1441 }, /flexibleMinutes, .*received 1441$/],
    [
      'a weekly schedule, which no alarm can watch',
      { schedule: 'cron(0 6 ? * MON *)', planWithinHours: 168 },
      /schedule, expected at most 168 hours .*MON \*\), which takes 170$/,
    ],
    [
      'a monthly one',
      { schedule: 'cron(0 6 1 * ? *)', planWithinHours: 168 },
      /parameter schedule, expected at most 168 hours/,
    ],
    [
      'an alarm that would go off between two runs',
      { planWithinHours: 24 },
      /planWithinHours, expected at least 26 .*received 24$/,
    ],
    ['the same by the window', { flexibleMinutes: 180 }, /planWithinHours, expected at least 28 /],
    ['a schedule that ends', { schedule: 'at(2027-01-01T06:00:00)' }, /parameter schedule, expected cron/],
    ['a schedule for some years', { schedule: 'cron(0 6 * * ? 2027)' }, /parameter schedule, expected cron/],
    ['a schedule of five fields', { schedule: 'cron(0 6 * * ?)' }, /parameter schedule, expected cron/],
    [
      'both days given: EventBridge Scheduler takes one of them',
      { schedule: 'cron(0 6 * * * *)' },
      /parameter schedule, expected cron.* with \? in exactly one of day and weekday, and nowhere else, .*received cron\(0 6 \* \* \* \*\)$/,
    ],
    ['neither day given', { schedule: 'cron(0 6 ? * ? *)' }, /with \? in exactly one of day and weekday/],
    ['? for the minute', { schedule: 'cron(? 6 * * ? *)' }, /with \? .* nowhere else/],
    [
      'what is no schedule, by hand alone too',
      { scheduleState: 'DISABLED', schedule: 'daily' },
      /schedule, .*received daily$/,
    ],
    [
      'both days, by hand alone too',
      { scheduleState: 'DISABLED', schedule: 'cron(0 6 * * * *)' },
      /exactly one of day/,
    ],
    ['blanks for minutes', { flexibleMinutes: '  ' }, /flexibleMinutes, .*received {3}$/],
    ['no minutes at all', { flexibleMinutes: null }, /flexibleMinutes, .*received null$/],
    ['a power of ten', { flexibleMinutes: '1e1' }, /flexibleMinutes, .*received 1e1$/],
    ['a number of another base', { planWithinHours: '0x20' }, /planWithinHours, .*received 0x20$/],
    ['more digits than there are minutes', { flexibleMinutes: '000015' }, /flexibleMinutes, .*received 000015$/],
    ['a state that is none', { scheduleState: 'off' }, /scheduleState, expected ENABLED or DISABLED, received off$/],
    ['a time zone that is none', { timeZone: 'Europe/Berlim' }, /timeZone, .*received Europe\/Berlim$/],
    ['an offset', { timeZone: '+01:00' }, /timeZone, .*received \+01:00$/],
  ])('are refused for %s', (_, given, message) => {
    expect(() => stackWith(given)).toThrow(message)
    expect(() => stackWith(given)).toThrow(expect.objectContaining({ name: 'SettingsRefused' }))
  })
})

const HOUR = 60
const DAY = 24 * HOUR

describe('from one start to the next', () => {
  it.each([
    ['rate(1 minute)', 1],
    ['rate(3 days)', 3 * DAY],
    ['cron(0 6 * * ? *)', DAY],
    ['cron(0/15 * * * ? *)', 15],
    ['cron(0 0/6 * * ? *)', 6 * HOUR],
    ['cron(0 6,18 ? * * *)', 12 * HOUR],
    ['cron(30 6 ? * MON-FRI *)', 3 * DAY],
    ['cron(0 6 ? * 2,5 *)', 4 * DAY],
    ['cron(0 6 ? * mon *)', 7 * DAY],
    ['cron(0 6 1/2 * ? *)', 2 * DAY],
    ['cron(0 6 1 * ? *)', 31 * DAY],
    ['cron(0 6 * JAN ? *)', 335 * DAY + DAY],
    ['cron(0 6 L * ? *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 LW * ? *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 15W * ? *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 ? * 6#3 *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 ? * FRI#1 *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 ? * 6L *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 ? * L *)', Number.POSITIVE_INFINITY],
    ['cron(0 6 30 FEB ? *)', Number.POSITIVE_INFINITY],
  ])('%s lets pass %s minutes at the most', (expression, minutes) => {
    expect(longestGapMinutes(expression)).toBe(minutes)
  })

  it.each([
    '',
    'rate(0 days)',
    'rate(1 week)',
    'cron(0 24 * * ? *)',
    'cron(x 6 * * ? *)',
    'cron(0 6 5-1 * ? *)',
    'cron(0 6 * * * *)',
    'cron(0 6 ? * ? *)',
    'cron(? ? * * ? *)',
    'cron(? 6 * * ? *)',
    'cron(0 ? * * ? *)',
    'cron(0 6 * ? ? *)',
    'cron(0 6 ?,3 * ? *)',
    'cron(0 6 ?/2 * * *)',
    'cron(0 6 * * ?,MON *)',
    'cron(x 6 L * ? *)',
    'cron(0 6 seldom * ? *)',
    'cron(0 6 32W * ? *)',
    'cron(0 6 ? * 6#6 *)',
    'cron(0 6 ? * 9L *)',
    'cron(0 6 L * MON *)',
    'daily',
  ])('%j tells nothing', (expression) => {
    expect(longestGapMinutes(expression)).toBeNull()
  })
})
