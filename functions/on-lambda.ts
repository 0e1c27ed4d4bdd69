// Wires a handler to its real ports on its first call, so that importing the file reads no environment and opens nothing.
import { makeIam } from '../io/iam-client.ts'
import { openStore } from '../io/open-store.ts'
import type { Ports } from './ports.ts'

type Handler = (event: unknown) => Promise<unknown>

/** Attempts of one IAM call where the handler and not the state machine retries. */
export const PATIENT_ATTEMPTS = 8

/** The Lambda handler of `make`: the ports are made once, on the first call. */
export function onLambda(make: (ports: Ports, env: NodeJS.ProcessEnv) => Handler): Handler {
  let handler: Handler | undefined
  return (event) => {
    handler ??= make(realPorts(process.env), process.env)
    return handler(event)
  }
}

/** Ports from the environment: KEYSWEEP_STORE is s3://bucket/prefix or a directory. */
export function realPorts(env: NodeJS.ProcessEnv): Ports {
  return {
    iam: makeIam({ attempts: 1 }),
    patientIam: makeIam({ attempts: PATIENT_ATTEMPTS }),
    store: openStore(env.KEYSWEEP_STORE ?? '.keysweep'),
    now: () => new Date(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }
}
