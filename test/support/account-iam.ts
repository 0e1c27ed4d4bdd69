// The IAM of the one account that a test has, reached as the handlers reach it: by the account.
import type { Iam } from '../../io/iam/iam.ts'
import type { Ports } from '../../steps/ports.ts'

export interface OneAccount {
  iam: Iam
  patientIam: Iam
}

/** The same ports, asked by account. What a test puts in place of `iam` later is what is asked from then on. */
export const askedByAccount = <P extends OneAccount>(ports: P): P & Pick<Ports, 'iamOf' | 'patientIamOf'> =>
  Object.assign(ports, { iamOf: () => ports.iam, patientIamOf: () => ports.patientIam })
