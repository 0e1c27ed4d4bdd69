// What the newest credential report shows of one user.
import { parseReport } from '../core/judge/report.ts'
import { countActive, pathOf } from '../core/judge/suspects.ts'
import { ReportExpired, ReportInProgress, ReportNotPresent } from '../core/model/errors.ts'
import type { ReportRow, UserFacts } from '../core/model/facts.ts'
import type { Iam } from '../io/iam/iam.ts'

export interface SeenReport {
  row: ReportRow | null
  path: string | null
  shown: UserFacts['report']
  /** Why `row` is null. */
  missing: string
}

const NO_REPORT: UserFacts['report'] = { generatedAt: '', activeKeys: 0, slots: [], userCreatedAt: null }

/** @throws the errors of IAM, and ReportRefused */
export async function newestReport(iam: Iam, user: string, accountId: string): Promise<SeenReport> {
  const none = (missing: string): SeenReport => ({ row: null, path: null, shown: NO_REPORT, missing })
  try {
    const { content, generatedAt } = await iam.getReport()
    const row = parseReport(content, accountId).rows.find((row) => row.user === user)
    if (row === undefined) return none(`the report of ${generatedAt} does not have this user`)
    const { slots, userCreatedAt } = row
    const shown = { generatedAt, activeKeys: countActive(row), slots, userCreatedAt }
    return { row, path: pathOf(row.arn), shown, missing: '' }
  } catch (error) {
    if (error instanceof ReportInProgress) return none('IAM is still making it. Try again in a minute')
    if (!(error instanceof ReportNotPresent || error instanceof ReportExpired)) throw error
    await iam.generateReport()
    return none('IAM had none and is making one now. Try again in a minute')
  }
}
