// A case of the comparison: a world, the runs in it, and how the last of them ends.
import { StoreRefused } from '../../core/model/errors.ts'
import { accountOf, type World, type WorldOptions } from '../support/world.ts'
import type { RunRequest } from './two-engines.ts'

export interface Case extends Omit<WorldOptions, 'account'>, RunRequest {
  account: () => WorldOptions['account']
  prepare?: (world: World) => void
  /** Runs before it, in the same world. */
  before?: RunRequest[]
  /** What happens between those and it. */
  between?: (world: World) => void
}

export interface EndState extends Case {
  how: string
  /** Of the record; null where none can be written. */
  status: string | null
  /** The state at the end. */
  last: 'Done' | 'Failed'
  /** What comes of what people do, while it waits and afterwards. */
  did?: unknown
  didAfterwards?: unknown
}

/** Cases that all end alike. */
export const allEnd = (
  status: string | null,
  last: EndState['last'],
  cases: Omit<EndState, 'status' | 'last'>[],
): EndState[] => cases.map((one) => ({ ...one, status, last }))

export const ONE = () => accountOf({ idle: 200 })
export const TWO = () => accountOf({ idle: 200, idler: 300 })
export const THREE = () => accountOf({ a: 200, b: 200, c: 200 })

type Fault = Parameters<World['endpoint']['fault']>[0]

/** Something that goes wrong at IAM. */
export const fault =
  (is: Fault) =>
  ({ endpoint }: World): void =>
    void endpoint.fault(is)

export const ofUserB = ({ UserName }: Partial<Record<string, string>>): boolean => UserName === 'b'

/** Makes the store's every write go through `instead` first, which may throw. */
export const beforeWrites =
  (instead: () => (key: string) => void) =>
  ({ ports }: World): void => {
    const { store } = ports
    const before = instead()
    const put = async (key: string, text: string) => {
      before(key)
      return store.put(key, text)
    }
    ports.store = { ...store, put }
  }

export const refuseWrites = (which: RegExp) =>
  beforeWrites(() => (key) => {
    if (which.test(key)) throw new StoreRefused(`Cannot write ${key}: expected a store that takes it, received none`)
  })
