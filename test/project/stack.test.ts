// Holds what is deployed to the definition that it runs, and to what was promised.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { AnotherRunOpen } from '../../core/errors.ts'
import { NAMESPACE, SERVICE, UNITS } from '../../core/metrics.ts'
import { joinInput, parseSettings } from '../../core/settings.ts'
import { observed } from '../../functions/observe.ts'
import {
  actionsOf,
  definitionText,
  functions,
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
const SHARED: Record<string, string> = { 'Note undo failure': 'NoteFailure', 'Close untold': 'WriteRecord' }
const NOT_TASKS = ['Decide']

describe('the definition', () => {
  it('finds a value for each of its placeholders, and every value is asked for', () => {
    const placeholders = [...definitionText.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])
    expect(Object.keys(substitutions).toSorted()).toEqual([...new Set(placeholders)].toSorted())
  })

  it('has one function for each task, and beside them only the decision API', () => {
    const called = new Set(tasks().map(([, state]) => calledBy(state)))
    expect(Object.keys(functions).toSorted()).toEqual([...called, ...NOT_TASKS].toSorted())
  })
})

describe.each(tasks())('the task %s', (name, state) => {
  const called = calledBy(state)
  const definition = functions[called]

  it('calls a function, a file and a role of one name, which is its own unless two tasks share one', () => {
    expect(called).toBe(SHARED[name] ?? pascal(name))
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

describe('the decision API', () => {
  it('has one route to change something and two to look, each for signed requests alone', () => {
    const aws = { type: 'aws_iam' }
    expect(functions.Decide?.events).toEqual([
      { httpApi: { method: 'GET', path: '/runs', authorizer: aws } },
      { httpApi: { method: 'GET', path: '/runs/{id}', authorizer: aws } },
      { httpApi: { method: 'POST', path: '/runs/{id}/decision', authorizer: aws } },
    ])
    const others = Object.entries(functions).filter(([name, { events }]) => name !== 'Decide' && events !== undefined)
    expect(others).toEqual([])
  })

  it('ends before the API gives up on it, after 30 seconds', () => {
    expect(functions.Decide?.timeout).toBeLessThan(30)
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
    expect(touching).toEqual(['AskForApprovalRole', 'DecideRole'])
  })

  it('let nobody remove or change what a run wrote', () => {
    const s3 = roles.flatMap(granted).filter((action) => action.startsWith('s3:'))
    expect(new Set(s3)).toEqual(new Set(['s3:ListBucket', 's3:GetObject', 's3:PutObject']))
  })

  it('are one for each function, the machine and the schedule, and each is used', () => {
    const used = [...Object.values(functions).map(({ role }) => role), 'StateMachineRole', 'ScheduleRole']
    expect(roles.toSorted()).toEqual(used.toSorted())
  })
})

describe('the run store', () => {
  it('is private, encrypted and versioned, and stays with its policy when the stack goes', () => {
    expect(resources.RunStore).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
    })
    expect(resources.RunStorePolicy).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })

  it('keeps records for 400 days and tokens for 8, with their old versions, and no broken upload', () => {
    const lifeCycle = resources.RunStore?.Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] }
    const rules = lifeCycle.Rules
    const kept = rules.map(({ Prefix, ExpirationInDays, NoncurrentVersionExpiration }) => [
      Prefix,
      ExpirationInDays,
      NoncurrentVersionExpiration,
    ])
    expect(kept).toEqual([
      ['runs/', 400, { NoncurrentDays: 30 }],
      ['keys/', 400, { NoncurrentDays: 30 }],
      ['tokens/', 8, { NoncurrentDays: 1 }],
      ['', undefined, undefined],
    ])
    expect(rules.at(-1)).toMatchObject({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })
    expect(rules.map(({ Status }) => Status)).toEqual(rules.map(() => 'Enabled'))
  })

  it('keeps a token for longer than the longest question waits', () => {
    expect(() => parseSettings('approvalDays: 7')).not.toThrow()
    expect(() => parseSettings('approvalDays: 8')).toThrow(/^Settings refused: approvalDays/)
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
    expect(() => joinInput(parseSettings(''), {})).not.toThrow()
  })
})

