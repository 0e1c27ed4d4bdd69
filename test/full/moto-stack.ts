// Deploys a packaged template into moto's CloudFormation, step by step as `serverless deploy` does: the bucket for the
// packages first, then the packages, then all the rest.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateStateMachineCommand, DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn'
import type { Packaged, Template, TemplateResource } from '../support/packaged.ts'
import { REGION, withDefinition } from './deployed.ts'
import { MAKER } from './iam-target.ts'

/** Resources that moto's CloudFormation does not make, or makes without an id. */
export const UNKNOWN_TO_MOTO = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::Scheduler::Schedule',
]

const STACK = 'keysweep-prod'

export interface DeployedStack {
  /** Physical by logical id. */
  ids: Map<string, string>
  outputs: Map<string, string>
  /** A resource as it was sent. */
  resource: (logicalId: string) => TemplateResource
}

/** @throws Error with moto's answer */
export async function deploy(url: string, { folder, template }: Packaged): Promise<DeployedStack> {
  const sent = asMotoCan(withDefinition(template))
  const first = readFileSync(join(folder, '.serverless/cloudformation-template-create-stack.json'), 'utf8')
  await cloudFormation(url, 'CreateStack', { TemplateBody: JSON.stringify(asMotoCan(JSON.parse(first))) })
  const bucket = (await readIds(url)).get('ServerlessDeploymentBucket') ?? ''
  await upload(url, bucket, folder, sent)
  await cloudFormation(url, 'UpdateStack', { TemplateBody: JSON.stringify(sent) })
  return { ids: await readIds(url), outputs: await readOutputs(url), resource: (id) => resourceOf(sent, id) }
}

/**
 * moto's interpreter is a Step Functions of its own, which does not know what CloudFormation made: switches it on and
 * makes the machine again there, as the stack has it.
 */
export async function handToInterpreter(url: string, stateMachineArn: string): Promise<void> {
  const sfn = new SFNClient({ endpoint: url, region: REGION, credentials: MAKER })
  const { name, definition, roleArn } = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }))
  const body = JSON.stringify({ stepfunctions: { execute_state_machine: true } })
  const answer = await fetch(`${url}/moto-api/config`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`Cannot switch moto's interpreter on: expected 2xx, received ${answer.status}`)
  await sfn.send(new CreateStateMachineCommand({ name, definition, roleArn }))
  sfn.destroy()
}

function resourceOf({ Resources }: Template, logicalId: string): TemplateResource {
  const resource = Resources[logicalId]
  if (resource === undefined) throw new TypeError(`Not in the template: ${logicalId}`)
  return resource
}

/** Without what moto cannot make; whoever refers to that gets a text in its place. */
function asMotoCan(template: Template): Template {
  const entries = Object.entries(template.Resources)
  const missing = entries.filter(([, { Type }]) => UNKNOWN_TO_MOTO.includes(Type)).map(([name]) => name)
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: string[] }
    const name = Ref ?? attribute?.[0]
    if (name !== undefined && missing.includes(name)) return `the-${name}`
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
  }
  const subsOf = (text: string) =>
    missing.reduce((replaced, name) => replaced.replaceAll(`\${${name}}`, `the-${name}`), text)
  const kept = { ...template, Resources: Object.fromEntries(entries.filter(([name]) => !missing.includes(name))) }
  return JSON.parse(subsOf(JSON.stringify(plain(kept))))
}

async function upload(url: string, Bucket: string, folder: string, { Resources }: Template): Promise<void> {
  const s3 = new S3Client({ endpoint: url, region: REGION, credentials: MAKER, forcePathStyle: true })
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue
    const { S3Key } = Properties.Code as { S3Key: string }
    const Body = readFileSync(join(folder, '.serverless', S3Key.split('/').at(-1) ?? ''))
    await s3.send(new PutObjectCommand({ Bucket, Key: S3Key, Body }))
  }
  s3.destroy()
}

async function readIds(url: string): Promise<Map<string, string>> {
  const xml = await cloudFormation(url, 'DescribeStackResources', {})
  return pairs(xml, 'LogicalResourceId', 'PhysicalResourceId')
}

async function readOutputs(url: string): Promise<Map<string, string>> {
  const xml = await cloudFormation(url, 'DescribeStacks', {})
  const status = /<StackStatus>(\w+)</.exec(xml)?.[1]
  if (status !== 'UPDATE_COMPLETE') throw new Error(`Stack ${STACK}: expected UPDATE_COMPLETE, received ${status}`)
  return pairs(xml, 'OutputKey', 'OutputValue')
}

const pairs = (xml: string, key: string, value: string): Map<string, string> =>
  new Map(
    [...xml.matchAll(new RegExp(`<${key}>([^<]*)</${key}>\\s*<${value}>([^<]*)</${value}>`, 'g'))].map(
      ([, one = '', other = '']) => [one, other],
    ),
  )

/** A call as AWS's clients make it, but for the signature, which moto does not look at. */
async function cloudFormation(url: string, Action: string, params: Record<string, string>): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${MAKER.accessKeyId}/20260911/${REGION}/cloudformation/aws4_request, SignedHeaders=host, Signature=0`
  const body = new URLSearchParams({ Action, Version: '2010-05-15', StackName: STACK, ...params })
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body })
  const xml = await answer.text()
  if (!answer.ok) throw new Error(`${Action}: expected 200, received ${answer.status} ${xml.slice(0, 2000)}`)
  return xml
}
