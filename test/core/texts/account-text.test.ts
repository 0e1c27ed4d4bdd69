import { expect, it } from '@jest/globals'
import { accountText } from '../../../core/texts/account-text.ts'

it.each([
  [null, '111122223333'],
  ['acme-prod', '111122223333 (acme-prod)'],
  ['\x1b[31macme\nprod', '111122223333 (acme prod)'],
])('an account with the alias %j is named %s', (alias, text) => {
  expect(accountText('111122223333', alias)).toBe(text)
})
