// The states of a credential report: requested, in progress, complete, and expired after four hours.
import { awsError } from './aws-error.ts'

const FOUR_HOURS = 4 * 60 * 60 * 1000

export interface ReportCycle {
  generate(): { state: 'STARTED' | 'INPROGRESS' | 'COMPLETE'; description: string | undefined }
  /** @throws AwsError ReportNotPresent | ReportInProgress | ReportExpired */
  get(): { csv: string; generatedAt: Date }
}

/**
 * A report shows the account at the time of the request, which is its GeneratedTime. It is available `seconds` later, and is
 * the account's only report until it is four hours old.
 */
export function reportCycle(options: { seconds: number; now: () => Date; write: () => string }): ReportCycle {
  let report: { csv: string; generatedAt: Date } | null = null
  const ageOf = (of: { generatedAt: Date }) => options.now().getTime() - of.generatedAt.getTime()
  const isReady = (of: { generatedAt: Date }) => ageOf(of) >= options.seconds * 1000
  const isExpired = (of: { generatedAt: Date }) => ageOf(of) >= Math.max(FOUR_HOURS, options.seconds * 1000)

  return {
    generate() {
      if (report && !isExpired(report)) {
        return { state: isReady(report) ? 'COMPLETE' : 'INPROGRESS', description: undefined }
      }
      const what = report ? 'The last report has expired' : 'No report exists'
      report = { csv: options.write(), generatedAt: options.now() }
      return { state: 'STARTED', description: `${what}. Starting a new report generation task` }
    },
    get() {
      if (!report) throw awsError('ReportNotPresent')
      if (!isReady(report)) throw awsError('ReportInProgress')
      if (isExpired(report)) throw awsError('ReportExpired')
      return report
    },
  }
}
