import { ListAccessKeysCommand, ListUserTagsCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { afterEach, describe, expect, it } from '@jest/globals'
import { letTimeGoOn, passing, stopTime } from '../support/flying-time.ts'
import { KEYS, localEndpoint } from './local-endpoint.ts'
import { rejection } from './rejection.ts'

const listKeys = (more = {}) => new ListAccessKeysCommand({ UserName: 'bob', ...more })
const deactivate = () => new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: KEYS.bobOld, Status: 'Inactive' })

afterEach(letTimeGoOn)

describe('no answer', () => {
  it.each([
    ['reset before', 0],
    ['reset after', 1],
  ] as const)('%s the call is a broken connection, with %i writes', async (kind, writes) => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'UpdateAccessKey', kind })
    expect(await rejection(iam.send(deactivate()))).toMatchObject({ message: expect.stringContaining('ECONNRESET') })
    expect(endpoint.writes).toHaveLength(writes)
    expect(endpoint.calls).toMatchObject([{ outcome: `fault:${kind}`, status: null }])
  })

  it.each([
    [false, 0],
    [true, 1],
  ])('hang, carried out or not (%s), keeps the caller waiting', async (carriedOut, writes) => {
    const { iam, endpoint } = await localEndpoint({ requestTimeout: 100 })
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'hang', carriedOut })
    expect(await rejection(iam.send(deactivate()))).toMatchObject({ name: 'TimeoutError' })
    expect(endpoint.writes).toHaveLength(writes)
  })

  it.each([
    [false, 0],
    [true, 1],
  ])(
    'stall, carried out or not (%s), begins an answer that the SDK waits for beyond its own time limit',
    async (carriedOut, writes) => {
      const { iam, endpoint } = await localEndpoint({ requestTimeout: 4000 })
      endpoint.fault({ action: 'UpdateAccessKey', kind: 'stall', carriedOut })
      stopTime()
      const answer = rejection(iam.send(deactivate()))
      const waiting = new Promise((resolve) => setTimeout(resolve, 6000, 'still waiting'))
      expect(await passing(Promise.race([answer, waiting]))).toMatchObject({ value: 'still waiting' })
      expect(endpoint.writes).toHaveLength(writes)
      expect(endpoint.calls).toMatchObject([{ outcome: 'fault:stall', status: null }])
      await endpoint.stop()
      expect(await answer).toMatchObject({ message: expect.stringContaining('aborted') })
    },
  )

  it('comes any more when the endpoint stops', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault({ action: 'ListAccessKeys', kind: 'hang' })
    endpoint.fault({ action: 'ListUserTags', kind: 'late', milliseconds: 60_000 })
    const waiting = [rejection(iam.send(listKeys())), rejection(iam.send(new ListUserTagsCommand({ UserName: 'bob' })))]
    while (endpoint.calls.length < 2) await new Promise(setImmediate)
    await endpoint.stop()
    const hungUp = { message: expect.stringContaining('socket hang up') }
    expect(await Promise.all(waiting)).toMatchObject([hungUp, hungUp])
  })

  it.each([
    ['slow', 1],
    ['late', 0],
  ] as const)(
    'in time: %s has carried out %i writes when the caller gives up, and one in the end',
    async (kind, atFirst) => {
      const { iam, endpoint } = await localEndpoint({ requestTimeout: 100 })
      endpoint.fault({ action: 'UpdateAccessKey', kind, milliseconds: 400 })
      expect(await rejection(iam.send(deactivate()))).toMatchObject({ name: 'TimeoutError' })
      expect(endpoint.writes).toHaveLength(atFirst)
      while (endpoint.calls[0]?.status === null) await new Promise(setImmediate)
      expect(endpoint.writes).toHaveLength(1)
    },
  )
})
