// docs/deploy-policy.json allows a deploy of every resource of the stack, and little else.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { DEPLOY_NEEDS, type DeployNeed, MADE_BY_SERVERLESS, SERVERLESS_NEEDS } from './deploy-needs.ts'
import { ACCOUNT, REGION } from './resolved.ts'
import { verdictOn } from './simulator.ts'
import { resources } from './stack.ts'

const text = readFileSync('docs/deploy-policy.json', 'utf8')
const policy = JSON.parse(text)

interface Statement {
  Action: string | string[]
  Resource: string | string[]
}

/** The simulator's data knows these actions for REST APIs only; /apis and what is below are those of HTTP APIs. */
function mayCallApiGateway(action: string, resource: string): string {
  const matches = (patterns: string | string[], text: string) =>
    [patterns].flat().some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text))
  const allowed = policy.Statement.some(
    ({ Action, Resource }: Statement) => matches(Action, action) && matches(Resource, resource),
  )
  return allowed ? 'Allowed' : 'ImplicitlyDenied'
}

const may = async (action: string, resource: string, context: Record<string, string> = {}) =>
  action.startsWith('apigateway:')
    ? mayCallApiGateway(action, resource)
    : verdictOn({ who: 'Deployer', policy, action, resource, context })

async function notAllowed(needs: DeployNeed[]): Promise<string[]> {
  const denied: string[] = []
  for (const { actions, resources: arns, context } of needs)
    for (const action of actions)
      for (const resource of arns)
        if ((await may(action, resource, context)) !== 'Allowed') denied.push(`${action} on ${resource}`)
  return denied
}

describe('the policy of a deploy', () => {
  it('was written for every type of resource in the stack, and for no other', () => {
    const types = new Set([...Object.values(resources).map(({ Type }) => Type), ...MADE_BY_SERVERLESS])
    expect(Object.keys(DEPLOY_NEEDS).toSorted()).toEqual([...types].toSorted())
  })

  it.each(Object.entries(DEPLOY_NEEDS))('allows to make, change, tag and remove %s', async (_, needs) => {
    expect(await notAllowed(needs)).toEqual([])
  })

  it('allows what Serverless does itself', async () => {
    expect(await notAllowed(SERVERLESS_NEEDS)).toEqual([])
  })

  it('lets no other service than these three have a role, and no other role be given to them', async () => {
    const role = `arn:aws:iam::${ACCOUNT}:role/keysweep-prod-StartRunRole-1ABC`
    const to = (service: string) => ({ 'iam:PassedToService': `${service}.amazonaws.com` })
    expect(await may('iam:PassRole', role, to('ec2'))).not.toBe('Allowed')
    expect(await may('iam:PassRole', `arn:aws:iam::${ACCOUNT}:role/Admin`, to('lambda'))).not.toBe('Allowed')
  })

  it.each([
    ['iam:CreateRole', `arn:aws:iam::${ACCOUNT}:role/Admin`],
    ['iam:AttachRolePolicy', `arn:aws:iam::${ACCOUNT}:role/keysweep-prod-StartRunRole-1ABC`],
    ['iam:UpdateAccessKey', `arn:aws:iam::${ACCOUNT}:user/jane`],
    ['s3:GetObject', 'arn:aws:s3:::keysweep-prod-runstore-1abc/runs/run-1/record.json'],
    ['s3:PutObject', 'arn:aws:s3:::keysweep-prod-runstore-1abc/runs/run-1/plan.json'],
    ['lambda:InvokeFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:keysweep-prod-decide`],
    ['apigateway:DELETE', `arn:aws:apigateway:${REGION}::/restapis/a1b2c3`],
    ['states:StartExecution', `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:keysweep-prod`],
    ['cloudformation:UpdateStack', `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/other/1f2e3d4c`],
    ['lambda:UpdateFunctionCode', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:other`],
  ])('does not allow %s on %s', async (action, resource) => {
    expect(await may(action, resource)).not.toBe('Allowed')
  })

  it('fits a managed policy: 6,144 characters without white space', () => {
    expect(JSON.stringify(policy).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6144)
  })
})
