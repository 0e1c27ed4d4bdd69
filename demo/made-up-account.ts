// The made-up account of the demo: about 60 users and 80 keys. All dates are relative to now, so that every demo finds the
// same stale keys.

import {
  type Account,
  type AccountKey,
  type AccountUser,
  accessKeyId,
  iamDate,
  newAccount,
  newKey,
  newUser,
  type ReportSays,
  uniqueId,
} from './account.ts'
import { CROWD } from './made-up-crowd.ts'
import { KEPT } from './made-up-kept.ts'
import { SOON, STALE } from './made-up-stale.ts'
import { type MadeUpKey, type MadeUpUser, OPERATOR } from './made-up-user.ts'
import { updateRecord } from './trail.ts'

const DAY = 24 * 60 * 60 * 1000

/** The credentials of the demo's operator. The endpoint has no secrets and checks no signature. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: accessKeyId(`${OPERATOR}/1`),
  secretAccessKey: 'not-checked-by-the-local-endpoint',
}

/** The account at `now`. Its key ids never change. */
export function madeUpAccount(now: Date): Account {
  const madeUp = [...KEPT, ...SOON, ...STALE, ...CROWD]
  const users = madeUp.map((user) => madeUpUser(user, now))
  const lastUsed = { at: before(now, 400, 'root'), service: 'iam', region: 'us-east-1' }
  const rootKey = newKey(accessKeyId('root'), before(now, 2200, 'root'), { lastUsed })
  const root = { ...madeUpRoot(now), keys: [rootKey] }
  const account = newAccount('111122223333', { users, root })
  account.trail.push(...madeUp.flatMap((user) => trailOf(account, user, now)))
  return account
}

/** A root user without keys. */
export const madeUpRoot = (now: Date): Account['root'] => ({
  createdAt: before(now, 3650, 'root'),
  keys: [],
  reportSays: { mfa_active: 'true' },
})

/** The user who signs with OPERATOR_CREDENTIALS. */
export function madeUpOperator(now: Date): AccountUser {
  const operator = KEPT.find(({ name }) => name === OPERATOR)
  if (operator === undefined) throw new TypeError(`The made-up account has no ${OPERATOR}`)
  return madeUpUser(operator, now)
}

/** CloudTrail's events of the user's keys. */
function trailOf(account: Account, { name, keys }: MadeUpUser, now: Date): Account['trail'] {
  return keys.flatMap(({ setActive }, index) => {
    if (setActive === undefined) return []
    const [days, who] = setActive
    const arn = `arn:aws:iam::${account.id}:user/people/${who}`
    const by = { arn, userId: uniqueId('AIDA', arn), accessKeyId: accessKeyId(who) }
    const update = { user: name, accessKeyId: idOf(name, index), status: 'Active', by }
    return updateRecord(account, { at: before(now, days, name), ...update })
  })
}

const idOf = (user: string, index: number): string => accessKeyId(`${user}/${index + 1}`)

/** A user at `now`; `prefix` makes the key ids those of one account of many. */
export function madeUpUser(user: MadeUpUser, now: Date, prefix = ''): AccountUser {
  return newUser(user.name, {
    path: user.path,
    tags: { ...user.tags, ...untilTag(user, now) },
    keys: user.keys.map((key, index) => accountKey(key, { user: user.name, id: idOf(prefix + user.name, index), now })),
    reportSays: { ...passwordColumns(user, now), ...user.reportSays },
  })
}

function accountKey(
  { created, used, status }: MadeUpKey,
  { user, id, now }: { user: string; id: string; now: Date },
): AccountKey {
  const lastUsed = used ? { at: before(now, used[0], user), service: used[1], region: used[2] } : null
  return newKey(id, before(now, created, user), { lastUsed, ...(status && { status }) })
}

function untilTag({ exemptUntil }: MadeUpUser, now: Date): Record<string, string> {
  if (!exemptUntil) return {}
  const [inDays, reason] = exemptUntil
  const day = new Date(now.getTime() + inDays * DAY).toISOString().slice(0, 10)
  return { 'keysweep-exempt-until': `${day} ${reason}` }
}

function passwordColumns({ name, signedIn }: MadeUpUser, now: Date): ReportSays {
  if (signedIn === undefined) return {}
  return {
    password_enabled: 'true',
    password_last_used: iamDate(before(now, signedIn, name)),
    password_last_changed: iamDate(before(now, 180, name)),
    mfa_active: 'true',
  }
}

/** `days` before `now`, in whole seconds, minus up to eight hours that depend on the user. */
function before(now: Date, days: number, user: string): Date {
  const earlier = days >= 1 ? user.split('').reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 480 : 0
  const milliseconds = now.getTime() - days * DAY - earlier * 60_000
  return new Date(Math.floor(milliseconds / 1000) * 1000)
}
