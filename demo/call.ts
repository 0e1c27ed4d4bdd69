// Carries out one call, as requested or changed by a fault.
import { type Account, findKey, iamDate } from './account.ts'
import { ACTIONS, type ActionContext, type ActionName, type Params } from './actions.ts'
import { accessDenied, authorise } from './authorise.ts'
import { AwsError } from './aws-error.ts'
import type { Call, Change } from './faults.ts'
import { accountWithId } from './organization.ts'
import type { ReportCycle } from './report-cycle.ts'
import { type Answer, answerOf, refusal } from './services.ts'
import type { ShownStatus } from './shown-status.ts'

/** What all calls share, and the caller of this one. */
export type CallSetting = Omit<ActionContext, 'account' | 'now' | 'date' | 'shownStatus' | 'reports'> & {
  now: () => Date
  shown: ShownStatus
  reportsOf: (account: Account) => ReportCycle
}

/** A call that can be carried out, or changed by a fault. */
export function callOf(action: ActionName, params: Params, setting: CallSetting): Call {
  const { caller, shown } = setting
  const { account } = caller
  const { service } = ACTIONS[action]
  return {
    params,
    account,
    refuse: (error) => refusal(error, service),
    denied: () => accessDenied({ service: service.name, action, params, caller }),
    keepShownStatus(until) {
      const found = findKey(account, params.AccessKeyId ?? '')
      if (found) shown.keep(found.key, until)
    },
    carryOut: (change = {}) => carriedOut({ action, params, ...change }, setting),
  }
}

function carriedOut(asked: Change & { action: ActionName; params: Params }, setting: CallSetting): Answer {
  const { action, params } = asked
  const { service, run } = ACTIONS[action]
  const { caller, served } = setting
  const account = asked.account === undefined ? caller.account : otherAccount(asked.account, setting)
  const skew = asked.skewMilliseconds ?? 0
  const context: ActionContext = {
    ...setting,
    account,
    reports: setting.reportsOf(account),
    pageSize: asked.pageSize ?? setting.pageSize,
    now: setting.now(),
    date: (at) => iamDate(new Date(at.getTime() + skew)),
    shownStatus: setting.shown.of,
  }
  try {
    authorise({ service: service.name, action, params, caller }, served, context.now)
    const result = run(params, context)
    return answerOf(service, action, result && asked.edit ? asked.edit(result) : result)
  } catch (error) {
    if (error instanceof AwsError) return refusal(error, service)
    throw error
  }
}

function otherAccount(id: string, { served }: CallSetting): Account {
  const account = accountWithId(served, id)
  if (account === undefined) throw new TypeError(`The endpoint does not serve account ${id}`)
  return account
}
