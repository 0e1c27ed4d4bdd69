// The actions that a run in its own account asks. The command line alone asks for the alias, and for the account of a key.
import { ACTIONS, type ActionName } from '../../demo/actions.ts'

/** The actions that only an organization run asks. */
const OF_ORGANIZATIONS = ['AssumeRole', 'ListAccounts', 'DescribeOrganization', 'ListTagsForResource'] as const

const OF_COMMANDS = ['ListAccountAliases', 'GetAccessKeyInfo'] as const

export type AskedAction = Exclude<ActionName, (typeof OF_COMMANDS | typeof OF_ORGANIZATIONS)[number]>

/** Whether a run in its own account asks it. */
export const isAsked = (action: ActionName): action is AskedAction =>
  ![...OF_COMMANDS, ...OF_ORGANIZATIONS].some((other) => other === action)

export const ASKED_ACTIONS = (Object.keys(ACTIONS) as ActionName[]).filter(isAsked)
