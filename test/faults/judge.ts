// Judges a run by the endpoint's own log of writes and by the account as it stands; what we wrote down ourselves is the
// accused, never the witness. The rules are stated here once more, without the product's own code.

import { exitCodeOf } from '../../cli/exit-code.ts'
import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import type { Write } from '../../demo/actions.ts'
import { tokenPrefix } from '../../io/store/run-store.ts'
import { readRecord } from '../../views/runs.ts'
import { secretsIn } from '../support/canaries.ts'
import type { Run } from '../support/world.ts'
import { LEFT_OUT } from './account.ts'
import { type Scene, statusById, stored } from './scenes.ts'

const FAILED = ['some keys failed', 'refused', 'expired', 'interrupted']
const EXIT: Record<string, number> = { deactivated: 0, reactivated: 0, planned: 0, 'nothing to do': 0 }

/** Everything that is wrong with how a run ended, one line each; none where all is well. */
export async function complaints(scene: Scene, run: Run): Promise<string[]> {
  await lateCallsEnded(scene)
  const record = await stored<RunRecord>(scene, 'record.json')
  return [
    ...touchedKeys(scene),
    ...(await unauthorised(scene)),
    ...(await unplannedOrUnnoted(scene)),
    ...(record === null ? noRecord(run) : badEnd(scene, record, run)),
    ...(await untrueRecord(scene, record)),
    ...(await leaks(scene, run)),
  ]
}

/** What the record, or what `keysweep show` makes of a run without one, says against what was done. */
export async function untrueRecord(scene: Scene, record: RunRecord | null): Promise<string[]> {
  const shown = record ?? (await shownRecord(scene))
  if (shown === null) return written(scene).length > 0 ? ['writes without any trace of a run'] : []
  return [...untrueKeys(scene, shown), ...(await lostKeys(scene, shown)), ...badCounts(shown)]
}

export async function shownRecord({ raw, runId }: Scene): Promise<RunRecord | null> {
  if ((await raw.list(`runs/${runId}/`)).length === 0) return null
  return (await readRecord(raw, runId)).record
}

/** Writes that the endpoint carried out in this run. */
export const written = ({ world, writesBefore }: Scene): Write[] => world.endpoint.writes.slice(writesBefore)

/** A call that the caller gave up may still be carried out. So the state at the end counts. */
export async function lateCallsEnded({ world }: Scene): Promise<void> {
  const pending = () => world.endpoint.calls.some(({ outcome, status }) => status === null && /late|slow/.test(outcome))
  while (pending()) await new Promise(setImmediate)
}

/** Writes to keys that should live, or to another status; and statuses that changed. */
export function touchedKeys(scene: Scene): string[] {
  const { mayTake, to, world, statusesBefore } = scene
  const wrong = written(scene).filter((write) => !mayTake.includes(write.accessKeyId) || write.to !== to)
  const changed = [...statusById(world)].filter(
    ([id, status]) => !mayTake.includes(id) && statusesBefore.get(id) !== status,
  )
  return [
    ...wrong.map(({ user, to }) => `a key of ${user} was written to: ${to}`),
    ...changed.map(([id, status]) => `${id} is ${status} now`),
  ]
}

/** With approval, nothing is written but by an approval of this very plan that stands in the store. */
async function unauthorised(scene: Scene): Promise<string[]> {
  if (scene.name !== 'approve' || written(scene).length === 0) return []
  const decision = await stored<StoredDecision>(scene, 'decision.json')
  return decision?.answer === 'approve' && decision.leftOut.includes(LEFT_OUT) ? [] : ['written without an approval']
}

interface Handed {
  mode?: string
  next?: string
  keys: { accessKeyId: string; user: string }[]
}

/** The keys that this run was to change, off the plan or the undo in the store. */
const handedOn = async (scene: Scene): Promise<Handed | null> =>
  stored<Handed>(scene, scene.name === 'undo' ? 'undo.json' : 'plan.json')

export async function unplannedOrUnnoted(scene: Scene): Promise<string[]> {
  const planned = (await handedOn(scene))?.keys.map((key) => key.accessKeyId) ?? []
  const ids = [...new Set(written(scene).map((write) => write.accessKeyId))]
  const noted = await Promise.all(ids.map((id) => scene.raw.get(`keys/${id}/${scene.runId}.intent.json`)))
  return [
    ...ids.filter((id) => !planned.includes(id)).map((id) => `${id} was written to outside the plan`),
    ...ids.filter((_, index) => noted[index] === null).map((id) => `${id} was written to without an intent`),
  ]
}

const noRecord = ({ result }: Run): string[] =>
  result.status === 'FAILED' ? [] : [`no record, and the execution is ${result.status}`]

