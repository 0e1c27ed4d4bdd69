// An organization run with a fault of ours: it has no record, but it must not go on after it has given the lock back.
import { join } from 'node:path'
import { afterEach, it } from '@jest/globals'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { followOrganization } from '../../local/follow-organization.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, busyKeyOf, MEMBERS, openOrganization, runOptions } from '../faults/organization-world.ts'
import { reportMade } from '../support/report-made.ts'
import { expectAtRest, failAtFirstKey } from './fault-of-ours.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

it('when it rejects, every function that it called has returned', async () => {
  const { endpoint } = await openOrganization()
  closings.push(() => endpoint.stop())
  for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
  endpoint.fault({ action: 'UpdateAccessKey', account: MEMBERS[1], kind: 'slow', milliseconds: 700 })
  const folder = newDirectory()
  const options = await runOptions(endpoint, folder)
  const of = (_: string, event: EngineEvent) => failAtFirstKey(event)
  const run = followOrganization({ ...options, progress: { ...options.progress, of } })
  await expectAtRest(run, join(folder, 'store'), endpoint)
})
