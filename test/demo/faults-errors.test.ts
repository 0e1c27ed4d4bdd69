import { ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { describe, expect, it } from '@jest/globals'
import type { Fault } from '../../demo/faults.ts'
import { errorWith } from '../support/error-facts.ts'
import { KEYS, type Local, localEndpoint } from './local-endpoint.ts'
import { failure, rejection } from './rejection.ts'

const listKeys = (more = {}) => new ListAccessKeysCommand({ UserName: 'bob', ...more })
const deactivate = () => new UpdateAccessKeyCommand({ UserName: 'bob', AccessKeyId: KEYS.bobOld, Status: 'Inactive' })
const update = (kind: Omit<Extract<Fault, { kind: 'error' }>, 'action'>): Fault => ({
  action: 'UpdateAccessKey',
  ...kind,
})

describe('an error', () => {
  it.each([
    ['Throttling', 'Throttling', 400],
    ['ServiceFailure', 'ServiceFailureException', 500],
    ['ServiceUnavailable', 'ServiceUnavailable', 503],
    ['NoSuchEntity', 'NoSuchEntityException', 404],
    ['LimitExceeded', 'LimitExceededException', 409],
    ['ExpiredToken', 'ExpiredToken', 403],
  ] as const)('%s is %s with %i to the SDK, and nothing is written', async (error, name, status) => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault(update({ kind: 'error', error }))
    expect(await rejection(iam.send(deactivate()))).toMatchObject(failure(name, status))
    expect(endpoint.writes).toEqual([])
    expect(endpoint.calls).toMatchObject([{ outcome: 'fault:error', status }])
  })

  it('AccessDenied says who may not do what, in AWS’s words', async () => {
    const { iam, endpoint } = await localEndpoint()
    endpoint.fault(update({ kind: 'error', error: 'AccessDenied' }))
    expect(await rejection(iam.send(deactivate()))).toMatchObject({
      ...failure('AccessDenied', 403),
      message:
        'User: arn:aws:iam::111122223333:user/people/alice is not authorized to perform: iam:UpdateAccessKey on resource: user bob because no identity-based policy allows the iam:UpdateAccessKey action',
    })
  })

  it('may be any other, and may come after the call was carried out', async () => {
    const { iam, endpoint } = await localEndpoint()
    const error = { code: 'SomethingNew', status: 418, message: 'What?' }
    endpoint.fault(update({ kind: 'error', error, carriedOut: true }))
    expect(await rejection(iam.send(deactivate()))).toMatchObject({ ...failure('SomethingNew', 418), message: 'What?' })
    expect(endpoint.writes).toMatchObject([{ accessKeyId: KEYS.bobOld, to: 'Inactive' }])
  })
})

describe('when', () => {
  const failed = async (local: Local, calls: number) => {
    const outcomes: boolean[] = []
    for (let call = 0; call < calls; call += 1) {
      outcomes.push(
        await local.iam.send(listKeys()).then(
          () => false,
          (error: Error) => error.name === 'Throttling',
        ),
      )
    }
    return outcomes
  }
  const throttled = (nth?: Fault['nth']): Fault => ({
    action: 'ListAccessKeys',
    kind: 'error',
    error: 'Throttling',
    ...(nth && { nth }),
  })

  it('a fault comes at every call, at the nth, or at several', async () => {
    const local = await localEndpoint()
    const takeBack = local.endpoint.fault(throttled())
    expect(await failed(local, 2)).toEqual([true, true])
    takeBack()
    local.endpoint.fault(throttled(2))
    expect(await failed(local, 3)).toEqual([false, true, false])
    local.endpoint.fault(throttled([1, 3]))
    expect(await failed(local, 4)).toEqual([true, false, true, false])
  })

  it('a fault comes only at calls that match, and counts only those', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({ ...throttled(2), match: (params) => params.UserName === 'bob' })
    await local.iam.send(new ListAccessKeysCommand({ UserName: 'carol' }))
    expect(await failed(local, 2)).toEqual([false, true])
  })

  it('a fault could never show, it is refused', async () => {
    const { endpoint } = await localEndpoint()
    expect(() => endpoint.fault({ action: 'UpdateAccessKey', kind: 'endless pages' })).toThrow(
      errorWith('TypeError', '"endless pages"', 'UpdateAccessKey', 'ListAccessKeys, ListUserTags'),
    )
  })
})
