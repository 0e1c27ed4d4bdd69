// The deployed keysweep for a test: the real machine and handlers behind a Step Functions of this machine, and the decision
// API behind an API Gateway of this machine that checks signatures.
import { afterEach } from '@jest/globals'
import { makeDecide } from '../../functions/decide.ts'
import { makeOtherOpenRun } from '../../io/states/executions.ts'
import { makeWake } from '../../io/states/task-tokens.ts'
import { startLocalRun } from '../../local/local-run.ts'
import { type ApiGateway, type Caller, startApiGateway } from '../support/api-gateway.ts'
import { MACHINE_ARN, type SfnEndpoint, startSfnEndpoint } from '../support/sfn-endpoint.ts'
import { openWorld, type World, type WorldOptions } from '../support/world.ts'

export const SECRET = 'a-secret-key-that-is-checked'
const SESSION = 'a-session-token-that-is-checked'

const person = (accessKeyId: string, name: string, may: Caller['may'] = () => true): Caller => ({
  accessKeyId,
  secretAccessKey: SECRET,
  userArn: `arn:aws:sts::000000000000:assumed-role/approver/${name}`,
  userId: `AROA${accessKeyId.slice(4)}:${name}`,
  may,
})

/** Who may ask the decision API: Ann everything, Bob only look, and Cem everything with a role's credentials. */
export const ANN = person('AKIAANNANNANNANNANNA', 'ann')
export const BOB = person('AKIABOBBOBBOBBOBBOBB', 'bob', (route) => route.startsWith('GET '))
export const CEM = { ...person('ASIACEMCEMCEMCEMCEMC', 'cem'), sessionToken: SESSION }

/** The environment of somebody who works with the deployed keysweep. */
export const envOf = ({ accessKeyId, secretAccessKey, sessionToken }: Caller, sfn?: SfnEndpoint) => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  ...(sfn && { AWS_ENDPOINT_URL: sfn.url }),
})

export interface Deployed {
  world: World
  sfn: SfnEndpoint
  api: ApiGateway
  machine: string
  /** The environment of somebody who may start runs. */
  env: ReturnType<typeof envOf>
}

const started: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
})

/** Opens a deployed keysweep for one test. */
export async function deployed(options: WorldOptions): Promise<Deployed> {
  // The functions' own credentials; Jest gives each test file a copy of the environment.
  Object.assign(process.env, envOf(ANN))
  const world = await openWorld(options)
  const sfn = await startSfnEndpoint(
    ({ runId, input, onEvent, onSubmitted }) =>
      startLocalRun({
        ports: {
          ...world.ports,
          otherOpenRun: makeOtherOpenRun(where),
          notify: async (message) => {
            await world.ports.notify(message)
            onSubmitted()
          },
        },
        runId,
        input,
        onEvent,
        delay: () => 0,
      }),
    world.ports.now,
  )
  const where = { endpoint: sfn.url, region: 'us-east-1' }
  const { store, now } = world.ports
  const api = await startApiGateway(makeDecide({ store, now, wake: makeWake(where) }), [ANN, BOB, CEM])
  started.push(api, sfn)
  return { world, sfn, api, machine: MACHINE_ARN, env: envOf(ANN, sfn) }
}
