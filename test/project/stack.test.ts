// Holds what is deployed to the definition that it runs, and to what was promised.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { joinInput } from '../../core/model/execution-input.ts'
import { parseSettings } from '../../core/model/settings.ts'
import {
  actionsOf,
  extensions,
  functions,
  machines,
  resourceFiles,
  resources,
  type StateDefinition,
  service,
  statementsOf,
  substitutions,
  tasks,
} from './stack.ts'

const pascal = (name: string) =>
  name.toLowerCase().replaceAll(/(?:^| )([a-z])/g, (_, first: string) => first.toUpperCase())
const kebab = (name: string) => name.replaceAll(/(?<!^)[A-Z]/g, '-$&').toLowerCase()

/** A task goes by the name of the function it calls; two of them may call one. */
const calledBy = ({ Parameters }: StateDefinition): string =>
  /^\$\{(\w+)Arn\}$/.exec(Parameters?.FunctionName ?? '')?.[1] ?? ''
/** Tasks that call the function of another one. Both machines have a Notify again. */
const SHARED: Record<string, string[]> = {
  'Note undo failure': ['NoteFailure'],
  'Notify again': ['WriteRecord', 'WriteOrganizationRecord'],
}
const NOT_TASKS = ['CountWaiting', 'Decide']

describe('the definition', () => {
  it.each(machines)('of $id finds a value for each of its placeholders, and every value is asked for', (machine) => {
    const placeholders = [...machine.text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])
    expect(Object.keys(machine.substitutions).toSorted()).toEqual([...new Set(placeholders)].toSorted())
  })

  it('has one function for each task, and beside them only the decision API and the hourly count', () => {
    const called = new Set(tasks().map(([, state]) => calledBy(state)))
    expect(Object.keys(functions).toSorted()).toEqual([...called, ...NOT_TASKS].toSorted())
  })
})

describe.each(tasks())('the task %s', (name, state) => {
  const called = calledBy(state)
  const definition = functions[called]

  it('calls a function, a file and a role of one name, which is its own unless two tasks share one', () => {
    expect(SHARED[name] ?? [pascal(name)]).toContain(called)
    expect(substitutions[`${called}Arn`]).toEqual({ 'Fn::GetAtt': [`${called}LambdaFunction`, 'Arn'] })
    expect(definition).toMatchObject({
      handler: `functions/${kebab(called)}.handler`,
      role: `${called}Role`,
      name: `keysweep-prod-${kebab(called)}`,
    })
    expect(existsSync(`functions/${kebab(called)}.ts`)).toBe(true)
  })

  it('outlasts its function, so that a time-out is seen as what it is', () => {
    // The one with a path waits for a person, for days.
    if (state.TimeoutSecondsPath === undefined) expect(definition?.timeout).toBeLessThan(state.TimeoutSeconds ?? 0)
    else expect(state.TimeoutSecondsPath).toBe('$.run.approvalSeconds')
  })

  it('has a role that may do nothing at large', () => {
    const actions = statementsOf(`${called}Role`).flatMap(actionsOf)
    expect(actions).toEqual(expect.arrayContaining(['logs:CreateLogStream', 'logs:PutLogEvents']))
    expect(actions.filter((action) => action.includes('*'))).toEqual([])
  })
})

it('the functions whose work grows with the accounts and the kept runs have all the time that Lambda gives', () => {
  // An undo lists the runs of up to 10,000 accounts: at 512 MB that is half a minute of processor time. For an earlier report
  // Parse report lists all kept runs, and for a newer one Take stored plan: of such an organization half a million in a year,
  // 1,000 a page.
  const each = [
    'StartOrganizationRun',
    'ListAccounts',
    'MakeOrganizationPlan',
    'WriteOrganizationRecord',
    'ParseReport',
    'TakeStoredPlan',
  ]
  expect(each.map((name) => functions[name]?.timeout)).toEqual(each.map(() => 900))
})

