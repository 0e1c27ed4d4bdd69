// The credential report: CSV in, rows out. It has no access key ids and may be four hours old, so it never decides:
// it only shows which users to check. A row that contradicts itself makes its keys `unknown`, never stale.
// Format: IAM User Guide, "Get credential reports for your AWS account".
import { ReportRefused } from '../model/errors.ts'
import type { ReportRow, ReportSlot } from '../model/facts.ts'
import { instantOf, MILLISECONDS_PER_DAY, millisecondsOf, sameInstant } from '../model/instants.ts'
import { countOf } from '../texts/counts.ts'
import { BEHIND_MILLISECONDS } from './clock.ts'
import { RUN_AGAIN, readCsv, USER_ARN } from './report-csv.ts'

const slotColumns = (slot: 1 | 2) => ({
  active: `access_key_${slot}_active`,
  lastRotated: `access_key_${slot}_last_rotated`,
  lastUsed: `access_key_${slot}_last_used_date`,
  lastUsedRegion: `access_key_${slot}_last_used_region`,
  lastUsedService: `access_key_${slot}_last_used_service`,
})
const SLOT_COLUMNS = { 1: slotColumns(1), 2: slotColumns(2) }

/** The 22 columns of a live report; a 23rd, `additional_credentials_info`, is documented. */
export const REPORT_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...Object.values(SLOT_COLUMNS[1]),
  ...Object.values(SLOT_COLUMNS[2]),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
]

/** The columns that keysweep reads and cannot do without. */
const NEEDED_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  ...Object.values(SLOT_COLUMNS).flatMap(({ active, lastRotated, lastUsed }) => [active, lastRotated, lastUsed]),
]

const MORE_CREDENTIALS = 'additional_credentials_info'
const ROOT = '<root_account>'
const MAX_AGE_DAYS = 1

export interface Report {
  rows: ReportRow[]
}

/** The number of each column that a line is read by; -1 for one the report does not have. */
const placesIn = (header: string[]) => ({
  user: header.indexOf('user'),
  arn: header.indexOf('arn'),
  userCreated: header.indexOf('user_creation_time'),
  moreCredentials: header.indexOf(MORE_CREDENTIALS),
  slots: { 1: slotPlacesIn(header, 1), 2: slotPlacesIn(header, 2) },
})

const slotPlacesIn = (header: string[], slot: 1 | 2) => ({
  active: header.indexOf(SLOT_COLUMNS[slot].active),
  lastRotated: header.indexOf(SLOT_COLUMNS[slot].lastRotated),
  lastUsed: header.indexOf(SLOT_COLUMNS[slot].lastUsed),
  lastUsedService: header.indexOf(SLOT_COLUMNS[slot].lastUsedService),
})

type Places = ReturnType<typeof placesIn>

/**
 * Parses a credential report of `account`. A column that we do not know is passed over, for the report decides nothing.
 * @throws ReportRefused when it is empty, cut short, lacks a column, belongs to another account or names a user twice.
 */
export function parseReport(content: string, account: string): Report {
  const [header, ...lines] = readCsv(content)
  checkHeader(header)
  if (lines.length === 0)
    throw new ReportRefused(
      `Report refused: it has a header and no users. The root user at least must be in it. ${RUN_AGAIN}`,
    )
  checkEnd(lines, header)
  const places = placesIn(header)
  checkUsers(lines, places, account)
  return { rows: lines.map((line) => toRow(line, places)) }
}

/**
 * Refuses a report made more than a day before `now`, or after it: IAM makes a new one every four hours.
 * @throws ReportRefused
 */
export function checkAge(generatedAt: string, now: Date): void {
  const generated = millisecondsOf(generatedAt)
  const rule = `It must have been made at most ${countOf(MAX_AGE_DAYS, 'day')} before ${instantOf(now.getTime())}, the time of this clock.`
  if (generated === null)
    throw new ReportRefused(
      `Report refused: its time, ${JSON.stringify(generatedAt)}, is not a date. ${rule} Start a new run.`,
    )
  const ageMilliseconds = now.getTime() - generated
  if (ageMilliseconds > MAX_AGE_DAYS * MILLISECONDS_PER_DAY || ageMilliseconds < -BEHIND_MILLISECONDS) {
    throw new ReportRefused(
      `Report refused: it was made at ${generatedAt}, which is ${ageMilliseconds < 0 ? 'in the future' : 'too old'}. ${rule} Check the clock, then start a new run.`,
    )
  }
}

