// What an auditor makes again of a run's stored documents, without IAM.
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { exemptUser, judgeUser } from '../../core/judge/judge-user.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { documents, need, read, readSlices } from '../../steps/run-documents.ts'

/** A sentence for every user whose stored verdicts are not those that the stored facts make. */
export async function wrongVerdicts(store: RunStore, runId: string): Promise<string[]> {
  const slices = await readSlices(store, runId)
  if (slices.length === 0) return []
  const { policy, caller } = await need(store, documents.input(runId))
  const { list } = await need(store, documents.suspects(runId))
  return slices.flatMap(({ from, to, users, verdicts, stale }) => {
    const judged = users.map(({ facts, at }) => judgeUser(facts, policy, caller, new Date(at)))
    const seen = verdicts.filter(({ accessKeyId }) => accessKeyId !== null)
    const exempt = list.slice(from, to).flatMap((suspect) => exemptUser(suspect, policy) ?? [])
    const unread = verdicts.filter(({ accessKeyId, row }) => accessKeyId === null && row === 'exempt')
    return [
      ...(isDeepStrictEqual(exempt, unread) ? [] : [`other exempt keys in slice ${from}`]),
      ...(isDeepStrictEqual(
        judged.flatMap((user) => user.verdicts),
        seen,
      )
        ? []
        : [`other verdicts in slice ${from}`]),
      ...(isDeepStrictEqual(
        judged.flatMap((user) => user.stale),
        stale,
      )
        ? []
        : [`other stale keys in slice ${from}`]),
    ]
  })
}

/** A sentence for every document that the record names with another hash, and every one of the run that it leaves out. */
export async function wrongHashes(store: RunStore, runId: string): Promise<string[]> {
  const recorded = (await read(store, documents.record(runId)))?.documents ?? []
  const named = new Set(recorded.map(({ key }) => key))
  const left = (await store.list(`runs/${runId}/`)).filter((key) => !key.endsWith('/record.json') && !named.has(key))
  const other: string[] = []
  for (const { key, sha256 } of recorded) {
    const hash = createHash('sha256').update((await store.get(key)) ?? '')
    if (hash.digest('hex') !== sha256) other.push(key)
  }
  return [...other.map((key) => `another hash of ${key}`), ...left.map((key) => `no hash of ${key}`)]
}