describe('the decision API', () => {
  it('has one route of each kind of run to change something and others to look, each for signed requests alone', () => {
    const aws = { type: 'aws_iam' }
    expect(functions.Decide?.events).toEqual([
      { httpApi: { method: 'GET', path: '/runs', authorizer: aws } },
      { httpApi: { method: 'GET', path: '/runs/{id}', authorizer: aws } },
      { httpApi: { method: 'POST', path: '/runs/{id}/decision', authorizer: aws } },
      { httpApi: { method: 'GET', path: '/organizations', authorizer: aws } },
      { httpApi: { method: 'GET', path: '/organizations/{id}', authorizer: aws } },
      { httpApi: { method: 'GET', path: '/organizations/{id}/accounts/{account}', authorizer: aws } },
      { httpApi: { method: 'POST', path: '/organizations/{id}/decision', authorizer: aws } },
    ])
    const others = Object.entries(functions).filter(([name, { events }]) => name !== 'Decide' && events !== undefined)
    expect(others).toEqual([])
  })

  it('ends before the API gives up on it, after 30 seconds', () => {
    expect(functions.Decide?.timeout).toBeLessThan(30)
    // To leave out a key of an organization plan it looks through the plans of up to 10,000 accounts: 1 ms of a whole processor
    // each. With 1,769 MB a function has one (Lambda Developer Guide, "Configure Lambda function memory").
    expect(functions.Decide?.memorySize).toBeGreaterThanOrEqual(1769)
  })

  it('logs who asked, and no body', () => {
    const { format } = service.provider.logs.httpApi
    expect(Object.keys(JSON.parse(format))).toContain('caller')
    expect(format).not.toMatch(/body|payload|responseLength|authorizer/i)
  })
})

describe('the roles', () => {
  const roles = Object.keys(resources).filter((name) => resources[name]?.Type === 'AWS::IAM::Role')
  const granted = (role: string) =>
    statementsOf(role)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(actionsOf)
  const rolesThatMay = (action: RegExp) => roles.filter((role) => granted(role).some((one) => action.test(one)))

  it('let only Deactivate key and Reactivate key change anything in IAM', () => {
    const reads = /^iam:(Get|List|GenerateCredentialReport$)/
    const writes = roles.flatMap((role) =>
      granted(role).flatMap((action) => (action.startsWith('iam:') && !reads.test(action) ? [[role, action]] : [])),
    )
    expect(writes).toEqual([
      ['DeactivateKeyRole', 'iam:UpdateAccessKey'],
      ['ReactivateKeyRole', 'iam:UpdateAccessKey'],
    ])
  })

  it('let no function deactivate or take an approval that does not know the deployed mode', () => {
    const { StartRun, StartOrganizationRun, DeactivateKey, Decide, ...others } = functions
    const named = Object.keys(others).filter((name) => others[name]?.environment?.KEYSWEEP_MODE !== undefined)
    expect(named).toEqual([])
    for (const knowing of [DeactivateKey, Decide]) expect(knowing?.environment?.KEYSWEEP_MODE).toBe('keysweep.yml')
    for (const start of [StartRun, StartOrganizationRun])
      expect(start?.environment?.KEYSWEEP_SETTINGS).toBe('keysweep.yml')
  })

  it('let only the decision API wake the machine', () => {
    expect(rolesThatMay(/^states:Send/)).toEqual(['DecideRole'])
  })

  it('let only Ask for approval and the decision API touch task tokens', () => {
    const touching = roles.filter((role) =>
      statementsOf(role).some(
        ({ Action, Resource }) =>
          [Action].flat().some((action) => action.startsWith('s3:') && action !== 's3:ListBucket') &&
          /\/tokens\/|\}\/\*/.test(JSON.stringify(Resource)),
      ),
    )
    expect(touching).toEqual(['AskForApprovalRole', 'AskForOrganizationApprovalRole', 'DecideRole'])
  })

  it('let nobody remove or change what a run wrote', () => {
    const s3 = roles.flatMap(granted).filter((action) => action.startsWith('s3:'))
    expect(new Set(s3)).toEqual(new Set(['s3:ListBucket', 's3:GetObject', 's3:PutObject']))
  })

  it('are one for each function, the two machines and the three schedules, and each is used', () => {
    const used = [
      ...Object.values(functions).map(({ role }) => role),
      ...['StateMachineRole', 'OrganizationMachineRole'],
      ...['ScheduleRole', 'OrganizationScheduleRole', 'HourlyCountRole'],
    ]
    expect(roles.toSorted()).toEqual(used.toSorted())
  })
})

