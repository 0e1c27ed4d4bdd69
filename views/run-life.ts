// Whether a run without a record is running.
import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { isHeldBy, lockHolder, UNNAMED } from '../local/run-lock.ts'
import { type Env, stateDirOf } from '../local/state-dir.ts'
import { documents, organizationDocuments, read } from '../steps/run-documents.ts'

/** `unknown`: a run in a bucket may be on another machine, an undo takes no lock, and a survey goes on without one. */
export type RunLife = 'running' | 'interrupted' | 'unknown'

/** By the lock of the store, which a run on this machine holds until its process ends. @throws what the run store throws */
export async function lifeOf(store: RunStore, runId: string, env: Env): Promise<RunLife> {
  if (store.location.startsWith('s3://')) return 'unknown'
  const holder = await lockHolder(stateDirOf(store, env))
  if (isHeldBy(holder, runId)) return 'running'
  const input = await read(store, documents.input(runId))
  if (input === null || input.undo !== null || holder === UNNAMED) return 'unknown'
  return holder !== null && input.organizationRun?.phase === 'survey' ? 'unknown' : 'interrupted'
}

/** The same of an organization run. */
export async function organizationLifeOf(store: RunStore, runId: string, env: Env): Promise<RunLife> {
  if (store.location.startsWith('s3://')) return 'unknown'
  const holder = await lockHolder(stateDirOf(store, env))
  if (holder === runId) return 'running'
  const input = await read(store, organizationDocuments.input(runId))
  if (input === null || input.undo !== null || holder === UNNAMED) return 'unknown'
  return holder !== null && !MODE_WRITES[input.mode] ? 'unknown' : 'interrupted'
}
