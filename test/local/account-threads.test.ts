// Runs in accounts in a thread of its own. organization-threads.long.ts breaks one account of many there.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it, jest } from '@jest/globals'
import type { Execution, ExecutionResult } from '../../engine/step-functions.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { writeInterruptedRecord } from '../../local/interrupt.ts'
import { ACCOUNT_MACHINE } from '../../local/organization-run.ts'
import { documents, organizationDocuments, read } from '../../steps/run-documents.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, MEMBERS, OPERATOR, staleKeyOf, statusesIn } from '../faults/organization-world.ts'
import { factsIn } from '../support/error-facts.ts'
import { threadsWorld } from './threads-world.ts'

const env = { ...process.env }
const closings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
  process.env = { ...env }
})

async function world(...args: Parameters<typeof threadsWorld>) {
  const opened = await threadsWorld(...args)
  closings.push(opened.threads.close, () => opened.endpoint.stop())
  return opened
}

const countsOf = async (store: RunStore) => (await read(store, organizationDocuments.record('org-1')))?.counts

describe('a run in a thread', () => {
  it('does what it does in this one, and shows its progress here', async () => {
    const { run, store, told, organization, endpoint } = await world()
    expect(await run().execution.result).toMatchObject({ status: 'SUCCEEDED' })
    expect(await countsOf(store)).toMatchObject({ deactivated: ALL.length, failed: 0 })
    expect(endpoint.writes.map(({ accessKeyId }) => accessKeyId).toSorted()).toEqual(ALL.map(staleKeyOf).toSorted())
    for (const account of MEMBERS) {
      expect(statusesIn({ organization }, account)).toEqual({ idle: 'Inactive', busy: 'Active' })
      expect(told.planned[account]).toBe(1)
      expect(told.ends[account]).toBe('deactivated')
      expect(told.events).toContain(`${account} StateEntered Check suspects`)
      expect(told.events).toContain(`${account} IterationSucceeded Deactivate keys`)
    }
    expect(told.events.filter((text) => text.endsWith('StateEntered Deactivate key'))).toEqual([])
  })

  it('has the input, the times and the result of its execution, as AWS describes it', async () => {
    const { run, threads } = await world()
    const described: unknown[] = []
    const { execution } = run(() => {
      const { start } = threads.another()
      return (asked) => {
        const started = start(asked)
        described.push(started.describe().status)
        started.result.then(() => described.push(JSON.parse(JSON.stringify(started.describe()))))
        return started
      }
    })
    await execution.result
    expect(described).toContain('RUNNING')
    expect(described).toContainEqual({
      executionArn: `arn:aws:states:us-east-1:000000000000:execution:keysweep:org-1-survey-${MEMBERS[0]}`,
      stateMachineArn: ACCOUNT_MACHINE,
      name: `org-1-survey-${MEMBERS[0]}`,
      status: 'SUCCEEDED',
      startDate: expect.stringMatching(/Z$/),
      stopDate: expect.stringMatching(/Z$/),
      input: expect.objectContaining({ organizationRun: { run: 'org-1', phase: 'survey', account: MEMBERS[0] } }),
    })
  })

  it('that fails is a failed execution here too', async () => {
    const { run, store, organization } = await world()
    const member = organization.accounts.find(({ account }) => account.id === MEMBERS[0])
    if (member !== undefined) member.account.roles = []
    await run().execution.result
    const record = await read(store, organizationDocuments.record('org-1'))
    expect(record?.accounts.find(({ account }) => account === MEMBERS[0])).toMatchObject({ end: 'unreachable' })
    expect(record?.counts).toMatchObject({ deactivated: ALL.length - 1 })
  })

  it('warns of nothing that the run has warned of before', async () => {
    const { run, endpoint } = await world({ access: {} })
    const [AWS_CONFIG_FILE, secret] = [join(newDirectory(), 'config'), OPERATOR.secretAccessKey]
    writeFileSync(
      AWS_CONFIG_FILE,
      `[profile p]\naws_access_key_id = ${OPERATOR.accessKeyId}\naws_secret_access_key = ${secret}`,
    )
    Object.assign(process.env, { AWS_ENDPOINT_URL: endpoint.url, AWS_REGION: 'us-east-1' })
    // The SDK warns of a profile and a key at once, and uses the profile.
    Object.assign(process.env, {
      AWS_CONFIG_FILE,
      AWS_PROFILE: 'p',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_SECRET_ACCESS_KEY: secret,
    })
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true)
    closings.push(async () => stderr.mockRestore())
    expect(await run().execution.result).toMatchObject({ status: 'SUCCEEDED' })
    expect(stderr.mock.calls.map(([text]) => String(text))).toEqual([])
  })
})

it.each([
  [1, ['here', 'here', 'here', 'here', 'here', 'here']],
  [2, ['here', 'here', 'here', 'here', 'thread', 'thread']],
])('of %i threads each has its share of six runs at once', async (most, expected) => {
  const { threads } = await world({}, most)
  const places: string[] = []
  const never = new Promise<ExecutionResult>(() => {})
  const start = threads.spread(() => {
    places.push('here')
    return { result: never } as Execution
  })
  for (let nth = 1; nth <= 6; nth += 1) {
    const account = String(nth).padStart(12, '0')
    const input = { organizationRun: { run: 'org-1', phase: 'survey', account } }
    const { result } = start({ name: `org-1-survey-${account}`, input })
    if (result === never) continue
    places.push('thread')
    // The store has no such organization run.
    expect(await result).toMatchObject({ status: 'FAILED' })
  }
  expect(places).toEqual(expected)
})

