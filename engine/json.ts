// Between states there is only JSON, and AWS limits its size. The engine does the same, so that a run on this machine fails
// where a deployed one would.
import { StateFailed } from './errors.ts'

export type JsonObject = Record<string, unknown>

/** 256 KiB: AWS's limit for the input, the result and the output of a state, in bytes of UTF-8. */
export const MAX_BYTES = 262_144

/**
 * A copy of the value through JSON: `undefined` in objects is dropped and a Date becomes a string. A bare `undefined` becomes
 * null, as in Lambda. Throws what JSON.stringify throws: a TypeError for a cycle or a BigInt.
 */
export function jsonCopy(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? null : JSON.parse(text)
}

/** Returns the value if it is within the limit. Throws States.DataLimitExceeded, which States.ALL does not match. */
export function withinLimit<T>(value: T, what: string): T {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > MAX_BYTES) {
    throw new StateFailed(
      'States.DataLimitExceeded',
      `${what} is too large: at most ${MAX_BYTES} bytes, received ${bytes}`,
    )
  }
  return value
}

/** A value for a message: the beginning of its JSON. */
export const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 80) ?? 'nothing'

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * ResultPath: puts the result into the state's input and creates missing objects on the path.
 * Throws States.ResultPathMatchFailure if a part of the path is not an object.
 */
export function placeResult(input: unknown, path: string | null | undefined, result: unknown): unknown {
  if (path === null) return input
  const keys = (path ?? '$').split('.').slice(1)
  return putAt(input, keys, result, path ?? '$')
}

function putAt(target: unknown, keys: string[], result: unknown, path: string): unknown {
  const [key, ...deeper] = keys
  if (key === undefined) return result
  if (!isJsonObject(target)) {
    const rule = `ResultPath ${path}: "${key}" must be in an object`
    throw new StateFailed('States.ResultPathMatchFailure', `${rule}, received ${shown(target)}`)
  }
  const inner = Object.hasOwn(target, key) ? target[key] : {}
  return { ...target, [key]: putAt(inner, deeper, result, path) }
}
