// The run store: everything a run writes down, once. Two implementations, a directory and S3, pass one contract test.
import { StoreDamaged } from '../../core/model/errors.ts'
import { ACCESS_KEY_ID, isRunId, RUN_ID } from '../../core/model/ids.ts'

/** What a write-once put found: our own text just written, or the text that stood there before. */
export interface Put {
  created: boolean
  text: string
}

export interface RunStore {
  /**
   * Writes `text` under `key` unless something is there. A write that finds its object there changes nothing and
   * answers with what stands, so that a retry goes on with the first truth instead of making a second one.
   * @throws StoreUnavailable | StoreRefused
   */
  put(key: string, text: string): Promise<Put>
  /** The text under `key`, or null when there is none. @throws StoreUnavailable | StoreRefused | StoreDamaged */
  get(key: string): Promise<string | null>
  /** Keys that start with `prefix`, sorted. @throws StoreUnavailable | StoreRefused */
  list(prefix: string): Promise<string[]>
  /** Where people find the store: a path or an s3:// address. */
  readonly location: string
}

/**
 * The text of an object's bytes. What is none was not written by us, and another try would read the same.
 * @param what was asked, such as "read runs/r/plan.json in .keysweep" @throws StoreDamaged
 */
export function textOf(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new StoreDamaged(`Cannot ${what}: expected UTF-8, received ${bytes.length} bytes of something else`)
  }
}

/** The object of a run, such as `plan.json`. A run id is a Step Functions execution name. @throws TypeError */
export const runKey = (runId: string, name: string): string => `runs/${checked(RUN_ID, runId, 'a run id')}/${name}`

/** What one run wrote down of one key, such as its `intent` and its `outcome`. @throws TypeError */
export const accessKeyKey = (accessKeyId: string, runId: string, name: string): string =>
  `keys/${checked(ACCESS_KEY_ID, accessKeyId, 'an access key id')}/${checked(RUN_ID, runId, 'a run id')}.${name}.json`

/** The run and the name in a key made by `accessKeyKey`; null for anything else that somebody put there. */
export function parseAccessKeyKey(key: string): { runId: string; name: string } | null {
  const parts = /^keys\/\w+\/([A-Za-z0-9._-]{1,80})\.([a-z0-9-]+)\.json$/.exec(key)
  return parts?.[1] === undefined || parts[2] === undefined ? null : { runId: parts[1], name: parts[2] }
}

/** The nth task token of a run's question, from 1; the newest wins. Kept apart, for few may read it. @throws TypeError */
export const tokenKey = (runId: string, n: number): string => `${tokenPrefix(runId)}${String(n).padStart(6, '0')}`

/** All task tokens of a run. @throws TypeError */
export const tokenPrefix = (runId: string): string => `tokens/${checked(RUN_ID, runId, 'a run id')}/`

/** The runs that have an object among these keys; what somebody else put beside them is passed over. */
export const runsIn = (keys: string[]): string[] => [
  ...new Set(
    keys.flatMap((key) => {
      const [, runId = '', ...name] = key.split('/')
      return name.length > 0 && isRunId(runId) ? runId : []
    }),
  ),
]

/** All that is known of one key, over all runs. @throws TypeError */
export const accessKeyPrefix = (accessKeyId: string): string =>
  `keys/${checked(ACCESS_KEY_ID, accessKeyId, 'an access key id')}/`

function checked(rule: RegExp, value: string, what: string): string {
  if (!rule.test(value)) throw new TypeError(`Not ${what}: expected ${rule.source}, received ${JSON.stringify(value)}`)
  return value
}