describe('a stop', () => {
  it('waits for what the thread has in flight, and the record tells it', async () => {
    const { run, store, endpoint, portsHere } = await world()
    endpoint.fault({ action: 'UpdateAccessKey', account: MEMBERS[1], kind: 'slow', milliseconds: 500 })
    const organizationRun = run()
    while (endpoint.writes.length < ALL.length) await new Promise((resolve) => setTimeout(resolve, 5))
    await organizationRun.execution.stop()
    expect(await organizationRun.execution.result).toEqual({ status: 'ABORTED' })
    const open = organizationRun.openAccountRuns()
    expect(open.map(({ account }) => account)).toContain(MEMBERS[1])
    for (const { runId, startedAt } of open) await writeInterruptedRecord(portsHere(), runId, startedAt)
    const record = await read(store, documents.record(`org-1-change-${MEMBERS[1]}`))
    expect(record).toMatchObject({ status: 'interrupted', counts: { deactivated: 1 } })
  })

  it('of the threads ends runs that are open, and a thread that has nothing to do', async () => {
    const { threads, endpoint, run } = await world()
    endpoint.fault({ action: 'GenerateCredentialReport', kind: 'slow', milliseconds: 300 })
    threads.another()
    const results: Promise<ExecutionResult>[] = []
    const { start } = threads.another()
    void run(() => (asked) => {
      const started = start(asked)
      results.push(started.result)
      return started
    })
    while (results.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await threads.close()
    expect(await Promise.all(results)).toContainEqual({ status: 'ABORTED' })
  })
})

describe('a thread that ends', () => {
  // Its store refuses to open.
  const ENDS = { store: 's3//no-address' }

  it('takes its runs with it: each has a record with the reason, and the organization run goes on', async () => {
    const { run, store, told } = await world(ENDS)
    expect(await run().execution.result).toMatchObject({ status: 'FAILED', error: 'SomeAccountsFailed' })
    const record = await read(store, organizationDocuments.record('org-1'))
    expect(record?.accounts.map(({ end, why }) => [end, why])).toEqual(
      ALL.map(() => ['failed', factsIn('s3//no-address')]),
    )
    const ofMember = await read(store, documents.record(`org-1-survey-${MEMBERS[0]}`))
    expect(ofMember).toMatchObject({ status: 'interrupted', error: { message: factsIn('s3//no-address') } })
    expect(told.lines).toEqual([factsIn('s3//no-address')])
    expect(told.lines.join()).not.toContain('.. ')
  })

  it('is given no more runs, and is not replaced', async () => {
    const { threads, told } = await world(ENDS, 2)
    const places: string[] = []
    const start = threads.spread(({ name }) => {
      places.push(name)
      return { result: new Promise<ExecutionResult>(() => {}) } as Execution
    })
    while (told.lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const names = Array.from({ length: 10 }, (_, nth) => `org-1-survey-${String(nth).padStart(12, '0')}`)
    for (const name of names) start({ name, input: {} })
    expect(places).toEqual(names)
  })
})

describe('with options of Node, a thread', () => {
  it('that Node refuses has ended from the start, with the reason', async () => {
    process.env.NODE_OPTIONS = '--no-such-option'
    const { threads, told } = await world()
    expect(threads.another().hasEnded()).toBe(true)
    expect(told.lines).toEqual([factsIn('NODE_OPTIONS')])
    await threads.close()
  })

  it('that ends in the middle of a change leaves a record of what the account shows', async () => {
    const folder = newDirectory()
    const preload = join(folder, 'ends.mjs')
    const sign = join(folder, 'end-now')
    writeFileSync(preload, endsAt(sign))
    process.env.NODE_OPTIONS = `--import=${pathToFileURL(preload).href}`
    const { run, store, endpoint, told } = await world()
    endpoint.fault({ action: 'UpdateAccessKey', account: MEMBERS[1], kind: 'slow', milliseconds: 20_000 })
    const { result } = run().execution
    while (endpoint.writes.length < ALL.length) await new Promise((resolve) => setTimeout(resolve, 5))
    writeFileSync(sign, '')
    expect(await result).toMatchObject({ status: 'FAILED', error: 'SomeAccountsFailed' })
    expect(told.lines).toEqual([factsIn('told to end')])
    const record = await read(store, documents.record(`org-1-change-${MEMBERS[1]}`))
    expect(record).toMatchObject({
      status: 'interrupted',
      counts: { deactivated: 1 },
      error: { message: factsIn('told to end') },
    })
    expect(await countsOf(store)).toMatchObject({ deactivated: ALL.length })
  })
})

/** What a thread loads first: it ends when the file is there. */
const endsAt = (file: string): string => `
  import { existsSync } from 'node:fs'
  import { isMainThread } from 'node:worker_threads'
  if (!isMainThread) setInterval(() => {
    if (existsSync(${JSON.stringify(file)})) throw new Error('told to end')
  }, 5)`
