import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam'
import { expect, it } from '@jest/globals'
import { accessKeyId } from '../../demo/account.ts'
import { madeUpAccount, OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import { installSurprises } from '../../demo/surprises.ts'
import { AT, localEndpoint } from './local-endpoint.ts'
import { rejection } from './rejection.ts'

async function demo() {
  const { iam, endpoint } = await localEndpoint({
    account: madeUpAccount(AT),
    signedBy: OPERATOR_CREDENTIALS.accessKeyId,
  })
  installSurprises(endpoint)
  const keysOf = async (UserName: string) =>
    (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata?.map((key) => key.AccessKeyId)
  return { iam, endpoint, keysOf }
}

it('marco.rossi has a second key by the time he is looked at', async () => {
  const { keysOf } = await demo()
  expect(await keysOf('marco.rossi')).toEqual([accessKeyId('marco.rossi/1'), accessKeyId('marco.rossi/2')])
  expect(await keysOf('marco.rossi')).toHaveLength(2)
})

it('nightly-etl has used its key when it is looked at again', async () => {
  const { iam, keysOf } = await demo()
  const lastUsed = async () => {
    const AccessKeyId = accessKeyId('nightly-etl/1')
    const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))
    return answer.AccessKeyLastUsed?.LastUsedDate
  }
  await keysOf('nightly-etl')
  expect(await lastUsed()).not.toEqual(AT)
  await keysOf('nightly-etl')
  expect(await lastUsed()).toEqual(AT)
})

it('olga.petrova has deleted her key when it is looked at again', async () => {
  const { keysOf } = await demo()
  expect(await keysOf('olga.petrova')).toHaveLength(1)
  expect(await keysOf('olga.petrova')).toEqual([])
})

it('tomasz.nowak’s key can be deactivated at the third attempt', async () => {
  const { iam, endpoint } = await demo()
  const deactivate = () =>
    iam.send(
      new UpdateAccessKeyCommand({
        UserName: 'tomasz.nowak',
        AccessKeyId: accessKeyId('tomasz.nowak/1'),
        Status: 'Inactive',
      }),
    )
  expect(await rejection(deactivate())).toMatchObject({ name: 'Throttling' })
  expect(await rejection(deactivate())).toMatchObject({ name: 'Throttling' })
  await deactivate()
  expect(endpoint.writes).toMatchObject([{ user: 'tomasz.nowak', from: 'Active', to: 'Inactive' }])
})
