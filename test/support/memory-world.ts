// A world for the tests of one function: an account and a run store in memory, and a clock set by hand. Faults are put
// into its ports, as a test needs them.
import type { DeployedMode } from '../../core/model/closed-sets.ts'
import type { Account } from '../../demo/account.ts'
import type { Endpoint } from '../../demo/endpoint.ts'
import type { BrakePort, Ports, StartPort } from '../../steps/ports.ts'
import { askedByAccount, type OneAccount } from './account-iam.ts'
import { makeMemoryIam } from './memory-iam.ts'
import { makeMemoryStore } from './memory-store.ts'
import { AT, OPERATOR_KEY } from './world.ts'

export interface MemoryWorld {
  endpoint: Pick<Endpoint, 'account' | 'writes'>
  ports: Ports & BrakePort & OneAccount & Pick<StartPort, 'caller'>
  /** What the store holds, by key. */
  objects: Map<string, string>
  /** Every pause that was made, in milliseconds. */
  pauses: number[]
  /** Moves the clock. */
  pass: (milliseconds: number) => void
}

export function openMemoryWorld(account: Account): MemoryWorld {
  let milliseconds = AT.getTime()
  const now = () => new Date(milliseconds)
  const pass = (more: number) => {
    milliseconds += more
  }
  const { iam, writes, caller } = makeMemoryIam({ account, now, signedBy: OPERATOR_KEY })
  const store = makeMemoryStore()
  const pauses: number[] = []
  const pause = async (pause: number) => {
    pauses.push(pause)
    pass(pause)
  }
  const ports = askedByAccount({
    ...{ caller, iam, patientIam: iam, store, now, pause },
    deployedMode: (): DeployedMode => 'apply',
  })
  return { endpoint: { account, writes }, ports, objects: store.objects, pauses, pass }
}
