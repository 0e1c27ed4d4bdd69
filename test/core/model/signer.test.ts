// Who signs, as the users of an account are compared with it.
import { expect, it } from '@jest/globals'
import { judgeUser } from '../../../core/judge/judge-user.ts'
import { signerIn } from '../../../core/model/facts.ts'
import { ago, CALLER, keyOf, NOW, policyOf, userOf } from '../../support/facts.ts'

const OTHER_ACCOUNT = '444455556666'
const named = { ...CALLER, userName: 'Ops' }
const idle = keyOf({ accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', createdAt: ago(400) })

const rowOf = (account: string, user: string, caller = named) =>
  judgeUser(userOf([idle], { user }), policyOf(), signerIn({ account, caller }), NOW).verdicts[0]?.row

it.each([
  ['the user that signs, in its own account', CALLER.account, 'ops', named, 'own'],
  ['a user of that name in another account', OTHER_ACCOUNT, 'ops', named, 'unused'],
  [
    'the key that signs, in whatever account it is',
    OTHER_ACCOUNT,
    'bot',
    { ...named, accessKeyId: idle.accessKeyId },
    'own',
  ],
  [
    'a key that the credentials are made from',
    OTHER_ACCOUNT,
    'bot',
    { ...named, sourceKeyIds: [idle.accessKeyId] },
    'own',
  ],
])('%s', (_, account, user, caller, row) => {
  expect(rowOf(account, user, caller)).toBe(row)
})
it('nothing else of the caller is changed', () => {
  expect(signerIn({ account: CALLER.account, caller: named })).toBe(named)
  expect(signerIn({ account: OTHER_ACCOUNT, caller: named })).toEqual({ ...named, userName: null })
})
