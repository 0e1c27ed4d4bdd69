import {
  ListAccessKeysCommand,
  ListRolesCommand,
  ListUserTagsCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId, newAccount, newKey, newUser } from '../../demo/account.ts'
import { startEndpoint } from '../../demo/endpoint.ts'
import { iamContract, type SeededUser, type Target } from './iam-contract.ts'
import { AT, KEYS, localEndpoint, smallAccount } from './local-endpoint.ts'
import { failure, rejection } from './rejection.ts'

iamContract('the local endpoint', (users) => contractTarget(users, 100))
iamContract('the local endpoint with one item a page', (users) => contractTarget(users, 1))

const listKeys = (UserName?: string) => new ListAccessKeysCommand({ UserName })
const deactivate = (UserName: string, AccessKeyId: string) =>
  new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })

describe('the caller', () => {
  it('is nobody without a signature', async () => {
    const { endpoint } = await localEndpoint()
    const answer = await post(endpoint.url, 'Action=GetCallerIdentity&Version=2011-06-15')
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>InvalidClientTokenId</Code>')
  })

  it('cannot sign with an inactive key', async () => {
    const { endpoint, sts } = await localEndpoint()
    const [alice] = endpoint.account.users
    if (alice?.keys[0]) alice.keys[0].status = 'Inactive'
    expect(await rejection(sts.send(new GetCallerIdentityCommand()))).toMatchObject(
      failure('InvalidClientTokenId', 403),
    )
  })

  it('may be an assumed role, which has no keys of its own', async () => {
    const { iam, sts } = await localEndpoint({ signedBy: 'ASIAAAAAAAAAAAAAAAAA' })
    expect(await sts.send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: 'arn:aws:sts::111122223333:assumed-role/keysweep/run-1',
      UserId: expect.stringMatching(/^AROA\w{16}:run-1$/),
    })
    expect(await rejection(iam.send(listKeys()))).toMatchObject({ message: expect.stringContaining('userName') })
  })

  it('lists its own keys where it names no user', async () => {
    const { iam } = await localEndpoint()
    expect(await iam.send(listKeys())).toMatchObject({ AccessKeyMetadata: [{ AccessKeyId: KEYS.alice }] })
  })

  it('is in the partition of its account', async () => {
    const { sts } = await localEndpoint({ account: { ...smallAccount(), partition: 'aws-cn' } })
    const { Arn } = await sts.send(new GetCallerIdentityCommand())
    expect(Arn).toBe('arn:aws-cn:iam::111122223333:user/people/alice')
  })
})

describe('the endpoint', () => {
  it('refuses an action that it does not serve', async () => {
    const { iam } = await localEndpoint()
    expect(await rejection(iam.send(new ListRolesCommand()))).toMatchObject(failure('InvalidAction', 400))
  })

  it('refuses a version that is not the service’s', async () => {
    const { endpoint } = await localEndpoint()
    const answer = await post(endpoint.url, 'Action=ListAccessKeys&Version=2011-06-15', KEYS.alice)
    expect(await answer.text()).toContain('Could not find operation ListAccessKeys for version 2011-06-15')
  })

  it('writes errors as AWS does, with a request id', async () => {
    const { endpoint } = await localEndpoint()
    const body = 'Action=ListAccessKeys&Version=2010-05-08&UserName=a%3Cb'
    const answer = await post(endpoint.url, body, KEYS.alice)
    expect(await answer.text()).toMatch(
      /^<ErrorResponse xmlns="https:\/\/iam.amazonaws.com\/doc\/2010-05-08\/"><Error><Type>Sender<\/Type><Code>NoSuchEntity<\/Code><Message>The user with name a&lt;b cannot be found.<\/Message><\/Error><RequestId>[-\w]{36}<\/RequestId><\/ErrorResponse>$/,
    )
  })

  it('gives every answer a request id that the SDK finds', async () => {
    const { iam } = await localEndpoint()
    const id = { $metadata: { requestId: expect.stringMatching(/^[-\w]{36}$/) } }
    expect(await iam.send(listKeys('bob'))).toMatchObject(id)
    expect(await rejection(iam.send(listKeys('nobody')))).toMatchObject(id)
  })

  it('refuses a marker of another user’s list', async () => {
    const { iam } = await localEndpoint({ pageSize: 1 })
    const { Marker } = await iam.send(new ListUserTagsCommand({ UserName: 'bob' }))
    const asked = iam.send(new ListUserTagsCommand({ UserName: 'alice', Marker }))
    expect(await rejection(asked)).toMatchObject({ ...failure('ValidationError', 400), message: 'Invalid Marker.' })
  })

  it('says "Rate exceeded" to more calls in a second than it takes', async () => {
    const { iam, endpoint, pass } = await localEndpoint({ maxCallsPerSecond: 2 })
    await iam.send(listKeys('bob'))
    await iam.send(listKeys('bob'))
    const error = await rejection(iam.send(listKeys('bob')))
    expect(error).toMatchObject({ ...failure('Throttling', 400), message: 'Rate exceeded' })
    pass(500)
    await iam.send(listKeys('bob'))
    expect(endpoint.calls.map((call) => call.outcome)).toEqual(['answered', 'answered', 'throttled', 'answered'])
  })
})

