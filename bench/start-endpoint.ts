// Starts the endpoint's process, and reads its figures at the end.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { OPERATOR_KEY } from './account.ts'
import type { EndpointOptions, Tally } from './endpoint.ts'

export interface StartedEndpoint {
  /** The environment variables with which AWS tools call it. */
  env: Record<string, string>
  /** Stops it, and returns its figures. */
  stop: () => Promise<Tally>
}

/** A new account, or a new organization, behind a new endpoint. */
export async function startEndpoint(options: Partial<EndpointOptions> & { users: number }): Promise<StartedEndpoint> {
  const asked: EndpointOptions = { accounts: null, callsPerSecond: null, latencyMilliseconds: 0, ...options }
  const child = fork(fileURLToPath(new URL('endpoint.ts', import.meta.url)), [JSON.stringify(asked)])
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return {
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: OPERATOR_KEY,
      AWS_SECRET_ACCESS_KEY: 'not-checked-by-the-endpoint',
    },
    async stop() {
      const told = once(child, 'message') as Promise<[Tally]>
      child.send('tally')
      const [tally] = await told
      return tally
    },
  }
}
