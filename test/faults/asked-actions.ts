// The actions that a run asks. The alias is asked for by the command line alone, and may always be missing.
import { ACTIONS, type ActionName } from '../../demo/actions.ts'

export type AskedAction = Exclude<ActionName, 'ListAccountAliases'>

const isAsked = (action: ActionName): action is AskedAction => action !== 'ListAccountAliases'

export const ASKED_ACTIONS = (Object.keys(ACTIONS) as ActionName[]).filter(isAsked)
