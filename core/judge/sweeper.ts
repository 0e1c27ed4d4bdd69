// The user agent by which runs of keysweep know each other in CloudTrail: `keysweep/<version> keysweep-store/<store>
// keysweep-run/<run>`. Two of them in one account would each take keys that the other one reactivates.
import type { Sweeper } from '../model/key-events.ts'

/** Longer names are cut: CloudTrail keeps about a kilobyte of a user agent. */
const MAX_STORE = 200

/**
 * A name for a user agent. Everything but letters, digits and `._-` is written as `%` and two hex digits: the SDK would
 * replace other characters, so that two stores could get one name.
 */
export const agentName = (name: string): string =>
  encodeURIComponent(name.toWellFormed())
    .replace(/[!~*'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .slice(0, MAX_STORE)

/** The parts of the user agent of a run with this store, as the SDK's option `customUserAgent` takes them. */
export const agentOf = ({ version, store, runId }: Sweeper): [string, string][] => [
  ['keysweep', agentName(version)],
  ['keysweep-store', agentName(store)],
  ...(runId === null ? [] : [['keysweep-run', agentName(runId)] satisfies [string, string]]),
]

/** The keysweep that a user agent names, with its names still encoded; null: it names none. */
export function sweeperIn(userAgent: string): Sweeper | null {
  const part = (name: string) => new RegExp(`(?:^|[\\s[])${name}/([^\\s\\]]{1,${MAX_STORE}})`).exec(userAgent)?.[1]
  const [version, store, runId = null] = [part('keysweep'), part('keysweep-store'), part('keysweep-run')]
  return version === undefined || store === undefined ? null : { version, store, runId }
}

/** The name that `agentName` was made of, for people. */
export function nameIn(agentName: string): string {
  try {
    return decodeURIComponent(agentName)
  } catch {
    // Cut in the middle of a character, or not written by keysweep.
    return agentName
  }
}
