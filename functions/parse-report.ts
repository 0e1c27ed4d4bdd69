// Parse report: gets the report, refuses an invalid one, stores it, and lists the suspects.
import * as z from 'zod'
import { type DatedReport, isUnusedSince, reactivatedSlots } from '../core/judge/previous-report.ts'
import { checkAge, parseReport } from '../core/judge/report.ts'
import { findSuspects } from '../core/judge/suspects.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { StoredSuspects } from '../core/model/documents/suspects.ts'
import { ReportRefused } from '../core/model/errors.ts'
import type { ReactivatedSlots, ReportRow } from '../core/model/facts.ts'
import { runKey } from '../io/store/run-store.ts'
import { READ } from '../io/sts/iam-use.ts'
import { sha256Of } from '../steps/document-hashes.ts'
import { withPass } from '../steps/pass.ts'
import type { Ports } from '../steps/ports.ts'
import { previousReport } from '../steps/previous-report.ts'
import { documents, inForce, put, read } from '../steps/run-documents.ts'
import { onLambda } from './lambda/on-lambda.ts'
import { iamPort, storePort } from './lambda/ports.ts'

const payload = z.object({ runId: z.string() })

/** @throws PassRefused | ReportRefused | ReportExpired | ReportNotPresent | ReportInProgress, and what IAM and the run store throw. */
export const makeParseReport = (ports: Pick<Ports, 'iamOf' | 'store' | 'now'>) =>
  withPass(ports, payload, async ({ runId }, input) => {
    const ref = documents.suspects(runId)
    const stored =
      (await read(ports.store, ref)) ?? (await put(ports.store, ref, await fetchAndSort(ports, inForce(input))))
    return { users: stored.users, suspects: stored.suspects }
  })

async function fetchAndSort(
  { iamOf, store, now }: Pick<Ports, 'iamOf' | 'store' | 'now'>,
  run: RunInput,
): Promise<StoredSuspects> {
  const { runId, policy, account } = run
  const { content, generatedAt } = await iamOf(run, READ).getReport()
  checkAge(generatedAt, now())
  const { rows } = parseReport(content, account)
  await storeReport(store, runId, content)
  const reactivated = reactivatedUsers(rows, await previousReport(store, run))
  const unused = rows.filter((row) => isUnusedSince(reactivated.get(row.user), row)).map(({ user }) => user)
  const { suspects, ...counts } = findSuspects(rows, policy, now(), new Set(unused))
  return {
    generatedAt,
    sha256: sha256Of(content),
    users: rows.filter((row) => !row.root).length,
    suspects: suspects.length,
    ...counts,
    list: suspects.map((suspect) => {
      const slots = reactivated.get(suspect.user)
      return slots ? { ...suspect, reactivated: slots } : suspect
    }),
  }
}

/** The slots of each user that an earlier run's report showed inactive. */
function reactivatedUsers(rows: ReportRow[], previous: DatedReport | null): Map<string, ReactivatedSlots> {
  const before = new Map(previous?.rows.map((row) => [row.user, row]))
  return new Map(
    rows.flatMap((row) => {
      const earlier = before.get(row.user)
      const slots = previous && earlier && reactivatedSlots(row, earlier, previous.generatedAt)
      return slots ? [[row.user, slots]] : []
    }),
  )
}

/** A retry gets the report again. If IAM has a newer one by then, it is not the stored one, which must be the one that is judged. */
async function storeReport(store: Ports['store'], runId: string, content: string): Promise<void> {
  const { text } = await store.put(runKey(runId, 'report.csv'), content)
  if (text !== content)
    throw new ReportRefused('Report refused: IAM made a new one after this run stored one. Start a new run.')
}

export const handler = onLambda(makeParseReport, iamPort, storePort)
