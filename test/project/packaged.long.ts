// What a deploy would send, looked at as it is packaged.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { type Packaged, packaged, type Template } from '../support/packaged.ts'
import { readZip } from '../support/zip.ts'
import { DEPLOY_NEEDS } from './deploy-needs.ts'
import { functions, machines, resources, statementsOf } from './stack.ts'

const SETTINGS = 'mode: apply\npolicy: { exemptPaths: [/service/] }'

let first: Packaged
let other: Packaged
beforeAll(async () => {
  ;[first, other] = await Promise.all([
    packaged(),
    packaged({
      settings: SETTINGS,
      args: [
        ...['timeZone=Europe/Berlin', 'scheduleState=ENABLED', 'email=platform@example.com'],
        'organizationScheduleState=ENABLED',
      ]
        .flatMap((param) => ['--param', param])
        .concat('--stage', 'try'),
    }),
  ])
})
afterAll(() => Promise.all([first, other].map(({ remove }) => remove())))

interface Role {
  Policies: { PolicyDocument: { Statement: { Sid?: string; Resource: unknown }[] } }[]
}

const propertiesOf = <T>({ Resources }: Template, name: string): T => {
  const resource = Resources[name]
  if (resource === undefined) throw new TypeError(`${name} is not in the template`)
  return resource.Properties as T
}

const statements = (template: Template, role: string) =>
  propertiesOf<Role>(template, role).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)

