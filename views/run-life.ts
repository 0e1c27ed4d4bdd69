// Whether a run without a record is running.
import { MODE_WRITES } from '../core/model/closed-sets.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { isHeldBy, lockHolder, UNNAMED } from '../local/run-lock.ts'
import { type Env, stateDirOf, surveyDirOf } from '../local/state-dir.ts'
import { documents, organizationDocuments, read } from '../steps/run-documents.ts'

/** `unknown`: a run in a bucket may be on another machine, an undo takes no lock, and a second survey goes on without one. */
export type RunLife = 'running' | 'interrupted' | 'unknown'

/** By the locks of the store, which runs on this machine hold until their process ends. @throws what the run store throws */
export async function lifeOf(store: RunStore, runId: string, env: Env): Promise<RunLife> {
  if (store.location.startsWith('s3://')) return 'unknown'
  const holders = await holdersOf(store, env)
  if (holders.some((holder) => isHeldBy(holder, runId))) return 'running'
  const input = await read(store, documents.input(runId))
  if (input === null || input.undo !== null) return 'unknown'
  return withoutLock(holders, input.organizationRun?.phase === 'survey')
}

/** The same of an organization run. */
export async function organizationLifeOf(store: RunStore, runId: string, env: Env): Promise<RunLife> {
  if (store.location.startsWith('s3://')) return 'unknown'
  const holders = await holdersOf(store, env)
  if (holders.includes(runId)) return 'running'
  const input = await read(store, organizationDocuments.input(runId))
  if (input === null || input.undo !== null) return 'unknown'
  return withoutLock(holders, !MODE_WRITES[input.mode])
}

async function holdersOf(store: RunStore, env: Env): Promise<string[]> {
  const holders = await Promise.all([stateDirOf, surveyDirOf].map((dirOf) => lockHolder(dirOf(store, env))))
  return holders.flatMap((holder) => holder ?? [])
}

function withoutLock(holders: string[], isSurvey: boolean): RunLife {
  if (holders.includes(UNNAMED)) return 'unknown'
  return isSurvey && holders.length > 0 ? 'unknown' : 'interrupted'
}
