// An organization run with a fault of ours: it has no record, but it must not go on after it has given the lock back.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from '@jest/globals'
import { parseSettings } from '../../core/model/settings.ts'
import type { EngineEvent } from '../../engine/step-functions.ts'
import { openStore } from '../../io/store/open-store.ts'
import { followOrganization } from '../../local/follow-organization.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, busyKeyOf, MEMBERS, OPERATOR, openOrganization, SETTINGS } from '../faults/organization-world.ts'
import { reportMade } from '../support/report-made.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0)) await close()
})

const nothing = () => {}

it('when it rejects, every function that it called has returned', async () => {
  const { endpoint } = await openOrganization()
  closings.push(() => endpoint.stop())
  for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
  endpoint.fault({ action: 'UpdateAccessKey', account: MEMBERS[1], kind: 'slow', milliseconds: 700 })
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR }
  const folder = join(newDirectory(), 'store')
  const run = followOrganization({
    store: openStore(folder),
    otherStores: () => [],
    settings: parseSettings(SETTINGS),
    caller: await whoCalls(access),
    access,
    listed: null,
    runId: 'org-1',
    env: {},
    answerCommand: () => '',
    progress: {
      ...{ show: nothing, print: nothing, close: nothing, named: nothing, started: nothing },
      ...{ suspectChecked: nothing, planned: nothing, accountEnded: nothing },
      of(_: string, event: EngineEvent) {
        if (event.type === 'IterationSucceeded' && event.state === 'Deactivate keys') throw new TypeError('our fault')
      },
    },
  })
  await expect(run).rejects.toThrow('our fault')
  const stored = () => readdirSync(folder, { recursive: true }).length
  const atEnd = stored()
  expect(endpoint.writes.length).toBeGreaterThan(1)
  await new Promise((resolve) => setTimeout(resolve, 1000))
  expect(stored()).toBe(atEnd)
})
