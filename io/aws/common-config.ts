// What the clients of a process share: their connections, and what the environment and the shared files say. A run in a member
// account makes three clients for every key. To connect, and to read all this again, would take each longer than its call.
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
  /** What the SDK has made of the first client's configuration. The client must have no Region of its own. */
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
