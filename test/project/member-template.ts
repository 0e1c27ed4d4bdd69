// resources/member-account.yml as CloudFormation would carry it out in one member account, with these parameters.
import { readFileSync } from 'node:fs'
import { type CollectionTag, isScalar, parse, type ScalarTag, type YAMLSeq } from 'yaml'

export const TEMPLATE = 'resources/member-account.yml'

const NAMES = ['Equals', 'GetAtt', 'If', 'Join', 'Not', 'Ref', 'Split', 'Sub']

/** `!Ref x` -> { Ref: x }, and `!If [a, b, c]` -> { If: [a, b, c] } */
const customTags = NAMES.flatMap((name): (CollectionTag | ScalarTag)[] => [
  { tag: `!${name}`, resolve: (value: string) => ({ [name]: value }) },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve: (value) => ({ [name]: (value as YAMLSeq).items.map((item) => plainOf(item)) }),
  },
])

const plainOf = (item: unknown): unknown => {
  if (isScalar(item)) return item.value
  return typeof item === 'object' && item !== null && 'toJSON' in item && typeof item.toJSON === 'function'
    ? item.toJSON()
    : item
}

interface Parameter {
  Type: string
  Default?: string
  AllowedPattern: string
}

interface Role {
  Type: string
  Properties: {
    RoleName: string
    Description: string
    AssumeRolePolicyDocument: unknown
    Policies: { PolicyName: string; PolicyDocument: unknown }[]
  }
}

interface Template {
  Parameters: Record<string, Parameter>
  Conditions: Record<string, unknown>
  Resources: Record<string, Role>
}

export const templateText = readFileSync(TEMPLATE, 'utf8')
export const template: Template = parse(templateText, { customTags })

export interface MemberRole {
  name: string
  trust: unknown
  policies: { name: string; policy: unknown }[]
}

const NO_VALUE = Symbol('AWS::NoValue')

/**
 * The three roles in the account `account`, by name.
 * @param given the parameters that differ from their defaults
 * @throws TypeError for a parameter that CloudFormation would refuse
 */
export function memberRoles(account: string, given: Record<string, string>): Record<string, MemberRole> {
  const refs: Record<string, unknown> = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': account,
    'AWS::NoValue': NO_VALUE,
    ...Object.fromEntries(Object.entries(template.Parameters).map(([name, one]) => [name, valueFor(name, one, given)])),
  }
  const roles = Object.values(template.Resources).map(({ Properties }) => {
    const { RoleName, AssumeRolePolicyDocument, Policies } = Properties
    const policies = Policies.map((one) => ({ name: one.PolicyName, policy: resolved(one.PolicyDocument, refs) }))
    return { name: RoleName, trust: resolved(AssumeRolePolicyDocument, refs), policies }
  })
  return Object.fromEntries(roles.map((role) => [role.name, role]))
}

/** A list is split at its commas. Each element must match the pattern. */
function valueFor(name: string, { Type, Default, AllowedPattern }: Parameter, given: Record<string, string>) {
  const text = given[name] ?? Default
  if (text === undefined) throw new TypeError(`Parameter ${name} is missing`)
  const values = Type === 'CommaDelimitedList' ? text.split(',').map((one) => one.trim()) : [text]
  const odd = values.find((value) => !new RegExp(AllowedPattern).test(value))
  if (odd !== undefined) throw new TypeError(`Parameter ${name} refused: ${odd}`)
  return Type === 'CommaDelimitedList' ? values : text
}

function resolved(value: unknown, refs: Record<string, unknown>): unknown {
  const go = (one: unknown) => resolved(one, refs)
  if (Array.isArray(value)) return value.map(go).filter((one) => one !== NO_VALUE)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = ['', null]] = Object.entries(value)
  if (!NAMES.includes(name)) {
    const members = Object.entries(value).map(([key, one]) => [key, go(one)])
    return Object.fromEntries(members.filter(([, one]) => one !== NO_VALUE))
  }
  return carriedOut(name, argument, refs)
}

function carriedOut(name: string, argument: unknown, refs: Record<string, unknown>): unknown {
  const refOf = (what: string) => {
    if (!(what in refs)) throw new TypeError(`${what} has no value here`)
    return refs[what]
  }
  if (name === 'Ref') return refOf(argument as string)
  if (name === 'Sub') return (argument as string).replaceAll(/\$\{([\w:]+)\}/g, (_, what) => String(refOf(what)))
  const parts = argument as unknown[]
  if (name === 'If') return resolved(resolved(template.Conditions[String(parts[0])], refs) ? parts[1] : parts[2], refs)
  const [first, second] = parts.map((one) => resolved(one, refs))
  if (name === 'Equals') return first === second
  if (name === 'Not') return !first
  if (name === 'Join') return (second as string[]).join(first as string)
  if (name === 'Split') return (second as string).split(first as string)
  throw new TypeError(`${name} is unknown to this reader`)
}
