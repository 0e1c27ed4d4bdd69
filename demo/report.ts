// The credential report of an account, in the format of a recorded one: 22 columns, LF, no newline at the end, dates in whole
// seconds with Z, lower-case booleans, the root user first, the others sorted case-insensitively.
import { type Account, type AccountKey, type AccountUser, iamDate, userArn } from './account.ts'

export const REPORT_COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
] as const

export type ReportColumn = (typeof REPORT_COLUMNS)[number]

type Row = Record<ReportColumn, string>

/** The report as IAM would make it now. It has no access key ids, and slot 1 is not always the older key. */
export function reportCsv(account: Account): string {
  const others = [...account.users].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
  const rows = [rootRow(account), ...others.map((user) => userRow(account, user))]
  const lines = rows.map((row) => REPORT_COLUMNS.map((column) => quoted(row[column])).join(','))
  return [REPORT_COLUMNS.join(','), ...lines].join('\n')
}

function rootRow(account: Account): Row {
  const { createdAt, keys, reportSays } = account.root
  const arn = `arn:${account.partition}:iam::${account.id}:root`
  return { ...row('<root_account>', arn, createdAt, keys), password_enabled: 'true', ...reportSays }
}

const userRow = (account: Account, user: AccountUser): Row => ({
  ...row(user.name, userArn(account, user), user.createdAt, user.keys),
  ...user.reportSays,
})

function row(user: string, arn: string, createdAt: Date, keys: AccountKey[]): Row {
  const [first, second] = inSlots(keys)
  return {
    user,
    arn,
    user_creation_time: iamDate(createdAt),
    password_enabled: 'false',
    password_last_used: 'N/A',
    password_last_changed: 'N/A',
    password_next_rotation: 'N/A',
    mfa_active: 'false',
    ...slot(1, first),
    ...slot(2, second),
    cert_1_active: 'false',
    cert_1_last_rotated: 'N/A',
    cert_2_active: 'false',
    cert_2_last_rotated: 'N/A',
  }
}

/**
 * By access key id, which does not depend on age: in the recording too, the older key was in slot 2. A third key is not
 * shown, because there are only two slots.
 */
const inSlots = (keys: AccountKey[]): AccountKey[] => [...keys].sort((a, b) => (a.id < b.id ? -1 : 1))

/** `last_rotated` does not change when a key is set Inactive: as recorded, and contrary to AWS's guide. */
const slot = <N extends 1 | 2>(number: N, key: AccountKey | undefined) =>
  ({
    [`access_key_${number}_active`]: String(key?.status === 'Active'),
    [`access_key_${number}_last_rotated`]: key ? iamDate(key.createdAt) : 'N/A',
    [`access_key_${number}_last_used_date`]: key?.lastUsed ? iamDate(key.lastUsed.at) : 'N/A',
    [`access_key_${number}_last_used_region`]: key?.lastUsed?.region ?? 'N/A',
    [`access_key_${number}_last_used_service`]: key?.lastUsed?.service ?? 'N/A',
  }) as Record<Extract<ReportColumn, `access_key_${N}_${string}`>, string>

/** RFC 4180. How AWS quotes a comma in a user name is not known. */
const quoted = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
