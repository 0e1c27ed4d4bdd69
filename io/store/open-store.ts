// From where the run store is to the store itself.
import { SettingsRefused } from '../../core/model/errors.ts'
import { makeDirectoryStore } from './directory-store.ts'
import type { RunStore } from './run-store.ts'

/** Bucket names by S3's rules, and a prefix of printable ASCII without empty parts. */
const S3_LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/((?:[\w!*'().-]+\/)*[\w!*'().-]+))?\/?$/

/** More than one letter, so that a drive is none. */
const ANY_ADDRESS = /^[a-z][a-z0-9+.-]+:\/\//i

/**
 * `s3://bucket` or `s3://bucket/prefix`; anything else is a directory's path. Nothing is opened or made yet.
 * @throws SettingsRefused for an address that is neither
 */
export function openStore(location: string): RunStore {
  if (!ANY_ADDRESS.test(location)) return makeDirectoryStore(location)
  const [, bucket, prefix = ''] = S3_LOCATION.exec(location) ?? []
  if (bucket === undefined || prefix.split('/').some((part) => part === '.' || part === '..'))
    throw new SettingsRefused(
      `Run store refused: expected s3://bucket/prefix or a directory, received ${JSON.stringify(location)}`,
    )
  return atFirstUse(location.replace(/\/$/, ''), async () =>
    (await import('./s3-store.ts')).makeS3Store({ bucket, prefix }),
  )
}

/** The S3 client takes some 30 to 100 ms to load: a command that keeps its runs in a directory does not wait for it. */
function atFirstUse(location: string, open: () => Promise<RunStore>): RunStore {
  let opened: Promise<RunStore> | undefined
  const store = () => {
    opened ??= open()
    return opened
  }
  return {
    location,
    put: async (key, text) => (await store()).put(key, text),
    get: async (key) => (await store()).get(key),
    list: async (prefix) => (await store()).list(prefix),
  }
}
