// What the references of the stack come to in one made-up installation, so that policies can be put to a simulator.
import { denyExemptPaths } from '../../scripts/exempt-paths.ts'
import { resources, type Statement, statementsOf } from './stack.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'
export const BUCKET = 'arn:aws:s3:::the-run-store'
export const MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:keysweep-prod`
export const ORGANIZATION_MACHINE = `${MACHINE}-organization`
export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:keysweep-prod`
export const ALARM_TOPIC = `${TOPIC}-alarms`
export const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:keysweep-prod-not-started`
export const API = `arn:aws:execute-api:${REGION}:${ACCOUNT}:api1`
export const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`

/** "StartRun" -> its function's name, as serverless.yml gives it. */
const kebab = (pascal: string): string => pascal.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase()

export const roleArn = (role: string): string => `arn:aws:iam::${ACCOUNT}:role/${role}`
export const functionArn = (name: string): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:function:keysweep-prod-${kebab(name)}`
export const logGroupArn = (name: string): string =>
  `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/keysweep-prod-${kebab(name)}:*`

const REFS: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  Keysweep: MACHINE,
  Organization: ORGANIZATION_MACHINE,
  Notices: TOPIC,
  Alarms: ALARM_TOPIC,
  HttpApi: 'api1',
  RunStore: 'the-run-store',
}

function attribute(resource: string, name: string): string {
  if (resource === 'RunStore' && name === 'Arn') return BUCKET
  if (resource === 'NotStarted' && name === 'Arn') return QUEUE
  if (resource === 'HttpApi' && name === 'ApiEndpoint') return `https://api1.execute-api.${REGION}.amazonaws.com`
  const [, of, kind] = /^(\w+?)(LambdaFunction|LogGroup|Role)$/.exec(resource) ?? []
  if (name === 'Arn' && of !== undefined) {
    if (kind === 'Role') return roleArn(resource)
    return kind === 'LogGroup' ? logGroupArn(of) : functionArn(of)
  }
  throw new TypeError(`${resource}.${name} has no value here`)
}

function ref(name: string): string {
  const value = REFS[name]
  if (value === undefined) throw new TypeError(`${name} has no value here`)
  return value
}

/** The value with every Ref, GetAtt, Sub and Join carried out. @throws TypeError for a reference that has no value here */
export function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  const [[name, argument] = ['', null]] = Object.entries(value) as [string, unknown][]
  if (name === 'Ref') return ref(argument as string)
  if (name === 'Fn::GetAtt') return attribute(...(argument as [string, string]))
  if (name === 'Fn::Join') {
    const [between, parts] = argument as [string, unknown[]]
    return parts.map(resolved).join(between)
  }
  if (name === 'Fn::Sub') return (argument as string).replaceAll(/\$\{([\w:.]+)\}/g, (_, what) => named(what))
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]))
}

/** What stands in the braces of a Sub: `RunStore` or `RunStore.Arn`. */
function named(what: string): string {
  const [resource = '', name] = what.split('.')
  return name === undefined ? ref(resource) : attribute(resource, name)
}

/** A role's statements as AWS would see them, where keysweep.yml exempts these paths. */
export function policyOf(role: string, exemptPaths: string[] = []): { Version: string; Statement: Statement[] } {
  const PolicyDocument = { Version: '2012-10-17', Statement: structuredClone(statementsOf(role)) }
  denyExemptPaths({ Resources: { Role: { Properties: { Policies: [{ PolicyDocument }] } } } }, exemptPaths)
  return { ...PolicyDocument, Statement: resolved(PolicyDocument.Statement) as Statement[] }
}

/** The policy document of a resource, such as a bucket policy. */
export function documentOf(name: string): unknown {
  // Asked for again with every request that is put to a simulator.
  const known = documents.get(name)
  if (known !== undefined) return known
  const document = resolved(resources[name]?.Properties.PolicyDocument)
  documents.set(name, document)
  return document
}

const documents = new Map<string, unknown>()
