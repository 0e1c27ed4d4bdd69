// The accounts of the made-up organization, by organizational unit.
import type { Crowd } from './made-up-members.ts'
import type { OrganizationalUnit } from './organization.ts'

export const ROOT = 'r-kswp'

const unit = (suffix: string, name: string, parent = ROOT): OrganizationalUnit => ({
  id: `ou-kswp-${suffix}`,
  name,
  parent,
})

const SECURITY = unit('security1', 'Security')
const INFRASTRUCTURE = unit('infrastr1', 'Infrastructure')
const WORKLOADS = unit('workload1', 'Workloads')
const PRODUCTION = unit('product11', 'Production', WORKLOADS.id)
const STAGING = unit('staging11', 'Staging', WORKLOADS.id)
const SANDBOX = unit('sandbox11', 'Sandbox')

export const UNITS: readonly OrganizationalUnit[] = [SECURITY, INFRASTRUCTURE, WORKLOADS, PRODUCTION, STAGING, SANDBOX]

/** keysweep runs in this account, which may read the organization. */
export const HUB = 'security-tooling'
export const MANAGEMENT = 'acme-management'
/** A company that was bought: its account was invited, and nobody has deployed the roles there. */
export const WITHOUT_ROLES = 'bought-fintech'
/** So many of its keys are stale that its own cap asks a person. */
export const OVER_CAP = 'legacy-erp'
/** Joined some hours ago: StackSets have not come to it yet. */
export const NEW = 'sandbox-ml-research'
export const SUSPENDED = 'sandbox-hackathon'
/** Left out by this tag. */
export const EXCLUDED = 'payments-vault-prod'
export const EXCLUDING_TAG = { key: 'keysweep', value: 'exclude' } as const

export interface MadeUpAccount {
  name: string
  /** The id of its unit, or of the root. */
  parent: string
  users: number
  stale: number
  mostly: Crowd
}

type Line = readonly [name: string, users: number, stale: number, mostly?: Crowd]

const under = (parent: string, lines: readonly Line[]): MadeUpAccount[] =>
  lines.map(([name, users, stale, mostly = 'services']) => ({ name, parent, users, stale, mostly }))

export const MADE_UP_ACCOUNTS: readonly MadeUpAccount[] = [
  ...under(ROOT, [[MANAGEMENT, 5, 1, 'people']]),
  ...under(SECURITY.id, [
    [HUB, 9, 1, 'people'],
    ['log-archive', 5, 0],
    ['audit', 6, 1, 'people'],
  ]),
  ...under(INFRASTRUCTURE.id, [
    ['network', 8, 1],
    ['dns', 5, 0],
    ['shared-services', 14, 3],
    ['ci-cd', 15, 4, 'pipelines'],
    ['container-registry', 10, 2, 'pipelines'],
    ['backup', 7, 1],
  ]),
  ...under(WORKLOADS.id, [
    [OVER_CAP, 12, 6],
    [WITHOUT_ROLES, 11, 2, 'people'],
  ]),
  ...under(PRODUCTION.id, [
    ['payments-prod', 13, 3],
    [EXCLUDED, 6, 1],
    ['checkout-prod', 12, 2],
    ['search-prod', 11, 2],
    ['catalogue-prod', 10, 2],
    ['orders-prod', 14, 3],
    ['notifications-prod', 9, 1],
    ['analytics-prod', 15, 3],
    ['data-lake-prod', 15, 3],
    ['fraud-prod', 10, 2],
    ['mobile-api-prod', 11, 2],
    ['identity-prod', 8, 0],
  ]),
  ...under(STAGING.id, [
    ['payments-staging', 12, 2, 'pipelines'],
    ['checkout-staging', 11, 2, 'pipelines'],
    ['search-staging', 10, 2],
    ['catalogue-staging', 9, 1],
    ['orders-staging', 13, 3],
    ['analytics-staging', 14, 3, 'people'],
    ['data-lake-staging', 12, 3],
    ['mobile-api-staging', 10, 2, 'pipelines'],
    ['identity-staging', 6, 0],
  ]),
  ...under(SANDBOX.id, [
    ['sandbox-payments', 12, 3, 'people'],
    ['sandbox-data', 14, 3, 'people'],
    ['sandbox-mobile', 11, 2, 'people'],
    ['sandbox-training', 15, 4, 'people'],
    ['sandbox-sre', 0, 0, 'people'],
    [NEW, 2, 0, 'people'],
    [SUSPENDED, 10, 3, 'people'],
  ]),
]
