// The form of the made-up users: all times are in days before now.
import type { ReportSays } from './account.ts'

export interface MadeUpKey {
  /** Days since it was created; negative is in the future. */
  created: number
  /** Days since it was last used, the service and the Region. */
  used?: readonly [days: number, service: string, region: string]
  status?: 'Inactive' | 'Expired'
  /** Somebody set it Active: days since, and the user who did. CloudTrail has the event. */
  setActive?: readonly [days: number, by: string]
}

export interface MadeUpUser {
  name: string
  path: string
  keys: readonly MadeUpKey[]
  tags?: Record<string, string>
  /** A keysweep-exempt-until tag: days from now, and the reason. */
  exemptUntil?: readonly [inDays: number, reason: string]
  /** Days since the user last signed in to the console. */
  signedIn?: number
  reportSays?: ReportSays
}

/** With these paths exempt, the account shows every row of the verdict table. */
export const EXEMPT_PATHS = ['/break-glass/']

/** Signs the demo's calls with the first of its keys. */
export const OPERATOR = 'keysweep-operator'

export const email = (name: string) => ({ email: `${name}@example.com` })
export const owner = (team: string) => ({ owner: team })
