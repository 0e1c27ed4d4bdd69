import {
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  ListAccessKeysCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { describe, expect, it } from '@jest/globals'
import { AT, DAY, KEYS, type Local, localEndpoint } from './local-endpoint.ts'
import { rejection } from './rejection.ts'

const listKeys = (more = {}) => new ListAccessKeysCommand({ UserName: 'bob', ...more })
const lastUsed = (AccessKeyId: string = KEYS.bobOld) => new GetAccessKeyLastUsedCommand({ AccessKeyId })
const deactivate = () => new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: KEYS.bobOld, Status: 'Inactive' })
const shownStatus = async ({ iam }: Local) => (await iam.send(listKeys())).AccessKeyMetadata?.[0]?.Status

describe('an unusable answer', () => {
  it('truncated XML is an error to the SDK, though the call was carried out', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'truncated' })
    expect(await rejection(iam.send(deactivate()))).toMatchObject({
      message: expect.stringContaining('XML parse error'),
    })
    expect(endpoint.writes).toHaveLength(1)
  })

  it.each(['html', 'empty'] as const)('%s is success to the SDK, and nothing is in it', async (kind) => {
    const { iam, endpoint } = await localEndpoint()
    for (const action of ['UpdateAccessKey', 'ListAccessKeys', 'GetAccessKeyLastUsed'] as const) {
      endpoint.fault({ action, kind })
    }
    expect(withoutMetadata(await iam.send(deactivate()))).toEqual({})
    expect(withoutMetadata(await iam.send(listKeys()))).toEqual({})
    expect(withoutMetadata(await iam.send(lastUsed()))).toEqual({})
    expect(endpoint.writes).toEqual([])
  })

  it('to another action is success to the SDK, and nothing is in it', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'ListUserTags', kind: 'other action' })
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'other action', answer: 'ListAccessKeys' })
    expect(withoutMetadata(await iam.send(new ListUserTagsCommand({ UserName: 'bob' })))).toEqual({})
    expect(withoutMetadata(await iam.send(deactivate()))).toEqual({})
    expect(endpoint.writes).toEqual([])
  })
})

describe('an answer that is wrong', () => {
  it('tells of another user', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'ListAccessKeys', kind: 'other user', user: 'alice' })
    endpoint.fault({ action: 'GetAccessKeyLastUsed', kind: 'other user', user: 'alice' })
    expect(await iam.send(listKeys())).toMatchObject({
      AccessKeyMetadata: [{ UserName: 'alice', AccessKeyId: KEYS.alice }],
    })
    expect(await iam.send(lastUsed())).toMatchObject({ UserName: 'alice', AccessKeyLastUsed: { ServiceName: 'iam' } })
  })

  it('tells of another key', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'GetAccessKeyLastUsed', kind: 'other key', accessKeyId: KEYS.alice })
    expect(await iam.send(lastUsed())).toMatchObject({ UserName: 'alice', AccessKeyLastUsed: { ServiceName: 'iam' } })
  })

  it('is the same page for ever', async () => {
    const { iam, endpoint } = await localEndpoint({ pageSize: 1 })
    endpoint.fault({ action: 'ListAccessKeys', kind: 'endless pages' })
    const first = await iam.send(listKeys())
    const second = await iam.send(listKeys({ Marker: first.Marker }))
    expect(first).toMatchObject({ IsTruncated: true, AccessKeyMetadata: [{ AccessKeyId: KEYS.bobOld }] })
    expect(withoutMetadata(second)).toEqual(withoutMetadata(first))
  })

  it('has all its dates off by as much as was asked', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'GetAccessKeyLastUsed', kind: 'skew', milliseconds: 2 * DAY })
    const { AccessKeyLastUsed } = await iam.send(lastUsed(KEYS.alice))
    expect(AccessKeyLastUsed?.LastUsedDate).toEqual(new Date(AT.getTime() + DAY))
  })

  it('is what an edit made of the XML', async () => {
    const { iam, endpoint } = await localEndpoint({ pageSize: 1 })
    const edit = (xml: string) => xml.replace(/<Marker>.*<\/Marker>/, '')
    endpoint.fault({ action: 'ListAccessKeys', kind: 'edited', edit })
    const { IsTruncated, Marker } = await iam.send(listKeys())
    expect({ IsTruncated, Marker }).toEqual({ IsTruncated: true, Marker: undefined })
  })

  it('is what an edit made of the report', async () => {
    const { iam, endpoint } = await localEndpoint({ reportSeconds: 0 })
    endpoint.fault({ action: 'GetCredentialReport', kind: 'edited report', edit: (csv) => csv.slice(0, 40) })
    await iam.send(new GenerateCredentialReportCommand())
    const { Content } = await iam.send(new GetCredentialReportCommand())
    expect(Buffer.from(Content ?? []).toString()).toBe('user,arn,user_creation_time,password_ena')
  })
})

describe('a stale read', () => {
  it('shows the old status for so many reads after the write', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({ action: 'UpdateAccessKey', kind: 'stale read', reads: 2 })
    await local.iam.send(deactivate())
    expect(local.endpoint.writes).toHaveLength(1)
    expect([await shownStatus(local), await shownStatus(local), await shownStatus(local)]).toEqual([
      'Active',
      'Active',
      'Inactive',
    ])
  })

  it('shows the old status for a time after the write', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({ action: 'UpdateAccessKey', kind: 'stale read', milliseconds: 3000 })
    await local.iam.send(deactivate())
    local.pass(2999)
    expect(await shownStatus(local)).toBe('Active')
    local.pass(1)
    expect(await shownStatus(local)).toBe('Inactive')
  })
})

function withoutMetadata<T extends object>(answer: T): Partial<T> {
  const { $metadata: _, ...rest } = answer as T & { $metadata: unknown }
  return rest as Partial<T>
}
