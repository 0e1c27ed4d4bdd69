// How the waiting machine is woken, in AWS.
import type { WakePort } from '../../steps/ports.ts'

/** Imported when it is called: a run on one machine is woken in its own process. */
export const wakePort = (): WakePort => ({
  wake: async (token) => (await import('../../io/states/task-tokens.ts')).makeWake()(token),
})
