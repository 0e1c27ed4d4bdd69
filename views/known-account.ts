// Whether a run store has a run on an account. One that has none does not know which keys were reactivated.
import { StoreDamaged } from '../core/model/errors.ts'
import { type RunStore, runsIn } from '../io/store/run-store.ts'
import { documents, read } from '../steps/run-documents.ts'

/** Reads the runs' inputs, newest first, until one is of the account. A damaged input is of no account. @throws what the run store throws */
export async function knowsAccount(store: RunStore, account: string): Promise<boolean> {
  for (const runId of runsIn(await store.list('runs/')).toReversed())
    if ((await accountOf(store, runId)) === account) return true
  return false
}

async function accountOf(store: RunStore, runId: string): Promise<string | null> {
  try {
    return (await read(store, documents.input(runId)))?.account ?? null
  } catch (error) {
    if (error instanceof StoreDamaged) return null
    throw error
  }
}
