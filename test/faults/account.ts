// The account of the fault tests: three keys that nobody misses, and around them every kind of key that must live.
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import { daysAgo, keyUsed } from '../support/world.ts'

/** Stale by every rule: what a run may take, and nothing else. */
export const STALE = ['idle-a', 'idle-b', 'two/old'] as const
export const STALE_IDS: readonly string[] = STALE.map(accessKeyId)

/** The stale key that the approver of an approved run leaves out. */
export const LEFT_OUT = accessKeyId('idle-b')

const key = (name: string, createdDays: number, usedDays: number | null) =>
  newKey(accessKeyId(name), daysAgo(createdDays), { lastUsed: usedDays === null ? null : usedAt(daysAgo(usedDays)) })

/** A new account, the same each time. Lists of two or more go over several pages where the endpoint's pages are small. */
export const faultAccount = (): Account =>
  newAccount('111122223333', {
    root: { createdAt: daysAgo(2000), keys: [keyUsed('root', 500)], reportSays: {} },
    users: [
      // Signs the calls; its second key is idle and its own all the same.
      newUser('operator', { keys: [key('operator', 10, 0.5), key('operator/idle', 400, 300)] }),
      newUser('idle-a', { keys: [key('idle-a', 365, 200)], tags: { owner: 'ann', team: 'a' } }),
      newUser('idle-b', { keys: [key('idle-b', 365, null)] }),
      newUser('two', { keys: [key('two/new', 365, 1), key('two/old', 400, 250)] }),
      newUser('used', { keys: [key('used', 365, 1)] }),
      newUser('soon', { keys: [key('soon', 365, 80)] }),
      newUser('young', { keys: [key('young', 80, null)] }),
      newUser('tagged', { keys: [key('tagged', 365, 200)], tags: { team: 'b', 'keysweep-exempt': 'break glass' } }),
      newUser('ses-smtp-user.mail', { keys: [key('mail', 365, null)] }),
      newUser('off', { keys: [{ ...key('off', 365, 200), status: 'Inactive' }] }),
    ],
  })
