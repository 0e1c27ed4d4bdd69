// One look at whether IAM has made its report, and when to give up.
import { expect, it } from '@jest/globals'
import { ReportNotReady } from '../../core/model/errors.ts'
import { makeGenerateReport } from '../../functions/generate-report.ts'
import { runKey } from '../../io/store/run-store.ts'
import type { Ports } from '../../steps/ports.ts'
import { errorWith } from '../support/error-facts.ts'
import { openMemoryWorld } from '../support/memory-world.ts'
import { inputOf } from '../support/waiting.ts'
import { accountOf } from '../support/world.ts'

const lookAt = async (attempt: number) => {
  const { ports } = openMemoryWorld(accountOf({ a: 200 }))
  await ports.store.put(runKey('run-1', 'input.json'), JSON.stringify(inputOf({ runId: 'run-1' })))
  ports.iam.generateReport = async () => 'INPROGRESS'
  return makeGenerateReport(ports)({ runId: 'run-1', attempt, maxAttempts: 3 })
}

it.each([0, 1, 2])('look %i says what IAM says, and counts', async (attempt) => {
  expect(await lookAt(attempt)).toEqual({ state: 'INPROGRESS', attempt: attempt + 1 })
})

it('there is no look after the last: the run ends', async () => {
  await expect(lookAt(3)).rejects.toThrow(ReportNotReady)
  await expect(lookAt(3)).rejects.toThrow(errorWith('ReportNotReady', 'COMPLETE', '3 of 3'))
})

it('asks the IAM of the account that the stored input names', async () => {
  const { ports } = openMemoryWorld(accountOf({ a: 200 }))
  const input = inputOf({ runId: 'run-1', account: '444455556666' })
  await ports.store.put(runKey('run-1', 'input.json'), JSON.stringify(input))
  const asked: unknown[] = []
  const iamOf: Ports['iamOf'] = ({ account, runId, member }, use) => {
    asked.push({ account, runId, member, use })
    return ports.iam
  }
  await makeGenerateReport({ ...ports, iamOf })({ runId: 'run-1', attempt: 0, maxAttempts: 3 })
  expect(asked).toEqual([{ account: '444455556666', runId: 'run-1', member: null, use: { role: 'read' } }])
})
