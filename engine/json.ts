// States hand on JSON, and AWS limits how much of it: both are kept to here, so that a run on this machine does not
// get away with what a deployed one would fail on.
import { StateFailed } from './errors.ts'

export type JsonObject = Record<string, unknown>

/** 256 KiB: AWS's hard limit for the input, the result and the output of a state, counted in bytes of UTF-8. */
export const MAX_BYTES = 262_144

/**
 * The value as JSON carries it: `undefined` in objects is dropped, a Date becomes a string, and nothing is shared with
 * the original. A value that JSON has no word for (a bare `undefined`) becomes null, as Lambda answers it.
 * Throws what JSON.stringify throws: a TypeError for a cycle or a BigInt.
 */
export function jsonCopy(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? null : JSON.parse(text)
}

/** Gives the value back if it is within the limit; throws States.DataLimitExceeded, which States.ALL does not match. */
export function withinLimit<T>(value: T, what: string): T {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > MAX_BYTES) {
    throw new StateFailed('States.DataLimitExceeded', `${what}: at most ${MAX_BYTES} bytes may be passed, got ${bytes}`)
  }
  return value
}

/** A value as a message shows it: the beginning of its JSON. */
export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing'

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * ResultPath: lays the result into the state's own input, making the objects on the way.
 * Throws States.ResultPathMatchFailure where something other than an object stands in the way.
 */
export function placeResult(input: unknown, path: string | null | undefined, result: unknown): unknown {
  if (path === null) return input
  const keys = (path ?? '$').split('.').slice(1)
  return place(input, keys, result, path ?? '$')
}

function place(target: unknown, keys: string[], result: unknown, path: string): unknown {
  const [key, ...deeper] = keys
  if (key === undefined) return result
  if (!isJsonObject(target)) {
    const rule = `ResultPath ${path} needs an object to put "${key}" in`
    throw new StateFailed('States.ResultPathMatchFailure', `${rule}, got ${shown(target)}`)
  }
  const inner = Object.hasOwn(target, key) ? target[key] : {}
  return { ...target, [key]: place(inner, deeper, result, path) }
}
