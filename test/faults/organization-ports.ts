// The ports of an organization run of the fault tests: real clients of the local endpoint. Time passes on a clock set by hand.
import { DefaultRateLimiter } from '@smithy/core/retry'
import { parseSettings } from '../../core/model/settings.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import type { ClientOptions, Credentials } from '../../io/iam/client-options.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { makeClients } from '../../io/sts/clients.ts'
import { READ } from '../../io/sts/iam-use.ts'
import { makeSessions, type Provider } from '../../io/sts/sessions.ts'
import { makeTrail } from '../../io/trail/trail-client.ts'
import { CANARIES } from '../support/canaries.ts'
import { HUB, OPERATOR } from './organization-accounts.ts'

/** What the ports need of a world. */
export interface PortsWorld {
  endpoint: { url: string }
  /** The store as it is, without any fault of ours: what the judge reads. */
  raw: RunStore
  now: () => Date
  /** Moves the clock of the endpoint and of the runs. */
  pass: (milliseconds: number) => void
  /** Everything that was told to programs and people. */
  told: unknown[]
  /** What the ports of a run go through: an IAM client for one use, and the store. Tests put steps and faults there. */
  through: { iam: (iam: Iam, account: string) => Iam; store: (store: RunStore) => RunStore }
  timeoutMilliseconds: number
}

export const SETTINGS = {
  mode: 'apply',
  // One key at a time, so that a call is to be told from another handler's.
  policy: { maxPercent: 100, concurrency: 1 },
  organization: { maxPercent: 100, exceptTags: ['keysweep=no'] },
}

/** The ports of a run and of its runs in accounts. */
export function portsOf(world: PortsWorld, settings: object = SETTINGS) {
  const { now, through } = world
  const where = clientOptions(world)
  const sessions = makeSessions({ optionsOf: () => where, now: () => now().getTime() })
  const held = (credentials: Provider | undefined) =>
    credentials && { credentials: heldByHand(credentials, () => now().getTime()) }
  const clients = (attempts: number) => {
    const of = makeClients({
      ...{ own: HUB, sessions },
      make: ({ account }, credentials) => makeIam({ account, ...where, ...held(credentials), ...PACE, attempts }),
    })
    return (...use: Parameters<typeof of>) => through.iam(of(...use), use[0].account)
  }
  const trails = makeClients({
    ...{ own: HUB, sessions },
    make: (_, credentials) => makeTrail({ partition: 'aws', ...where, ...held(credentials), attempts: 1 }),
  })
  const parsed = parseSettings(JSON.stringify(settings))
  return {
    caller: makeCaller({ ...where, attempts: 1 }),
    ...{ iamOf: clients(1), patientIamOf: clients(3) },
    trailOf: (run: Parameters<typeof trails>[0]) => trails(run, READ),
    store: through.store(world.raw),
    now,
    pause: async (milliseconds: number) => world.pass(milliseconds),
    settings: () => parsed,
    deployedMode: () => parsed.mode,
    otherOpenRun: async () => null,
    publish: async (events: unknown) => void world.told.push(events),
    notifyOutcome: async (message: unknown) => void world.told.push(message),
    showCommand: (run: string) => `keysweep show ${run}`,
  }
}

/** The pace goes by real time, of which a test has none to wait. */
const PACE = { pace: { getSendToken: async () => {}, updateClientSendingRate: () => {} } }
Object.assign(DefaultRateLimiter, { setTimeoutFn: (resolve: () => void) => void setImmediate(resolve) })

const clientOptions = ({ endpoint, timeoutMilliseconds }: PortsWorld) =>
  ({
    ...{ endpoint: endpoint.url, region: 'us-east-1', timeoutMilliseconds, attempts: 2 },
    credentials: {
      ...{ accessKeyId: OPERATOR, secretAccessKey: CANARIES.secret, sessionToken: CANARIES.session },
    },
  }) satisfies ClientOptions

/** What the SDK does with credentials, by our clock: it asks again when they end within five minutes. */
function heldByHand(provider: Provider, milliseconds: () => number): Provider {
  let held: Credentials | null = null
  return async () => {
    const endsAt = held?.expiration?.getTime() ?? 0
    if (held === null || endsAt - milliseconds() < 5 * 60_000) held = await provider()
    // The SDK asks every time for credentials that have ended.
    return { ...held, expiration: new Date(0) }
  }
}

/** A client for each list, whose rate begins anew: it goes by real time. */
export const freshOrganization = (world: PortsWorld) => {
  const fresh = () => foundIn(makeOrganization({ ...clientOptions(world), attempts: 2 }))
  return { foundAccounts: () => fresh().foundAccounts(), tagsOf: (account: string) => fresh().tagsOf(account) }
}