describe('the template', () => {
  const pseudo = ['AWS::Partition', 'AWS::Region', 'AWS::AccountId', 'AWS::URLSuffix', 'AWS::StackName']

  it('refers to nothing that is not there', () => {
    const names = new Set([...Object.keys(first.template.Resources), ...pseudo])
    const references = referencesIn(first.template)
    expect(references.length).toBeGreaterThan(100)
    expect(references.filter((name) => !names.has(name))).toEqual([])
  })

  it('has no variable of Serverless’s left in it, and no ARN with `aws` written out', () => {
    const text = JSON.stringify(first.template)
    expect(text.match(/\$\{(self|sls|param|opt|env|file)[:(][^}]*\}/g)).toBeNull()
    expect(text).not.toContain('arn:aws:')
  })

  it.each(machines)('holds the definition of $id to the letter, apart from the place of its nulls', (machine) => {
    const { id, text, substitutions } = machine
    const { DefinitionString, DefinitionSubstitutions } = first.template.Resources[id]?.Properties ?? {}
    expect(JSON.parse(DefinitionString as string)).toEqual(JSON.parse(text))
    expect(DefinitionSubstitutions).toEqual(substitutions)
  })

  it.each(Object.values(functions).map(({ role }) => role))('gives %s what is written and no more', (role) => {
    const written = statementsOf(role).filter(({ Sid }) => Sid !== 'NeverUnderAnExemptPath')
    expect(statements(first.template, role)).toEqual(written)
  })

  it('denies Deactivate key the users under the exempt paths of keysweep.yml', () => {
    const denied = statements(other.template, 'DeactivateKeyRole').find(({ Sid }) => Sid === 'NeverUnderAnExemptPath')
    expect(denied).toEqual({
      Sid: 'NeverUnderAnExemptPath',
      Effect: 'Deny',
      Action: 'iam:UpdateAccessKey',
      Resource: [
        {
          'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':user/service/*']],
        },
      ],
    })
  })

  it('gives Start run the settings of keysweep.yml', () => {
    const { Environment } = propertiesOf<{ Environment: { Variables: Record<string, string> } }>(
      other.template,
      'StartRunLambdaFunction',
    )
    expect(JSON.parse(Environment.Variables.KEYSWEEP_SETTINGS ?? '')).toEqual(parseSettings(SETTINGS))
  })

  it('gives Deactivate key the mode of keysweep.yml, for the brake', () => {
    const { Environment } = propertiesOf<{ Environment: { Variables: Record<string, string> } }>(
      other.template,
      'DeactivateKeyLambdaFunction',
    )
    expect(Environment.Variables.KEYSWEEP_MODE).toBe(parseSettings(SETTINGS).mode)
  })

  it('takes stage and parameters from the command line', () => {
    expect(other.template.Resources.Keysweep?.Properties.StateMachineName).toBe('keysweep-try')
    expect(other.template.Resources.Schedule?.Properties.ScheduleExpressionTimezone).toBe('Europe/Berlin')
    expect(other.template.Resources.NoPlan?.Properties).toMatchObject({
      EvaluationPeriods: 26,
      Dimensions: [
        { Name: 'service', Value: 'keysweep' },
        { Name: 'stage', Value: 'try' },
      ],
    })
  })

  it('subscribes the address of the deploy to messages and alarms, and nobody without an address', () => {
    const subscribed = ({ Resources }: Template) =>
      Object.values(Resources)
        .filter(({ Type }) => Type === 'AWS::SNS::Subscription')
        .map(({ Properties }) => Properties)
    const byMail = { Protocol: 'email', Endpoint: 'platform@example.com' }
    expect(subscribed(other.template)).toEqual([
      { TopicArn: { Ref: 'Notices' }, ...byMail },
      { TopicArn: { Ref: 'Alarms' }, ...byMail },
    ])
    expect(subscribed(first.template)).toEqual([])
  })

  it('takes parameters and settings from the files of its stage', async () => {
    const { template, remove } = await packaged({ settings: SETTINGS, args: ['--stage', 'example'] })
    await remove()
    expect(template.Resources.Schedule?.Properties).toMatchObject({
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
    })
    const { Environment } = propertiesOf<{ Environment: { Variables: Record<string, string> } }>(
      template,
      'StartRunLambdaFunction',
    )
    expect(JSON.parse(Environment.Variables.KEYSWEEP_SETTINGS ?? '')).toEqual(
      parseSettings(readFileSync('stages/example.keysweep.yml', 'utf8')),
    )
  })

  it('starts no run by itself outside the stage prod, unless a parameter says so', async () => {
    const { template, remove } = await packaged({ args: ['--stage', 'dev'] })
    await remove()
    expect(template.Resources.Schedule?.Properties.State).toBe('DISABLED')
    expect(template.Resources.NoPlan).toBeUndefined()
    expect(first.template.Resources.Schedule?.Properties.State).toBe('ENABLED')
  })

  it('is not made with parameters that break a rule', async () => {
    await expect(packaged({ args: ['--param', 'planWithinHours=200'] })).rejects.toThrow(
      /planWithinHours(?=.*\b1\b.*\b168\b).*\b200\b/,
    )
  })

  it('has no type of resource that docs/deploy-policy.json was not written for', () => {
    const all = [first, other].flatMap(({ template }) => Object.values(template.Resources))
    const types = new Set(all.map(({ Type }) => Type))
    expect([...types].toSorted()).toEqual(Object.keys(DEPLOY_NEEDS).toSorted())
  })

  it('has every log that AWS delivers under the prefix that needs no resource policy', () => {
    const groups = Object.values(first.template.Resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup')
    const names = groups.map(({ Properties }) => Properties.LogGroupName as string)
    // Lambda writes its logs itself, by the function's role.
    expect(names.filter((name) => !name.startsWith('/aws/lambda/')).toSorted()).toEqual([
      '/aws/vendedlogs/http-api/keysweep-prod',
      '/aws/vendedlogs/states/keysweep-prod',
      '/aws/vendedlogs/states/keysweep-prod-organization',
    ])
  })

  it('has routes that ask for AWS’s signature', () => {
    const routes = Object.values(first.template.Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    expect(routes.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])).toEqual([
      ['GET /runs', 'AWS_IAM'],
      ['GET /runs/{id}', 'AWS_IAM'],
      ['POST /runs/{id}/decision', 'AWS_IAM'],
      ['GET /organizations', 'AWS_IAM'],
      ['GET /organizations/{id}', 'AWS_IAM'],
      ['GET /organizations/{id}/accounts/{account}', 'AWS_IAM'],
      ['POST /organizations/{id}/decision', 'AWS_IAM'],
    ])
  })

  it('keeps the run store and its policy when the stack goes, and nothing else', () => {
    const kept = Object.entries(first.template.Resources).filter(([, { DeletionPolicy }]) =>
      DeletionPolicy?.startsWith('Retain'),
    )
    expect(kept.map(([name]) => name)).toEqual(['RunStore', 'RunStorePolicy'])
  })

  it('has every resource that is written, but what no parameter asks for: mail, and organization runs on schedule', () => {
    expect(Object.keys(other.template.Resources)).toEqual(expect.arrayContaining(Object.keys(resources)))
    const left = Object.keys(resources).filter((name) => first.template.Resources[name] === undefined)
    expect(left).toEqual(['NoticesByMail', 'AlarmsByMail', 'OrganizationFailed'])
  })
})

describe('the packages', () => {
  const zips = ({ folder }: Packaged) => globSync(`${folder}/.serverless/*.zip`).sort()

  it.each(Object.entries(functions))('%s is sent as one file, its bundle', (name, { handler }) => {
    const file = `build/${handler.replace(/handler$/, 'cjs')}`
    const entries = readZip(readFileSync(path.join(first.folder, `.serverless/${name}.zip`)))
    expect([...entries.keys()]).toEqual([file])
    expect(entries.get(file)?.equals(readFileSync(path.join(first.folder, file)))).toBe(true)
    expect(first.template.Resources[`${name}LambdaFunction`]?.Properties.Handler).toBe(`build/${handler}`)
  })

  it('hold nothing that is not to be given on: the simulator of the tests is AGPL', () => {
    const agpl = /cloud-copilot|AGPL|Affero/i
    for (const file of zips(first))
      for (const content of readZip(readFileSync(file)).values()) expect(content.toString('latin1')).not.toMatch(agpl)
  })
})

/** Every name that a Ref, GetAtt, Sub or DependsOn mentions. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => {
    if (key === 'Ref') return [one as string]
    if (key === 'DependsOn') return [one as string | string[]].flat()
    if (key === 'Fn::GetAtt') return [(one as string[])[0] as string]
    if (key === 'Fn::Sub')
      return [...(one as string).matchAll(/\$\{([^.}]+)[^}]*\}/g)].map((match) => match[1] as string)
    return referencesIn(one)
  })
}
