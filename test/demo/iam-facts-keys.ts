import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  NoSuchEntityException,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { expect } from '@jest/globals'
import type { Setting } from './iam-contract.ts'
import { failure, rejection } from './rejection.ts'

/** Access keys: what is told of them, and what can be done to them. */
export function keyFacts({ iam, target, fact }: Setting): void {
  const list = (UserName: string, more = {}) => iam().send(new ListAccessKeysCommand({ UserName, ...more }))
  const allKeys = async (UserName: string) => {
    const keys: AccessKeyMetadata[] = []
    const pages = paginateListAccessKeys({ client: iam(), pageSize: 1 }, { UserName })
    for await (const page of pages) keys.push(...(page.AccessKeyMetadata ?? []))
    return keys
  }
  const setStatus = (UserName: string, AccessKeyId: string | undefined, Status: string) =>
    iam().send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: Status as 'Active' }))

  fact("a user's keys come with owner, status and the date they were created", async () => {
    expect(await allKeys('bob')).toEqual(
      ['Active', 'Inactive'].map((Status, index) => ({
        UserName: 'bob',
        AccessKeyId: target().keyIds('bob')[index],
        Status,
        CreateDate: expect.any(Date),
      })),
    )
  })

  fact('a user without keys has an empty list', async () => {
    expect(await list('Zoe')).toMatchObject({ AccessKeyMetadata: [] })
  })

  fact('a list of keys says that it is complete', async () => {
    expect(await list('garcia,lucia')).toMatchObject({ IsTruncated: false })
  })

  fact('keys come in pages, each key on one page', async () => {
    const first = await list('bob', { MaxItems: 1 })
    expect(first).toMatchObject({ IsTruncated: true, Marker: expect.any(String) })
    expect((await allKeys('bob')).map((key) => key.AccessKeyId)).toEqual(target().keyIds('bob'))
  })

  fact('a marker that IAM did not give is refused', async () => {
    expect(await rejection(list('bob', { Marker: 'bm9uc2Vuc2U' }))).toMatchObject(failure('ValidationError', 400))
  })

  fact('a page of no items is refused', async () => {
    expect(await rejection(list('bob', { MaxItems: 0 }))).toMatchObject(failure('ValidationError', 400))
  })

  fact('the keys of a user who does not exist are NoSuchEntity', async () => {
    const error = await rejection(list('nobody'))
    expect(error).toBeInstanceOf(NoSuchEntityException)
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } })
  })

  fact('a key that was never used has no date, and N/A for service and region', async () => {
    const [AccessKeyId] = target().keyIds('Deploy+eu=prod@ci')
    const { UserName, AccessKeyLastUsed } = await iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    expect(UserName).toBe('Deploy+eu=prod@ci')
    expect(AccessKeyLastUsed).toEqual({ ServiceName: 'N/A', Region: 'N/A' })
  })

  // AWS's pages do not say so; keysweep takes it for a key that is gone.
  fact('the last use of a key that does not exist is NoSuchEntity', async () => {
    const asked = iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }))
    expect(await rejection(asked)).toBeInstanceOf(NoSuchEntityException)
  })

  fact('a key can be set Inactive and Active again, for whatever user name', async () => {
    const name = 'garcia,lucia'
    const [id] = target().keyIds(name)
    await setStatus(name, id, 'Inactive')
    expect((await list(name)).AccessKeyMetadata?.[0]?.Status).toBe('Inactive')
    await setStatus(name, id, 'Active')
    expect((await list(name)).AccessKeyMetadata?.[0]?.Status).toBe('Active')
  })

  fact("a key's date of creation stays when its status changes", async () => {
    const [id] = target().keyIds('garcia,lucia')
    const before = (await list('garcia,lucia')).AccessKeyMetadata?.[0]?.CreateDate
    await target().pass(3_600_000)
    await setStatus('garcia,lucia', id, 'Inactive')
    expect((await list('garcia,lucia')).AccessKeyMetadata?.[0]?.CreateDate).toEqual(before)
  })

  fact('a key cannot be set under the name of another user', async () => {
    const [id] = target().keyIds('garcia,lucia')
    expect(await rejection(setStatus('bob', id, 'Inactive'))).toBeInstanceOf(NoSuchEntityException)
    expect((await list('garcia,lucia')).AccessKeyMetadata?.[0]?.Status).toBe('Active')
  })

  fact('a key that does not exist cannot be set', async () => {
    expect(await rejection(setStatus('bob', 'AKIAAAAAAAAAAAAAAAAA', 'Inactive'))).toBeInstanceOf(NoSuchEntityException)
  })

  fact('an unknown status is refused', async () => {
    const [id] = target().keyIds('bob')
    expect(await rejection(setStatus('bob', id, 'Asleep'))).toMatchObject(failure('ValidationError', 400))
  })
}
