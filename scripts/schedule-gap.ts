// The longest time between two starts of an EventBridge Scheduler expression that does not end.

const MINUTES_PER_DAY = 1440
const DAY_MILLISECONDS = 86_400_000

/** Long enough for every weekday at both ends of every month, and a leap day. */
const DAYS_LOOKED_AT = 366 * 9
const FROM = Date.UTC(2024, 0, 1)

const UNITS: Record<string, number> = { minute: 1, hour: 60, day: MINUTES_PER_DAY }
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** Days such as the last day of a month, the weekday nearest to the 15th or the third Friday: at most once a month. */
const MONTHLY_DAY = /^(?:L|LW|(?:[1-9]|[12]\d|3[01])W)$/i
const WEEKDAY = `(?:[1-7]|${WEEKDAYS.join('|')})`
const MONTHLY_WEEKDAY = new RegExp(`^(?:${WEEKDAY}?L|${WEEKDAY}#[1-5])$`, 'i')

/**
 * In minutes, without changes of summer time; Infinity for schedules that are monthly or rarer.
 * @returns null for an expression that is invalid or ends. Exactly one of day and weekday must be `?` (EventBridge Scheduler
 *   User Guide, "Schedule types").
 */
export function longestGapMinutes(expression: string): number | null {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? []
  if (count !== undefined) return Number(count) > 0 ? Number(count) * (UNITS[unit] ?? 0) : null
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(expression)?.slice(1)
  return fields === undefined ? null : gapOf(fields as [string, string, string, string, string])
}

function gapOf([minute, hour, day, month, weekday]: [string, string, string, string, string]): number | null {
  if ((day === '?') === (weekday === '?')) return null
  const monthly = MONTHLY_DAY.test(day) || MONTHLY_WEEKDAY.test(weekday)
  const orAny = (field: string) => (field === '?' || monthly ? '*' : field)
  const [minutes, hours] = [valuesOf(minute, 0, 59), valuesOf(hour, 0, 23)]
  const [days, months, weekdays] = [
    valuesOf(orAny(day), 1, 31),
    valuesOf(month, 1, 12, MONTHS),
    valuesOf(orAny(weekday), 1, 7, WEEKDAYS),
  ]
  if (minutes === null || hours === null || days === null || months === null || weekdays === null) return null
  if (monthly) return Number.POSITIVE_INFINITY
  const starts = Array.from({ length: DAYS_LOOKED_AT }, (_, n) => n).filter((n) => {
    const date = new Date(FROM + n * DAY_MILLISECONDS)
    return days.has(date.getUTCDate()) && months.has(date.getUTCMonth() + 1) && weekdays.has(date.getUTCDay() + 1)
  })
  const ofDay = [...hours].flatMap((h) => [...minutes].map((m) => h * 60 + m)).sort((a, b) => a - b)
  return longest(starts.flatMap((n) => ofDay.map((m) => n * MINUTES_PER_DAY + m)))
}

const longest = (starts: number[]): number =>
  starts.length < 2
    ? Number.POSITIVE_INFINITY
    : starts.slice(1).reduce((most, start, n) => Math.max(most, start - (starts[n] as number)), 0)

/** The values of a cron field: `*`, 1, 1-5, 1,3, 0/6, MON-FRI; null for any other text. */
function valuesOf(field: string, first: number, last: number, names: string[] = []): Set<number> | null {
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? []
    const [low, high] = boundsOf(from, to, step, [first, last], names)
    const by = Number(step ?? 1)
    if (!(low >= first && low <= high && high <= last && by >= 1)) return null
    for (let value = low; value <= high; value += by) values.add(value)
  }
  return values
}

function boundsOf(
  from: string,
  to: string | undefined,
  step: string | undefined,
  all: [number, number],
  names: string[],
): [number, number] {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase())
    return named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN
  }
  if (from === '*') return all
  const low = numberOf(from)
  // "0/6" means 0, 6, 12 and so on, up to the maximum.
  return [low, to !== undefined ? numberOf(to) : step === undefined ? low : all[1]]
}