function checkHeader(header: string[]): void {
  const missing = NEEDED_COLUMNS.filter((name) => !header.includes(name))
  if (missing.length > 0) {
    throw new ReportRefused(
      `Report refused: columns that keysweep needs are missing: ${missing.join(', ')}. It has ${countOf(header.length, 'column')}: "${header.join(',').slice(0, 200)}"`,
    )
  }
  if (new Set(header).size < header.length) {
    throw new ReportRefused(`Report refused: a column is twice in its header "${header.join(',').slice(0, 200)}"`)
  }
}

/** A report that was cut short inside its last field still has the right number of fields: look at the field. */
function checkEnd(lines: string[][], header: string[]): void {
  const column = header.at(-1) ?? ''
  const last = lines.at(-1)?.at(-1) ?? ''
  if (HAS_A_FORM.test(column) && !isWellFormed(last)) {
    throw new ReportRefused(
      `Report refused: it is incomplete. It must end with a date, true, false or N/A, and ends with ${JSON.stringify(last)}. ${RUN_AGAIN}`,
    )
  }
}

/** Columns that hold a date, a truth value or a word for none, and nothing else. */
const HAS_A_FORM = /_(active|time|last_used|last_changed|next_rotation|last_rotated|last_used_date|enabled)$/

const isWellFormed = (value: string): boolean =>
  /^(N\/A|no_information|not_supported|true|false)$/i.test(value) || millisecondsOf(value) !== null

function checkUsers(lines: string[][], places: Places, account: string): void {
  const users = new Set<string>()
  for (const line of lines) {
    const user = line[places.user] ?? ''
    const arn = line[places.arn] ?? ''
    const parts = USER_ARN.exec(arn)
    if (parts === null || (user !== ROOT && parts[4] !== user)) {
      throw new ReportRefused(
        `Report refused: the arn of a row must name the row's user. User ${JSON.stringify(user)} has arn ${JSON.stringify(arn)}. ${RUN_AGAIN}`,
      )
    }
    if (parts[2] !== account) {
      throw new ReportRefused(
        `Report refused: it is of another account. This run is on account ${account}, and the report has ${JSON.stringify(arn)}. Check the credentials.`,
      )
    }
    // IAM user names are unique without regard to case.
    const name = user.toLowerCase()
    if (users.has(name)) {
      throw new ReportRefused(
        `Report refused: each user must be in one row only, and ${JSON.stringify(user)} is in two. ${RUN_AGAIN}`,
      )
    }
    users.add(name)
  }
}

function toRow(line: string[], places: Places): ReportRow {
  const user = line[places.user] ?? ''
  const more = line[places.moreCredentials] ?? ''
  const created = line[places.userCreated] ?? ''
  return {
    user,
    arn: line[places.arn] ?? '',
    root: user === ROOT,
    userCreatedAt: sameInstant(created) ?? created,
    slots: [toSlot(line, 1, places), toSlot(line, 2, places)],
    moreCredentials: more !== '' && more !== 'N/A',
  }
}

function toSlot(line: string[], slot: 1 | 2, places: Places): ReportSlot {
  const cell = (name: keyof Places['slots'][1]): string => line[places.slots[slot][name]] ?? ''
  const active = truth(cell('active'))
  const lastRotated = date(cell('lastRotated'))
  const lastUsed = date(cell('lastUsed'))
  const service = cell('lastUsedService')
  const doubt = (name: keyof Places['slots'][1]) => `${SLOT_COLUMNS[slot][name]} ${JSON.stringify(cell(name))}`
  const unknown: string[] = []
  if (active === null) unknown.push(doubt('active'))
  if (lastRotated === undefined) unknown.push(doubt('lastRotated'))
  if (lastUsed === undefined) unknown.push(doubt('lastUsed'))
  return {
    slot,
    active,
    lastRotatedAt: lastRotated ?? null,
    lastUsedAt: lastUsed ?? null,
    lastUsedService: service === 'N/A' || service === '' ? null : service,
    unknown,
  }
}

const TRUTHS = new Map([
  ['true', true],
  ['false', false],
])
const truth = (value: string): boolean | null => TRUTHS.get(value.toLowerCase()) ?? null

/** The instant, null for `N/A`, undefined for a value we do not know (`not_supported`, `no_information`, junk). */
function date(value: string): string | null | undefined {
  if (value === 'N/A') return null
  return sameInstant(value) ?? undefined
}
