// Answers that are well-formed and wrong: of another user, key, account or action, with other dates, or changed by a test.
import { findUser } from './account.ts'
import type { Params } from './actions.ts'
import type { Call, Change, Fault } from './faults.ts'
import type { Answer } from './services.ts'
import type { AnswerTree } from './xml.ts'

type StrangeAnswer =
  | 'truncated'
  | 'other action'
  | 'other user'
  | 'other key'
  | 'other account'
  | 'empty page'
  | 'endless pages'
  | 'skew'
  | 'edited'

/** The answer of a call with such a fault. */
export function strangeAnswer(fault: Extract<Fault, { kind: StrangeAnswer | 'edited report' }>, call: Call): Answer {
  switch (fault.kind) {
    case 'truncated':
      return edited(call.carryOut(), (xml) => xml.slice(0, Math.floor(xml.length / 2)))
    case 'other action':
      return call.carryOut({ action: fault.answer ?? 'GetCallerIdentity' })
    case 'other user':
      return call.carryOut({ params: aboutUser(fault.user, call) })
    case 'other key':
      return call.carryOut({ params: { ...call.params, AccessKeyId: fault.accessKeyId } })
    case 'other account':
      return call.carryOut(inAccount(fault.answers, call))
    case 'empty page':
      return call.carryOut({ pageSize: 0 })
    case 'endless pages': {
      const { Marker: _, NextToken: __, ...firstPage } = call.params
      return call.carryOut({ params: firstPage, edit: withMore })
    }
    case 'skew':
      return call.carryOut({ skewMilliseconds: fault.milliseconds })
    case 'edited':
      return edited(call.carryOut(), fault.edit)
    case 'edited report':
      return call.carryOut({ edit: (result) => ({ ...result, Content: editedReport(result, fault.edit) }) })
  }
}

function aboutUser(user: string, { params, account }: Call): Params {
  if (params.AccessKeyId === undefined) return { ...params, UserName: user }
  return { ...params, AccessKeyId: findUser(account, user)?.keys[0]?.id ?? 'none' }
}

/** Says that the same page comes again. */
const withMore = (result: AnswerTree): AnswerTree =>
  'IsTruncated' in result
    ? { ...result, IsTruncated: 'true', Marker: 'the-same-page-again' }
    : { ...result, NextToken: 'the-same-page-again' }

/** AssumeRole finds its account in the role's ARN: its answer still names the role that was asked for. */
function inAccount(account: string, { params }: Call): Change {
  const { RoleArn } = params
  if (RoleArn === undefined) return { account }
  const elsewhere = RoleArn.replace(/(?<=:iam::)\d{12}/, account)
  const right = /(?<=:iam::)\d{12}/.exec(RoleArn)?.[0] ?? ''
  const edit = ({ AssumedRoleUser, ...rest }: AnswerTree): AnswerTree => ({
    AssumedRoleUser: JSON.parse(JSON.stringify(AssumedRoleUser).replace(account, right)) as AnswerTree,
    ...rest,
  })
  return { params: { ...params, RoleArn: elsewhere }, edit }
}

const edited = (answer: Answer, edit: (body: string) => string): Answer => ({ ...answer, body: edit(answer.body) })

const editedReport = (result: AnswerTree, edit: (csv: string) => string): string =>
  Buffer.from(edit(Buffer.from(String(result.Content), 'base64').toString())).toString('base64')