/** Execution, record and exit code say the same; a run that could not tell its own end may only look worse than it was. */
function badEnd(scene: Scene, record: RunRecord, { result }: Run): string[] {
  const wrote = written(scene).length
  const failed = record.keys.some((key) => key.outcome === 'failed')
  const done = record.keys.some((key) => key.outcome === 'deactivated' || key.outcome === 'reactivated')
  const unnoted = result.status === 'FAILED' && /^Store/.test(result.error)
  const shouldFail = FAILED.includes(record.status)
  const exit = exitCodeOf(record)
  return [
    ...(shouldFail !== (result.status === 'FAILED') && !unnoted ? [`${record.status}, but ${result.status}`] : []),
    ...(failed !== (record.status === 'some keys failed') ? [`${record.status}, with failed keys: ${failed}`] : []),
    ...(/ctivated/.test(record.status) !== (done && !failed) ? [`${record.status}, with done keys: ${done}`] : []),
    ...(wrote > 0 && !done && !failed ? [`${record.status}, with ${wrote} writes`] : []),
    ...(record.status === 'refused' && record.error === null ? ['refused without an error'] : []),
    ...((EXIT[record.status] === 0) !== (exit === 0) ? [`${record.status}, exit code ${exit}`] : []),
  ]
}

function untrueKeys(scene: Scene, { keys }: RunRecord): string[] {
  const twice = keys.filter((key, at) => keys.findIndex((one) => one.accessKeyId === key.accessKeyId) !== at)
  return [
    ...twice.filter((key) => key.accessKeyId !== null).map((key) => `${key.accessKeyId} stands twice`),
    ...keys.flatMap((key) => untrueKey(scene, key)),
    ...written(scene)
      .filter(({ accessKeyId }) => !keys.some((key) => key.accessKeyId === accessKeyId))
      .map(({ accessKeyId }) => `${accessKeyId} was written to and is not in the record`),
  ]
}

function untrueKey(scene: Scene, { user, accessKeyId, outcome, outcomeReason }: RecordedKey): string[] {
  const wrote = written(scene).some((write) => write.accessKeyId === accessKeyId)
  const status = statusById(scene.world).get(accessKeyId ?? '')
  const said = `${user} is said to be ${outcome} (${outcomeReason})`
  if (outcome === 'deactivated' || outcome === 'reactivated') {
    const right = outcome === (scene.to === 'Inactive' ? 'deactivated' : 'reactivated')
    return right && wrote && status === scene.to && readBack(scene, user) ? [] : [`${said}, and is ${status}`]
  }
  if (outcome === 'failed' && /^(sent, not confirmed|no outcome)/.test(outcomeReason ?? '')) return []
  return wrote ? [`${said}, and was written to`] : []
}

/** Whether the user's keys were asked for, and told, after the last update of one of them. */
function readBack({ world, callsBefore }: Scene, user: string): boolean {
  const calls = world.endpoint.calls.slice(callsBefore).filter(({ params }) => params.UserName === user)
  const sent = calls.findLastIndex(({ action }) => action === 'UpdateAccessKey')
  return calls.slice(sent).some(({ action, status }) => action === 'ListAccessKeys' && status === 200)
}

/** Every key of a plan that went ahead has one outcome, and it is the stored one. */
async function lostKeys(scene: Scene, { keys }: RunRecord): Promise<string[]> {
  const handed = await handedOn(scene)
  const decision = await stored<StoredDecision>(scene, 'decision.json')
  const ahead = scene.name === 'undo' || handed?.next === 'deactivate' || decision?.answer === 'approve'
  const planned = ahead ? (handed?.keys ?? []) : []
  const lines = await Promise.all(
    planned.map(async ({ accessKeyId }) => {
      const outcome = keys.find((key) => key.accessKeyId === accessKeyId)?.outcome ?? null
      if (outcome === null) return [`${accessKeyId} has no outcome`]
      const text = await scene.raw.get(`keys/${accessKeyId}/${scene.runId}.outcome.json`)
      const stands = text === null ? null : (JSON.parse(text) as KeyOutcome).outcome
      return stands === null || stands === outcome ? [] : [`${accessKeyId} is ${outcome}, and ${stands} in the store`]
    }),
  )
  const others = keys.filter(
    (key) => key.outcome !== null && !planned.some((one) => one.accessKeyId === key.accessKeyId),
  )
  return [...lines.flat(), ...others.map((key) => `${key.accessKeyId} has an outcome and was not planned`)]
}

function badCounts({ counts, keys }: RunRecord): string[] {
  const names = ['deactivated', 'reactivated', 'skipped', 'failed'] as const
  return names
    .filter((name) => counts[name] !== keys.filter((key) => key.outcome === name).length)
    .map((name) => `counts.${name} is ${counts[name]}`)
}

/** Secrets in whatever came out: the record, events, messages, every object but the tokens themselves. */
export async function leaks({ raw, world }: Scene, run: Run | null): Promise<string[]> {
  const read = async (prefix: string) => Promise.all((await raw.list(prefix)).map((key) => raw.get(key)))
  const tokens = (await Promise.all(['run-1', 'undo-1'].map((id) => read(tokenPrefix(id))))).flat()
  const objects = [...(await read('runs/')), ...(await read('keys/'))]
  const found = secretsIn(
    [JSON.stringify([run, world.messages, world.told]), ...objects].join('\n'),
    tokens.map((token) => token ?? ''),
  )
  return found.map((secret) => `leaked: ${secret.slice(0, 12)}…`)
}
