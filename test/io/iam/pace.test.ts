// The pace says when a call may go, never whether it is made again.
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { sharedPace } from '../../../io/iam/pace.ts'
import { KEYS, type Local, localEndpoint } from '../../demo/local-endpoint.ts'
import '../no-backoff.ts'

/** A client with a pace that lets everything pass and remembers what it was told. */
function paced({ endpoint }: Local, attempts: number) {
  const heard: string[] = []
  const pace = {
    getSendToken: async () => void heard.push('turn'),
    updateClientSendingRate: (response: { errorType?: string }) => void heard.push(response.errorType ?? 'answered'),
  }
  const credentials = { accessKeyId: KEYS.alice, secretAccessKey: 'x' }
  const iam = makeIam({
    account: '111122223333',
    attempts,
    pace,
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials,
  })
  return { iam, heard }
}

const listCalls = ({ endpoint }: Local) => endpoint.calls.filter(({ action }) => action === 'ListAccessKeys').length

describe('a call with one attempt', () => {
  it('waits for its turn', async () => {
    const { iam, heard } = paced(await localEndpoint(), 1)
    await iam.listAccessKeys('bob')
    expect(heard).toEqual(['turn', 'answered'])
  })
  it('that is throttled tells the pace, and is not made again', async () => {
    const local = await localEndpoint()
    const { iam, heard } = paced(local, 1)
    local.endpoint.fault({ kind: 'error', error: 'Throttling', action: 'ListAccessKeys' })
    await expect(iam.listAccessKeys('bob')).rejects.toMatchObject({ name: 'IamThrottled' })
    expect(heard).toEqual(['turn', 'THROTTLING'])
    expect(listCalls(local)).toBe(1)
  })
  it.each([
    ['by a fault of IAM', { kind: 'error', error: 'ServiceFailure' }, 'IamUnavailable'],
    ['by an answer that is none', { kind: 'html' }, 'IamAnswerError'],
  ] as const)('that fails %s is no throttle to the pace', async (_, fault, name) => {
    const local = await localEndpoint()
    const { iam, heard } = paced(local, 1)
    local.endpoint.fault({ ...fault, action: 'ListAccessKeys' })
    await expect(iam.listAccessKeys('bob')).rejects.toMatchObject({ name })
    expect(heard).toEqual(['turn', 'TRANSIENT'])
  })
})

describe('a call with more attempts', () => {
  it('waits for its turn at each', async () => {
    const local = await localEndpoint()
    const { iam, heard } = paced(local, 3)
    local.endpoint.fault({ kind: 'error', error: 'Throttling', action: 'ListAccessKeys', nth: 1 })
    await iam.listAccessKeys('bob')
    expect(heard).toEqual(['turn', 'THROTTLING', 'turn', 'answered'])
    expect(listCalls(local)).toBe(2)
  })
})

describe('the pace of this process', () => {
  // Addresses that nobody has asked before, however often the tests have run in this process.
  const newAddress = () => `http://${randomUUID()}.test`
  it('is one for all who ask for the same account at the same endpoint', () => {
    const address = newAddress()
    expect(sharedPace('111122223333', address)).toBe(sharedPace('111122223333', address))
  })
  it('is another for another endpoint', () => {
    expect(sharedPace('111122223333', newAddress())).not.toBe(sharedPace('111122223333', newAddress()))
  })
  it('is another for another account at the same endpoint: IAM throttles each by itself', () => {
    const address = newAddress()
    expect(sharedPace('111122223333', address)).not.toBe(sharedPace('444455556666', address))
  })
})
