// The account that all programs are measured on, and the truth about each of its keys. 2,000 users have 500 keys that are
// stale by the default policy (unused for 90 days), and other keys that are easily mistaken for stale ones.
import { type Account, type AccountKey, accessKeyId, newAccount, newKey, newUser, usedAt } from '../demo/account.ts'

const MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000

/** Days since a key was created and last used; null: never used. */
type Ages = readonly [created: number, used: number | null, truth: 'stale' | 'live']

/** Users of one kind: their number in 2,000 users, and the keys of the nth. */
interface Kind {
  name: (n: number) => string
  in2000: number
  keys: (n: number) => Ages[]
  /** The first key is used after the report was made, so the report shows it as unused. */
  usedSinceReport?: boolean
}

const KINDS: Kind[] = [
  { name: (n) => `idle-${n}`, in2000: 200, keys: (n) => [[100 + n, 91 + (n % 9), 'stale']] },
  { name: (n) => `never-used-${n}`, in2000: 117, keys: (n) => [[91 + n, null, 'stale']] },
  // A comma is legal in a user name.
  { name: (n) => `doe,j-${n}`, in2000: 3, keys: () => [[400, 200, 'stale']] },
  {
    name: (n) => `replaced-${n}`,
    in2000: 120,
    keys: (n) => [
      [300 + n, n % 6 === 0 ? null : 120, 'stale'],
      [60, n % 30, 'live'],
    ],
  },
  {
    name: (n) => `forgotten-${n}`,
    in2000: 30,
    keys: (n) => [
      [900, 500 + n, 'stale'],
      [600, null, 'stale'],
    ],
  },
  { name: (n) => `back-in-use-${n}`, in2000: 10, keys: (n) => [[700, 120 + n, 'live']], usedSinceReport: true },
  { name: (n) => `service-${n}`, in2000: 800, keys: (n) => [[95 + n, n % 40, 'live']] },
  { name: (n) => `rotated-${n}`, in2000: 300, keys: (n) => [[1 + (n % 88), 0, 'live']] },
  {
    name: (n) => `rotating-${n}`,
    in2000: 150,
    keys: (n) => [
      [100 + n, n % 20, 'live'],
      [n % 30, 0, 'live'],
    ],
  },
  { name: (n) => `new-${n}`, in2000: 10, keys: (n) => [[1 + n * 5, null, 'live']] },
  { name: (n) => `nearly-idle-${n}`, in2000: 20, keys: (n) => [[400, 78 + (n % 10), 'live']] },
  { name: (n) => `person-${n}`, in2000: 239, keys: () => [] },
]

/** The user that signs every call. */
const OPERATOR = 'operator'

export const OPERATOR_KEY = accessKeyId(`bench/${OPERATOR}`)

export interface BenchAccount {
  account: Account
  /** The expected result, by access key id. */
  truth: Map<string, 'stale' | 'live'>
  /** What happens between the report and the run. */
  afterReport: () => void
}

/** Which of many accounts it is, counted from 0. */
export interface OfMany {
  nth: number
  id: string
}

/** An account with about `users` users at `now`, always the same for the same size. One of many has its own ids. */
export function benchAccount(users: number, now: Date, ofMany?: OfMany): BenchAccount {
  const { id: accountId, prefix } = ofMany ? { id: ofMany.id, prefix: `bench/${ofMany.id}` } : ONE
  const truth = new Map<string, 'stale' | 'live'>()
  const backInUse: AccountKey[] = []
  const daysAgo = (days: number) => new Date(Math.floor((now.getTime() - days * MILLISECONDS_PER_DAY) / 1000) * 1000)
  const all = KINDS.flatMap(({ name, in2000, keys, usedSinceReport }) =>
    Array.from({ length: countOf((in2000 * users) / 2000, ofMany) }, (_, n) => {
      const made = keys(n).map(([created, used, means], index) => {
        const id = accessKeyId(`${prefix}/${name(n)}/${index}`)
        truth.set(id, means)
        return newKey(id, daysAgo(created), { lastUsed: used === null ? null : usedAt(daysAgo(used + 0.2)) })
      })
      if (usedSinceReport) backInUse.push(...made)
      return newUser(name(n), { keys: made, tags: { owner: 'bench' } })
    }),
  )
  const hasOperator = ofMany === undefined || ofMany.nth === 0
  const operator = newUser(OPERATOR, { keys: [newKey(OPERATOR_KEY, daysAgo(10), { lastUsed: usedAt(daysAgo(1)) })] })
  if (hasOperator) truth.set(OPERATOR_KEY, 'live')
  const account = newAccount(accountId, { users: [...(hasOperator ? [operator] : []), ...all] })
  const afterReport = () => {
    for (const key of backInUse) key.lastUsed = usedAt(daysAgo(0.05))
  }
  return { account, truth, afterReport }
}

const ONE = { id: '111122223333', prefix: 'bench' }

/** A kind of which there is less than one user in an account is in every few accounts. */
const countOf = (share: number, ofMany: OfMany | undefined): number =>
  ofMany === undefined ? Math.round(share) : Math.floor((ofMany.nth + 1) * share) - Math.floor(ofMany.nth * share)

export interface Judgement {
  /** Keys set Inactive. */
  taken: number
  /** Keys in use that were set Inactive. */
  wronglyTaken: number
  /** Stale keys that are still Active. */
  left: number
}

/** Compares the account with the expected result. */
export function judgeAccount({ account, truth }: BenchAccount): Judgement {
  const keys = account.users.flatMap((user) => user.keys)
  const count = (fits: (key: AccountKey) => boolean) => keys.filter(fits).length
  return {
    taken: count((key) => key.status === 'Inactive'),
    wronglyTaken: count((key) => key.status === 'Inactive' && truth.get(key.id) === 'live'),
    left: count((key) => key.status === 'Active' && truth.get(key.id) === 'stale'),
  }
}
