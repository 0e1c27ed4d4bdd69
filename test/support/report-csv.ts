// Credential reports to begin a test from.
import { readFileSync } from 'node:fs'
import { REPORT_COLUMNS } from '../../core/judge/report.ts'

/** The recorded report; its source is named beside it. */
export const RECORDED = readFileSync(new URL('../fixtures/credential-report.csv', import.meta.url), 'utf8')
export const RECORDED_ACCOUNT = '123456789012'

/** A report line with everything switched off but what `cells` says. */
export function lineOf(cells: Partial<Record<string, string>>): string {
  const blank = (name: string) => (name.endsWith('_active') ? 'false' : 'N/A')
  const user = cells.user ?? 'backup-bot'
  const known: Partial<Record<string, string>> = { user, arn: `arn:aws:iam::123456789012:user/${user}`, ...cells }
  return REPORT_COLUMNS.map((name) => known[name] ?? blank(name)).join(',')
}

export const HEADER = REPORT_COLUMNS.join(',')
export const reportOf = (...lines: string[]): string => [HEADER, ...lines].join('\n')
