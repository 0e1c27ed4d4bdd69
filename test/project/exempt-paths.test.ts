// Exempt paths become a part of a role: what IAM would refuse when the stack is deployed is refused when it is packaged.
import { describe, expect, it } from '@jest/globals'
import { denyExemptPaths, type Resources } from '../../scripts/exempt-paths.ts'
import { errorWith } from '../support/error-facts.ts'
import { resources } from './stack.ts'

/** The role of Deactivate key as it is written, with these exempt paths. */
function roleWith(paths: string[]): Resources {
  const written = { Resources: { DeactivateKeyRole: structuredClone(resources.DeactivateKeyRole) } } as Resources
  denyExemptPaths(written, paths)
  return written
}

const deniedBy = (paths: string[]) => {
  const { Policies = [] } = roleWith(paths).Resources?.DeactivateKeyRole?.Properties ?? {}
  const statement = Policies[0]?.PolicyDocument.Statement.find(({ Sid }) => Sid === 'NeverUnderAnExemptPath')
  return (statement?.Resource as { 'Fn::Join': [string, string[]] }[] | undefined)?.map((resource) =>
    resource['Fn::Join'][1].at(-1),
  )
}

const many = (count: number) => Array.from({ length: count }, (_, n) => `/team-${n}/`)

describe('a role with exempt paths', () => {
  it('is refused when it is larger than IAM takes, with what the limit is and what was received', () => {
    expect(() => roleWith(many(400))).toThrow(
      errorWith('SettingsRefused', 'policy.exemptPaths', 'DeactivateKeyRole', 10_240),
    )
    expect(() => roleWith(many(400))).toThrow(/\b[1-9]\d{4}\. /)
  })

  it('has room for a hundred paths', () => {
    expect(deniedBy(many(100))).toHaveLength(100)
  })

  it('is measured with the longest names that its references can have', () => {
    const largest = Math.max(...Array.from({ length: 30 }, (_, n) => n * 10).filter((n) => takes(many(n))))
    const policies = roleWith(many(largest)).Resources?.DeactivateKeyRole?.Properties?.Policies ?? []
    const longest = JSON.stringify(policies.map(({ PolicyDocument }) => inGovCloud(PolicyDocument)))
    expect(longest.length).toBeLessThanOrEqual(10_240 + '[]'.length)
    expect(longest.length).toBeGreaterThan(9_700)
  })

  it('names no path that is under a shorter one, and none twice', () => {
    expect(deniedBy(['/service/backup/', '/service/', '/services/', '/service/'])).toEqual([
      ':user/service/*',
      ':user/services/*',
    ])
    expect(deniedBy(['/a/', '/'])).toEqual([':user/*'])
  })

  it('keeps a path that differs in case alone: IAM compares what a policy names by the letter', () => {
    expect(deniedBy(['/service/', '/Service/backup/'])).toEqual([':user/service/*', ':user/Service/backup/*'])
  })
})

function takes(paths: string[]): boolean {
  try {
    roleWith(paths)
    return true
  } catch {
    return false
  }
}

/** A policy as it would be in the partition with the longest name, with a bucket and a log group of the longest names. */
function inGovCloud(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inGovCloud)
  if (typeof value !== 'object' || value === null) return value
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as Record<string, unknown>
  if (Ref !== undefined) return Ref === 'AWS::Partition' ? 'aws-us-gov' : '111122223333'
  if (attribute !== undefined)
    return String(attribute).startsWith('RunStore')
      ? `arn:aws-us-gov:s3:::${'b'.repeat(63)}`
      : `arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/aws/lambda/${'f'.repeat(64)}:*`
  if (join !== undefined) return (join as [string, unknown[]])[1].map(inGovCloud).join('')
  if (sub !== undefined)
    return (sub as string)
      .replaceAll('${RunStore.Arn}', `arn:aws-us-gov:s3:::${'b'.repeat(63)}`)
      .replaceAll('${AWS::Partition}', 'aws-us-gov')
      .replaceAll('${AWS::AccountId}', '111122223333')
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inGovCloud(one)]))
}
