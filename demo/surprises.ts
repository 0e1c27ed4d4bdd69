// What happens in the made-up account while the demo is running: other people at work, and IAM short of breath.
import { accessKeyId, findUser, newKey } from './account.ts'
import type { Params } from './actions.ts'
import type { Endpoint } from './endpoint.ts'

export interface Surprise {
  user: string
  what: string
  install: (endpoint: Endpoint) => void
}

/** The first page of the user's keys is asked for: once for the plan, and once more right before the write. */
const keysOf = (user: string) => (params: Params) => params.UserName === user && params.Marker === undefined

export const SURPRISES: readonly Surprise[] = [
  {
    user: 'marco.rossi',
    what: 'has made a second key since the report',
    install: (endpoint) =>
      endpoint.on(
        'ListAccessKeys',
        1,
        (account, { UserName = '' }, now) => {
          findUser(account, UserName)?.keys.push(newKey(accessKeyId(`${UserName}/2`), now))
        },
        keysOf('marco.rossi'),
      ),
  },
  {
    user: 'nightly-etl',
    what: 'uses its key between the plan and the write',
    install: (endpoint) =>
      endpoint.on(
        'ListAccessKeys',
        2,
        (account, { UserName = '' }, now) => {
          const [key] = findUser(account, UserName)?.keys ?? []
          if (key) key.lastUsed = { at: now, service: 'redshift', region: 'eu-west-1' }
        },
        keysOf('nightly-etl'),
      ),
  },
  {
    user: 'olga.petrova',
    what: 'deletes her key between the plan and the write',
    install: (endpoint) =>
      endpoint.on(
        'ListAccessKeys',
        2,
        (account, { UserName = '' }) => {
          findUser(account, UserName)?.keys.splice(0)
        },
        keysOf('olga.petrova'),
      ),
  },
  {
    user: 'tomasz.nowak',
    what: 'has a key at which IAM says "Rate exceeded" twice',
    install: (endpoint) =>
      endpoint.fault({
        action: 'UpdateAccessKey',
        nth: [1, 2],
        match: (params) => params.UserName === 'tomasz.nowak',
        kind: 'error',
        error: 'Throttling',
      }),
  },
]

/** Sets all of them at an endpoint that serves the made-up account. */
export function installSurprises(endpoint: Endpoint): void {
  for (const { install } of SURPRISES) install(endpoint)
}
