// Counts with their noun.

/** "1 key", "2 keys"; "1 retry", "2 retries" where the plural is given. */
export const countOf = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`

/** "1 key", "2 keys" */
export const keysOf = (count: number): string => countOf(count, 'key')

/** "1 account", "2 accounts" */
export const accountsOf = (count: number): string => countOf(count, 'account')

/** "35 keys", or "500 of 812 stale keys" where one run has no room for all. */
export const plannedKeysOf = (planned: number, stale: number): string =>
  planned < stale ? `${planned} of ${countOf(stale, 'stale key')}` : keysOf(planned)
