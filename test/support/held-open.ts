// What keeps a process from ending: timers, sockets, servers, programs that it has started.
import { setTimeout as pause } from 'node:timers/promises'

/** Jest has timers of its own, which end sooner: a call's time limit is seconds. */
const SOON_MILLISECONDS = 500

/** Timers that are open now and were not before. */
export const heldTimers = (before: string[]): Promise<string[]> =>
  heldOpen(before, SOON_MILLISECONDS, (kind) => kind === 'Timeout')

/**
 * The kinds of what is open now and was not before, as process.getActiveResourcesInfo names them. What is closing just
 * now gets so many milliseconds. Pipes do not count: a process opens its standard streams when it first looks at them.
 */
export async function heldOpen(
  before: string[],
  milliseconds: number,
  counts: (kind: string) => boolean = (kind) => kind !== 'PipeWrap',
): Promise<string[]> {
  const until = performance.now() + milliseconds
  for (;;) {
    const held = added(before, process.getActiveResourcesInfo()).filter(counts)
    if (held.length === 0 || performance.now() >= until) return held
    await pause(10)
  }
}

function added(before: string[], now: string[]): string[] {
  const known = [...before]
  return now.filter((kind) => {
    const at = known.indexOf(kind)
    if (at !== -1) known.splice(at, 1)
    return at === -1
  })
}
