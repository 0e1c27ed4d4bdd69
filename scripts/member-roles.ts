// Puts the names of the roles in member accounts, from keysweep.yml, into the roles of the functions that assume them.
import type { OrganizationSettings } from '../core/model/organization-fields.ts'
import type { Resources } from './exempt-paths.ts'

/** The statements of resources/roles.yml, and the setting that names their role. */
const ROLE_OF: Record<string, keyof OrganizationSettings & `${string}Role`> = {
  ReadInMemberAccounts: 'readRole',
  DeactivateInMemberAccounts: 'deactivateRole',
  ReactivateInMemberAccounts: 'reactivateRole',
}

/** A role's name has no wildcard and no slash, so each function may assume one role in each account. */
export function nameMemberRoles({ Resources = {} }: Resources, settings: OrganizationSettings): void {
  const statements = Object.values(Resources).flatMap(({ Properties }) =>
    (Properties?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  )
  for (const statement of statements) {
    const setting = ROLE_OF[statement.Sid ?? '']
    if (setting !== undefined)
      statement.Resource = { 'Fn::Sub': `arn:\${AWS::Partition}:iam::*:role/${settings[setting]}` }
  }
}
