// What may be given to a deploy, checked when the stack is packaged.
import { describe, expect, it } from '@jest/globals'
import { checkParameters } from '../../scripts/check-parameters.ts'
import type { Resources } from '../../scripts/exempt-paths.ts'
import { longestGapMinutes } from '../../scripts/schedule-gap.ts'
import { errorWith } from '../support/error-facts.ts'
import { parameters, resources } from './stack.ts'

/** The form of a schedule, which a refusal shows. */
const CRON = 'cron(minute hour day month weekday *)'

interface Given {
  schedule?: string
  timeZone?: string
  flexibleMinutes?: unknown
  scheduleState?: string
  planWithinHours?: unknown
}

/** The stack's own schedule and alarm, with these parameters; the rest as they are by default. */
const stackWith = (given: Given) => resourcesWith(given).Schedule?.Properties

function resourcesWith({ schedule, timeZone, flexibleMinutes, scheduleState, planWithinHours }: Given) {
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
  const written: Required<Resources> = { Resources: { Schedule: { ...Schedule }, NoPlan: { ...NoPlan } } }
  checkParameters(written)
  return written.Resources
}

/** The schedule for organization runs with these properties, and its alarm. */
function organizationsWith(given: Record<string, unknown>) {
  const { OrganizationSchedule, OrganizationFailed } = structuredClone(resources)
  const written: Required<Resources> = {
    Resources: { OrganizationSchedule: { ...OrganizationSchedule }, OrganizationFailed: { ...OrganizationFailed } },
  }
  Object.assign(written.Resources.OrganizationSchedule?.Properties ?? {}, given)
  checkParameters(written)
  return written.Resources
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

  it('expect no plan, and have no alarm for it, where runs are started by hand alone', () => {
    expect(Object.keys(resourcesWith({}))).toEqual(['Schedule', 'NoPlan'])
    expect(Object.keys(resourcesWith({ scheduleState: 'DISABLED' }))).toEqual(['Schedule'])
  })

  it('of organization runs keep their alarm only where these have a schedule', () => {
    const names = (given: Parameters<typeof organizationsWith>[0]) => Object.keys(organizationsWith(given))
    expect(names({})).toEqual(['OrganizationSchedule'])
    expect(names({ State: 'ENABLED' })).toEqual(['OrganizationSchedule', 'OrganizationFailed'])
    const { OrganizationSchedule } = organizationsWith({ FlexibleTimeWindow: { MaximumWindowInMinutes: '0' } })
    expect(OrganizationSchedule?.Properties?.FlexibleTimeWindow).toEqual({ Mode: 'OFF' })
  })

  it.each<[Record<string, unknown>, string[]]>([
    [{ State: 'on' }, ['organizationScheduleState', '"on"']],
    [{ ScheduleExpression: 'daily' }, ['organizationSchedule', '"daily"', CRON]],
  ])('of organization runs are refused: %j', (given, facts) => {
    expect(() => organizationsWith(given)).toThrow(errorWith('SettingsRefused', ...facts))
  })

  it('with no minutes to spare make a schedule without a window', () => {
    expect(stackWith({ flexibleMinutes: '0' })?.FlexibleTimeWindow).toEqual({ Mode: 'OFF' })
    expect(stackWith({})?.FlexibleTimeWindow).toEqual({ Mode: 'FLEXIBLE', MaximumWindowInMinutes: '15' })
  })

  it.each<[string, Given, (string | number)[]]>([
    ['an alarm that looks back too far', { planWithinHours: 169 }, ['planWithinHours', '"169"', 1, 168]],
    ['an alarm that looks back not at all', { planWithinHours: '0' }, ['planWithinHours', '"0"']],
    ['half an hour', { planWithinHours: '26.5' }, ['planWithinHours', '"26.5"']],
    ['no number', { flexibleMinutes: 'soon' }, ['flexibleMinutes', '"soon"', 0, 1440]],
    ['a window of more than a day', { flexibleMinutes: 1441 }, ['flexibleMinutes', '"1441"']],
    [
      'a weekly schedule, which no alarm can watch',
      { schedule: 'cron(0 6 ? * MON *)', planWithinHours: 168 },
      ['schedule', '"cron(0 6 ? * MON *)"', 168, 170],
    ],
    ['a monthly one', { schedule: 'cron(0 6 1 * ? *)', planWithinHours: 168 }, ['schedule', 168]],
    ['an alarm that would go off between two runs', { planWithinHours: 24 }, ['planWithinHours', '"24"', 26]],
    ['the same by the window', { flexibleMinutes: 180 }, ['planWithinHours', 28]],
    ['a schedule that ends', { schedule: 'at(2027-01-01T06:00:00)' }, ['schedule', '"at(2027-01-01T06:00:00)"', CRON]],
    ['a schedule for some years', { schedule: 'cron(0 6 * * ? 2027)' }, ['schedule', '"cron(0 6 * * ? 2027)"', CRON]],
    ['a schedule of five fields', { schedule: 'cron(0 6 * * ?)' }, ['schedule', '"cron(0 6 * * ?)"', CRON]],
    [
      'both days given: EventBridge Scheduler takes one of them',
      { schedule: 'cron(0 6 * * * *)' },
      ['schedule', '"cron(0 6 * * * *)"', CRON],
    ],
    ['neither day given', { schedule: 'cron(0 6 ? * ? *)' }, ['schedule', '"cron(0 6 ? * ? *)"', CRON]],
    ['? for the minute', { schedule: 'cron(? 6 * * ? *)' }, ['schedule', '"cron(? 6 * * ? *)"', CRON]],
    [
      'what is no schedule, by hand alone too',
      { scheduleState: 'DISABLED', schedule: 'daily' },
      ['schedule', '"daily"', CRON],
    ],
    [
      'both days, by hand alone too',
      { scheduleState: 'DISABLED', schedule: 'cron(0 6 * * * *)' },
      ['schedule', '"cron(0 6 * * * *)"', CRON],
    ],
    ['blanks for minutes', { flexibleMinutes: '  ' }, ['flexibleMinutes', '"  "']],
    ['no minutes at all', { flexibleMinutes: null }, ['flexibleMinutes', '"null"']],
    ['a power of ten', { flexibleMinutes: '1e1' }, ['flexibleMinutes', '"1e1"']],
    ['a number of another base', { planWithinHours: '0x20' }, ['planWithinHours', '"0x20"']],
    ['more digits than there are minutes', { flexibleMinutes: '000015' }, ['flexibleMinutes', '"000015"']],
    ['a state that is none', { scheduleState: 'off' }, ['scheduleState', '"off"', 'ENABLED', 'DISABLED']],
    ['a time zone that is none', { timeZone: 'Europe/Berlim' }, ['timeZone', '"Europe/Berlim"']],
    ['an offset', { timeZone: '+01:00' }, ['timeZone', '"+01:00"']],
  ])('are refused for %s', (_, given, facts) => {
    expect(() => stackWith(given)).toThrow(errorWith('SettingsRefused', ...facts))
  })
})

