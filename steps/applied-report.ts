// The report behind a stored plan, read again under the policy of the run that takes the plan: its exemptions may be others.
import type { SuspectList } from '../core/judge/suspects.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import { ReportRefused } from '../core/model/errors.ts'
import { type RunStore, runKey } from '../io/store/run-store.ts'

/**
 * null: the run takes no plan, or the run of the plan has no report that this version reads.
 * @throws what the run store throws
 */
export async function appliedReport(
  store: RunStore,
  { apply, account, policy }: Pick<RunInput, 'apply' | 'account' | 'policy'>,
): Promise<Pick<SuspectList, 'activeKeysNotExempt' | 'unmatchedExemptions'> | null> {
  const content = apply === null ? null : await store.get(runKey(apply.run, 'report.csv'))
  if (content === null) return null
  // Loaded only here: most runs read no stored report.
  const [{ parseReport }, { underExemptions }] = await Promise.all([
    import('../core/judge/report.ts'),
    import('../core/judge/suspects.ts'),
  ])
  try {
    return underExemptions(parseReport(content, account).rows, policy)
  } catch (error) {
    if (error instanceof ReportRefused) return null
    throw error
  }
}
