// The endpoint's small evaluator of policies, held to a simulator of IAM that knows all of them.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { evaluate, type PolicyDocument, type Statement } from '../../demo/policy.ts'
import { errorWith } from '../support/error-facts.ts'

const ACCOUNT = '300000000003'
const user = (path: string) => `arn:aws:iam::${ACCOUNT}:user${path}`
const policy = (...Statement: Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement })

/** What the simulator says of a request by a role of the account. */
async function simulated(one: PolicyDocument, action: string, resource: string, tags: Record<string, string>) {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/role/session`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/role`, ...tags },
      },
      identityPolicies: [{ name: 'role', policy: one }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
  return VERDICTS[String(result.overallResult)]
}

const VERDICTS: Record<string, string> = {
  Allowed: 'allowed',
  ImplicitlyDenied: 'not allowed',
  ExplicitlyDenied: 'denied',
}

const ACTIONS = ['iam:UpdateAccessKey', 'iam:ListAccessKeys', 'iam:GetUser']
const RESOURCES = ['/bob', '/people/bob', '/break-glass/bob', '/break-glass/x/bob', '/bobby'].map(user)
const TAGS = [{}, { 'aws:ResourceTag/keysweep-exempt': 'true' }, { 'aws:ResourceTag/keysweep-exempt': '' }]

describe('a policy', () => {
  const roles = memberRoles({
    account: ACCOUNT,
    hub: ACCOUNT,
    trusted: [],
    organizationId: null,
    exemptPaths: ['/break-glass/'],
  })
  const cases = roles.flatMap(({ name, policies: [one] }) =>
    ACTIONS.flatMap((action) =>
      RESOURCES.flatMap((resource) => TAGS.map((tags) => ({ name, one, action, resource, tags }))),
    ),
  )

  it('of a member role says what IAM’s simulator says', async () => {
    expect(cases.length).toBe(Object.keys(MEMBER_ROLES).length * 45)
    for (const { name, one = policy(), action, resource, tags } of cases) {
      const ours = evaluate([one], { action, resource, context: tags })
      expect({ name, action, resource, tags, ours }).toMatchObject({
        ours: await simulated(one, action, resource, tags),
      })
    }
  })

  it('of any shape that is supported says what IAM’s simulator says', async () => {
    const statement: fc.Arbitrary<Statement> = fc.record(
      {
        Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
        Action: fc.constantFrom('iam:*', 'iam:UpdateAccessKey', 'IAM:updateaccesskey', 'iam:List*', [
          'iam:GetUser',
          'iam:Upd?teAccessKey',
        ]),
        Resource: fc.constantFrom<string | string[]>('*', user('/bob'), user('/*/bob'), [
          user('/people/*'),
          user('/b?b'),
        ]),
        Condition: fc.constantFrom(
          { Null: { 'aws:ResourceTag/keysweep-exempt': 'false' } },
          { Null: { 'aws:ResourceTag/keysweep-exempt': 'true' } },
          { StringEquals: { 'aws:ResourceTag/keysweep-exempt': ['true', 'yes'] } },
          { StringNotEquals: { 'aws:ResourceTag/keysweep-exempt': 'true' } },
          { StringEqualsIfExists: { 'aws:ResourceTag/keysweep-exempt': 'true' } },
          { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/ro*' } },
          { StringLike: { 'aws:PrincipalArn': '*:role/other' } },
        ),
      },
      { requiredKeys: ['Effect', 'Action', 'Resource'] },
    )
    const asked = fc.record({
      statements: fc.array(statement, { minLength: 1, maxLength: 3 }),
      action: fc.constantFrom(...ACTIONS),
      resource: fc.constantFrom(...RESOURCES),
      tags: fc.constantFrom(...TAGS),
    })
    const property = fc.asyncProperty(asked, async ({ statements, action, resource, tags }) => {
      const one = policy(...statements)
      const context = { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/role`, ...tags }
      expect(evaluate([one], { action, resource, context })).toBe(await simulated(one, action, resource, tags))
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('that is not supported is refused, not guessed', () => {
    const ask = (statement: Partial<Statement>) => () =>
      evaluate([policy({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*', ...statement })], {
        action: 'iam:GetUser',
        resource: user('/bob'),
        context: {},
      })
    const own = '$' + '{aws:username}'
    expect(ask({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })).toThrow(
      errorWith('TypeError', 'IpAddress'),
    )
    expect(ask({ Resource: user(`/${own}`) })).toThrow(errorWith('TypeError', own))
  })
})

describe('a trust policy', () => {
  const [role] = memberRoles({
    account: ACCOUNT,
    hub: '200000000002',
    trusted: ['arn:aws:iam::200000000002:role/keysweep-prod-check-suspects'],
    organizationId: 'o-a1b2c3d4e5',
  })
  const asked = (
    account: string,
    arn: string,
    organization: Record<string, string> = { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
  ) =>
    evaluate(role ? [role.trust] : [], {
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/keysweep-read`,
      context: { 'aws:PrincipalArn': arn, ...organization },
      principal: { account, arn },
    })

  it.each([
    [
      'the hub’s function',
      'allowed',
      '200000000002',
      'arn:aws:iam::200000000002:role/keysweep-prod-check-suspects',
      undefined,
    ],
    ['another role of the hub', 'not allowed', '200000000002', 'arn:aws:iam::200000000002:role/admin', undefined],
    [
      'a role of that name elsewhere',
      'not allowed',
      '300000000003',
      'arn:aws:iam::300000000003:role/keysweep-prod-check-suspects',
      undefined,
    ],
    [
      'the hub of no organization',
      'not allowed',
      '200000000002',
      'arn:aws:iam::200000000002:role/keysweep-prod-check-suspects',
      {},
    ],
  ] as const)('of a member role: %s is %s', (_, effect, account, arn, organization) => {
    expect(asked(account, arn, organization)).toBe(effect)
  })
})