describe('the log', () => {
  it('has every call with its parameters and its status, and no signature', async () => {
    const { iam, endpoint } = await localEndpoint()
    await iam.send(listKeys('bob'))
    await rejection(iam.send(listKeys('nobody')))
    const call = {
      ...{ at: AT.toISOString(), account: '111122223333', action: 'ListAccessKeys', outcome: 'answered' },
      signedWith: endpoint.calls[0]?.signedWith,
    }
    expect(call.signedWith).toMatch(/^AKIA/)
    expect(endpoint.calls).toEqual([
      { ...call, params: { UserName: 'bob' }, status: 200 },
      { ...call, params: { UserName: 'nobody' }, status: 404 },
    ])
  })

  it('has the writes that were carried out, also one that changed nothing, and no refused one', async () => {
    const { iam, endpoint } = await localEndpoint()
    await iam.send(deactivate('bob', KEYS.bobOld))
    await iam.send(deactivate('bob', KEYS.bobOld))
    await rejection(iam.send(deactivate('carol', KEYS.bobNew)))
    const write = { at: AT.toISOString(), account: '111122223333', user: 'bob', accessKeyId: KEYS.bobOld }
    expect(endpoint.writes).toEqual([
      { ...write, from: 'Active', to: 'Inactive' },
      { ...write, from: 'Inactive', to: 'Inactive' },
    ])
  })
})

describe('other people', () => {
  it('change the account right before the call that was named, and at no other', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.on(
      'ListAccessKeys',
      2,
      (account, params, now) =>
        account.users.find((user) => user.name === params.UserName)?.keys.push(newKey('AKIANEW', now)),
      (params) => params.UserName === 'carol',
    )
    const carolsKeys = async () => (await iam.send(listKeys('carol'))).AccessKeyMetadata?.length
    expect(await carolsKeys()).toBe(0)
    await iam.send(listKeys('bob'))
    expect(await carolsKeys()).toBe(1)
    expect(await carolsKeys()).toBe(1)
  })

  it('whose change goes wrong are heard of when the endpoint stops', async () => {
    const account = smallAccount()
    const endpoint = await startEndpoint({ account })
    endpoint.on('ListAccessKeys', 1, () => {
      throw new Error('no such thing')
    })
    await rejection(post(endpoint.url, 'Action=ListAccessKeys&Version=2010-05-08', KEYS.alice))
    expect(await rejection(endpoint.stop())).toEqual(new Error('no such thing'))
  })
})

/** A request as the SDK would send it, but for the signature itself. */
const post = (url: string, body: string, signedBy?: string) =>
  fetch(url, {
    method: 'POST',
    body,
    headers: signedBy
      ? { authorization: `AWS4-HMAC-SHA256 Credential=${signedBy}/20260911/us-east-1/iam/aws4_request` }
      : {},
  })

async function contractTarget(users: SeededUser[], pageSize: number): Promise<Target> {
  let milliseconds = AT.getTime() + 500
  const account = newAccount('111122223333')
  for (const { name, path, tags, keys } of users) {
    const created = new Date('2026-01-01T00:00:00Z')
    const made = keys.map((status, index) => newKey(accessKeyId(`${name}/${index}`), created, { status }))
    account.users.push(newUser(name, { path, tags, keys: made }))
  }
  const { url, stop } = await startEndpoint({ account, pageSize, now: () => new Date(milliseconds) })
  return {
    url,
    account: account.id,
    credentials: { accessKeyId: accessKeyId('caller/0'), secretAccessKey: 'is not checked' },
    keyIds: (name) => account.users.find((user) => user.name === name)?.keys.map((key) => key.id) ?? [],
    pass: (more) => {
      milliseconds += more
    },
    stop,
  }
}
