// The bucket that outlives the stack, as it is written.
import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import { errorWith } from '../support/error-facts.ts'
import { resources } from './stack.ts'

describe('the run store', () => {
  it('is private, encrypted and versioned, and stays with its policy when the stack goes, but not of a stack that never came to be', () => {
    expect(resources.RunStore).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
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
    expect(resources.RunStorePolicy).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    })
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
      ['orgs/', 400, { NoncurrentDays: 30 }],
      ['tokens/', 8, { NoncurrentDays: 1 }],
      ['', undefined, undefined],
    ])
    expect(rules.at(-1)).toMatchObject({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })
    expect(rules.map(({ Status }) => Status)).toEqual(rules.map(() => 'Enabled'))
  })

  it('keeps a token for longer than the longest question waits', () => {
    expect(parseSettings('approvalDays: 7').approvalDays).toBe(7)
    expect(() => parseSettings('approvalDays: 8')).toThrow(errorWith('SettingsRefused', 'approvalDays', 7, 8))
  })
})
