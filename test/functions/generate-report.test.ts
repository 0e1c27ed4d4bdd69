// One look at whether IAM has made its report, and when to give up.
import { expect, it } from '@jest/globals'
import { ReportNotReady } from '../../core/model/errors.ts'
import { makeGenerateReport } from '../../functions/generate-report.ts'
import { openMemoryWorld } from '../support/memory-world.ts'
import { accountOf } from '../support/world.ts'

const lookAt = (attempt: number) => {
  const { ports } = openMemoryWorld(accountOf({ a: 200 }))
  ports.iam.generateReport = async () => 'INPROGRESS'
  return makeGenerateReport(ports)({ runId: 'run-1', attempt, maxAttempts: 3 })
}

it.each([0, 1, 2])('look %i says what IAM says, and counts', async (attempt) => {
  expect(await lookAt(attempt)).toEqual({ state: 'INPROGRESS', attempt: attempt + 1 })
})

it('there is no look after the last: the run ends', async () => {
  await expect(lookAt(3)).rejects.toThrow(ReportNotReady)
  await expect(lookAt(3)).rejects.toThrow(
    'The credential report never became COMPLETE: expected it within 3 attempts, received 3 other answers',
  )
})
