// The names of the roles in member accounts: the settings name them, and each function may assume its own.
import { describe, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import type { Resources } from '../../scripts/exempt-paths.ts'
import { nameMemberRoles } from '../../scripts/member-roles.ts'
import { resources } from './stack.ts'

/** The roles that each function's role may assume, with these settings. */
function assumable(settings: string): Record<string, unknown> {
  const written = { Resources: structuredClone(resources) } as Resources
  nameMemberRoles(written, parseSettings(settings).organization)
  const pairs = Object.entries(written.Resources ?? {}).flatMap(([name, { Properties }]) =>
    (Properties?.Policies ?? []).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Sid }) => Sid?.endsWith('InMemberAccounts')).map(({ Resource }) => [
        name,
        Resource,
      ]),
    ),
  )
  return Object.fromEntries(pairs)
}

const inEachAccount = (role: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/${role}` })
const expected = (read: string, deactivate: string, reactivate: string) => ({
  GenerateReportRole: inEachAccount(read),
  ParseReportRole: inEachAccount(read),
  CheckSuspectsRole: inEachAccount(read),
  ReadKeyEventsRole: inEachAccount(read),
  DeactivateKeyRole: inEachAccount(deactivate),
  ReactivateKeyRole: inEachAccount(reactivate),
})

describe('a packaged stack', () => {
  it('may assume the roles of the template', () => {
    const roles = expected('keysweep-read', 'keysweep-deactivate', 'keysweep-reactivate')
    expect(assumable('')).toEqual(roles)
    // As it is written: the tests of permissions go by it.
    const sids = Object.values(resources).flatMap(
      ({ Properties }) => JSON.stringify(Properties).match(/role\/keysweep-\w+/g) ?? [],
    )
    expect([...new Set(sids)].toSorted()).toEqual([
      'role/keysweep-deactivate',
      'role/keysweep-reactivate',
      'role/keysweep-read',
    ])
  })
  it('may assume the roles that the settings name, and these alone', () => {
    const settings = 'organization: { readRole: audit, deactivateRole: off+1, reactivateRole: "on" }'
    expect(assumable(settings)).toEqual(expected('audit', 'off+1', 'on'))
  })
})
