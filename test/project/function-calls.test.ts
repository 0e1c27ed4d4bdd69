// What a function asks of AWS is what its role allows, and no more: noted in runs of both machines.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { callsOfAllFunctions, type MachineCall } from './function-calls.ts'
import { memberRoles } from './member-template.ts'
import { type AskedOfIam, askedOfIam, verdictOf } from './put-to-roles.ts'
import {
  ACCOUNT,
  BUCKET,
  functionArn,
  logGroupArn,
  MACHINE,
  ORGANIZATION_MACHINE,
  policyOf,
  roleArn,
} from './resolved.ts'
import { actionsOf, functions, resources, type Statement } from './stack.ts'

const MEMBER_ROLES = Object.values(memberRoles(ACCOUNT, { HubAccount: ACCOUNT }))

/** Ids are alike to every policy. Of a run in an account its phase stays. */
const shapeOf = (resource: string): string =>
  resource
    .replace(/\/keys\/\w+\/[\w-]+/, '/keys')
    .replace(/\/(runs|orgs|tokens\/\w+)\/(?:[\w-]+-(survey|change|undo)-\d+|[\w-]+)\//, '/$1/$2/')
    .replace(/(:execution:[\w-]+):.*/, '$1')

/** One of every kind. */
const kindsOf = (asked: AskedOfIam[]): AskedOfIam[] => [
  ...new Map(
    asked.map((one) => [[one.by, one.session?.role, one.action, shapeOf(one.resource)].join(' '), one]),
  ).values(),
]

type Right = Pick<AskedOfIam, 'action' | 'resource'>

/** Each action on each resource that these statements allow. */
const rightsIn = (statements: Statement[]): Right[] =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap((statement) =>
      actionsOf(statement).flatMap((action) =>
        [statement.Resource].flat().map((resource) => ({ action, resource: String(resource) })),
      ),
    )

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const matches = (pattern: string, resource: string): boolean =>
  new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`).test(resource)

/**
 * What a call needs besides: a write that finds its object there reads it, and S3 says of an object that it is missing only to
 * those who may list the bucket.
 */
const withImplied = (one: AskedOfIam): AskedOfIam[] => {
  const read = { ...one, action: 's3:GetObject' }
  const list = { ...one, action: 's3:ListBucket', resource: BUCKET }
  if (one.action === 's3:PutObject') return [one, read, list]
  return one.action === 's3:GetObject' ? [one, list] : [one]
}

/** Lambda itself writes the log of a function, with the function's role. */
const logOf = (by: string): AskedOfIam[] =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    ...{ by, session: null, action },
    resource: logGroupArn(by).replace(/\*$/, 'log-stream:2026'),
  }))

/** What no run here comes to, because it takes hours, or two at once. */
const RARE: Record<string, string[]> = {
  'somebody reactivated a key of an earlier run': [
    `CheckSuspects: s3:PutObject ${BUCKET}/keys/*.seen.json`,
    `DeactivateKey: s3:PutObject ${BUCKET}/keys/*.seen.json`,
  ],
  'nobody answered': [
    `ReadDecision: s3:PutObject ${BUCKET}/runs/*/decision.json`,
    `ReadOrganizationDecision: s3:PutObject ${BUCKET}/orgs/*/decision.json`,
  ],
  'the undone run still works': [
    `PlanUndo: s3:GetObject ${BUCKET}/keys/*.undone.json`,
    `PlanUndo: s3:PutObject ${BUCKET}/keys/*.undone.json`,
  ],
  'IAM refuses to reactivate a key': [`ReactivateKey: s3:PutObject ${BUCKET}/keys/*.refused-*.json`],
}

describe('what the functions ask of AWS', () => {
  let asked: AskedOfIam[]
  let machineCalls: MachineCall[]
  let ends: Record<string, string>
  let end: () => Promise<void>
  beforeAll(async () => {
    const seen = await callsOfAllFunctions()
    const calls = seen.calls.map(askedOfIam).flatMap(withImplied)
    asked = kindsOf([...calls, ...Object.keys(functions).flatMap(logOf)])
    ;({ machineCalls, ends, end } = seen)
  })
  afterAll(() => end())

  it('is seen in runs that come to every function', () => {
    expect(ends).toEqual({
      // Every run that tries to change the key of one user fails.
      ...{ 'run-1': 'FAILED', 'run-3': 'FAILED', 'org-1': 'FAILED', 'run-4': 'FAILED' },
      ...{ 'run-5': 'FAILED', 'org-4': 'FAILED' },
      ...{ 'run-0': 'SUCCEEDED', 'run-2': 'SUCCEEDED', 'org-2': 'SUCCEEDED', 'org-3': 'SUCCEEDED' },
    })
    const callers = asked.filter(({ action }) => !action.startsWith('logs:')).map(({ by }) => by)
    expect([...new Set(callers)].toSorted()).toEqual(Object.keys(functions).toSorted())
  })

  it('is allowed by their roles, and in member accounts by the role there and the session', async () => {
    const refused: string[] = []
    for (const one of asked) {
      const verdict = await verdictOf(one)
      if (verdict !== 'Allowed') refused.push(`${one.by}: ${one.action} ${one.resource}: ${verdict}`)
    }
    expect(refused).toEqual([])
  })

  it('is all that their roles allow, with the rare calls', () => {
    const isAsked = (by: string, { action, resource }: Right) =>
      asked.some((one) => one.by === by && !one.session && one.action === action && matches(resource, one.resource))
    const unused = Object.keys(functions).flatMap((name) =>
      rightsIn(policyOf(`${name}Role`).Statement)
        .filter((right) => !isAsked(name, right))
        .map(({ action, resource }) => `${name}: ${action} ${resource}`),
    )
    expect(unused.toSorted()).toEqual(Object.values(RARE).flat().toSorted())
  })

  it('is all that the roles in member accounts and their sessions allow', () => {
    const isAsked = (name: string, { action }: Right) =>
      asked.some((one) => one.session?.role.endsWith(`/${name}`) && one.action === action)
    const sessionsOf = (name: string) =>
      asked.flatMap(({ session }) => (session?.policy && session.role.endsWith(`/${name}`) ? [session.policy] : []))
    const unused = MEMBER_ROLES.flatMap(({ name, policies }) =>
      [...policies.map(({ policy }) => policy), ...sessionsOf(name).map((policy) => JSON.parse(policy))]
        .flatMap((policy) => rightsIn((policy as { Statement: Statement[] }).Statement))
        .filter((right) => !isAsked(name, right))
        .map(({ action }) => `${name}: ${action}`),
    )
    expect(unused).toEqual([])
  })

  it.each(MEMBER_ROLES)('and who assumes $name is who it trusts', ({ name, trust }) => {
    const assumedBy = asked.filter(
      ({ action, resource }) => action === 'sts:AssumeRole' && resource.endsWith(`:role/${name}`),
    )
    const roles = assumedBy.map(({ by }) => roleArn(String(resources[`${by}Role`]?.Properties.RoleName)))
    expect(trust).toMatchObject({
      Statement: [{ Condition: { ArnEquals: { 'aws:PrincipalArn': [...new Set(roles)].toSorted() } } }],
    })
  })

  it.each([
    ['Keysweep', 'StateMachineRole', []],
    // The second is for the children of its own Maps, which need no call here.
    ['Organization', 'OrganizationMachineRole', [MACHINE, ORGANIZATION_MACHINE]],
  ])('and what the state machine %s calls is what its role allows', (machine, role, started) => {
    const calls = [...new Set(machineCalls.filter((one) => one.machine === machine).map((one) => one.calls))]
    const rights = rightsIn(policyOf(role).Statement)
    const allowed = (action: string) => rights.filter((one) => one.action === action).map((one) => one.resource)
    const isMachine = (name: string) => name.startsWith('arn:')
    expect(calls.filter(isMachine)).toEqual(started.slice(0, 1))
    expect(allowed('states:StartExecution')).toEqual(started)
    expect(allowed('lambda:InvokeFunction').toSorted()).toEqual(
      calls
        .filter((name) => !isMachine(name))
        .map(functionArn)
        .toSorted(),
    )
  })
})
