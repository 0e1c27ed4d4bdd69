// Every kind of fault of IAM's and STS's calls, and at which actions it can show.

import { accessKeyId } from '../../demo/account.ts'
import type { ActionName } from '../../demo/actions.ts'
import type { AwsErrorCode } from '../../demo/aws-error.ts'
import type { Fault } from '../../demo/faults.ts'
import type { Occasion } from '../../demo/occasions.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { DAY } from '../support/world.ts'
import { type AskedAction, isAsked } from './asked-actions.ts'
import type { Scene } from './scenes.ts'

export const PLACES = ['first', 'middle', 'first after the plan', 'last'] as const
export type Place = (typeof PLACES)[number]

/** The whole time limit of one call, in real milliseconds, where an answer is not to come within it. */
export const IMPATIENT_MILLISECONDS = 400
const TOO_LATE_MILLISECONDS = 800

export interface IamFault {
  /** Sets it up for the nth calls of an action, counted from now. */
  set: (scene: Scene, when: Pick<Occasion, 'action' | 'nth'>) => void
  /** Only these actions can show it; default all. */
  actions?: ActionName[]
  /** Another try makes it good: a run that meets it once ends as if nothing had been. */
  passes: boolean
  /** The caller is kept waiting. */
  silent?: boolean
}

type Kind<F = Fault> = F extends Fault ? Omit<F, keyof Occasion> : never

const wire = (kind: Kind, rest: Partial<IamFault> = {}): IamFault => ({
  set: ({ world }, when) => void world.endpoint.fault({ ...when, ...kind } as Fault),
  passes: true,
  ...rest,
})
const error = (code: AwsErrorCode, passes: boolean, carriedOut = false) =>
  wire({ kind: 'error', error: code, carriedOut }, { passes })

/** A carried out read changes nothing: these are for the write alone. */
const WRITE: ActionName[] = ['UpdateAccessKey']
const DATED: ActionName[] = ['GetCredentialReport', 'ListAccessKeys', 'GetAccessKeyLastUsed']
const PAGED: ActionName[] = ['ListAccessKeys', 'ListUserTags']
const TELLS: ActionName[] = ['ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags', 'GetUser']
const NAMED: ActionName[] = [...TELLS, 'UpdateAccessKey']

export const IAM_FAULTS: Record<string, IamFault> = {
  Throttling: error('Throttling', true),
  '500 ServiceFailure': error('ServiceFailure', true),
  '500 after it was done': { ...error('InternalFailure', true, true), actions: WRITE },
  '503 ServiceUnavailable': error('ServiceUnavailable', true),
  AccessDenied: error('AccessDenied', false),
  ExpiredToken: error('ExpiredToken', false),
  NoSuchEntity: { ...error('NoSuchEntity', false), actions: NAMED },
  LimitExceeded: error('LimitExceeded', true),
  'connection refused': { set: refuseConnections, passes: false },
  'reset before the call': wire({ kind: 'reset before' }),
  'reset after the call was done': wire({ kind: 'reset after' }),
  'a socket that hangs': wire({ kind: 'hang' }, { silent: true }),
  'a socket that hangs after it was done': wire({ kind: 'hang', carriedOut: true }, { silent: true, actions: WRITE }),
  'an answer that stalls in its body': wire({ kind: 'stall' }, { silent: true }),
  'an answer that stalls in its body after it was done': wire(
    { kind: 'stall', carriedOut: true },
    { silent: true, actions: WRITE },
  ),
  'an answer slower than the limit': wire({ kind: 'slow', milliseconds: TOO_LATE_MILLISECONDS }, { silent: true }),
  'done after the caller gave up': wire(
    { kind: 'late', milliseconds: TOO_LATE_MILLISECONDS },
    { silent: true, actions: WRITE },
  ),
  'truncated XML': wire({ kind: 'truncated' }),
  'HTML 200': wire({ kind: 'html' }),
  'HTML 200 after it was done': wire({ kind: 'html', carriedOut: true }, { actions: WRITE }),
  'empty 200': wire({ kind: 'empty' }),
  'empty 200 after it was done': wire({ kind: 'empty', carriedOut: true }, { actions: WRITE }),
  'an answer to another action': {
    set: ({ world }, { action, nth }) =>
      void world.endpoint.fault({
        action,
        ...(nth !== undefined && { nth }),
        kind: 'other action',
        answer: action === 'GetCallerIdentity' ? 'GenerateCredentialReport' : 'GetCallerIdentity',
      }),
    passes: true,
  },
  'an answer about another user': wire({ kind: 'other user', user: 'idle-a' }, { actions: TELLS, passes: false }),
  "an answer about another user's key": wire(
    { kind: 'other key', accessKeyId: accessKeyId('idle-a') },
    { actions: ['GetAccessKeyLastUsed'], passes: false },
  ),
  "an answer about the user's other key": wire(
    { kind: 'other key', accessKeyId: accessKeyId('two/old') },
    { actions: ['GetAccessKeyLastUsed'], passes: false },
  ),
  'a page marker that repeats': wire({ kind: 'endless pages' }, { actions: PAGED, passes: false }),
  'the old status for four reads': wire({ kind: 'stale read', reads: 4 }, { actions: WRITE }),
  'the old status for an hour': wire(
    { kind: 'stale read', milliseconds: 3_600_000 },
    { actions: WRITE, passes: false },
  ),
  'dates two days ahead': wire({ kind: 'skew', milliseconds: 2 * DAY }, { actions: DATED, passes: false }),
  'dates 100 days behind': wire({ kind: 'skew', milliseconds: -100 * DAY }, { actions: DATED, passes: false }),
}

const METHODS: Record<Exclude<AskedAction, 'GetCallerIdentity' | 'LookupEvents'>, keyof Iam> = {
  GenerateCredentialReport: 'generateReport',
  GetCredentialReport: 'getReport',
  ListAccessKeys: 'listAccessKeys',
  GetAccessKeyLastUsed: 'lastUsed',
  ListUserTags: 'listTags',
  GetUser: 'user',
  UpdateAccessKey: 'setStatus',
}

/** Port 1 is open nowhere. A call is counted once, whatever its pages and attempts. */
const NOBODY = 'http://127.0.0.1:1'

function refuseConnections({ world }: Scene, { action, nth = 'every' }: Pick<Occasion, 'action' | 'nth'>): void {
  const { ports } = world
  const credentials = { accessKeyId: 'AKIANOBODYNOBODY0000', secretAccessKey: 'none' }
  const where = { attempts: 1, endpoint: NOBODY, region: 'us-east-1', credentials }
  const refused = makeIam({ account: '111122223333', ...where })
  let seen = 0
  const due = () => {
    seen += 1
    return nth === 'every' || [nth].flat().includes(seen)
  }
  if (!isAsked(action)) throw new TypeError(`A run does not ask ${action}`)
  if (action === 'GetCallerIdentity') {
    const { caller } = ports
    const none = makeCaller(where)
    ports.caller = () => (due() ? none() : caller())
    return
  }
  if (action === 'LookupEvents') {
    const { trailOf } = ports
    const none = makeTrail({ ...where, partition: 'aws' })
    ports.trailOf = (run) => (due() ? none : trailOf(run))
    return
  }
  const method = METHODS[action]
  for (const name of ['iam', 'patientIam'] as const) {
    const iam = ports[name]
    const call = iam[method] as (...args: string[]) => Promise<unknown>
    const none = refused[method] as (...args: string[]) => Promise<unknown>
    ports[name] = { ...iam, [method]: (...args: string[]) => (due() ? none(...args) : call(...args)) }
  }
}
