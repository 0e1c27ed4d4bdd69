import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type MetricValues, UNITS } from '../../../core/notify/metrics.ts'
import { measured } from '../../../functions/lambda/measure.ts'
import { linesOf } from '../../support/log-lines.ts'

const env = { ...process.env }

beforeAll(() => {
  Object.assign(process.env, { KEYSWEEP_STAGE: 'test' })
})
afterAll(() => {
  process.env = env
})

const logOf = (metrics: MetricValues) => {
  const handler = measured(async (_event: unknown) => ({ next: 'record', metrics }))
  return linesOf(() => handler({ runId: 'run-1' }))
}

describe('what an answer counts', () => {
  it('goes to CloudWatch in its embedded metric format, by service and stage', async () => {
    expect(await logOf({ PlansMade: 1, KeysFound: 0, ReportAgeHours: 3.75 })).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'keysweep',
              Dimensions: [['service', 'stage']],
              Metrics: [
                { Name: 'PlansMade', Unit: 'Count' },
                { Name: 'KeysFound', Unit: 'Count' },
                { Name: 'ReportAgeHours', Unit: 'None' },
              ],
            },
          ],
        },
        service: 'keysweep',
        stage: 'test',
        PlansMade: 1,
        KeysFound: 0,
        ReportAgeHours: 3.75,
        runId: 'run-1',
      },
    ])
  })
  it('may be every metric there is', async () => {
    const all = Object.fromEntries(Object.keys(UNITS).map((name) => [name, 1]))
    expect(await logOf(all)).toMatchObject([all])
  })
  it('is counted for each call by itself', async () => {
    const answers = [{ KeysFailed: 2 }, { KeysFailed: 0 }]
    const handler = measured(async () => ({ metrics: answers.shift() ?? {} }))
    const lines = await linesOf(async () => {
      await handler({ runId: 'run-1' })
      await handler({ runId: 'run-2' })
    })
    expect(lines).toMatchObject([
      { KeysFailed: 2, runId: 'run-1' },
      { KeysFailed: 0, runId: 'run-2' },
    ])
  })
})

it.each([[{}], [undefined], [{ runId: { of: 'another kind' } }]])(
  'what is counted of no run names none: %j',
  async (event) => {
    const handler = measured(async () => ({ metrics: { ApprovalsWaitingOverADay: 0 } }))
    const [line] = await linesOf(() => handler(event))
    expect(line).toMatchObject({ ApprovalsWaitingOverADay: 0 })
    expect(line).not.toHaveProperty('runId')
  },
)

it('what a function without a stage counts is still counted', async () => {
  delete process.env.KEYSWEEP_STAGE
  try {
    expect(await logOf({ PlansMade: 1 })).toMatchObject([{ stage: 'unknown', PlansMade: 1 }])
  } finally {
    process.env.KEYSWEEP_STAGE = 'test'
  }
})

it('a call that throws counts nothing', async () => {
  const handler = measured(async (): Promise<{ metrics: MetricValues }> => {
    throw new TypeError('no')
  })
  expect(await linesOf(() => expect(handler({ runId: 'run-1' })).rejects.toThrow('no'))).toEqual([])
})
