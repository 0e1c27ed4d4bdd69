// The sessions of a process in member accounts. A session that reads is shared by the clients of one run in one account, and
// renewed before it ends. A session that writes is made for one key, and shared with nothing.
import { makeNewest } from '../../core/model/newest.ts'
import type { Credentials } from '../iam/client-options.ts'
import type { IamUse, MemberRun } from './iam-use.ts'
import type { OpenSession, SessionOptions } from './member-session.ts'

export type Provider = () => Promise<Credentials>

/** Gives the provider of the credentials for this use. It opens no session before the first call. */
export type Sessions = (run: MemberRun, use: IamUse) => Provider

/** More than the accounts that are surveyed at once. A session that is dropped is opened again when it is needed. */
export const MOST_SHARED = 64

/** As the SDK does: credentials that end sooner are renewed. */
const RENEW_MILLISECONDS = 5 * 60_000

export interface SessionsOptions {
  /** For the clients of STS. The user agent names the run. */
  optionsOf: (runId: string | null) => SessionOptions
  now?: () => number
}

export function makeSessions({ optionsOf, now = Date.now }: SessionsOptions): Sessions {
  const shared = makeNewest<Provider>(MOST_SHARED)
  // Loaded at the first call: a run on its own account needs none of it.
  const load = async () => (await import('./member-session.ts')).makeOpenSession(optionsOf)
  let loading: Promise<OpenSession> | null = null
  const open: OpenSession = async (run, use) => {
    loading ??= load()
    return (await loading)(run, use)
  }
  return (run, use) => {
    if (use.role !== 'read') return () => open(run, use)
    const { account, runId, member, caller } = run
    return shared.orMake(JSON.stringify([account, runId, member, caller.arn]), () => renewed(() => open(run, use), now))
  }
}

/** Opens a session if there is none, or it ends soon. Calls at the same time share one. A failure is not kept. */
function renewed(open: Provider, now: () => number): Provider {
  let held: Credentials | null = null
  let opening: Promise<Credentials> | null = null
  return async () => {
    if (held !== null && !endsSoon(held, now())) return held
    opening ??= open().finally(() => {
      opening = null
    })
    held = await opening
    return held
  }
}

const endsSoon = ({ expiration }: Credentials, now: number): boolean =>
  expiration !== undefined && expiration.getTime() - now < RENEW_MILLISECONDS
