// Parse report: fetches the report, refuses one that cannot be trusted, stores it, and lists the suspects.
import { createHash } from 'node:crypto'
import * as z from 'zod'
import { checkAge, parseReport } from '../core/judge/report.ts'
import { findSuspects } from '../core/judge/suspects.ts'
import type { StoredSuspects } from '../core/model/documents/suspects.ts'
import { ReportRefused } from '../core/model/errors.ts'
import { runKey } from '../io/store/run-store.ts'
import type { Ports } from '../steps/ports.ts'
import { documents, put, read, readInput } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws ReportRefused | ReportExpired | ReportNotPresent | ReportInProgress, and what IAM and the run store throw. */
export const makeParseReport = (ports: Pick<Ports, 'iamOf' | 'store' | 'now'>) => async (event: unknown) => {
  const { runId } = payload.parse(event)
  const place = documents.suspects(runId)
  const stands = (await read(ports.store, place)) ?? (await put(ports.store, place, await fetchAndSort(ports, runId)))
  return { users: stands.users, suspects: stands.suspects }
}

async function fetchAndSort(
  { iamOf, store, now }: Pick<Ports, 'iamOf' | 'store' | 'now'>,
  runId: string,
): Promise<StoredSuspects> {
  const { policy, account } = await readInput(store, runId)
  const { content, generatedAt } = await iamOf(account).getReport()
  checkAge(generatedAt, now())
  const { rows } = parseReport(content, account)
  await storeReport(store, runId, content)
  const { suspects, ...counts } = findSuspects(rows, policy, now())
  return {
    generatedAt,
    sha256: createHash('sha256').update(content).digest('hex'),
    users: rows.filter((row) => !row.root).length,
    suspects: suspects.length,
    ...counts,
    list: suspects,
  }
}

/** A retry fetches again; should IAM hand out another report by then, the stored one would no longer be what was judged. */
async function storeReport(store: Ports['store'], runId: string, content: string): Promise<void> {
  const { text } = await store.put(runKey(runId, 'report.csv'), content)
  if (text !== content)
    throw new ReportRefused(
      'Report refused: IAM made a new one while this run was reading, expected the stored one, received another',
    )
}

export const handler = onLambda(makeParseReport, iamPort, storePort)
