// Keeps the newest few values of many.

export interface Newest<T> {
  /** The value of the key, which becomes the newest. */
  get(key: string): T | undefined
  /** The value becomes the newest; the oldest is dropped. */
  set(key: string, value: T): void
  /** The value of the key, or a new one. */
  orMake(key: string, make: () => T): T
}

/** @param most how many values are kept */
export function makeNewest<T>(most: number): Newest<T> {
  // A Map lists its keys in the order in which they were set.
  const values = new Map<string, T>()
  const get = (key: string): T | undefined => {
    const value = values.get(key)
    if (value !== undefined) set(key, value)
    return value
  }
  const set = (key: string, value: T): void => {
    values.delete(key)
    values.set(key, value)
    for (const oldest of values.keys()) {
      if (values.size <= most) break
      values.delete(oldest)
    }
  }
  const orMake = (key: string, make: () => T): T => {
    const value = get(key) ?? make()
    set(key, value)
    return value
  }
  return { get, set, orMake }
}
