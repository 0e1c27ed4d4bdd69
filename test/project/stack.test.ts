// Holds what is deployed to the definition that it runs.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import {
  actionsOf,
  definitionText,
  functions,
  resourceFiles,
  resources,
  statementsOf,
  substitutions,
  tasks,
} from './stack.ts'

const words = (name: string) => name.toLowerCase().split(' ')
const pascal = (name: string) =>
  words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

describe('the definition', () => {
  it('finds a value for each of its placeholders, and every value is asked for', () => {
    const placeholders = [...definitionText.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1])
    expect(Object.keys(substitutions).toSorted()).toEqual([...new Set(placeholders)].toSorted())
  })

  it('has one function for each task, and no other', () => {
    expect(Object.keys(functions).toSorted()).toEqual(
      tasks()
        .map(([name]) => pascal(name))
        .toSorted(),
    )
  })
})

describe.each(tasks())('the task %s', (name, state) => {
  const definition = functions[pascal(name)]

  it('calls the function, the file and the role of its own name', () => {
    expect(state.Parameters?.FunctionName).toBe(`\${${pascal(name)}Arn}`)
    expect(substitutions[`${pascal(name)}Arn`]).toEqual({ 'Fn::GetAtt': [`${pascal(name)}LambdaFunction`, 'Arn'] })
    expect(definition).toMatchObject({
      handler: `functions/${words(name).join('-')}.handler`,
      role: `${pascal(name)}Role`,
      name: expect.stringMatching(new RegExp(`-${words(name).join('-')}$`)),
    })
    expect(existsSync(`functions/${words(name).join('-')}.ts`)).toBe(true)
  })

  it('outlasts its function, so that a time-out is seen as what it is', () => {
    expect(definition?.timeout).toBeLessThan(state.TimeoutSeconds ?? 0)
  })

  it('has a role that may do nothing at large', () => {
    const actions = statementsOf(`${pascal(name)}Role`).flatMap(actionsOf)
    expect(actions).toEqual(expect.arrayContaining(['logs:CreateLogStream', 'logs:PutLogEvents']))
    expect(actions.filter((action) => action.includes('*'))).toEqual([])
  })
})

describe('the roles', () => {
  const roles = Object.keys(resources).filter((name) => resources[name]?.Type === 'AWS::IAM::Role')
  const granted = (role: string) =>
    statementsOf(role)
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(actionsOf)

  it('let only Deactivate key change anything in IAM', () => {
    const reads = /^iam:(Get|List|GenerateCredentialReport$)/
    const writes = roles.flatMap((role) =>
      granted(role).flatMap((action) => (action.startsWith('iam:') && !reads.test(action) ? [[role, action]] : [])),
    )
    expect(writes).toEqual([['DeactivateKeyRole', 'iam:UpdateAccessKey']])
  })

  it('forbid Deactivate key to touch a user tagged keysweep-exempt', () => {
    expect(statementsOf('DeactivateKeyRole')).toContainEqual({
      Sid: 'NeverAnExemptUser',
      Effect: 'Deny',
      Action: 'iam:UpdateAccessKey',
      Resource: '*',
      Condition: { Null: { 'aws:ResourceTag/keysweep-exempt': false } },
    })
  })

  it('let nobody remove or change what a run wrote', () => {
    const s3 = roles.flatMap(granted).filter((action) => action.startsWith('s3:'))
    expect(new Set(s3)).toEqual(new Set(['s3:ListBucket', 's3:GetObject', 's3:PutObject']))
  })

  it('let the state machine call its functions and nothing else', () => {
    expect(statementsOf('StateMachineRole')).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: Object.keys(functions).map((name) => ({ 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] })),
      },
    ])
  })
})

describe('the run store', () => {
  it('is private, encrypted and versioned, and stays when the stack goes', () => {
    expect(resources.RunStore).toMatchObject({
      DeletionPolicy: 'Retain',
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
  })

  it('refuses plain connections, and a write that would not be write-once', () => {
    expect(resources.RunStorePolicy?.Properties.PolicyDocument).toMatchObject({
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': false } } },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: [{ 'Fn::Sub': '${RunStore.Arn}/runs/*' }, { 'Fn::Sub': '${RunStore.Arn}/keys/*' }],
          Condition: { Null: { 's3:if-none-match': true } },
        },
      ],
    })
  })
})

it('works in every partition: no ARN is written out with `aws` in it', () => {
  const files = ['serverless.yml', ...globSync('resources/*'), 'statemachine/keysweep.asl.json']
  expect(files).toEqual(expect.arrayContaining(resourceFiles))
  expect(files.filter((file) => readFileSync(file, 'utf8').includes('arn:aws:'))).toEqual([])
})
