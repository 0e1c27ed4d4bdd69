// Counts with their noun.

/** "1 key", "2 keys"; "1 retry", "2 retries" where the plural is given. */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`

/** "1 key", "2 keys" */
export const keysOf = (count: number): string => countOf(count, 'key')
