// The longest stage that can be deployed: AWS limits the length of names, and every name holds the stage.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkNames, NAME_LIMITS } from '../../scripts/name-limits.ts'
import { errorWith } from '../support/error-facts.ts'
import { extensions, functions, resources, service } from './stack.ts'

/** The names of the stack for another stage. */
function namedFor(stage: string) {
  const replaced = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll('keysweep-prod', `keysweep-${stage}`))
  const { stateMachines } = service.stepFunctions
  return { resources: replaced(resources), functions: replaced(functions), stateMachines: replaced(stateMachines) }
}
const checked = (stage: string) => () => checkNames(namedFor(stage), stage)

describe('a stage', () => {
  const names = Object.values(functions).map(({ name }) => name.length)
  const longest = 'x'.repeat(64 - Math.max(...names) + 'prod'.length)

  it('has at most the length that docs/operations.md gives', () => {
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`A stage has at most ${longest.length} letters`)
  })

  it.each(['prod', 'eu-1', longest])('is taken where every name fits: %s', (stage) => {
    expect(checked(stage)).not.toThrow()
  })

  it('is refused where the name of a function is too long, with the longest that fits', () => {
    const length = longest.length
    expect(checked(`${longest}x`)).toThrow(
      errorWith('SettingsRefused', `${longest}x`, length, length + 1, 65, 64, 'AWS::Lambda::Function'),
    )
  })
})

describe('a name', () => {
  const stage = 'x'.repeat(10)
  it.each(Object.entries(NAME_LIMITS))(
    'of %s may be as long as AWS allows, and no longer',
    (Type, { property, limit }) => {
      const named = (length: number) => ({
        resources: { One: { Type, Properties: { [property]: stage.padEnd(length, 'y') } } },
        functions: {},
        stateMachines: {},
      })
      expect(() => checkNames(named(limit), stage)).not.toThrow()
      expect(() => checkNames(named(limit + 1), stage)).toThrow(errorWith('SettingsRefused', limit, limit + 1, Type, 9))
    },
  )

  it('of a state machine, which Serverless has not made yet, is looked at too', () => {
    const stateMachines = { One: { name: stage.padEnd(81, 'y') } }
    expect(() => checkNames({ resources: {}, functions: {}, stateMachines }, stage)).toThrow(
      errorWith('SettingsRefused', 80, 81),
    )
  })

  it('that CloudFormation makes up is not looked at', () => {
    const One = { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'AWS::StackName' } } }
    expect(() => checkNames({ resources: { One }, functions: {}, stateMachines: {} }, stage)).not.toThrow()
  })

  it('has a limit here, whatever property gives it', () => {
    const all = [...Object.values(resources), { Type: 'AWS::Logs::LogGroup', ...extensions.HttpApiLogGroup }]
    const unknown = all.flatMap(({ Type, Properties }) =>
      Object.entries(Properties ?? {})
        .filter(([property, value]) => /Name$/.test(property) && String(value).includes('keysweep-prod'))
        .filter(([property]) => NAME_LIMITS[Type]?.property !== property)
        .map(([property]) => `${Type}.${property}`),
    )
    expect(unknown).toEqual([])
  })
})
