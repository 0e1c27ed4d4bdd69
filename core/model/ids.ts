// What a run, an account and an access key may be called: one rule each, wherever a name comes from, and the rule in words.
import { PHASES, type Phase } from './closed-sets.ts'

/**
 * The id of a new run. Step Functions takes more in an execution's name; these are what its logs can carry, and the dot. The
 * first is no "-": people type the id, and a command would take it for an option.
 */
export const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/
export const RUN_ID_IN_WORDS = '1 to 80 letters, digits, ".", "_" and "-", and begin with a letter or digit'

/**
 * The id of an organization run. With a phase and an account it makes the id of a run in one account, which is also the name
 * of that run's STS session: at most 64 characters, without a dot.
 */
export const ORGANIZATION_RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,43}$/
export const ORGANIZATION_RUN_ID_IN_WORDS = '1 to 44 letters, digits, "_" and "-", and begin with a letter or digit'

/** An AWS account's id. */
export const ACCOUNT_ID = /^\d{12}$/

/** The id of the run that does one phase of an organization run in one account. */
export const accountRunId = (organizationRun: string, phase: Phase, account: string): string =>
  `${organizationRun}-${phase}-${account}`

const ACCOUNT_RUN_ID = new RegExp(`^(.+)-(${PHASES.join('|')})-(\\d{12})$`)

/** What `accountRunId` made such an id of; null: it made no such id. */
export function partsOfAccountRunId(runId: string): { organizationRun: string; phase: Phase; account: string } | null {
  const parts = ACCOUNT_RUN_ID.exec(runId)?.slice(1) as [string, Phase, string] | undefined
  if (parts === undefined || !isOrganizationRunId(parts[0])) return null
  const [organizationRun, phase, account] = parts
  return { organizationRun, phase, account }
}

/** An id in a run store. Versions before 0.2.0 took other first characters: their runs stay readable, and count. */
export const STORED_RUN_ID = /^(?!\.+$)[A-Za-z0-9._-]{1,80}$/
export const STORED_RUN_ID_IN_WORDS = '1 to 80 letters, digits, ".", "_" and "-", and not only dots'

/** IAM's own rule (IAM API Reference, AccessKey), which makes an id a safe part of an object's name. */
export const ACCESS_KEY_ID = /^\w{16,128}$/
export const ACCESS_KEY_ID_IN_WORDS = '16 to 128 letters, digits and "_", such as AKIAIOSFODNN7EXAMPLE'

/** IAM's own rule (IAM API Reference, User). */
const USER_NAME = /^[\w+=,.@-]{1,64}$/

export const USER_NAME_IN_WORDS = '1 to 64 letters, digits and "_+=,.@-"'

/** Whether an IAM user can have this name. */
export const isUserName = (text: string): boolean => USER_NAME.test(text)

/** The name of a plan. */
export const SHA256 = /^[0-9a-f]{64}$/

/** Whether `text` can be the id of a new run, and stand in a command that people type. */
export const isRunId = (text: string): boolean => RUN_ID.test(text)

/** Whether a run store can have documents of a run of this id. */
export const isStoredRunId = (text: string): boolean => STORED_RUN_ID.test(text)

/** Whether `text` can be the id of an organization run. */
export const isOrganizationRunId = (text: string): boolean => ORGANIZATION_RUN_ID.test(text)
