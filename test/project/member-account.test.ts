// Who may assume which role in a member account, and what a session there may do: the template, the hub's roles and keysweep's
// session policies, put to a simulator of IAM.
import { readFileSync } from 'node:fs'
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { describe, expect, it } from '@jest/globals'
import { sessionPolicyOf } from '../../io/sts/session-policy.ts'
import { type MemberRole, memberRoles, TEMPLATE, template, templateText } from './member-template.ts'
import { ACCOUNT as HUB, policyOf } from './resolved.ts'
import { allowedActions, type Verdict } from './simulator.ts'
import { functions, resources } from './stack.ts'

const MEMBER = '444455556666'
const ORG = 'o-a1b2c3d4e5'
const ROLE_NAMES = ['keysweep-read', 'keysweep-deactivate', 'keysweep-reactivate']
const PARAMETERS = { HubAccount: HUB, OrganizationId: ORG }
const roles = memberRoles(MEMBER, PARAMETERS)

const roleOf = (name: string, from = roles): MemberRole => {
  const role = from[name]
  if (role === undefined) throw new TypeError(`Expected role ${name}`)
  return role
}
const arnOf = (role: string, account = MEMBER) => `arn:aws:iam::${account}:role/${role}`

/** The functions of the hub that may get into member accounts, and by which role. */
const MAY: Record<string, string> = {
  GenerateReport: 'keysweep-read',
  ParseReport: 'keysweep-read',
  CheckSuspects: 'keysweep-read',
  ReadKeyEvents: 'keysweep-read',
  DeactivateKey: 'keysweep-deactivate',
  ReactivateKey: 'keysweep-reactivate',
}

/** What CloudFormation names the role of a function: it makes a name up if the template has none. */
const hubRole = (name: string): string =>
  String(resources[`${name}Role`]?.Properties.RoleName ?? `keysweep-prod-${name}Role-1ABC`)

interface Assumption {
  /** The name of the role that asks. */
  who: string
  /** Its policy. */
  policy: unknown
  account?: string
  role: MemberRole
  context?: Record<string, string>
}

/** Both must allow it: the policy of the role that asks, and the trust of the role that is asked for. */
async function assume({ who, policy, account = HUB, role, context = {} }: Assumption): Promise<Verdict> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${who}/session`,
        action: 'sts:AssumeRole',
        resource: { resource: arnOf(role.name), accountId: MEMBER },
        contextVariables: {
          'aws:PrincipalArn': arnOf(who, account),
          'aws:PrincipalOrgID': ORG,
          'aws:PrincipalAccount': account,
          ...context,
        },
      },
      identityPolicies: [{ name: who, policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: role.trust,
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
  return result.overallResult as Verdict
}

/** A role that leaves it to the hub who may assume it. */
const TRUSTS_THE_HUB = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${HUB}:root` }, Action: 'sts:AssumeRole' }],
}

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

describe('each function of the hub', () => {
  const cases = Object.keys(functions).flatMap((name) =>
    ROLE_NAMES.map((role) => [name, role, MAY[name] === role ? 'can' : 'cannot'] as const),
  )
  it.each(cases)('%s, asking for %s: it %s assume it', async (name, role, can) => {
    const who = hubRole(name)
    const verdict = await assume({ who, policy: policyOf(`${name}Role`), role: roleOf(role) })
    expect(verdict === 'Allowed').toBe(can === 'can')
    // Each side alone keeps the others out: the trust, and the policy in the hub.
    const [byTrust, byHub] = [
      await assume({ who, policy: EVERYTHING, role: roleOf(role) }),
      await assume({ who, policy: policyOf(`${name}Role`), role: { ...roleOf(role), trust: TRUSTS_THE_HUB } }),
    ]
    expect([byTrust === 'Allowed', byHub === 'Allowed']).toEqual(Array(2).fill(can === 'can'))
  })

  it('can assume no role of another name in any account', async () => {
    for (const name of Object.keys(MAY)) {
      const other = { ...roleOf('keysweep-read'), name: 'OrganizationAccountAccessRole', trust: TRUSTS_THE_HUB }
      const verdict = await assume({ who: hubRole(name), policy: policyOf(`${name}Role`), role: other })
      expect([name, verdict]).not.toContain('Allowed')
    }
  })
})

