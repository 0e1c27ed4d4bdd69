// The schedules that start a machine, over EventBridge Scheduler's own REST API.
import { describe, expect, it } from '@jest/globals'
import { makeSchedules, schedulerEndpoint } from '../../../io/states/schedules.ts'
import { errorWith } from '../../support/error-facts.ts'
import { startLoopbackAws } from '../../support/loopback-aws.ts'
import { scheduleOf, startScheduler } from '../../support/scheduler-endpoint.ts'

const MACHINE = 'arn:aws:states:eu-central-1:111122223333:stateMachine:keysweep-prod'
const KEYSWEEP = { name: 'keysweep-prod', group: 'default', state: 'ENABLED' } as const

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIALOOPBACKLOOPBACK', AWS_SECRET_ACCESS_KEY: 'secret-canary' })

const at = (endpoint: string, pauses: number[] = []) =>
  makeSchedules(MACHINE, { endpoint, pause: async (milliseconds) => pauses.push(milliseconds) })

describe('the schedules of a machine', () => {
  it('are those whose target it is, whatever their name and on whichever page', async () => {
    const scheduler = await startScheduler(
      scheduleOf('keysweep-prod', MACHINE),
      scheduleOf('keysweep-prod-count-waiting', 'arn:aws:lambda:eu-central-1:111122223333:function:count'),
      scheduleOf('keysweep-dev', MACHINE.replace('prod', 'dev')),
      scheduleOf('by-hand', MACHINE, { GroupName: 'ours', State: 'DISABLED' }),
    )
    expect(await at(scheduler.url).starting()).toEqual([
      KEYSWEEP,
      { name: 'by-hand', group: 'ours', state: 'DISABLED' },
    ])
    expect(scheduler.requests).toEqual(['GET /schedules?MaxResults=100', 'GET /schedules?MaxResults=100&NextToken=2'])
    expect(scheduler.signatures.every((signed) => signed.includes('/eu-central-1/scheduler/aws4_request'))).toBe(true)
  })

  it('are asked for at an endpoint that ends with a slash as well', async () => {
    const scheduler = await startScheduler(scheduleOf('keysweep-prod', MACHINE))
    expect(await at(`${scheduler.url}/`).starting()).toEqual([KEYSWEEP])
    expect(scheduler.requests).toEqual(['GET /schedules?MaxResults=100'])
  })

  it('are none if nothing starts it', async () => {
    expect(await at((await startScheduler()).url).starting()).toEqual([])
  })

  it('are not known if the list has no end', async () => {
    const page = () => ({ status: 200, body: JSON.stringify({ Schedules: [], NextToken: 'more' }) })
    const { url, requests } = await startLoopbackAws(page)
    await expect(at(url).starting()).rejects.toThrow(errorWith('MachineUnavailable', MACHINE, 10000))
    expect(requests).toHaveLength(100)
  })
})

describe('a schedule that is disabled', () => {
  it('keeps everything else, also what this version does not know, and the dates of AWS are not sent back', async () => {
    const before = scheduleOf('keysweep-prod', MACHINE)
    const scheduler = await startScheduler(scheduleOf('keysweep-prod', MACHINE))
    await at(scheduler.url).disable(KEYSWEEP)
    expect(scheduler.schedules).toEqual([{ ...before, State: 'DISABLED', LastModificationDate: 1_789_999_999 }])
    expect(scheduler.requests).toEqual([
      'GET /schedules/keysweep-prod?groupName=default',
      'PUT /schedules/keysweep-prod',
    ])
  })

  it.each([
    [500, 'InternalServerException', [400]],
    [429, 'ThrottlingException', [400]],
    [409, 'ConflictException', [400]],
    [400, 'ThrottlingException', [400]],
    [408, 'RequestTimeoutException', [400]],
  ])('is asked for again after %i %s', async (status, name, pauses) => {
    const scheduler = await startScheduler(scheduleOf('keysweep-prod', MACHINE))
    scheduler.refuse('PUT', status, name)
    const paused: number[] = []
    await at(scheduler.url, paused).disable(KEYSWEEP)
    expect(paused).toEqual(pauses)
    expect(scheduler.schedules[0]?.State).toBe('DISABLED')
  })

  it('is refused with the reason of AWS, and is not asked for again', async () => {
    const scheduler = await startScheduler(scheduleOf('keysweep-prod', MACHINE))
    scheduler.refuse('PUT', 403, 'AccessDeniedException')
    await expect(at(scheduler.url).disable(KEYSWEEP)).rejects.toThrow(
      errorWith('MachineRefused', 'keysweep-prod', 'AccessDeniedException: said no'),
    )
    expect(scheduler.requests).toHaveLength(2)
  })

  it('is not there any more', async () => {
    const { url } = await startScheduler()
    await expect(at(url).disable(KEYSWEEP)).rejects.toThrow(
      errorWith('MachineRefused', 'keysweep-prod', 'ResourceNotFoundException'),
    )
  })
})

