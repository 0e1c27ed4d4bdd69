// What the clients of a process share: their connections, and what the environment and the shared files say. They share no
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

type Parts = Pick<STSClientConfig, (typeof NAMES)[number]>

/** For clients with the same time limit. */
export interface CommonConfig {
  /** Connections to one host. A survey asks 50 accounts at once. */
  mostSockets: number
  /** For the next client; empty before the first one. */
  parts(): Parts
  /** What the SDK has made of the first client's configuration. Its Region must be the one that all of them have. */
  of(config: Parts): void
}

export function makeCommonConfig(): CommonConfig {
  let parts: Parts | null = null
  return {
    mostSockets: 500,
    parts: () => parts ?? {},
    of(config) {
      parts ??= Object.fromEntries(NAMES.map((name) => [name, config[name]]))
    },
  }
}
