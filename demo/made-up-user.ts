// How the made-up account's users are written down: everything is counted in days before now.
import type { ReportSays } from './account.ts'

export interface MadeUpKey {
  /** Days since it was created; less than 0 lies in the future. */
  created: number
  /** Days since it was last used, for what and where. */
  used?: readonly [days: number, service: string, region: string]
  status?: 'Inactive' | 'Expired'
}

export interface MadeUpUser {
  name: string
  path: string
  keys: readonly MadeUpKey[]
  tags?: Record<string, string>
  /** A keysweep-exempt-until tag: days from now, and why. */
  exemptUntil?: readonly [inDays: number, reason: string]
  /** Days since the user last signed in to the console. */
  signedIn?: number
  reportSays?: ReportSays
}

/** Belongs to the policy under which this account shows every row. */
export const EXEMPT_PATHS = ['/break-glass/']

/** Signs the demo's calls with the first of its keys. */
export const OPERATOR = 'keysweep-operator'

export const email = (name: string) => ({ email: `${name}@example.com` })
export const owner = (team: string) => ({ owner: team })
