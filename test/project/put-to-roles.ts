// Calls of the SDK's clients as IAM sees them: an action on a resource, put to the role that signs.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { ACCOUNTS } from '../demo/small-organization.ts'
import { LOOPBACK_BUCKET } from '../support/loopback-s3.ts'
import type { AwsCall, Session } from './called-aws.ts'
import { memberRoles } from './member-template.ts'
import { ACCOUNT, BUCKET, BUS, policyOf, REGION } from './resolved.ts'
import { ONCE } from './run-store-objects.ts'
import { type Verdict, verdictOn } from './simulator.ts'

export interface AskedOfIam {
  by: string
  session: Session | null
  action: string
  resource: string
}

const PREFIXES: Record<string, string> = {
  ...{ IAM: 'iam', STS: 'sts', S3: 's3', SNS: 'sns', SFN: 'states', EventBridge: 'events' },
  ...{ CloudTrail: 'cloudtrail', Organizations: 'organizations' },
}

/** The SDK's name of the one operation that IAM calls otherwise. */
const ACTIONS: Record<string, string> = { 's3:ListObjectsV2': 's3:ListBucket' }

/** The hub and the engine's executions, as they would be in the installation of the stack. */
const inStack = (arn: string) =>
  arn.replace('states:us-east-1:000000000000', `states:${REGION}:${ACCOUNT}`).replace(ACCOUNTS.hub, ACCOUNT)

const accountOf = (session: Session | null) => session?.role.split(':')[4] ?? ACCOUNT

/** Of what the operation asks. IAM has no resource for those that name none, and SendTaskSuccess. */
function resourceOf({ service, input, session }: AwsCall): string {
  const { Bucket, Key, UserName, RoleArn, TopicArn, stateMachineArn, executionArn, ResourceId } = input
  if (service === 'IAM' && UserName) return `arn:aws:iam::${accountOf(session)}:user/${UserName}`
  if (service === 'EventBridge') return BUS
  if (ResourceId) return `arn:aws:organizations::${ACCOUNTS.management}:account/o-a1b2c3d4e5/${ResourceId}`
  if (Bucket === LOOPBACK_BUCKET) return [BUCKET, Key].filter(Boolean).join('/')
  return String(RoleArn ?? TopicArn ?? stateMachineArn ?? executionArn ?? '*')
}

export function askedOfIam(call: AwsCall): AskedOfIam {
  const { by, service, operation, session } = call
  const action = `${PREFIXES[service]}:${operation}`
  const resource = inStack(resourceOf(call))
  return { by, session, action: ACTIONS[action] ?? action, resource }
}

/** What the function's role says, or the role in a member account and the session's own policy. */
export async function verdictOf({ by, session, action, resource }: AskedOfIam): Promise<Verdict> {
  const context = action === 's3:PutObject' ? ONCE : {}
  if (session === null) return verdictOn({ who: `${by}Role`, policy: policyOf(`${by}Role`), action, resource, context })
  const account = inStack(accountOf(session))
  const role = session.role.split('/')[1] ?? ''
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${role}/session`,
        action,
        resource: { resource, accountId: account },
        contextVariables: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/${role}` },
      },
      identityPolicies: memberRoles(account, { HubAccount: ACCOUNT })[role]?.policies ?? [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(session.policy && { sessionPolicy: JSON.parse(inStack(session.policy)) }),
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error') throw new Error(`${action} on ${resource}: ${JSON.stringify(result.errors)}`)
  return result.overallResult as Verdict
}
