// Where a function's run store is. A function's disk is lost when it ends, so no store is a default.

/** @throws TypeError if the environment lacks the store */
export function storeIn({ KEYSWEEP_STORE: location }: NodeJS.ProcessEnv): string {
  if (!location) throw new TypeError('Cannot open the run store: KEYSWEEP_STORE is missing in the environment')
  return location
}
