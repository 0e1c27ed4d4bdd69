// The actions that a run in its own account asks. The alias is asked for by the command line alone, and may always be missing.
import { ACTIONS, type ActionName } from '../../demo/actions.ts'

/** The actions that only an organization run asks. */
const OF_ORGANIZATIONS = ['AssumeRole', 'ListAccounts', 'DescribeOrganization', 'ListTagsForResource'] as const

export type AskedAction = Exclude<ActionName, 'ListAccountAliases' | (typeof OF_ORGANIZATIONS)[number]>

/** Whether a run in its own account asks it. */
export const isAsked = (action: ActionName): action is AskedAction =>
  !['ListAccountAliases', ...OF_ORGANIZATIONS].includes(action)

export const ASKED_ACTIONS = (Object.keys(ACTIONS) as ActionName[]).filter(isAsked)
