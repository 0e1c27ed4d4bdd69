// The made-up account of the demo: some 60 users and 80 keys, all dates counted back from now, so that every run of the
// demo finds the same keys stale.

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
} from './account.ts'
import { CROWD } from './made-up-crowd.ts'
import { KEPT } from './made-up-kept.ts'
import { SOON, STALE } from './made-up-stale.ts'
import { type MadeUpKey, type MadeUpUser, OPERATOR } from './made-up-user.ts'

const DAY = 24 * 60 * 60 * 1000

/** Signs as the demo's operator. The endpoint holds no secrets and checks no signature. */
export const OPERATOR_CREDENTIALS = {
  accessKeyId: accessKeyId(`${OPERATOR}/1`),
  secretAccessKey: 'not-checked-by-the-local-endpoint',
}

/** The account as it is at `now`; its key ids are the same at any time. */
export function madeUpAccount(now: Date): Account {
  const users = [...KEPT, ...SOON, ...STALE, ...CROWD].map((user) => accountUser(user, now))
  const lastUsed = { at: before(now, 400, 'root'), service: 'iam', region: 'us-east-1' }
  const rootKey = newKey(accessKeyId('root'), before(now, 2200, 'root'), { lastUsed })
  const root = { createdAt: before(now, 3650, 'root'), keys: [rootKey], reportSays: { mfa_active: 'true' } }
  return newAccount('111122223333', { users, root })
}

function accountUser(user: MadeUpUser, now: Date): AccountUser {
  return newUser(user.name, {
    path: user.path,
    tags: { ...user.tags, ...untilTag(user, now) },
    keys: user.keys.map((key, index) => accountKey(user.name, key, index, now)),
    reportSays: { ...passwordColumns(user, now), ...user.reportSays },
  })
}

function accountKey(user: string, { created, used, status }: MadeUpKey, index: number, now: Date): AccountKey {
  const lastUsed = used ? { at: before(now, used[0], user), service: used[1], region: used[2] } : null
  const id = accessKeyId(`${user}/${index + 1}`)
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

/** So many days before `now`, in whole seconds; at a time of day of the user's own, up to eight hours earlier. */
function before(now: Date, days: number, user: string): Date {
  const earlier = days >= 1 ? user.split('').reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 480 : 0
  const milliseconds = now.getTime() - days * DAY - earlier * 60_000
  return new Date(Math.floor(milliseconds / 1000) * 1000)
}