describe('the alarms', () => {
  const alarms = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
  const operate = readFileSync('docs/operate.md', 'utf8')

  it('are those that were promised', () => {
    expect(alarms.map(([name]) => name).toSorted()).toEqual([
      'ApprovalWaits',
      'ExecutionAborted',
      'ExecutionFailed',
      'ExecutionTimedOut',
      'KeysFailed',
      'NoPlan',
      'NoticesFailed',
      'OverCap',
      'StartFailed',
    ])
  })

  it.each(alarms)('%s tells people, and docs/operate.md says what to do', (_, { Properties }) => {
    expect(Properties.AlarmActions).toEqual([{ Ref: 'Notices' }])
    expect(operate).toContain(`| \`${(Properties.AlarmName as string).replace('keysweep-prod-', '')}\` |`)
  })

  it('take silence for a fault where a plan was expected, and nowhere else', () => {
    const breaching = alarms.filter(([, { Properties }]) => Properties.TreatMissingData === 'breaching')
    expect(breaching.map(([name]) => name)).toEqual(['NoPlan'])
    const { Period, EvaluationPeriods } = resources.NoPlan?.Properties ?? {}
    // Longer than from one daily run to the next, and no longer than CloudWatch looks back.
    expect(Number(Period) * Number(EvaluationPeriods)).toBeGreaterThan(24 * 3600)
    expect(Number(Period) * Number(EvaluationPeriods)).toBeLessThanOrEqual(7 * 24 * 3600)
  })

  it('ask for metrics that are written, with the dimensions that they are written with', () => {
    const ours = alarms.map(([, { Properties }]) => Properties).filter(({ Namespace }) => Namespace === NAMESPACE)
    expect(ours.length).toBeGreaterThanOrEqual(5)
    for (const { MetricName, Dimensions } of ours) {
      expect([...Object.keys(UNITS), 'RunsTurnedAway']).toContain(MetricName)
      expect(Dimensions).toEqual([
        { Name: 'service', Value: SERVICE },
        { Name: 'stage', Value: 'prod' },
      ])
    }
    expect(service.provider.environment.KEYSWEEP_STAGE).toBe('prod')
  })

  it('count a run that was turned away by the line that Start run logs of it, and nothing tries again', async () => {
    const lines: Record<string, unknown>[] = []
    const refuse = observed(
      async () => Promise.reject(new AnotherRunOpen('x')),
      async () => (_, line) => lines.push(line),
    )
    await expect(refuse({})).rejects.toMatchObject({ name: 'AnotherRunOpen' })
    expect(lines).toEqual([expect.objectContaining({ error: 'AnotherRunOpen' })])
    expect(resources.RunsTurnedAway?.Properties).toMatchObject({
      LogGroupName: { Ref: 'StartRunLogGroup' },
      FilterPattern: '{ $.error = "AnotherRunOpen" }',
      MetricTransformations: [{ MetricName: 'RunsTurnedAway', MetricNamespace: NAMESPACE }],
    })
    expect(JSON.stringify(tasks())).not.toContain('AnotherRunOpen')
  })
})

describe('the machine’s log', () => {
  const { loggingConfig } = service.stepFunctions.stateMachines.Keysweep

  it('holds every state and no data, because task tokens stand in the data', () => {
    expect(loggingConfig).toEqual({
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ 'Fn::GetAtt': ['StateMachineLogGroup', 'Arn'] }],
    })
  })

  it('is kept as long as the records', () => {
    expect(resources.StateMachineLogGroup?.Properties.RetentionInDays).toBe(400)
    expect(service.provider.logRetentionInDays).toBe(400)
  })
})

it('works in every partition: no ARN is written out with `aws` in it', () => {
  const files = ['serverless.yml', ...globSync('resources/*'), 'statemachine/keysweep.asl.json']
  expect(files).toEqual(expect.arrayContaining(resourceFiles))
  expect(files.filter((file) => readFileSync(file, 'utf8').includes('arn:aws:'))).toEqual([])
})
