// Credentials work for their own account only, and each run has a client of its own.
import { describe, expect, it } from '@jest/globals'
import { ofOwnAccount } from '../../../io/iam/own-account.ts'
import { errorWith } from '../../support/error-facts.ts'

const OWN = '111122223333'
const OTHER = '444455556666'

/** A client is a new object with what it was made for. */
const clientsOf = (own: string | undefined) =>
  ofOwnAccount(own, (account: string, runId: string | null) => ({ account, runId }))

describe('the client of an account', () => {
  it('is made for the account and its run', () => {
    expect(clientsOf(OWN)(OWN, 'run-1')).toEqual({ account: OWN, runId: 'run-1' })
  })
  it('is made for no run where none is named', () => {
    expect(clientsOf(OWN)(OWN)).toEqual({ account: OWN, runId: null })
  })
  it('is kept for the next call of the same run, or of none', () => {
    const clientOf = clientsOf(OWN)
    const first = clientOf(OWN, 'run-1')
    expect(clientOf(OWN, 'run-1')).toBe(first)
    const none = clientOf(OWN)
    expect(clientOf(OWN)).toBe(none)
    expect(clientOf(OWN, undefined)).toBe(none)
  })
  it('is another one for another run, and only the last one is kept', () => {
    const clientOf = clientsOf(OWN)
    const first = clientOf(OWN, 'run-1')
    expect(clientOf(OWN, 'run-2')).toEqual({ account: OWN, runId: 'run-2' })
    const again = clientOf(OWN, 'run-1')
    expect(again).toEqual(first)
    expect(again).not.toBe(first)
  })
  it.each([
    ['of one account', OWN, ['account', OTHER, `account ${OWN}`]],
    ['of an unknown account', undefined, [OTHER, 'unknown account']],
  ])('is refused by credentials %s, also after one was made', (_, own, facts) => {
    const clientOf = clientsOf(own)
    if (own !== undefined) clientOf(own, 'run-1')
    expect(() => clientOf(OTHER, 'run-1')).toThrow(errorWith('AccountRefused', ...facts))
  })
})
