// AWS's own models, by way of botocore, on everything that keysweep says to AWS and takes from it.
import { globSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type * as z from 'zod'
import * as answers from '../../io/iam/answers.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import { fieldsOf } from './answer-fields.ts'
import { enumValues, errorNames, errorsOf, fieldNames, fieldShape, loadModel, misfits } from './botocore-model.ts'
import { COMMON_ERRORS, LAMBDA_ERRORS } from './common-errors.ts'
import { CLIENTS, everyCall } from './every-call.ts'
import { answerOf } from './modelled-errors.ts'
import type { SentCall } from './sent-calls.ts'

/** botocore's name of a service where the SDK's is another. */
const FOLDERS: Record<string, string> = { sfn: 'stepfunctions', eventbridge: 'events' }
const MODELS = Object.fromEntries(
  Object.entries(CLIENTS).map(([service, client]) => [client.name, loadModel(FOLDERS[service] ?? service)]),
)
const modelOf = (client: string) => MODELS[client] ?? loadModel(client)

const SOURCES = globSync('io/**/*.ts').map((file) => readFileSync(file, 'utf8'))
const inSources = (pattern: RegExp): string[] => [
  ...new Set(SOURCES.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''))),
]
const ACTIONS = inSources(/new (\w+)Command\(/g)

/** Of Node's file system, such as ENOENT. */
const NODE_CODE = /^E[A-Z]+$/

let calls: SentCall[]
beforeAll(async () => {
  calls = await everyCall()
})

describe('what keysweep sends', () => {
  it('goes to no service that is not looked at here', () => {
    expect(inSources(/@aws-sdk\/client-([\w-]+)/g).sort()).toEqual(Object.keys(CLIENTS).sort())
  })

  it('was sent here, every command of io/', () => {
    expect([...new Set(calls.map(({ action }) => action))].sort()).toEqual(ACTIONS.sort())
  })

  it.each(ACTIONS)('%s fits its model: the action, each parameter, its value and what is required', (action) => {
    const sent = calls.filter((call) => call.action === action)
    expect(sent.flatMap(({ client, params }) => misfits(modelOf(client), action, params))).toEqual([])
  })

  it('is refused by the model where it is wrong', () => {
    const iam = modelOf('IAMClient')
    expect(misfits(iam, 'UpdateAccessKey', { AccessKeyId: 'short', Status: 'Asleep', User: 'bob' })).toEqual([
      expect.stringMatching(/^\.AccessKeyId: expected .*"min":16/),
      expect.stringMatching(/^\.Status: expected .*"Inactive"/),
      '.User: no such parameter',
    ])
    expect(misfits(iam, 'ListUserTags', { MaxItems: 1001 })).toEqual([
      '.UserName: required',
      expect.stringMatching(/^\.MaxItems: expected .*"max":1000/),
    ])
  })
})

describe('what keysweep reads', () => {
  it.each(ACTIONS)('of %s is in the model of its answer', (action) => {
    const read = calls
      .filter((call) => call.action === action)
      .flatMap((call) => [...call.read].map((path) => ({ call, path })))
    const unknown = read.filter(({ call, path }) => fieldShape(modelOf(call.client), action, path) === null)
    expect(unknown.map(({ path }) => path)).toEqual([])
  })

  it('is noted field by field', () => {
    const read = calls.filter(({ action }) => action === 'ListUserTags').flatMap((call) => [...call.read])
    expect([...new Set(read)].sort()).toEqual(['IsTruncated', 'Marker', 'Tags', 'Tags[].Key', 'Tags[].Value'])
  })

  const RULES: Record<string, [client: string, action: string, rule: z.ZodType]> = {
    REPORT_STATE: ['IAMClient', 'GenerateCredentialReport', answers.REPORT_STATE],
    REPORT: ['IAMClient', 'GetCredentialReport', answers.REPORT],
    ACCESS_KEYS: ['IAMClient', 'ListAccessKeys', answers.ACCESS_KEYS],
    LAST_USED: ['IAMClient', 'GetAccessKeyLastUsed', answers.LAST_USED],
    KEY_OWNER: ['IAMClient', 'GetAccessKeyLastUsed', answers.KEY_OWNER],
    TAGS: ['IAMClient', 'ListUserTags', answers.TAGS],
    USER: ['IAMClient', 'GetUser', answers.USER],
    ACCOUNT_ALIASES: ['IAMClient', 'ListAccountAliases', answers.ACCOUNT_ALIASES],
    KEY_ACCOUNT: ['STSClient', 'GetAccessKeyInfo', answers.KEY_ACCOUNT],
    IDENTITY: ['STSClient', 'GetCallerIdentity', answers.IDENTITY],
  }

  it('is held to rules that are looked at here, one for each answer', () => {
    expect(
      Object.keys(answers)
        .filter((name) => name !== 'ask')
        .sort(),
    ).toEqual(Object.keys(RULES).sort())
  })

  it.each(Object.entries(RULES))(
    'by the rule %s exists, with that type and those values',
    (_, [client, action, rule]) => {
      for (const { path, type, values } of fieldsOf(rule)) {
        const shape = fieldShape(modelOf(client), action, path)
        expect({ path, type: shape?.type }).toEqual({ path, type })
        // Neither a value that AWS does not know, nor one of AWS's that would be refused.
        if (shape?.enum && values.length > 0)
          expect({ path, values: values.sort() }).toEqual({ path, values: shape.enum.sort() })
      }
    },
  )
})

describe('the errors that keysweep knows by name', () => {
  const models = Object.values(MODELS)
  const words = new Set(
    models.flatMap((model) => [...enumValues(model), ...fieldNames(model), ...Object.keys(model.operations)]),
  )
  const modelled = new Set(models.flatMap((model) => [...errorNames(model)]))
  const modelledForOurCalls = models.flatMap((model) => [
    ...errorNames(
      model,
      ACTIONS.filter((action) => action in model.operations),
    ),
  ])
  const classes = inSources(/class (\w+) extends Error/g)
  /** Words of the AWS CLI's configuration files. */
  const ofConfiguration = ['Environment']
  /** Names of services, as the SDK's clients have them. */
  const ofServices = ['CloudTrail']
  /** What an execution ends with that keysweep stopped. */
  const givenByUs = ['Stopped']
  const isOther = (name: string) =>
    givenByUs.includes(name) ||
    ofConfiguration.includes(name) ||
    ofServices.includes(name) ||
    name in globalThis ||
    classes.includes(name) ||
    NODE_CODE.test(name) ||
    (words.has(name) && !modelled.has(name))
  const names = inSources(/'([A-Z][A-Za-z]{5,})'/g).filter((name) => !isOther(name))

  it.each(names)('%s is modelled, or listed with where it is from', (name) => {
    expect([...modelled, ...Object.keys(COMMON_ERRORS)]).toContain(name)
  })

  it.each(Object.entries(COMMON_ERRORS))(
    '%s is listed because it is used, not modelled for a call of ours, and known',
    (name, { text }) => {
      expect(names).toContain(name)
      expect(modelledForOurCalls).not.toContain(name)
      if (text) expect(text()).toMatch(new RegExp(`\\b${name}\\b`))
    },
  )

  /** What the state machine is told, by the code on the wire. */
  const OURS: Record<string, string> = {
    NoSuchEntity: 'NoSuchEntity',
    LimitExceeded: 'IamThrottled',
    ServiceFailure: 'IamUnavailable',
    InvalidInput: 'IamRefused',
    ReportNotPresent: 'ReportNotPresent',
    ReportExpired: 'ReportExpired',
    ReportInProgress: 'ReportInProgress',
  }
  const iam = modelOf('IAMClient')
  // Every failure to read the alias means that it is not known: test/cli/commands/alias.test.ts.
  const named = ACTIONS.filter((action) => action in iam.operations && action !== 'ListAccountAliases')
  const cases = named.flatMap((action) =>
    errorsOf(iam, action).map((error) => ({ action, ...error, ours: OURS[error.code] })),
  )
  it.each(cases)('$action: $code ($status) is $ours', async ({ action, code, status, ours }) => {
    expect(await answerOf(action, code, status)).toMatchObject({ name: ours })
  })

  it('of Lambda, in the state machine, are modelled for Invoke or listed with where they are from', () => {
    const caught = [...new Set(JSON.stringify(definition).match(/(?<="Lambda\.)\w+(?=")/g))]
    const known = [...errorsOf(loadModel('lambda'), 'Invoke').map(({ name }) => name), ...Object.keys(LAMBDA_ERRORS)]
    expect(known).toEqual(expect.arrayContaining(caught))
  })
})