describe('the schedule', () => {
  it('starts a run of this machine every day, with an input that asks for nothing beyond what was deployed', () => {
    expect(resources.Schedule?.Properties).toMatchObject({
      ScheduleExpression: expect.stringMatching(/^cron\(\d+ \d+ \* \* \? \*\)$/),
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE' },
      Target: {
        Arn: { Ref: 'Keysweep' },
        Input: '{}',
        RetryPolicy: { MaximumRetryAttempts: expect.any(Number), MaximumEventAgeInSeconds: expect.any(Number) },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['NotStarted', 'Arn'] } },
      },
    })
    // What the schedule sends is a normal run.
    const { organization: _, ...deployed } = parseSettings('')
    expect(joinInput(parseSettings(''), {})).toEqual({ ...deployed, undo: null, apply: null })
  })

  it('over the Organization is off, and starts that machine with an input that asks for nothing more', () => {
    expect(resources.OrganizationSchedule?.Properties).toMatchObject({
      ScheduleExpression: expect.stringMatching(/^cron\(/),
      State: 'DISABLED',
      Target: {
        Arn: { Ref: 'Organization' },
        Input: '{}',
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['NotStarted', 'Arn'] } },
      },
    })
  })

  it('has an hourly count of waiting runs beside it, also if runs are started by hand only', () => {
    expect(resources.HourlyCount?.Properties).toMatchObject({
      ScheduleExpression: 'cron(30 * * * ? *)',
      State: 'ENABLED',
      Target: { Arn: { 'Fn::GetAtt': ['CountWaitingLambdaFunction', 'Arn'] }, Input: '{}' },
    })
    expect(functions.CountWaiting?.environment).toEqual({
      KEYSWEEP_MACHINE: { Ref: 'Keysweep' },
      KEYSWEEP_ORGANIZATION_MACHINE: { Ref: 'Organization' },
      KEYSWEEP_TOPIC: { Ref: 'Notices' },
      KEYSWEEP_ALARM_TOPIC: { Ref: 'Alarms' },
    })
  })
})

describe('the people’s policies', () => {
  // CloudFormation replaces a managed policy whose Description changes, and cannot: the name is taken. The upgrade rolls back.
  it.each([
    ['ViewPolicy', 'See the runs of keysweep, their records and the plans that wait'],
    ['StartPolicy', 'Start a run of keysweep, follow it, stop it'],
    ['ApprovePolicy', 'See the plans of keysweep that wait, and decide'],
    // Since 0.2.0.
    ['StartOrganizationPolicy', 'Start a run of keysweep over the AWS Organization, follow it, stop it'],
  ])('keep what cannot be changed as 0.1.0 had it: %s', (name, description) => {
    const { PolicyDocument: _, ...kept } = resources[name]?.Properties ?? {}
    const action = kebab(name.replace('Policy', ''))
    expect(kept).toEqual({ ManagedPolicyName: `keysweep-prod-${action}`, Description: description })
  })

  it('are all of that kind', () => {
    const named = Object.keys(resources).filter((name) => resources[name]?.Type === 'AWS::IAM::ManagedPolicy')
    expect(named).toEqual(['ViewPolicy', 'StartPolicy', 'StartOrganizationPolicy', 'ApprovePolicy'])
  })
})

it('the logs that AWS itself delivers need no entry in the Region’s resource policy for logs', () => {
  const delivered = [resources.StateMachineLogGroup, resources.OrganizationMachineLogGroup, extensions.HttpApiLogGroup]
  for (const group of delivered) expect(group?.Properties.LogGroupName).toMatch(/^\/aws\/vendedlogs\//)
})

describe.each([
  ['Keysweep', 'StateMachineLogGroup'],
  ['Organization', 'OrganizationMachineLogGroup'],
])('the log of the machine %s', (id, group) => {
  it('holds every state and no data, because the data has task tokens', () => {
    expect(service.stepFunctions.stateMachines[id].loggingConfig).toEqual({
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ 'Fn::GetAtt': [group, 'Arn'] }],
    })
  })

  it('is kept as long as the records', () => {
    expect(resources[group]?.Properties.RetentionInDays).toBe(400)
    expect(service.provider.logRetentionInDays).toBe(400)
  })
})

it('works in every partition: no ARN is written out with `aws` in it', () => {
  const files = ['serverless.yml', ...globSync('resources/*'), ...globSync('statemachine/*')]
  expect(files).toEqual(expect.arrayContaining(resourceFiles))
  expect(files.filter((file) => readFileSync(file, 'utf8').includes('arn:aws:'))).toEqual([])
})

it('the stack of prod cannot be deleted by mistake, and others can be tried and removed', () => {
  expect(service.provider.deletionProtection).toEqual({ stages: ['prod'] })
})
