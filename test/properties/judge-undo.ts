// Judges an undo: it brings back exactly what the run took, if it is still Inactive (invariant 7 of the design).
import type { RunRecord } from '../../core/model/documents/record.ts'
import { statusEvents } from './history-of.ts'
import type { PlayedStep } from './play.ts'
import type { UndoStep } from './scenario.ts'
import type { World } from './worlds.ts'

/** @returns a sentence for every breach */
export async function judgeUndo(world: World, undo: PlayedStep<UndoStep>, ended: PlayedStep[]): Promise<string[]> {
  const record = JSON.parse((await world.store.get(`runs/${undo.runId}/record.json`)) ?? 'null') as RunRecord | null
  const run = ended.find(({ runId }) => runId === undo.undone)
  if (record === null || run === undefined) return ['no record']
  const sent = undo.noted.filter(({ action }) => action === 'setStatus')
  const updated = run.noted.filter(({ action }) => action === 'setStatus').map(({ subject }) => subject[1] ?? '')
  const taken = new Set(run.noted.filter(({ write }) => write !== null).map(({ subject }) => subject[1] ?? ''))
  return [
    ...sent.flatMap(({ subject: [user, id = '', to], handlerCall }) => {
      const listed = undo.noted.find((note) => note.handlerCall === handlerCall && note.action === 'listAccessKeys')
      const keys = (listed?.answer ?? []) as { accessKeyId: string; status: string }[]
      const status = keys.find((key) => key.accessKeyId === id)?.status
      return [
        ...(to === 'Active' ? [] : [`sent ${to} for ${id}`]),
        ...(updated.includes(id) ? [] : [`sent an update for ${id} of ${user}, which ${undo.undone} did not take`]),
        ...(undo.asked === null || undo.asked.includes(id)
          ? []
          : [`sent an update for ${id}, which was not asked for`]),
        ...(status === 'Inactive' ? [] : [`sent an update for ${id}, which was ${status}`]),
        ...strangersIn(world, undo, ended, id),
      ]
    }),
    ...[...taken].flatMap((id) => missedIn(world, undo, ended, id, record)),
    ...record.keys.flatMap(({ accessKeyId, outcome }) => {
      const written = sent.some(({ subject, write }) => subject[1] === accessKeyId && write !== null)
      return outcome === 'reactivated' && !written && !touchedByHand(world, undo, accessKeyId ?? '')
        ? [`${accessKeyId} is said to be reactivated and was not`]
        : []
    }),
  ]
}

/** Somebody else took the key last, as far as our own log of writes can tell: it is not this run's to bring back. */
function strangersIn(world: World, undo: PlayedStep, ended: PlayedStep[], id: string): string[] {
  const before = statusEvents(world, ended, id).filter(({ run }) => run !== undo.runId)
  const ours = before.filter(({ run }) => run !== null)
  const last = ours.at(-1)
  if (last === undefined) return []
  if (last.to === 'Active')
    return [`brought back ${id}, which ${last.run} had brought back already: another hand made it Inactive`]
  return last.run === undo.undone ? [] : [`brought back ${id}, which ${last.run} took`]
}

const touchedByHand = ({ did }: World, { didBefore }: PlayedStep, id: string): boolean =>
  did.slice(didBefore).some(({ accessKeyId }) => accessKeyId === id)

/** A key that the run took and that nobody has touched since must be Active after an undo in which nothing went wrong. */
function missedIn(
  world: World,
  undo: PlayedStep<UndoStep>,
  ended: PlayedStep[],
  id: string,
  record: RunRecord,
): string[] {
  const { step, asked, statusBefore } = undo
  const events = statusEvents(world, ended, id)
  const before = events.filter(({ run }) => run !== undo.runId)
  const quiet = step.faults.length === 0 && step.changes.length === 0 && before.at(-1)?.run === undo.undone
  if (!quiet || statusBefore.get(id) !== 'Inactive' || (asked !== null && !asked.includes(id))) return []
  const line = record.keys.find(({ accessKeyId }) => accessKeyId === id)
  const back = events.at(-1)
  return back?.to === 'Active' && back.run === undo.runId && line?.outcome === 'reactivated'
    ? []
    : [
        `did not bring back ${id}: ${JSON.stringify(line)} ${JSON.stringify(events)} ${record.status} ${record.error?.message}`,
      ]
}
