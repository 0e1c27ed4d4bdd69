// One broken account of many, where each run in an account takes place in one of three threads. Time is real there, so these
// are few: organization.long.ts has each case in each place.
import { afterEach, expect, it } from '@jest/globals'
import { organizationDocuments, read } from '../../steps/run-documents.ts'
import { CASES, expectOneBroken } from '../faults/organization-cases.ts'
import { ALL, MEMBERS, type OrganizationWorld, statusesIn } from '../faults/organization-world.ts'
import { threadsWorld } from './threads-world.ts'

const THREADS = 3
const MINUTE = 60_000

/** Their retries take a minute each. One such case stays. */
const SLOW = ['has an STS that fails', 'answers AssumeRole with a web page', 'has a report of nothing']

const closings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

async function inThreads(): Promise<OrganizationWorld> {
  const { endpoint, organization, store, threads, run } = await threadsWorld()
  closings.push(threads.close, () => endpoint.stop())
  const places = Array.from({ length: THREADS }, threads.another)
  let next = 0
  const start = run.bind(null, () => (asked) => {
    next += 1
    return (places[next % THREADS] ?? threads.another()).start(asked)
  })
  return {
    endpoint,
    organization,
    async run() {
      await start().execution.result
      const record = await read(store, organizationDocuments.record('org-1'))
      if (record === null) throw new TypeError('The run has no record')
      return record
    },
  }
}

it.each(CASES.filter(([what]) => !SLOW.includes(what)))(
  'an account that %s ends so alone, in three threads',
  (...one) => expectOneBroken(one, MEMBERS[1], inThreads),
  5 * MINUTE,
)

it('no account is broken without a fault', async () => {
  const world = await inThreads()
  expect(await world.run()).toMatchObject({
    status: 'changed',
    counts: { accounts: ALL.length, deactivated: ALL.length },
  })
  expect(statusesIn(world, ALL[0])).toEqual({ operator: 'Active', idle: 'Inactive', busy: 'Active' })
})
