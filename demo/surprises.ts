// What happens in the made-up account during the demo: other people change it, and IAM throttles.
import { accessKeyId, findUser, newKey } from './account.ts'
import type { Params } from './actions.ts'
import type { Endpoint } from './endpoint.ts'

export interface Surprise {
  user: string
  what: string
  install: (endpoint: Endpoint) => void
}

/** Matches requests for the first page of the user's keys: one for the plan, and one right before the write. */
const keysOf = (user: string) => (params: Params) => params.UserName === user && params.Marker === undefined

export const SURPRISES: readonly Surprise[] = [
  {
    user: 'marco.rossi',
    what: 'created a second key after the report',
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
    what: 'used its key between plan and write',
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
    what: 'deleted the key between plan and write',
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
    what: 'IAM answered "Rate exceeded" twice',
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

/** Sets all of them at an endpoint with the made-up account. */
export function installSurprises(endpoint: Endpoint): void {
  for (const { install } of SURPRISES) install(endpoint)
}
