import {
  GetUserCommand,
  ListUserTagsCommand,
  NoSuchEntityException,
  paginateListUserTags,
  type Tag,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { expect } from '@jest/globals'
import type { Setting } from './iam-contract.ts'
import { failure, rejection } from './rejection.ts'

/** A user's tags, and which user is calling. */
export function userFacts({ iam, sts, target, users, fact }: Setting): void {
  const list = (UserName: string, more = {}) => iam().send(new ListUserTagsCommand({ UserName, ...more }))
  const allTags = async (UserName: string) => {
    const tags: Tag[] = []
    const pages = paginateListUserTags({ client: iam(), pageSize: 2 }, { UserName })
    for await (const page of pages) tags.push(...(page.Tags ?? []))
    return tags
  }

  fact('tags come with key and value as they were set', async () => {
    expect(byKey(await allTags('bob'))).toEqual(users.find((user) => user.name === 'bob')?.tags)
  })

  fact('tags come in pages, each tag on one page', async () => {
    expect(await list('bob', { MaxItems: 2 })).toMatchObject({ IsTruncated: true, Marker: expect.any(String) })
    expect((await allTags('bob')).map(({ Key }) => Key).sort()).toEqual(['email', 'note', 'owner'])
  })

  fact('a user without tags has an empty list', async () => {
    expect(await list('Zoe')).toMatchObject({ Tags: [], IsTruncated: false })
  })

  fact('the tags of a user who does not exist are NoSuchEntity', async () => {
    expect(await rejection(list('nobody'))).toBeInstanceOf(NoSuchEntityException)
  })

  fact('a user is told by name, with path and tags', async () => {
    const { User } = await iam().send(new GetUserCommand({ UserName: 'bob' }))
    const bob = users.find((user) => user.name === 'bob')
    expect(User).toMatchObject({ UserName: 'bob', Path: bob?.path })
    expect(byKey(User?.Tags ?? [])).toEqual(bob?.tags)
  })

  fact('a user who does not exist cannot be told of: NoSuchEntity', async () => {
    const asked = iam().send(new GetUserCommand({ UserName: 'nobody' }))
    expect(await rejection(asked)).toBeInstanceOf(NoSuchEntityException)
  })

  fact('a user is known by the key that signs', async () => {
    expect(await sts().send(new GetCallerIdentityCommand())).toMatchObject({
      Account: target().account,
      Arn: `arn:aws:iam::${target().account}:user/service/caller`,
    })
  })

  fact('a key that does not exist cannot sign', async () => {
    const credentials = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'of no use' }
    const asked = sts(credentials).send(new GetCallerIdentityCommand())
    expect(await rejection(asked)).toMatchObject(failure('InvalidClientTokenId', 403))
  })
}

const byKey = (tags: Tag[]) => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))