describe('the trust of a role refuses', () => {
  const asking = { who: hubRole('DeactivateKey'), policy: EVERYTHING, role: roleOf('keysweep-deactivate') }
  it.each<[string, Partial<Assumption>]>([
    ['another account', { account: '777788889999' }],
    [
      'another account with the ARN of ours in its request',
      { account: '777788889999', context: { 'aws:PrincipalArn': arnOf(hubRole('DeactivateKey'), HUB) } },
    ],
    ['another organization', { context: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } }],
    ['another role of the hub', { who: 'Administrator' }],
    ['a role of that name under a path', { context: { 'aws:PrincipalArn': arnOf(`x/${asking.who}`, HUB) } }],
    ['the role of another stage', { who: 'keysweep-dev-deactivate-key' }],
    ['the root user of the hub', { context: { 'aws:PrincipalArn': `arn:aws:iam::${HUB}:root` } }],
  ])('%s', async (_, fields) => {
    expect(await assume(asking)).toBe('Allowed')
    expect(await assume({ ...asking, ...fields })).not.toBe('Allowed')
  })

  it('no principal by organization if there is no organization', async () => {
    const { 'keysweep-deactivate': role } = memberRoles(MEMBER, { HubAccount: HUB })
    if (role === undefined) throw new TypeError('Expected a role')
    expect(await assume({ ...asking, role, context: { 'aws:PrincipalOrgID': 'o-zzzzzzzzzz' } })).toBe('Allowed')
    expect(await assume({ ...asking, role, who: 'Administrator' })).not.toBe('Allowed')
  })
})

describe('the parameters', () => {
  it.each([
    ['TrustedToRead', 'keysweep-read', 'CheckSuspects'],
    ['TrustedToDeactivate', 'keysweep-deactivate', 'DeactivateKey'],
    ['TrustedToReactivate', 'keysweep-reactivate', 'ReactivateKey'],
  ])('%s are trusted in place of the functions', async (parameter, name, fn) => {
    const jane = 'aws-reserved/sso.amazonaws.com/AWSReservedSSO_security_1f2e3d4c'
    const given = { ...PARAMETERS, [parameter]: `${arnOf(jane, HUB)}, ${arnOf('break-glass', HUB)}` }
    const role = roleOf(name, memberRoles(MEMBER, given))
    for (const who of [jane, 'break-glass']) {
      const context = { 'aws:PrincipalArn': arnOf(who, HUB) }
      expect(await assume({ who: 'session', policy: EVERYTHING, role, context })).toBe('Allowed')
    }
    expect(await assume({ who: hubRole(fn), policy: EVERYTHING, role })).not.toBe('Allowed')
  })
  it('name the stage whose functions are trusted', async () => {
    const role = roleOf('keysweep-read', memberRoles(MEMBER, { ...PARAMETERS, Stage: 'dev' }))
    expect(await assume({ who: 'keysweep-dev-parse-report', policy: EVERYTHING, role })).toBe('Allowed')
    expect(await assume({ who: 'keysweep-prod-parse-report', policy: EVERYTHING, role })).not.toBe('Allowed')
  })
  it.each([
    ['HubAccount', '12345'],
    ['HubAccount', '*'],
    ['Stage', 'pr*'],
    ['Stage', ''],
    ['OrganizationId', 'ours'],
    ['OrganizationId', '*'],
    ['TrustedToRead', '*'],
    ['TrustedToRead', `arn:aws:iam::${HUB}:role/*`],
    ['TrustedToRead', `arn:aws:iam::${HUB}:role/a,*`],
    ['TrustedToDeactivate', `arn:aws:iam::${HUB}:root`],
    ['TrustedToReactivate', `arn:aws:iam::${HUB}:role/a?`],
    ['ExemptPaths', 'service'],
    ['ExemptPaths', '/service'],
    ['ExemptPaths', '/${aws:username}/'],
  ])('%s cannot be %j', (name, value) => {
    expect(() => memberRoles(MEMBER, { ...PARAMETERS, [name]: value })).toThrow(name)
  })
})

interface Call {
  role: string
  action: string
  resource: string
  /** The user that the session is for; null: a session without a policy. */
  session: string | null
  context?: Record<string, string>
  parameters?: Record<string, string>
}