const HOUR = 60
const DAY = 24 * HOUR

describe('the address for mail', () => {
  const subscribed = (Endpoint: string) => {
    const byMail = { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'email', Endpoint } }
    const written: Required<Resources> = { Resources: { NoticesByMail: byMail, AlarmsByMail: byMail, Other: {} } }
    checkParameters(written)
    return Object.keys(written.Resources)
  }

  it('is subscribed to messages and to alarms', () => {
    expect(subscribed('platform+keysweep@example.co.uk')).toEqual(['NoticesByMail', 'AlarmsByMail', 'Other'])
    for (const [name, topic] of Object.entries({ NoticesByMail: 'Notices', AlarmsByMail: 'Alarms' }))
      expect(resources[name]).toMatchObject({
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: topic }, Protocol: 'email' },
      })
  })
  it('is nobody’s by default, and nobody is subscribed', () => {
    expect(parameters.email).toBe('none')
    expect(subscribed('none')).toEqual(['Other'])
  })
  it.each(['', 'platform', 'platform@example', 'a b@example.com', '@example.com', 'a@b@example.com', 'a@.com'])(
    'is refused where it is none: "%s"',
    (address) => {
      expect(() => subscribed(address)).toThrow(errorWith('SettingsRefused', 'email', `"${address}"`, 'none'))
    },
  )
})

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
