// moto starts executions by the machine's own clock, which cannot be set, and a world has its own: what moto says of an
// execution's start is handed to our functions in the world's time, and back in moto's where moto is asked.
import type { LocalFunction } from '../../engine/step-functions.ts'

export interface WorldTime {
  /** For the functions of one machine: each is handed the start in the time of the machine's world. */
  handingIn: (now: () => Date) => (run: LocalFunction) => LocalFunction
  /** The start as moto said it; a start that was never handed on stays. */
  asMotoSaid: (startedAt: string) => string
  /** A start that moto says, in the time of the execution's world. */
  asWorldSays: (executionId: string, startedAt: string) => string
}

export function makeWorldTime(): WorldTime {
  const said = new Map<string, string>()
  const shifts = new Map<string, number>()
  return {
    handingIn(now) {
      // One shift for all of them, so that two functions of one run are told the same start.
      const shift = now().getTime() - Date.now()
      return (run) => async (payload) => {
        const { startedAt, executionId = '' } = payload as { startedAt?: string; executionId?: string }
        if (startedAt === undefined) return run(payload)
        shifts.set(executionId, shift)
        const shifted = new Date(Date.parse(startedAt) + shift).toISOString()
        said.set(shifted, startedAt)
        return run({ ...(payload as object), startedAt: shifted })
      }
    },
    asWorldSays: (executionId, startedAt) =>
      new Date(Date.parse(startedAt) + (shifts.get(executionId) ?? 0)).toISOString(),
    asMotoSaid: (startedAt) => said.get(startedAt) ?? startedAt,
  }
}
