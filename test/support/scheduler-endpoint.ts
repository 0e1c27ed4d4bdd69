// EventBridge Scheduler over this machine's loopback address: ListSchedules, GetSchedule and UpdateSchedule, as its REST API
// has them. An update replaces the whole schedule, as in AWS.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'
import { openLoopbackServer } from './loopback-server.ts'

export type StoredSchedule = Record<string, unknown> & {
  Name: string
  GroupName: string
  State: string
  Target: { Arn: string; [field: string]: unknown }
}

export interface SchedulerEndpoint {
  url: string
  schedules: StoredSchedule[]
  /** "GET /schedules?MaxResults=100" */
  requests: string[]
  /** The `authorization` headers. */
  signatures: string[]
  /** Answers the next request of this method with an error of this name instead. */
  refuse: (method: string, status: number, name: string) => void
}

/** A schedule with every kind of field that an update must send back. */
export const scheduleOf = (name: string, target: string, more: object = {}): StoredSchedule => ({
  Arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}`,
  Name: name,
  GroupName: 'default',
  CreationDate: 1_789_000_000.5,
  LastModificationDate: 1_789_000_000.5,
  State: 'ENABLED',
  Description: 'Starts a run of keysweep',
  ScheduleExpression: 'cron(0 6 * * ? *)',
  ScheduleExpressionTimezone: 'Europe/Berlin',
  StartDate: 1_789_000_000,
  FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 },
  ActionAfterCompletion: 'NONE',
  // A field that this version of keysweep does not know.
  NewOfThisYear: { a: [1] },
  Target: {
    Arn: target,
    RoleArn: 'arn:aws:iam::000000000000:role/schedule',
    Input: '{}',
    RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
    DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:not-started' },
  },
  ...more,
})

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})

/** Starts the endpoint; it ends with the test. Pages have two schedules each. */
export async function startScheduler(...schedules: StoredSchedule[]): Promise<SchedulerEndpoint> {
  const refusals: { method: string; status: number; name: string }[] = []
  const { url, stop } = await openLoopbackServer((request, response) => answer(request, response))
  running.push(stop)
  const endpoint: SchedulerEndpoint = {
    url,
    schedules,
    requests: [],
    signatures: [],
    refuse: (method, status, name) => void refusals.push({ method, status, name }),
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    endpoint.requests.push(`${request.method} ${request.url}`)
    endpoint.signatures.push(String(request.headers.authorization))
    const at = refusals.findIndex(({ method }) => method === request.method)
    const [refusal] = at < 0 ? [] : refusals.splice(at, 1)
    const [status, sent] = refusal ? [refusal.status, { Message: 'said no' }] : carryOut(schedules, request, body)
    const type = refusal?.name ?? (status === 404 ? 'ResourceNotFoundException' : '')
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(type && { 'x-amzn-errortype': `${type}:http` }),
    })
    response.end(JSON.stringify(sent))
  }
  return endpoint
}

function carryOut(schedules: StoredSchedule[], { method, url = '/' }: IncomingMessage, body: string): [number, object] {
  const { pathname, searchParams } = new URL(url, 'http://scheduler')
  if (method === 'GET' && pathname === '/schedules')
    return [200, pageOf(schedules, Number(searchParams.get('NextToken')))]
  const name = decodeURIComponent(pathname.replace('/schedules/', ''))
  const asked = method === 'PUT' ? JSON.parse(body) : { GroupName: searchParams.get('groupName') }
  const found = schedules.find((one) => one.Name === name && one.GroupName === asked.GroupName)
  if (found === undefined) return [404, { Message: `Schedule ${name} does not exist.` }]
  if (method === 'GET') return [200, found]
  const { Arn, CreationDate } = found
  const replaced = { Arn, CreationDate, LastModificationDate: 1_789_999_999, Name: name, ...asked }
  schedules.splice(schedules.indexOf(found), 1, replaced)
  return [200, { ScheduleArn: Arn }]
}

function pageOf(schedules: StoredSchedule[], from: number) {
  const Schedules = schedules
    .slice(from, from + 2)
    .map(({ Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target }) => ({
      ...{ Arn, Name, GroupName, State, CreationDate, LastModificationDate },
      Target: { Arn: Target.Arn },
    }))
  const next = from + 2
  return { Schedules, NextToken: next < schedules.length ? String(next) : null }
}
