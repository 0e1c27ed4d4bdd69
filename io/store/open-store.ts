// Opens the run store at a location.
import { SettingsRefused } from '../../core/model/errors.ts'
import { addressWithoutUser } from '../../core/texts/shown-url.ts'
import { makeDirectoryStore } from './directory-store.ts'
import type { RunStore } from './run-store.ts'
import type { S3Options } from './s3-store.ts'

/** A bucket name by S3's rules, and a prefix of printable ASCII without empty parts. */
const S3_LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/((?:[\w!*'().-]+\/)*[\w!*'().-]+))?\/?$/

/**
 * Text that was probably meant as an address, or that the shell should have expanded: a scheme of at least two letters (a
 * drive letter is no scheme), whatever else stands before "://", `s3//bucket`, a space or control character at an end, an
 * unexpanded `~` or `$NAME`.
 */
const NO_PATH = /^[a-z][a-z0-9+.-]+:|^[^/\\]{2,}:\/\/|^s3\/\/|^[\s\p{Cc}]|[\s\p{Cc}]$|\0|^~|^\$|^["']/iu

/**
 * `s3://bucket` or `s3://bucket/prefix`; anything else is the path of a directory. Nothing is opened or created yet.
 * @param owner the account that must own the bucket; without it any account may. A person's command finds it at the first call
 * @throws SettingsRefused for any other URL, and for what is hardly meant as a path
 */
export function openStore(location: string, owner?: Owner): RunStore {
  if (location !== '' && !NO_PATH.test(location)) return makeDirectoryStore(location)
  const [, bucket, prefix = ''] = S3_LOCATION.exec(location) ?? []
  if (bucket === undefined || prefix.split('/').some((part) => part === '.' || part === '..'))
    throw new SettingsRefused(
      `Run store ${JSON.stringify(addressWithoutUser(location))} refused: use s3://bucket/prefix or the path of a directory. A directory of such a name needs ./ before it.`,
    )
  return atFirstUse(location.replace(/\/$/, ''), async () =>
    (await import('./s3-store.ts')).makeS3Store({ bucket, prefix, ...(await ownerOf(owner)) }),
  )
}

/** An account of 12 digits. Only functions know it before the first call. */
export type Owner = string | (() => Promise<string>)

async function ownerOf(owner: Owner | undefined): Promise<Pick<S3Options, 'owner' | 'byHand'>> {
  if (owner === undefined) return {}
  return typeof owner === 'string' ? { owner } : { owner: await owner(), byHand: true }
}

/** Loads the S3 client, which takes 30 to 100 ms, at the first use: a command with a directory does not wait for it. */
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
    newest: async (...asked) => (await store()).newest(...asked),
  }
}
