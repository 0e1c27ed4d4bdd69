// What the clients of a thread share: their connections, and what the environment and the shared files say. They share no
// credentials. A run in a member account makes two clients for every key. Each would take longer to connect and to read all
// this again than to make its call.
import type { STSClientConfig } from '@aws-sdk/client-sts'

/** The parts that do not depend on the service, the account, the run or the credentials. */
const NAMES = [
  'requestHandler',
  'region',
  'useFipsEndpoint',
  'useDualstackEndpoint',
  'authSchemePreference',
  'userAgentAppId',
] as const

/** Where the environment and the shared files say that a service is; or that they do not say it. Each service has its own. */
type Place = Pick<STSClientConfig, 'endpoint' | 'ignoreConfiguredEndpointUrls'>

type Parts = Pick<STSClientConfig, (typeof NAMES)[number]> & Place

/** What the SDK has made of a client's configuration. */
type Resolved = Parts & {
  serviceId: string
  serviceConfiguredEndpoint?: () => Promise<string | undefined>
}

/** For clients with the same time limit. */
export interface CommonConfig {
  /** Connections to one host. A survey asks 50 accounts at once. */
  mostSockets: number
  /** For the next client of this service; empty before the first client. */
  parts(serviceId: string | null): Parts
  /** Keeps what is shared of a client. Its Region must be the one that all of them have. */
  of(config: Resolved): void
}

export function makeCommonConfig(): CommonConfig {
  let parts: Parts | null = null
  const places = new Map<string, Place>()
  return {
    mostSockets: 500,
    parts: (serviceId) => ({ ...parts, ...(serviceId !== null && places.get(serviceId)) }),
    of(config) {
      parts ??= Object.fromEntries(NAMES.map((name) => [name, config[name]]))
      if (places.has(config.serviceId)) return
      places.set(config.serviceId, {})
      config.serviceConfiguredEndpoint?.().then(
        (endpoint) => places.set(config.serviceId, endpoint ? { endpoint } : { ignoreConfiguredEndpointUrls: true }),
        // Each client looks for it itself, and its calls meet the error.
        () => {},
      )
    },
  }
}
