// IAM, as each handler needs it. KEYSWEEP_ACCOUNT is the account that the function's own credentials belong to.

import { makeCaller } from '../../io/iam/caller.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { ofOwnAccount } from '../../io/iam/own-account.ts'
import type { Ports, StartPort } from '../../steps/ports.ts'

/** Attempts of one IAM call where the handler and not the state machine retries. */
export const PATIENT_ATTEMPTS = 8

export const iamPort = (env: NodeJS.ProcessEnv): Pick<Ports, 'iamOf'> => ({ iamOf: iamOf(env, 1) })

export const patientIamPort = (env: NodeJS.ProcessEnv): Pick<Ports, 'patientIamOf'> => ({
  patientIamOf: iamOf(env, PATIENT_ATTEMPTS),
})

const iamOf = ({ KEYSWEEP_ACCOUNT }: NodeJS.ProcessEnv, attempts: number): ((account: string) => Iam) =>
  ofOwnAccount(KEYSWEEP_ACCOUNT, (account) => makeIam({ account, attempts }))

export const callerPort = (): Pick<StartPort, 'caller'> => ({ caller: makeCaller({ attempts: 1 }) })
