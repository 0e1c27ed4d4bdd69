// A client for each account that a run works on. The stored input of a run names the account: without this check, a run of
// another account would change keys in our own.
import { AccountRefused } from '../../core/model/errors.ts'
import { makeNewest } from '../../core/model/newest.ts'
import type { AccountRun, IamUse, MemberRun } from './iam-use.ts'
import { MOST_SHARED, type Provider, type Sessions } from './sessions.ts'

export interface ClientsOptions<T> {
  /** The account that the process's own credentials belong to; undefined if it is not known. */
  own: string | undefined
  sessions: Sessions
  /** A client for this run, whose calls name it in their user agent. Without `credentials` it signs with the process's own. */
  make: (run: AccountRun, credentials?: Provider) => T
}

/**
 * A client by run and use. Without `member` it works with the process's own credentials, for their own account only. Else a
 * session in that account signs, and its first call throws what opening the session throws.
 * @returns a function that throws AccountRefused for any account but `own` without `member`
 */
export function makeClients<T>({ own, sessions, make }: ClientsOptions<T>): (run: AccountRun, use: IamUse) => T {
  const clients = makeNewest<T>(MOST_SHARED)
  return (run, use) => {
    const { account, runId, member } = run
    if (isMember(run)) {
      if (use.role !== 'read') return make(run, sessions(run, use))
      return clients.orMake(JSON.stringify([account, runId, member]), () => make(run, sessions(run, use)))
    }
    if (account !== own)
      throw new AccountRefused(
        `Account ${account} refused: the credentials belong to ${own === undefined ? 'an unknown account' : `account ${own}`}`,
      )
    return clients.orMake(JSON.stringify([account, runId]), () => make(run))
  }
}

const isMember = (run: AccountRun): run is MemberRun => run.member !== null
