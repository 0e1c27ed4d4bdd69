// What truly became of a key, from IAM's own log of writes and from what other people did, in one order.
import type { PlayedStep } from './play.ts'
import type { World } from './worlds.ts'

/** One change of a key's status; `run` is null for another person. */
export interface StatusEvent {
  at: number
  to: string
  run: string | null
}

/** All changes of a key's status so far, in the order in which they happened. */
export function statusEvents({ writes, did }: World, ended: PlayedStep[], accessKeyId: string): StatusEvent[] {
  const starts = ended.map(({ runId, writesBefore }) => ({ runId, writesBefore }))
  const runOf = (index: number) => starts.findLast(({ writesBefore }) => writesBefore <= index)?.runId ?? null
  const ours = writes.map((write, index) => ({ ...write, index, run: runOf(index) }))
  return [
    ...ours.map(({ accessKeyId, at, to, run, index }) => ({ accessKeyId, at: Date.parse(at), to, run, order: index })),
    // A change noted after n writes came after the write with index n - 1.
    ...did.map(({ accessKeyId, at, to, afterWrites }) => ({
      accessKeyId,
      at,
      to,
      run: null,
      order: afterWrites - 0.5,
    })),
  ]
    .filter((one) => one.accessKeyId === accessKeyId)
    .sort((a, b) => a.order - b.order)
    .map(({ at, to, run }) => ({ at, to, run }))
}

/**
 * When the key was first made Active again after one of our earlier runs took it last; null: none did, or it never was.
 * What other people did to it after that nobody can know, and what happened during `thisRun` is its own race.
 */
export function reactivatedAt(events: StatusEvent[], thisRun: string): number | null {
  const taken = events.findLastIndex(({ run, to }) => run !== null && run !== thisRun && to === 'Inactive')
  return taken === -1 ? null : (events.slice(taken).find(({ to }) => to === 'Active')?.at ?? null)
}