describe('an unusable answer', () => {
  it.each(['<html>Sign in</html>', '{}', '', '{"Schedules":[{"Name":"x"}]}'])(
    'is not taken for a list: %j',
    async (body) => {
      const { url } = await startLoopbackAws(() => ({ status: 200, body }))
      await expect(at(url).starting()).rejects.toThrow(errorWith('MachineUnavailable', 'list the schedules'))
    },
  )

  it('is asked for four times, with longer and longer pauses', async () => {
    const { url, requests } = await startLoopbackAws(() => ({ status: 503, body: 'busy' }))
    const paused: number[] = []
    await expect(at(url, paused).starting()).rejects.toThrow(errorWith('MachineUnavailable', 'status 503: busy'))
    expect(requests).toHaveLength(4)
    expect(paused).toEqual([400, 800, 1600])
  })

  it('names the network if nothing answers', async () => {
    await expect(at('http://127.0.0.1:1').starting()).rejects.toThrow(
      errorWith('MachineUnavailable', 'list the schedules'),
    )
  })
})

it.each<[NodeJS.ProcessEnv, string, string]>([
  [{}, 'aws', 'https://scheduler.eu-central-1.amazonaws.com'],
  [{}, 'aws-us-gov', 'https://scheduler.eu-central-1.amazonaws.com'],
  [{}, 'aws-cn', 'https://scheduler.eu-central-1.amazonaws.com.cn'],
  [{ AWS_ENDPOINT_URL: 'http://all' }, 'aws', 'http://all'],
  [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_SCHEDULER: 'http://one' }, 'aws', 'http://one'],
  [{ AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_SCHEDULER: '' }, 'aws', 'https://scheduler.eu-central-1.amazonaws.com'],
])('with %j the endpoint in partition %s is %s', (env, partition, endpoint) => {
  expect(schedulerEndpoint(MACHINE.replace('arn:aws:', `arn:${partition}:`), env)).toBe(endpoint)
})

it('without credentials nothing is asked, and nothing is tried again', async () => {
  const scheduler = await startScheduler()
  const { AWS_ACCESS_KEY_ID, ...others } = process.env
  process.env = { ...others, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' }
  const paused: number[] = []
  await expect(at(scheduler.url, paused).starting()).rejects.toThrow(
    errorWith('MachineRefused', 'list the schedules', 'CredentialsProviderError'),
  )
  expect([paused, scheduler.requests]).toEqual([[], []])
  process.env = { ...others, AWS_ACCESS_KEY_ID }
})

it('with credentials that fit into no header nothing is asked, and nothing is tried again', async () => {
  const scheduler = await startScheduler()
  process.env.AWS_SESSION_TOKEN = 'two\nlines'
  const paused: number[] = []
  await expect(at(scheduler.url, paused).starting()).rejects.toThrow(errorWith('MachineRefused', 'list the schedules'))
  expect([paused, scheduler.requests]).toEqual([[], []])
  delete process.env.AWS_SESSION_TOKEN
})
