// The run store: each document is written once. Its two implementations, a directory and S3, pass one contract test.
import { StoreDamaged } from '../../core/model/errors.ts'
import {
  ACCESS_KEY_ID,
  ACCESS_KEY_ID_IN_WORDS,
  isOrganizationRunId,
  isStoredRunId,
  ORGANIZATION_RUN_ID,
  ORGANIZATION_RUN_ID_IN_WORDS,
  STORED_RUN_ID,
  STORED_RUN_ID_IN_WORDS,
} from '../../core/model/ids.ts'

/** The result of a write-once put: the text that is stored now, and whether this put wrote it. */
export interface Put {
  created: boolean
  text: string
}

export interface RunStore {
  /**
   * Writes `text` under `key` unless there is an object already. In that case it changes nothing and returns the stored
   * text, so that a retry continues with what was written first.
   * @throws StoreUnavailable | StoreRefused
   */
  put(key: string, text: string): Promise<Put>
  /** The text under `key`; null if there is none. @throws StoreUnavailable | StoreRefused | StoreDamaged */
  get(key: string): Promise<string | null>
  /** Keys that start with `prefix`, sorted. @throws StoreUnavailable | StoreRefused */
  list(prefix: string): Promise<string[]>
  /**
   * Keys that start with `prefix`, which ends with a slash, and end with `/name`, the last written first.
   * @param among of which folders right below the prefix; what is in the others is not listed. Default: all
   * @throws StoreUnavailable | StoreRefused
   */
  newest(prefix: string, name: string, among?: (folder: string) => boolean): Promise<string[]>
  /** For people: a path or an s3:// URL. */
  readonly location: string
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The text of an object's bytes. keysweep writes only UTF-8, and a retry would read the same bytes.
 * @param what for the message, such as "read runs/r/plan.json from .keysweep" @throws StoreDamaged
 */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return UTF_8.decode(bytes)
  } catch {
    throw new StoreDamaged(`Cannot ${what}: its ${bytes.length} bytes are not UTF-8 text`)
  }
}

/** The key of a run's document, such as `plan.json`. @throws TypeError for an invalid run id */
export const runKey = (runId: string, name: string): string => `runs/${checkedRunId(runId)}/${name}`

/** The key of an organization run's document, such as `plan.json`. @throws TypeError for an invalid id */
export const organizationKey = (runId: string, name: string): string =>
  `orgs/${checkedOrganizationRunId(runId)}/${name}`

/** The key of what one run wrote about one access key, such as its `intent` or `outcome`. @throws TypeError */
export const accessKeyKey = (accessKeyId: string, runId: string, name: string): string =>
  `keys/${checkedKeyId(accessKeyId)}/${checkedRunId(runId)}.${name}.json`

/** The inverse of `accessKeyKey`; null for any other key. */
export function parseAccessKeyKey(key: string): { runId: string; name: string } | null {
  const parts = /^keys\/\w+\/([A-Za-z0-9._-]{1,80})\.([a-z0-9-]+)\.json$/.exec(key)
  return parts?.[1] === undefined || parts[2] === undefined ? null : { runId: parts[1], name: parts[2] }
}

/** The nth task token of a run, from 1. Tokens have a prefix of their own, which only few functions may read. @throws TypeError */
export const tokenKey = (runId: string, n: number): string => `${tokenPrefix(runId)}${numbered(n)}`

/** The prefix of the task tokens of a run. @throws TypeError */
export const tokenPrefix = (runId: string): string => `tokens/runs/${checkedRunId(runId)}/`

/** The nth task token of an organization run, from 1. @throws TypeError */
export const organizationTokenKey = (runId: string, n: number): string =>
  `${organizationTokenPrefix(runId)}${numbered(n)}`

/** The prefix of the task tokens of an organization run. @throws TypeError */
export const organizationTokenPrefix = (runId: string): string => `tokens/orgs/${checkedOrganizationRunId(runId)}/`

const numbered = (n: number): string => String(n).padStart(6, '0')

/**
 * The keys of a run's task tokens, the oldest first. Versions before 0.2.0 put them right under `tokens/<run>/`: a run that
 * has waited since then has its first ones there.
 */
export async function listTokens(store: RunStore, runId: string): Promise<string[]> {
  const [earlier, tokens] = await Promise.all([
    store.list(`tokens/${checkedRunId(runId)}/`),
    store.list(tokenPrefix(runId)),
  ])
  return [...earlier.filter(isEarlierToken), ...tokens]
}

/** A run may be called "runs" or "orgs": the keys of other runs begin with its prefix, and are longer. */
const isEarlierToken = (key: string): boolean => /^tokens\/[^/]+\/\d+$/.test(key)

/** The ids of the runs that have a task token among these keys. Organization runs are not among them. */
export const runsThatAsked = (keys: string[]): string[] =>
  runsIn([...keys.filter(isEarlierToken), ...below('tokens/', 'runs/', keys)])

/** The ids of the organization runs that have a task token among these keys. */
export const organizationRunsThatAsked = (keys: string[]): string[] =>
  organizationRunsIn(below('tokens/', 'orgs/', keys))

/** The keys that begin with `prefix` and `folder`, without the prefix. */
const below = (prefix: string, folder: string, keys: string[]): string[] =>
  keys.filter((key) => key.startsWith(prefix + folder) && !isEarlierToken(key)).map((key) => key.slice(prefix.length))

/** The ids of the runs that have an object among these keys. Other keys are ignored. */
export const runsIn = (keys: string[]): string[] => [
  ...new Set(
    keys.flatMap((key) => {
      const [, runId = '', ...name] = key.split('/')
      return name.length > 0 && isStoredRunId(runId) ? runId : []
    }),
  ),
]

/** The ids of the organization runs that have an object among these keys, which begin with `orgs/`. */
export const organizationRunsIn = (keys: string[]): string[] => runsIn(keys).filter(isOrganizationRunId)

/** The ids of the access keys that have an object among these keys. Other keys are ignored. */
export const keyIdsIn = (keys: string[]): string[] => [
  ...new Set(
    keys.flatMap((key) => {
      const [, accessKeyId = ''] = key.split('/')
      return parseAccessKeyKey(key) !== null && ACCESS_KEY_ID.test(accessKeyId) ? accessKeyId : []
    }),
  ),
]

/** The prefix of everything about one access key, of all runs. @throws TypeError */
export const accessKeyPrefix = (accessKeyId: string): string => `keys/${checkedKeyId(accessKeyId)}/`

function checkedRunId(value: string): string {
  if (!STORED_RUN_ID.test(value))
    throw new TypeError(`Invalid run id ${JSON.stringify(value)}: must have ${STORED_RUN_ID_IN_WORDS}.`)
  return value
}

function checkedOrganizationRunId(value: string): string {
  if (ORGANIZATION_RUN_ID.test(value)) return value
  throw new TypeError(
    `Invalid organization run id ${JSON.stringify(value)}: must have ${ORGANIZATION_RUN_ID_IN_WORDS}.`,
  )
}

function checkedKeyId(value: string): string {
  if (ACCESS_KEY_ID.test(value)) return value
  throw new TypeError(`Invalid access key id ${JSON.stringify(value)}: must have ${ACCESS_KEY_ID_IN_WORDS}.`)
}

/** The keys of dated objects, the last written first. */
export const newestFirst = (dated: { key: string; at: number }[]): string[] =>
  dated.toSorted((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1)).map(({ key }) => key)