/** What IAM says to a call of a session: the role's policy and the session's must both allow it. */
async function call({ role, action, resource, session, context = {}, parameters = {} }: Call): Promise<Verdict> {
  const { policies } = roleOf(role, memberRoles(MEMBER, { ...PARAMETERS, ...parameters }))
  const use = role.replace('keysweep-', '') as 'deactivate' | 'reactivate'
  const policy = session === null ? undefined : sessionPolicyOf('aws', MEMBER, { role: use, user: session })
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${MEMBER}:assumed-role/${role}/weekly-change-${MEMBER}`,
        action,
        resource: { resource, accountId: MEMBER },
        contextVariables: { 'aws:PrincipalArn': arnOf(role), ...context },
      },
      identityPolicies: policies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(policy !== undefined && { sessionPolicy: JSON.parse(policy) }),
    },
    { simulationMode: 'Strict' },
  )
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
  return result.overallResult as Verdict
}

const userArn = (user: string, account = MEMBER) => `arn:aws:iam::${account}:user/${user}`
const KEY_READS = ['iam:GetAccessKeyLastUsed', 'iam:ListAccessKeys', 'iam:ListUserTags']
const READS = [...KEY_READS, 'iam:GetUser']

describe('what a role allows at most:', () => {
  it.each([
    [
      'keysweep-read',
      ['cloudtrail:LookupEvents', 'iam:GenerateCredentialReport', 'iam:GetCredentialReport'],
      KEY_READS,
    ],
    ['keysweep-deactivate', READS, ['iam:UpdateAccessKey']],
    ['keysweep-reactivate', ['iam:ListAccessKeys'], ['iam:UpdateAccessKey']],
  ])('%s', async (name, some, more) => {
    const { policies } = roleOf(name)
    const services = name === 'keysweep-read' ? ['iam', 'cloudtrail', 'sts'] : ['iam', 'sts']
    const allowed = await Promise.all(policies.map(({ policy }) => allowedActions(name, policy, services)))
    expect(
      allowed
        .flat()
        .filter((action) => action !== 'sts:GetCallerIdentity')
        .toSorted(),
    ).toEqual([...some, ...more].toSorted())
  })

  it('no role is given a policy from elsewhere', () => {
    const properties = Object.values(template.Resources).flatMap(({ Properties }) => Object.keys(Properties))
    expect([...new Set(properties)].toSorted()).toEqual([
      'AssumeRolePolicyDocument',
      'Description',
      'Policies',
      'RoleName',
    ])
  })
})

describe('a session that writes', () => {
  const WRITES = [
    ['keysweep-deactivate', [...READS, 'iam:UpdateAccessKey']],
    ['keysweep-reactivate', ['iam:ListAccessKeys', 'iam:UpdateAccessKey']],
  ] as const

  it.each(WRITES)('of %s can do its calls on its one user, under any path', async (role, actions) => {
    for (const action of actions)
      for (const user of ['jane', 'people/jane', 'a/b/jane'])
        expect([action, user, await call({ role, action, resource: userArn(user), session: 'jane' })]).toEqual([
          action,
          user,
          'Allowed',
        ])
  })

  it.each(WRITES)('of %s can touch nobody else', async (role, actions) => {
    const others = ['bob', 'jane2', 'mary-jane', 'JANE', 'people/bob', 'jane/bob', 'people/jane/bob', 'xjane']
    for (const action of actions)
      for (const user of others)
        expect([user, await call({ role, action, resource: userArn(user), session: 'jane' })]).not.toContain('Allowed')
    const elsewhere = { role, resource: userArn('jane', '777788889999'), session: 'jane' }
    expect(await call({ ...elsewhere, action: 'iam:UpdateAccessKey' })).not.toBe('Allowed')
  })

  it('of a user whose name is a part of others’ reaches only that user', async () => {
    const touch = (user: string) =>
      call({ role: 'keysweep-deactivate', action: 'iam:UpdateAccessKey', resource: userArn(user), session: 'a.b+c' })
    expect(await touch('a.b+c')).toBe('Allowed')
    expect(await touch('aXb+c')).not.toBe('Allowed')
  })

  it('can create, delete and read nothing beyond its calls', async () => {
    for (const action of ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:PutUserPolicy', 'iam:TagUser'])
      for (const role of ['keysweep-deactivate', 'keysweep-reactivate'])
        expect(await call({ role, action, resource: userArn('jane'), session: 'jane' })).not.toBe('Allowed')
  })

  it('that reads writes to nobody', async () => {
    const writing = { role: 'keysweep-read', action: 'iam:UpdateAccessKey', resource: userArn('jane'), session: null }
    expect(await call(writing)).not.toBe('Allowed')
  })
})

describe('IAM itself', () => {
  const deactivate = (user: string, context = {}, parameters = {}) =>
    call({
      role: 'keysweep-deactivate',
      action: 'iam:UpdateAccessKey',
      resource: userArn(user),
      session: user.replace(/.*\//, ''),
      context,
      parameters,
    })

  it.each(['keysweep-exempt', 'Keysweep-Exempt'])('denies the update of a user with the tag %s', async (tag) => {
    expect(await deactivate('jane', { [`aws:ResourceTag/${tag}`]: 'break glass' })).toBe('ExplicitlyDenied')
    expect(await deactivate('jane', { [`aws:ResourceTag/${tag}`]: '' })).toBe('ExplicitlyDenied')
    expect(await deactivate('jane', { 'aws:ResourceTag/owner': 'team-a' })).toBe('Allowed')
  })
  it('denies it under each exempt path, and under no other', async () => {
    const parameters = { ExemptPaths: '/service/, /robots/' }
    for (const user of ['service/jane', 'service/backup/jane', 'robots/jane'])
      expect([user, await deactivate(user, {}, parameters)]).toEqual([user, 'ExplicitlyDenied'])
    for (const user of ['jane', 'services/jane', 'people/service/jane'])
      expect([user, await deactivate(user, {}, parameters)]).toEqual([user, 'Allowed'])
  })
  it('denies it for everybody if the root path is exempt', async () => {
    expect(await deactivate('people/jane', {}, { ExemptPaths: '/' })).toBe('ExplicitlyDenied')
  })
  it('lets an exempt user’s key be reactivated, and read', async () => {
    const context = { 'aws:ResourceTag/keysweep-exempt': 'x' }
    const asked = { resource: userArn('jane'), session: 'jane', context }
    expect(await call({ ...asked, role: 'keysweep-reactivate', action: 'iam:UpdateAccessKey' })).toBe('Allowed')
    expect(await call({ ...asked, role: 'keysweep-deactivate', action: 'iam:ListUserTags' })).toBe('Allowed')
  })
})

describe('the template', () => {
  it('is small enough to be sent with the call, and needs no transform, macro or nested stack', () => {
    expect(Buffer.byteLength(templateText)).toBeLessThan(51_200)
    expect(templateText).not.toMatch(/Transform|AWS::Include|Fn::ForEach|AWS::CloudFormation::Stack/)
    expect(Object.values(template.Resources).map(({ Type }) => Type)).toEqual(Array(3).fill('AWS::IAM::Role'))
  })
  it('has no alias, which CloudFormation does not read', () => {
    expect(templateText.replaceAll(/#.*$/gm, '')).not.toMatch(/(^|[\s:[-])[&*][a-zA-Z]\w*\s*$/m)
  })
  it('has policies that fit a role: 10,240 characters, with 100 exempt paths', () => {
    const ExemptPaths = Array.from({ length: 100 }, (_, n) => `/a-path-with-a-name-${n}/`).join()
    const { policies } = roleOf('keysweep-deactivate', memberRoles(MEMBER, { ...PARAMETERS, ExemptPaths }))
    expect(JSON.stringify(policies.map(({ policy }) => policy)).length).toBeLessThan(10_240)
  })
})

describe('docs/permissions.md', () => {
  const page = readFileSync('docs/permissions.md', 'utf8')
  const section = page.slice(page.indexOf('## Member accounts'), page.indexOf('## Run store'))
  const rows = [...section.matchAll(/^\| `([\w-]+)` \| (.+?) \| (.+) \|$/gm)]
  const codes = (text = '') => [...text.matchAll(/`([\w:-]+)`/g)].map(([, code]) => code)

  it('says for each role who may assume it', () => {
    const said = rows.map(([, role, who]) => [role, codes(who)])
    const expected = ROLE_NAMES.map((role) => [role, Object.keys(MAY).filter((name) => MAY[name] === role)])
    expect(said).toEqual(expected)
  })
  it('says for each role whether it writes', () => {
    for (const [, role = '', , what] of rows) {
      const writes = JSON.stringify(roleOf(role).policies).includes('iam:UpdateAccessKey')
      expect([role, codes(what).includes('iam:UpdateAccessKey')]).toEqual([role, writes])
    }
  })
  it('explains each parameter of the template', () => {
    const table = section.slice(section.indexOf('### Parameters'), section.indexOf('### Roll it out'))
    const named = [...table.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names]) => codes(names))
    expect(named).toEqual(Object.keys(template.Parameters))
  })
  it('shows commands that give the parameters that have no default, and the right file', () => {
    const needed = Object.entries(template.Parameters).filter(([, { Default }]) => Default === undefined)
    const commands = section.match(/^aws cloudformation (?:create-stack-set|deploy)(?:.*\\\n)+.*/gm) ?? []
    expect(commands).toHaveLength(2)
    for (const command of commands) {
      expect(command).toContain(TEMPLATE)
      expect(command).toContain('--capabilities CAPABILITY_NAMED_IAM')
      for (const [name] of needed) expect(command).toContain(name)
    }
  })
})
