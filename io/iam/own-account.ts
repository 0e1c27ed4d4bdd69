// The credentials of this process work for their own account only. The stored input of a run names the account: without
// this check, a run of another account would change keys in our own.
import { AccountRefused } from '../../core/model/errors.ts'

/**
 * A client by account: one for each, made at its first use.
 * @param own the account that the credentials belong to; undefined if it is not known
 * @returns a function that throws AccountRefused for any account but `own`
 */
export function ofOwnAccount<T>(own: string | undefined, make: (account: string) => T): (account: string) => T {
  const clients = new Map<string, T>()
  return (account) => {
    if (account !== own)
      throw new AccountRefused(
        `Account ${account} refused: the credentials belong to ${own === undefined ? 'an unknown account' : `account ${own}`}`,
      )
    const client = clients.get(account) ?? make(account)
    clients.set(account, client)
    return client
  }
}
