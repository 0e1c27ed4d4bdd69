// AWS Organizations at the local endpoint.
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListTagsForResourceCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { describe, expect, it } from '@jest/globals'
import { newAccount, newKey, newUser } from '../../demo/account.ts'
import { newMember, pathOf } from '../../demo/organization.ts'
import { rejection } from './rejection.ts'
import { ACCOUNTS, adminOf, localOrganization, UNIT } from './small-organization.ts'

const listAccounts = (more = {}) => new ListAccountsCommand(more)
const tagsOf = (ResourceId: string) => new ListTagsForResourceCommand({ ResourceId })

/** The sizes of all pages. */
async function pages(client: OrganizationsClient, more = {}): Promise<number[]> {
  const sizes: number[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(listAccounts({ ...more, ...(NextToken && { NextToken }) }))
    sizes.push(page.Accounts?.length ?? -1)
    NextToken = page.NextToken
  } while (NextToken !== undefined && sizes.length < 50)
  return sizes
}

const withAccounts = async (count: number) => {
  const local = await localOrganization()
  for (let index = local.organization.accounts.length; index < count; index += 1)
    local.organization.accounts.push(newMember(newAccount(String(400000000000 + index)), `member-${index}`))
  return local
}

describe('ListAccounts', () => {
  it('has each account with its state, its path and the day it joined', async () => {
    const { organizations } = await localOrganization()
    const { Accounts, NextToken } = await organizations().send(listAccounts())
    expect(NextToken).toBeUndefined()
    expect(Accounts?.map(({ Id }) => Id)).toEqual([ACCOUNTS.management, ACCOUNTS.hub, ACCOUNTS.member])
    expect(Accounts?.[2]).toEqual({
      Id: ACCOUNTS.member,
      Arn: `arn:aws:organizations::${ACCOUNTS.management}:account/o-a1b2c3d4e5/${ACCOUNTS.member}`,
      Email: 'aws+member@example.com',
      Name: 'member',
      State: 'ACTIVE',
      Paths: [`o-a1b2c3d4e5/r-ab12/${UNIT}/${ACCOUNTS.member}/`],
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date('2025-01-01T00:00:00Z'),
    })
  })

  it('has at most 20 accounts on a page, or as many as asked for', async () => {
    const { organizations } = await withAccounts(45)
    expect(await pages(organizations())).toEqual([20, 20, 5])
    expect(await pages(organizations(), { MaxResults: 15 })).toEqual([15, 15, 15])
  })

  it('may have an empty page in between', async () => {
    const { organizations, endpoint } = await withAccounts(45)
    endpoint.fault({ action: 'ListAccounts', nth: [1, 3, 4], kind: 'empty page' })
    expect(await pages(organizations())).toEqual([0, 20, 0, 0, 20, 5])
  })

  it('may never end', async () => {
    const { organizations, endpoint } = await localOrganization()
    endpoint.fault({ action: 'ListAccounts', kind: 'endless pages' })
    expect(await pages(organizations())).toEqual(Array(50).fill(3))
  })

  it.each([
    ['a page of 0', { MaxResults: 0 }],
    ['a page of 21', { MaxResults: 21 }],
    ['a token of another list', { NextToken: 'of-another-list' }],
  ])('refuses %s', async (_, more) => {
    const { organizations } = await localOrganization()
    expect(await rejection(organizations().send(listAccounts(more)))).toMatchObject({
      name: 'InvalidInputException',
    })
  })
})

describe('the tags of a resource', () => {
  it('are those of the account, in pages', async () => {
    const { organizations, organization } = await localOrganization({ pageSize: 1 })
    for (const member of organization.accounts) member.tags = { team: 'payments', stage: 'prod' }
    const first = await organizations().send(tagsOf(ACCOUNTS.member))
    expect(first.Tags).toEqual([{ Key: 'team', Value: 'payments' }])
    const next = new ListTagsForResourceCommand({ ResourceId: ACCOUNTS.member, NextToken: first.NextToken })
    const { Tags, NextToken } = await organizations().send(next)
    expect({ Tags, NextToken }).toEqual({ Tags: [{ Key: 'stage', Value: 'prod' }], NextToken: undefined })
  })

  it('are none of a unit, and an error of what is not there', async () => {
    const { organizations } = await localOrganization()
    expect(await organizations().send(tagsOf(UNIT))).toMatchObject({ Tags: [] })
    expect(await rejection(organizations().send(tagsOf('999999999999')))).toMatchObject({
      name: 'TargetNotFoundException',
    })
  })
})

describe('who asks', () => {
  const asked = async (key: string) => {
    const { organizations, organization } = await localOrganization()
    return { client: organizations({ accessKeyId: key }), organization }
  }

  it.each([ACCOUNTS.management, ACCOUNTS.hub])(
    'may be the management account or a delegated administrator: %s',
    async (id) => {
      const { client } = await asked(adminOf(id))
      expect(await pages(client)).toEqual([3])
      expect(await client.send(tagsOf(ACCOUNTS.member))).toMatchObject({ Tags: [{ Key: 'team', Value: 'payments' }] })
    },
  )

  it('may be no other member, which may only ask what organization it is in', async () => {
    const { client } = await asked(adminOf(ACCOUNTS.member))
    const denied = { name: 'AccessDeniedException', message: "You don't have permissions to access this resource." }
    expect(await rejection(client.send(listAccounts()))).toMatchObject(denied)
    expect(await rejection(client.send(tagsOf(ACCOUNTS.member)))).toMatchObject(denied)
    const { Organization } = await client.send(new DescribeOrganizationCommand())
    expect(Organization).toMatchObject({ Id: 'o-a1b2c3d4e5', MasterAccountId: ACCOUNTS.management, FeatureSet: 'ALL' })
  })

  it('gets an error if there is no organization', async () => {
    const outsider = newAccount(ACCOUNTS.outside, {
      users: [newUser('x', { keys: [newKey('AKIAOUTSIDEOUTSIDE00', new Date(0))] })],
    })
    const { organizations } = await localOrganization({ account: outsider })
    const client = organizations({ accessKeyId: 'AKIAOUTSIDEOUTSIDE00' })
    const notInUse = { name: 'AWSOrganizationsNotInUseException' }
    expect(await rejection(client.send(listAccounts()))).toMatchObject(notInUse)
    expect(await rejection(client.send(tagsOf(ACCOUNTS.member)))).toMatchObject(notInUse)
    expect(await rejection(client.send(new DescribeOrganizationCommand()))).toMatchObject(notInUse)
  })

  it('is unknown without a key that counts', async () => {
    const { client } = await asked('AKIANOBODYNOBODY0000')
    expect(await rejection(client.send(listAccounts()))).toMatchObject({ name: 'UnrecognizedClientException' })
  })
})

it('an account under a unit that is not there has no path', async () => {
  const { organization } = await localOrganization()
  const lost = newMember(newAccount('400000000004'), 'lost', { parent: 'ou-ab12-00000000' })
  expect(() => pathOf(organization, lost)).toThrow(TypeError)
})
