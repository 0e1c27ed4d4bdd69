// An AWS account's IAM users as plain objects in memory, which the local IAM endpoint serves and changes. Tests and the demo
// build one, and may change it at any time, as other people would.
import { hash } from 'node:crypto'
import type { ReportColumn } from './report.ts'
import type { Role, Session } from './role.ts'
import type { TrailRecord } from './trail.ts'

export interface AccountKey {
  id: string
  createdAt: Date
  /** Active, Inactive, Expired, or any other text that a test needs. */
  status: string
  /** null: never used. */
  lastUsed: { at: Date; service: string; region: string } | null
}

/** Report columns with a fixed value, whatever the account holds. */
export type ReportSays = Partial<Record<ReportColumn, string>>

export interface AccountUser {
  name: string
  /** Begins and ends with a slash. */
  path: string
  createdAt: Date
  tags: Record<string, string>
  keys: AccountKey[]
  reportSays: ReportSays
}

export interface Account {
  id: string
  alias: string | null
  partition: string
  /** The root user. Only the report shows its keys. */
  root: { createdAt: Date; keys: AccountKey[]; reportSays: ReportSays }
  users: AccountUser[]
  roles: Role[]
  /** Temporary credentials, by access key id (ASIA…). */
  sessions: Record<string, Session>
  /** CloudTrail's event history, in any order. */
  trail: TrailRecord[]
}

/** A new account: a root user without keys, and no other user. */
export function newAccount(id: string, rest: Partial<Omit<Account, 'id'>> = {}): Account {
  const root = { createdAt: new Date('2015-01-01T00:00:00Z'), keys: [], reportSays: {} }
  return { id, alias: null, partition: 'aws', root, users: [], roles: [], sessions: {}, trail: [], ...rest }
}

/** A user, by default under `/`, without tags or keys, created on the day of the oldest key. */
export function newUser(name: string, rest: Partial<Omit<AccountUser, 'name'>> = {}): AccountUser {
  const oldest = (rest.keys ?? []).map((key) => key.createdAt).sort((a, b) => a.getTime() - b.getTime())[0]
  const createdAt = oldest ?? new Date('2020-01-01T00:00:00Z')
  return { name, path: '/', createdAt, tags: {}, keys: [], reportSays: {}, ...rest }
}

/** An Active key that was never used, unless `rest` says otherwise. */
export function newKey(
  id: string,
  createdAt: Date,
  rest: Partial<Omit<AccountKey, 'id' | 'createdAt'>> = {},
): AccountKey {
  return { id, createdAt, status: 'Active', lastUsed: null, ...rest }
}

/** A use of a key, for `lastUsed`. */
export const usedAt = (at: Date, service = 's3', region = 'us-east-1') => ({ at, service, region })

export const findUser = (account: Account, name: string): AccountUser | undefined =>
  account.users.find((user) => user.name === name)

/** The key and its owner. */
export function findKey(account: Account, id: string): { user: AccountUser; key: AccountKey } | undefined {
  for (const user of account.users) {
    const key = user.keys.find((one) => one.id === id)
    if (key) return { user, key }
  }
  return undefined
}

export const userArn = (account: Account, user: AccountUser): string =>
  `arn:${account.partition}:iam::${account.id}:user${user.path}${user.name}`

export const findRole = (account: Account, name: string): Role | undefined =>
  account.roles.find((role) => role.name === name)

export const roleArn = (account: Account, role: Pick<Role, 'path' | 'name'>): string =>
  `arn:${account.partition}:iam::${account.id}:role${role.path}${role.name}`

/** An access key id in AWS's format: AKIA and 16 characters of base32. The same seed gives the same id. */
export const accessKeyId = (seed: string): string => uniqueId('AKIA', seed)

/** An id in AWS's format: a prefix (AKIA key, AIDA user, AROA role), and 16 characters from the seed. */
export function uniqueId(prefix: 'AKIA' | 'AIDA' | 'AROA' | 'ASIA', seed: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const digest = hash('sha256', seed, 'buffer')
  return prefix + Array.from(digest.subarray(0, 16), (byte) => letters[byte % 32]).join('')
}

/** An instant as IAM writes it: in whole seconds, rounded down, ending in Z. */
export const iamDate = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`
