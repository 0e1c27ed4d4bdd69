// The schedules of EventBridge Scheduler that start a state machine (EventBridge Scheduler API Reference). An update replaces a
// whole schedule. So what GetSchedule answered is sent back as it came, with the fields that this version does not know.
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { jsonOrNull } from '../../core/model/json-or-null.ts'
import { domainOf, regionOf } from '../aws/arn.ts'
import { standardRows, status } from '../aws/error-rows.ts'
import { type AwsError, classify, firstLine, type ServiceErrors } from '../aws/errors.ts'
import { makeSignedFetch } from '../aws/signed-fetch.ts'
import { MachineRefused } from './machine-errors.ts'

/** A schedule whose target is the machine. */
export interface StartingSchedule {
  name: string
  group: string
  state: 'ENABLED' | 'DISABLED'
}

export interface Schedules {
  /** Every schedule that starts the machine. @throws MachineRefused | MachineUnavailable */
  starting(): Promise<StartingSchedule[]>
  /** Disables a schedule. Everything else of it stays. @throws MachineRefused | MachineUnavailable */
  disable(schedule: StartingSchedule): Promise<void>
}

interface ScheduleOptions {
  /** Overrides the environment's. */
  endpoint?: string
  pause?: (milliseconds: number) => Promise<unknown>
}

const listed = z.object({
  Schedules: z.array(
    z.object({
      Name: z.string(),
      GroupName: z.string(),
      State: z.enum(['ENABLED', 'DISABLED']),
      Target: z.object({ Arn: z.string() }),
    }),
  ),
  NextToken: z.string().nullish(),
})

/** What an update must have. Other fields are kept too. */
const described = z.looseObject({
  Name: z.string(),
  ScheduleExpression: z.string(),
  FlexibleTimeWindow: z.looseObject({}),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string() }),
})

const updated = z.object({ ScheduleArn: z.string() })

const ATTEMPTS = 4
const TIMEOUT_MILLISECONDS = 10_000
const FIRST_PAUSE_MILLISECONDS = 200

/** 10,000 schedules. */
const MOST_PAGES = 100

/** The schedules that start the machine with this ARN, in the ARN's Region. Credentials and endpoint come from the environment. */
export function makeSchedules(machineArn: string, options: ScheduleOptions = {}): Schedules {
  const region = regionOf(machineArn)
  const base = options.endpoint ?? schedulerEndpoint(machineArn, process.env)
  const ask = makeAsk(base, region, options.pause ?? sleep)
  return {
    async starting() {
      const found: StartingSchedule[] = []
      let token: string | undefined
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = new URLSearchParams({ MaxResults: '100', ...(token && { NextToken: token }) })
        const read = await ask('list the schedules', listed, 'GET', `/schedules?${query}`)
        for (const { Name: name, GroupName: group, State: state, Target } of read.Schedules)
          if (Target.Arn === machineArn) found.push({ name, group, state })
        // An empty page may have a successor.
        if (!read.NextToken) return found
        token = read.NextToken
      }
      throw new MachineUnavailable(
        `Cannot list the schedules that start ${machineArn}: there are more than ${MOST_PAGES * 100}. Disable its schedule by hand.`,
      )
    },
    async disable({ name, group }) {
      const what = `disable schedule ${name}`
      const path = `/schedules/${encodeURIComponent(name)}`
      const whole = await ask(what, described, 'GET', `${path}?${new URLSearchParams({ groupName: group })}`)
      const { Arn: _, CreationDate: __, LastModificationDate: ___, ...kept } = whole
      await ask(what, updated, 'PUT', path, JSON.stringify({ ...kept, GroupName: group, State: 'DISABLED' }))
    },
  }
}

/** The environment may name another endpoint, as for every AWS tool. */
export const schedulerEndpoint = (machineArn: string, env: NodeJS.ProcessEnv): string =>
  env.AWS_ENDPOINT_URL_SCHEDULER ||
  env.AWS_ENDPOINT_URL ||
  `https://scheduler.${regionOf(machineArn)}.${domainOf(machineArn)}`

/** One call, with retries: each can be repeated without harm. */
function makeAsk(base: string, region: string, pause: (milliseconds: number) => Promise<unknown>) {
  const send = makeSignedFetch({ service: 'scheduler', region })
  return async <T>(what: string, schema: z.ZodType<T>, method: 'GET' | 'PUT', path: string, body?: string) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await answerOf(send, { method, url: new URL(`${base.replace(/\/$/, '')}${path}`), body })
      if (answer.ok) return readAs(schema, what, answer.text)
      if (!answer.again) throw new MachineRefused(`Cannot ${what}: received ${answer.received}`, answer.name)
      if (attempt === ATTEMPTS)
        throw new MachineUnavailable(
          `Cannot ${what}: no usable answer from EventBridge Scheduler; received ${answer.received}`,
        )
      await pause(FIRST_PAUSE_MILLISECONDS * 2 ** attempt)
    }
  }
}

type Answer = { ok: true; text: string } | { ok: false; again: boolean; name: string; received: string }

interface Request {
  method: 'GET' | 'PUT'
  url: URL
  body: string | undefined
}

async function answerOf(send: ReturnType<typeof makeSignedFetch>, { method, url, body }: Request): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS)
    const response = await send({ method, url, signal, ...(body !== undefined && { body }) })
    const text = await response.text()
    return response.ok ? { ok: true, text } : refusalIn(response, text)
  } catch (error) {
    const { message, cause } = error as Error
    // fetch puts the reason into `cause`.
    const { message: why, code } = (cause ?? {}) as Partial<NodeJS.ErrnoException>
    return failed(error as AwsError, why || code || message)
  }
}

/** The error's name is in a header, before a colon. */
function refusalIn({ status, headers }: Response, text: string): Answer {
  const [name = ''] = (headers.get('x-amzn-errortype') ?? `status ${status}`).split(':')
  const message = z
    .object({ Message: z.string() })
    .or(z.object({ message: z.string() }))
    .safeParse(jsonOrNull(text))
  const said = message.success ? Object.values(message.data).join() : text.slice(0, 40)
  const error: AwsError = Object.assign(new Error(said), { name, $metadata: { httpStatusCode: status } })
  return failed(error)
}

const failed = (error: AwsError, said = error.message): Answer => ({
  ok: false,
  again: classify(error, SCHEDULER_ERRORS).means === 'again',
  name: error.name,
  received: firstLine(`${error.name}: ${said}`),
})

/** Whether another attempt may help. Source: EventBridge Scheduler API Reference, the errors of each call. */
const SCHEDULER_ERRORS: ServiceErrors<'again' | 'final'> = {
  // ConflictException: another update at the same time.
  rows: standardRows<'again' | 'final'>([status('throttled', 409)]),
  means: {
    unsendable: 'final',
    'no credentials': 'final',
    'no region': 'final',
    'no address': 'final',
    throttled: 'again',
    denied: 'final',
    'not found': 'final',
    refused: 'final',
    unavailable: 'again',
    // fetch rejects with a TypeError if nobody answers.
    'fault of ours': 'again',
  },
}

function readAs<T>(schema: z.ZodType<T>, what: string, text: string): T {
  const read = schema.safeParse(jsonOrNull(text))
  if (read.success) return read.data
  throw new MachineUnavailable(
    `Cannot ${what}: no usable answer from EventBridge Scheduler; received ${JSON.stringify(text.slice(0, 40))}`,
  )
}
