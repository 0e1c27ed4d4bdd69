// What keeps a process from ending: timers, sockets, servers, programs that it has started.
import { setTimeout as pause } from 'node:timers/promises'

/**
 * The kinds of what is open now and was not before, as process.getActiveResourcesInfo names them. What is closing just
 * now gets so many milliseconds. Pipes do not count: a process opens its standard streams when it first looks at them.
 */
export async function heldOpen(before: string[], milliseconds: number): Promise<string[]> {
  const until = performance.now() + milliseconds
  for (;;) {
    const held = added(before, process.getActiveResourcesInfo())
    if (held.length === 0 || performance.now() >= until) return held
    await pause(10)
  }
}

function added(before: string[], now: string[]): string[] {
  const known = [...before]
  return now.filter((kind) => {
    const at = known.indexOf(kind)
    if (at !== -1) known.splice(at, 1)
    return at === -1 && kind !== 'PipeWrap'
  })
}
