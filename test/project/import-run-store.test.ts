// A run store that outlived its stack is taken into the next one.
import { describe, expect, it } from '@jest/globals'
import { type ImportedTemplate, importTemplate, resourcesToImport } from '../../scripts/import-run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { resources } from './stack.ts'

const stack = { Resources: structuredClone(resources) } as unknown as ImportedTemplate
const POLICY = { Version: '2012-10-17', Statement: [{ Sid: 'OfTheStackThatIsGone', Effect: 'Deny' }] }
const imported = importTemplate(stack, JSON.stringify(POLICY))

describe('the template of the import', () => {
  it('has the bucket and its policy, and nothing that would have to be created', () => {
    expect(Object.keys(imported.Resources)).toEqual(['RunStore', 'RunStorePolicy'])
    expect(JSON.stringify(imported)).not.toMatch(/Fn::GetAtt|!Sub/)
  })

  it('has a deletion policy for each, without which CloudFormation imports nothing', () => {
    expect(Object.values(imported.Resources).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
    ])
  })

  it('describes the bucket as the stack does, without a name: with one, the next deploy would replace it', () => {
    expect(imported.Resources.RunStore).toEqual(stack.Resources.RunStore)
    expect(imported.Resources.RunStore.Properties).not.toHaveProperty('BucketName')
  })

  it('leaves the policy as it is until the next deploy', () => {
    expect(imported.Resources.RunStorePolicy.Properties).toEqual({
      Bucket: { Ref: 'RunStore' },
      PolicyDocument: POLICY,
    })
  })

  it.each(['', '[]', '{}', 'None', '"x"'])('is not made of %j', (text) => {
    expect(() => importTemplate(stack, text)).toThrow(errorWith('SettingsRefused', 'get-bucket-policy'))
  })
})

it('the resources to import are named as the stack names them', () => {
  expect(resourcesToImport('keysweep-prod-runstore-1abc').map((one) => Object.values(one))).toEqual([
    ['AWS::S3::Bucket', 'RunStore', { BucketName: 'keysweep-prod-runstore-1abc' }],
    ['AWS::S3::BucketPolicy', 'RunStorePolicy', { Bucket: 'keysweep-prod-runstore-1abc' }],
  ])
})

it('the bucket outlives the stack, and a replacement; a first deploy that fails takes it along', () => {
  for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(imported.Resources))
    expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain'])
})
