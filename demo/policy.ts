// Evaluates IAM policies as far as keysweep's own need it. A condition or a policy variable that it does not know is an error,
// so that no policy is evaluated wrongly. Source: IAM User Guide, policy evaluation logic.

export interface Statement {
  Sid?: string
  Effect: 'Allow' | 'Deny'
  /** Of a trust policy. An account's root ARN stands for everybody in the account. */
  Principal?: { AWS: string | readonly string[] }
  Action: string | readonly string[]
  Resource?: string | readonly string[]
  /** By operator, then by condition key. */
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface PolicyDocument {
  Version: string
  Statement: readonly Statement[]
}

/** A request as policies see it. */
export interface PolicyRequest {
  /** Such as iam:UpdateAccessKey. */
  action: string
  /** An ARN, or `*` if the action has no resource. */
  resource: string
  /** Condition keys, with their names in any case. */
  context: Record<string, string>
  /** Who asks, for a trust policy. */
  principal?: { account: string; arn: string }
}

export type Effect = 'allowed' | 'denied' | 'not allowed'

/** What the policies say to a request: an explicit deny wins. @throws TypeError for a policy that this does not understand */
export function evaluate(policies: readonly PolicyDocument[], request: PolicyRequest): Effect {
  const effects = policies.flatMap(({ Statement }) =>
    Statement.filter((statement) => applies(statement, request)).map(({ Effect }) => Effect),
  )
  if (effects.includes('Deny')) return 'denied'
  return effects.includes('Allow') ? 'allowed' : 'not allowed'
}

const applies = (statement: Statement, request: PolicyRequest): boolean =>
  list(statement.Action).some((action) => matches(action.toLowerCase(), request.action.toLowerCase())) &&
  (statement.Resource === undefined || list(statement.Resource).some((arn) => matches(arn, request.resource))) &&
  (statement.Principal === undefined || list(statement.Principal.AWS).some((one) => isPrincipal(one, request))) &&
  Object.entries(statement.Condition ?? {}).every(([operator, keys]) => holds(operator, keys, request.context))

/** A pattern with `*` and `?`. */
function matches(pattern: string, text: string): boolean {
  if (pattern.includes('${')) throw new TypeError(`Policy variable not supported: ${pattern}`)
  if (pattern === text || pattern === '*') return true
  return /[*?]/.test(pattern) && expressionOf(pattern).test(text)
}

/** Of patterns that were asked for before: roles have the same ones for every call. */
const expressions = new Map<string, RegExp>()

function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern)
  if (known) return known
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  const expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
  expressions.set(pattern, expression)
  return expression
}

const isPrincipal = (named: string, { principal }: PolicyRequest): boolean =>
  principal !== undefined && (named === '*' || named === principal.arn || ROOT.exec(named)?.[1] === principal.account)

/** The ARN of an account's root. */
const ROOT = /^arn:[\w-]+:iam::(\d+):root$/

/** Whether the value of a request fits one of the policy's values. */
const OPERATORS: Record<string, (value: string, wanted: string) => boolean> = {
  StringEquals: (value, wanted) => value === wanted,
  StringLike: (value, wanted) => matches(wanted, value),
  ArnEquals: (value, wanted) => matches(wanted, value),
  ArnLike: (value, wanted) => matches(wanted, value),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  DateLessThan: (value, wanted) => Date.parse(value) < Date.parse(wanted),
}

/** The operators that hold if the request has none of the policy's values, or lacks the key. */
const NEGATED: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
}

function holds(
  operator: string,
  keys: Readonly<Record<string, string | readonly string[]>>,
  context: Record<string, string>,
): boolean {
  const lowerCase = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]))
  return Object.entries(keys).every(([key, wanted]) => fits(operator, lowerCase[key.toLowerCase()], list(wanted)))
}

function fits(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.some((one) => (one === 'true') === (value === undefined))
  const ifExists = operator.endsWith('IfExists')
  const name = ifExists ? operator.slice(0, -'IfExists'.length) : operator
  const negated = NEGATED[name]
  const compare = OPERATORS[negated ?? name]
  if (compare === undefined) throw new TypeError(`Condition operator not supported: ${operator}`)
  if (value === undefined) return ifExists || negated !== undefined
  return wanted.some((one) => compare(value, one)) === (negated === undefined)
}

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value)
