// The account of an access key, asked of the local endpoint.
import { expect, it } from '@jest/globals'
import { readKeyAccount } from '../../../io/sts/key-account.ts'
import { ACCOUNTS, BOB_KEY, localOrganization, OPERATOR } from '../../demo/small-organization.ts'
import { errorWith } from '../../support/error-facts.ts'

async function opened() {
  const { endpoint } = await localOrganization()
  const credentials = { accessKeyId: OPERATOR, secretAccessKey: 'is not checked' }
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials, attempts: 1 }
  return { endpoint, read: (id: string) => readKeyAccount(id, access) }
}

it('is known of a key in any account', async () => {
  const { read } = await opened()
  expect(await read(BOB_KEY)).toBe(ACCOUNTS.member)
  expect(await read(OPERATOR)).toBe(ACCOUNTS.hub)
})

it('is not known if STS knows no such key, or may not say', async () => {
  const { endpoint, read } = await opened()
  expect(await read('AKIAAAAAAAAAAAAAAAAA')).toBeNull()
  endpoint.fault({ action: 'GetAccessKeyInfo', kind: 'error', error: 'AccessDenied' })
  expect(await read(BOB_KEY)).toBeNull()
})

it('is an error if STS does not answer as it must', async () => {
  const { endpoint, read } = await opened()
  const remove = endpoint.fault({ action: 'GetAccessKeyInfo', kind: 'error', error: 'Throttling' })
  await expect(read(BOB_KEY)).rejects.toThrow(errorWith('IamThrottled', BOB_KEY))
  remove()
  endpoint.fault({ action: 'GetAccessKeyInfo', kind: 'edited', edit: (xml) => xml.replace(ACCOUNTS.member, 'x') })
  await expect(read(BOB_KEY)).rejects.toThrow(errorWith('IamAnswerError', BOB_KEY, 'Account'))
})
