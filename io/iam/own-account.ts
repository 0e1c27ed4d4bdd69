// Which accounts' IAM the credentials at hand can ask: their own, and no other. An account is named by a run's stored
// input; without this check another account's name would lead to our own keys.
import { AccountRefused } from '../../core/model/errors.ts'
import type { Iam } from './iam.ts'

/**
 * IAM by account: one client for each, made when it is first asked for.
 * @param own the account that the credentials belong to; undefined where nobody said
 * @returns a function that throws AccountRefused for any account but `own`
 */
export function ofOwnAccount(own: string | undefined, make: (account: string) => Iam): (account: string) => Iam {
  const clients = new Map<string, Iam>()
  return (account) => {
    if (account !== own)
      throw new AccountRefused(
        `Account ${account} refused: the credentials must belong to it, received those of ${own ?? 'an unknown account'}`,
      )
    const client = clients.get(account) ?? make(account)
    clients.set(account, client)
    return client
  }
}
