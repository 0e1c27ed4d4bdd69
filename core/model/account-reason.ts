// Why an account of an organization run ended as it did, as data. core/texts makes sentences of it.
import type { Status } from './closed-sets.ts'

/** Why the run does not work on a listed account. */
export type NotSelected =
  | { because: 'account' | 'other-accounts' | 'not-allowed' }
  | { because: 'other-units' | 'unit-unknown' | 'other-tags' | 'state-unknown' }
  | { because: 'unit'; unit: string }
  | { because: 'tag'; tag: string }
  | { because: 'state'; state: string }

/** Why an account ended by what its run left in the run store. */
export type AccountRunReason =
  /** It did not start, or was lost before it could write a record. */
  | { because: 'no-record'; run: string }
  /** Its id belongs to a run that this organization run did not start. */
  | { because: 'other-run'; run: string }
  | { because: 'incomplete'; run: string }
  /** `error`: what its record says; null: it names none. */
  | { because: 'run'; run: string; status: Status; error: { name: string; message: string } | null }
  /** Its record says that there is a plan, and the store has none with a key. */
  | { because: 'no-plan'; run: string }
  /** Its plan needs a person, and the settings ask nobody. */
  | { because: 'nobody-asked'; why: string[] }

/** Why a person must decide on the whole plan of an organization run. */
export type OrganizationReason =
  | { because: 'every-plan' }
  | { because: 'maxAccounts'; accounts: number; allowed: number }
  | { because: 'maxKeys'; stale: number; allowed: number }
  | { because: 'maxPercent'; stale: number; activeKeys: number; allowed: number }
  | { because: 'capped-accounts' | 'rotation-accounts'; accounts: string[] }
  | { because: 'unreachable'; accounts: string[]; of: number }
