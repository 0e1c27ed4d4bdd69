// Puts the exempt paths of keysweep.yml into the role of Deactivate key, so that IAM enforces them too.
import { SettingsRefused } from '../core/model/errors.ts'

/** The statement of resources/roles.yml that this fills in. */
const SID = 'NeverUnderAnExemptPath'

interface Statement {
  Sid?: string
  Resource?: unknown
}

/** The resources that Serverless has read from resources/. */
export interface Resources {
  Resources?: Record<string, Resource>
}

export interface Resource {
  Type?: string
  Properties?: { [name: string]: unknown; Policies?: { PolicyDocument: { Statement: Statement[] } }[] }
}

/** For all inline policies of a role together, without white space (IAM and STS quotas). */
const MAX_POLICY_CHARACTERS = 10_240

/**
 * Fills in every statement with this Sid. Without paths the statement is removed, because IAM refuses one without resources.
 * @throws SettingsRefused if a role becomes larger than IAM allows
 */
export function denyExemptPaths({ Resources = {} }: Resources, paths: string[]): void {
  const topmost = paths.filter(
    (path, n) => !paths.some((other, at) => isUnder(path, other) && (other !== path || at < n)),
  )
  for (const [role, { Properties }] of Object.entries(Resources)) {
    const documents = (Properties?.Policies ?? []).map(({ PolicyDocument }) => PolicyDocument)
    if (!documents.some(({ Statement }) => Statement.some(({ Sid }) => Sid === SID))) continue
    for (const document of documents)
      document.Statement = document.Statement.flatMap((statement) => withPaths(statement, topmost))
    refuseTooLarge(role, documents)
  }
}

/** Case-sensitive, as IAM compares the resources of a policy. */
const isUnder = (path: string, other: string): boolean => path.startsWith(other)

function refuseTooLarge(role: string, documents: object[]): void {
  const characters = documents.reduce((sum, document) => sum + charactersOf(document), 0)
  if (characters <= MAX_POLICY_CHARACTERS) return
  throw new SettingsRefused(
    `Too many policy.exemptPaths: IAM allows ${MAX_POLICY_CHARACTERS} characters for the policies of ${role}, and these paths make ${characters}. Exempt a common parent path, or users with the tag keysweep-exempt.`,
  )
}

/** The maximum length of a reference's value, which only AWS knows. */
const LONGEST: Record<string, number> = {
  'AWS::Partition': 10,
  'AWS::AccountId': 12,
  'AWS::Region': 14,
  'RunStore.Arn': 83,
}
/** The ARN of a log group of the function with the longest name. */
const LONGEST_OTHER = 140

const standIn = (name: string): string => 'x'.repeat(LONGEST[name] ?? LONGEST_OTHER)

const charactersOf = (value: unknown): number => JSON.stringify(filledIn(value)).replaceAll(/\s/g, '').length

function filledIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filledIn)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = ['', null]] = Object.entries(value) as [string, unknown][]
  if (name === 'Ref') return standIn(argument as string)
  if (name === 'Fn::GetAtt') return standIn([argument].flat().join('.'))
  if (name === 'Fn::Join') {
    const [between, parts] = argument as [string, unknown[]]
    return parts.map(filledIn).join(between)
  }
  if (name === 'Fn::Sub') return (argument as string).replaceAll(/\$\{([\w:.]+)\}/g, (_, what: string) => standIn(what))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one)]))
}

function withPaths(statement: Statement, paths: string[]): Statement[] {
  if (statement.Sid !== SID) return [statement]
  return paths.length === 0 ? [] : [{ ...statement, Resource: paths.map(usersUnder) }]
}

/** All users under a path. Characters of wildcards and variables in the path are escaped. */
const usersUnder = (path: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:',
      { Ref: 'AWS::Partition' },
      ':iam::',
      { Ref: 'AWS::AccountId' },
      `:user${path.replace(/[*?$]/g, '${$&}')}*`,
    ],
  ],
})
