// The policy of a session that writes: its shape, its length, and that it can name one user only.
import { describe, expect, it } from '@jest/globals'
import type { IamUse } from '../../../io/sts/iam-use.ts'
import { sessionPolicyOf } from '../../../io/sts/session-policy.ts'
import { errorWith } from '../../support/error-facts.ts'

const ACCOUNT = '444455556666'
const policyOf = (use: IamUse, partition = 'aws') => JSON.parse(sessionPolicyOf(partition, ACCOUNT, use) ?? 'null')

describe('the policy of a session', () => {
  it('that deactivates a key allows the calls of Deactivate key on its user', () => {
    expect(policyOf({ role: 'deactivate', user: 'jane' })).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: [
            'iam:GetAccessKeyLastUsed',
            'iam:GetUser',
            'iam:ListAccessKeys',
            'iam:ListUserTags',
            'iam:UpdateAccessKey',
          ],
          Resource: ['arn:aws:iam::444455556666:user/jane', 'arn:aws:iam::444455556666:user/*/jane'],
        },
      ],
    })
  })
  it('that reactivates a key allows the calls of Reactivate key on its user', () => {
    expect(policyOf({ role: 'reactivate', user: 'jane' }, 'aws-us-gov')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['iam:ListAccessKeys', 'iam:UpdateAccessKey'],
          Resource: ['arn:aws-us-gov:iam::444455556666:user/jane', 'arn:aws-us-gov:iam::444455556666:user/*/jane'],
        },
      ],
    })
  })
  it('that reads is none: its role limits it', () => {
    expect(sessionPolicyOf('aws', ACCOUNT, { role: 'read' })).toBeUndefined()
  })
  it('fits the 2,048 characters of AWS for the longest name, in the longest partition, under any path', () => {
    const policy = sessionPolicyOf('aws-iso-b-and-more', ACCOUNT, { role: 'deactivate', user: 'x'.repeat(64) })
    expect(policy?.length).toBeLessThan(700)
  })
  it.each(['*', 'ja*', 'jan?', '../root', 'people/jane', '', 'x'.repeat(65), '${aws:username}'])(
    'is none for a name that IAM does not have: %j',
    (user) => {
      const made = () => sessionPolicyOf('aws', ACCOUNT, { role: 'deactivate', user })
      expect(made).toThrow(errorWith('AccountRefused', ACCOUNT, JSON.stringify(user)))
    },
  )
})
