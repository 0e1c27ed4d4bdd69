// The credentials of this process work for their own account only. The stored input of a run names the account: without
// this check, a run of another account would change keys in our own.
import { AccountRefused } from '../../core/model/errors.ts'

/**
 * A client by account and run: the last one is kept. The calls of each run name it in their user agent.
 * @param own the account that the credentials belong to; undefined if it is not known
 * @returns a function that throws AccountRefused for any account but `own`
 */
export function ofOwnAccount<T>(
  own: string | undefined,
  make: (account: string, runId: string | null) => T,
): (account: string, runId?: string) => T {
  let last: { runId: string | null; client: T } | null = null
  return (account, run) => {
    const runId = run ?? null
    if (account !== own)
      throw new AccountRefused(
        `Account ${account} refused: the credentials belong to ${own === undefined ? 'an unknown account' : `account ${own}`}`,
      )
    if (last === null || last.runId !== runId) last = { runId, client: make(account, runId) }
    return last.client
  }
}
