// IAM, as each handler needs it.
import { makeIam } from '../../io/iam/iam-client.ts'
import type { Ports } from '../../steps/ports.ts'

/** Attempts of one IAM call where the handler and not the state machine retries. */
export const PATIENT_ATTEMPTS = 8

export const iamPort = (): Pick<Ports, 'iam'> => ({ iam: makeIam({ attempts: 1 }) })

export const patientIamPort = (): Pick<Ports, 'patientIam'> => ({ patientIam: makeIam({ attempts: PATIENT_ATTEMPTS }) })
