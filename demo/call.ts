// Carries out one call, as requested or changed by a fault.
import { randomUUID } from 'node:crypto'
import { findKey, iamDate } from './account.ts'
import { ACTIONS, type ActionContext, type ActionName, JSON_TEXT, type Params } from './actions.ts'
import { AwsError } from './aws-error.ts'
import { accessDenied } from './caller.ts'
import type { Answer, Call, Change } from './faults.ts'
import type { ShownStatus } from './shown-status.ts'
import { answerXml, errorXml } from './xml.ts'

/** What all calls share, and the caller of this one. */
export type CallSetting = Omit<ActionContext, 'now' | 'date' | 'shownStatus'> & { now: () => Date; shown: ShownStatus }

/** A call that can be carried out, or changed by a fault. */
export function callOf(action: ActionName, params: Params, setting: CallSetting): Call {
  const { account, caller, shown } = setting
  const service = ACTIONS[action].service
  return {
    params,
    account,
    refuse: (error) => refusal(error, service.namespace),
    denied: () => accessDenied(caller, service.name, action, params.UserName ? `user ${params.UserName}` : '*'),
    keepShownStatus(until) {
      const found = findKey(account, params.AccessKeyId ?? '')
      if (found) shown.keep(found.key, until)
    },
    carryOut: (change = {}) => carriedOut({ action, params, ...change }, setting),
  }
}

function carriedOut(asked: Change & { action: ActionName; params: Params }, setting: CallSetting): Answer {
  const { service, run } = ACTIONS[asked.action]
  const skew = asked.skewMilliseconds ?? 0
  const context: ActionContext = {
    ...setting,
    now: setting.now(),
    date: (at) => iamDate(new Date(at.getTime() + skew)),
    shownStatus: setting.shown.of,
  }
  try {
    const result = run(asked.params, context)
    const edited = result && asked.edit ? asked.edit(result) : result
    const { namespace } = service
    if (namespace === null) return json(200, String(edited?.[JSON_TEXT] ?? '{}'))
    return xml(200, (requestId) => answerXml(asked.action, edited, requestId, namespace))
  } catch (error) {
    if (error instanceof AwsError) return refusal(error, service.namespace)
    throw error
  }
}

/** An error as AWS answers it: in XML, or for a service without a namespace in JSON. */
export const refusal = (error: AwsError, namespace: string | null): Answer =>
  namespace === null
    ? json(
        error.status >= 500 ? error.status : 400,
        JSON.stringify({ __type: jsonName(error.code), message: error.message }),
      )
    : xml(error.status, (requestId) => errorXml(error, requestId, namespace))

/** The names of the JSON services: AccessDenied is AccessDeniedException there. */
const jsonName = (code: string): string => (/(Exception|Failure|Unavailable)$/.test(code) ? code : `${code}Exception`)

const json = (status: number, body: string): Answer => ({
  status,
  contentType: 'application/x-amz-json-1.1',
  requestId: randomUUID(),
  body,
})

function xml(status: number, body: (requestId: string) => string): Answer {
  const requestId = randomUUID()
  return { status, contentType: 'text/xml', requestId, body: body(requestId) }
}
