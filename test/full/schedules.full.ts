// What keysweep stop says to EventBridge Scheduler, to moto's Scheduler and by AWS's own model: this client is ours, and not
// the SDK's.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { makeSignedFetch } from '../../io/aws/signed-fetch.ts'
import { makeSchedules } from '../../io/states/schedules.ts'
import { scheduleOf, startScheduler } from '../support/scheduler-endpoint.ts'
import { loadModel, misfits, operationOf } from './botocore-model.ts'
import { MAKER } from './iam-target.ts'
import { type Moto, startMoto } from './moto-server.ts'

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:keysweep-prod'
const ROLE = 'arn:aws:iam::123456789012:role/schedule'
const SCHEDULE = {
  Description: 'Starts a run of keysweep',
  ScheduleExpression: 'cron(0 6 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  State: 'ENABLED',
}
const RETRIES = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 }

let moto: Moto
beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: MAKER.accessKeyId, AWS_SECRET_ACCESS_KEY: MAKER.secretAccessKey })
  moto = await startMoto()
  await make('keysweep-prod', MACHINE)
  await make('keysweep-prod-count-waiting', 'arn:aws:lambda:eu-west-1:123456789012:function:count')
})
afterAll(() => moto.stop())

async function call(method: 'GET' | 'POST', path: string, body?: object): Promise<Record<string, unknown>> {
  const send = makeSignedFetch({ service: 'scheduler', region: 'eu-west-1' })
  const signal = AbortSignal.timeout(10_000)
  const response = await send({
    method,
    url: new URL(moto.url + path),
    signal,
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.status).toBe(200)
  return response.json() as Promise<Record<string, unknown>>
}

const make = (name: string, target: string) =>
  call('POST', `/schedules/${name}`, {
    ...SCHEDULE,
    Target: { Arn: target, RoleArn: ROLE, Input: '{}', RetryPolicy: RETRIES },
  })

it('the schedule of the machine is found in moto, disabled, and otherwise as it was', async () => {
  const schedules = makeSchedules(MACHINE, { endpoint: moto.url })
  const [found, ...others] = await schedules.starting()
  expect([found, others]).toEqual([{ name: 'keysweep-prod', group: 'default', state: 'ENABLED' }, []])
  const { LastModificationDate: _, ...before } = await call('GET', '/schedules/keysweep-prod')
  await schedules.disable(found ?? { name: '', group: '', state: 'ENABLED' })
  const { LastModificationDate: __, ...after } = await call('GET', '/schedules/keysweep-prod')
  expect(after).toEqual({ ...before, State: 'DISABLED' })
  expect(await schedules.starting()).toMatchObject([{ state: 'DISABLED' }])
})

it("what is sent fits AWS's model: path, method, and every field of the update", async () => {
  const model = loadModel('scheduler') as ReturnType<typeof loadModel> & {
    operations: Record<string, { http: { method: string; requestUri: string } }>
  }
  const { NewOfThisYear: _, StartDate: __, ...known } = scheduleOf('keysweep-prod', MACHINE)
  const scheduler = await startScheduler(known)
  const schedules = makeSchedules(MACHINE, { endpoint: scheduler.url })
  for (const schedule of await schedules.starting()) await schedules.disable(schedule)
  const sent = scheduler.requests.map((request) => request.replace(/\?.*/, '').replace('keysweep-prod', '{Name}'))
  const modelled = ['ListSchedules', 'GetSchedule', 'UpdateSchedule'].map((action) => {
    const { method, requestUri } = (operationOf(model, action) && model.operations[action]?.http) ?? {}
    return `${method} ${requestUri}`
  })
  expect(sent).toEqual(modelled)
  const set = new Set(['Arn', 'CreationDate', 'LastModificationDate'])
  const params = Object.fromEntries(Object.entries(scheduler.schedules[0] ?? {}).filter(([name]) => !set.has(name)))
  expect(misfits(model, 'UpdateSchedule', params)).toEqual([])
})
