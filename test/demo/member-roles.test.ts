// The roles that the endpoint's accounts have are those of the template, to the letter.
import { expect, it } from '@jest/globals'
import { MEMBER_ROLES, memberRoles } from '../../demo/member-roles.ts'
import { memberRoles as rolesOfTemplate } from '../project/member-template.ts'

const ACCOUNT = '300000000003'
const HUB = '200000000002'
const trusted = [`arn:aws:iam::${HUB}:role/keysweep-operator`, `arn:aws:iam::${HUB}:user/people/jane`]
const TRUSTED = trusted.join(',')

/** CloudFormation hands IAM the text "false" for a false. */
const asText = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(document), (_, value: unknown) => (typeof value === 'boolean' ? String(value) : value))

it.each([
  ['in an organization, with exempt paths', 'o-a1b2c3d4e5', ['/break-glass/', '/robots/']],
  ['in none, without exempt paths', null, []],
])('%s', (_, organizationId, exemptPaths) => {
  const ours = memberRoles({ account: ACCOUNT, hub: HUB, trusted, organizationId, exemptPaths })
  const template = rolesOfTemplate(ACCOUNT, {
    HubAccount: HUB,
    OrganizationId: organizationId ?? '',
    TrustedToRead: TRUSTED,
    TrustedToDeactivate: TRUSTED,
    TrustedToReactivate: TRUSTED,
    ExemptPaths: exemptPaths.join(','),
  })
  expect(ours.map(({ name }) => name)).toEqual(Object.values(MEMBER_ROLES))
  expect(Object.keys(template).sort()).toEqual(Object.values(MEMBER_ROLES).sort())
  for (const { name, trust, policies } of ours) {
    expect(trust).toEqual(asText(template[name]?.trust))
    expect(policies).toEqual(asText(template[name]?.policies.map(({ policy }) => policy)))
  }
})
