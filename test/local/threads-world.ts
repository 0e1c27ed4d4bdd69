// An organization run whose runs in accounts take place in threads: the real state machines in all threads, over the local
// endpoint. None of them may start in this thread.
import { join } from 'node:path'
import { parseSettings } from '../../core/model/settings.ts'
import type { EngineEvent, LocalMachine } from '../../engine/step-functions.ts'
import { openStore } from '../../io/store/open-store.ts'
import type { ThreadData } from '../../local/account-thread.ts'
import { makeAccountThreads } from '../../local/account-threads.ts'
import { writeInterruptedRecord } from '../../local/interrupt.ts'
import { makeOrganizationPorts } from '../../local/organization-ports.ts'
import { startLocalOrganizationRun } from '../../local/organization-run.ts'
import { makePorts } from '../../local/ports.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { newDirectory } from '../cli/command.ts'
import { ALL, busyKeyOf, OPERATOR, openOrganization, SETTINGS } from '../faults/organization-world.ts'
import { reportMade } from '../support/report-made.ts'

interface Told {
  events: string[]
  planned: Record<string, number>
  ends: Record<string, string>
  lines: string[]
}

/** The caller closes the threads, and stops the endpoint. */
export async function threadsWorld(given: Partial<ThreadData> = {}, most?: number) {
  const { endpoint, organization } = await openOrganization()
  for (const account of ALL) await reportMade(endpoint.url, busyKeyOf(account))
  const folder = newDirectory()
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR }
  const caller = await whoCalls(access)
  const settings = parseSettings(SETTINGS)
  const store = openStore(join(folder, 'store'))
  const told: Told = { events: [], planned: {}, ends: {}, lines: [] }
  const progress = {
    started: () => {},
    of: (account: string, event: EngineEvent) => void told.events.push(`${account} ${event.type} ${event.state}`),
    suspectChecked: () => {},
    planned: (account: string, keys: number) => void Object.assign(told.planned, { [account]: keys }),
    accountEnded: (account: string, end: string) => void Object.assign(told.ends, { [account]: end }),
    print: (line: string) => void told.lines.push(line),
  }
  const threads = makeAccountThreads({
    data: { store: store.location, storeOwner: caller.account, settings, caller, access, env: {}, ...given },
    otherStores: () => [],
    progress,
    recordLost: ({ runId, startedAt }, why) => writeInterruptedRecord(portsHere(), runId, startedAt, why),
    ...(most !== undefined && { most }),
  })
  const run = (spread: () => LocalMachine = () => threads.another().start) =>
    startLocalOrganizationRun({
      ports: {
        ...makeOrganizationPorts({ store, access, runId: 'org-1', listed: null }),
        store,
        now: () => new Date(),
        pause: async () => {},
        caller: async () => caller,
        settings: () => settings,
        otherOpenRun: async () => null,
        notify: async () => {},
        answerCommand: () => '',
      },
      portsOf: () => {
        throw new TypeError('No run may start in this thread')
      },
      runId: 'org-1',
      input: {},
      progress,
      spread,
    })
  const portsHere = () => ({ ...makePorts({ store, settings, caller, access }), isRunOver: async () => false })
  return { endpoint, organization, store, told, threads, run, portsHere }
}
