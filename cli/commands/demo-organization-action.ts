// keysweep demo --organization: the real state machines with the real handlers on a made-up organization, served by the same
// local endpoint. It uses no AWS settings of the shell and sends nothing off this machine.
import { join } from 'node:path'
import type { OrganizationRecord } from '../../core/model/documents/organization-record.ts'
import type { Settings } from '../../core/model/settings.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import { OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import { EXCLUDING_TAG } from '../../demo/made-up-accounts.ts'
import { madeUpOrganization } from '../../demo/made-up-organization.ts'
import { installOrganizationSurprises } from '../../demo/organization-surprises.ts'
import { openStore } from '../../io/store/open-store.ts'
import { organizationKey } from '../../io/store/run-store.ts'
import { DEMO_STORE } from '../../local/demo-store.ts'
import { type FinishedOrganizationRun, followOrganization, nextRunId } from '../../local/follow-organization.ts'
import type { RunLock } from '../../local/run-lock.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { exitCodeOfOrganization } from '../exit-code.ts'
import { makeAskOrganizationHere } from '../follow/ask-organization-here.ts'
import { makeOrganizationProgress } from '../follow/organization-progress.ts'
import { composeSettings } from '../options/settings.ts'
import { answerCommandFor, COMMAND } from '../render/answer-line.ts'
import { showOrganizationRecord } from '../render/shown-organization.ts'
import { isInteractive, type Terminal } from '../render/terminal.ts'
import type { DemoOptions } from './demo.ts'
import { emptyStore, modeOf, REPORT_SECONDS, shortDelay } from './demo-parts.ts'

/** The default cap is 5 % of all active keys, and such a plan asks a person. Here about 15 % are stale. */
const MAX_PERCENT = 25

/** Runs the demo and shows it. @returns the exit code. @throws UsageError for an option */
export async function demoOrganization(options: DemoOptions, terminal: Terminal): Promise<number> {
  const settings = organizationSettings(options)
  const runId = nextRunId()
  const lock = await emptyStore(runId, terminal)
  const { organization, hub } = madeUpOrganization(new Date())
  const endpoint = await startEndpoint({ account: hub, organization, reportSeconds: REPORT_SECONDS })
  try {
    installOrganizationSurprises(endpoint, organization)
    const { accounts, units } = organization
    terminal.stderr.write(
      `Demo on a made-up AWS Organization with ${accounts.length} accounts in ${units.length} organizational units.\nIts endpoint runs on this machine (${endpoint.url}). Nothing is sent to AWS.\n\n`,
    )
    const finished = await runDemo(endpoint, { settings, runId, lock, terminal })
    showOrganizationRecord(finished, options, terminal)
    if (!options.json) terminal.stdout.write(recordLines(finished.record))
    return exitCodeOfOrganization(finished.record)
  } finally {
    lock.release()
    await endpoint.stop()
  }
}

/** Options may change the policy; what is left out belongs to the made-up organization. @throws UsageError */
function organizationSettings(options: DemoOptions): Settings {
  const { settings } = composeSettings(modeOf(options), options, null)
  const exceptTags = [`${EXCLUDING_TAG.key}=${EXCLUDING_TAG.value}`]
  return { ...settings, organization: { ...settings.organization, exceptTags, maxPercent: MAX_PERCENT } }
}

interface DemoRun {
  settings: Settings
  runId: string
  lock: RunLock
  terminal: Terminal
}

async function runDemo(
  endpoint: Endpoint,
  { settings, runId, lock, terminal }: DemoRun,
): Promise<FinishedOrganizationRun> {
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR_CREDENTIALS }
  const store = openStore(DEMO_STORE)
  return followOrganization({
    store,
    otherStores: () => [],
    settings,
    caller: await whoCalls(access),
    access,
    listed: null,
    runId,
    env: terminal.env,
    progress: makeOrganizationProgress(terminal),
    answerCommand: answerCommandFor(store, terminal.env),
    lock,
    ...(isInteractive(terminal) && { askHere: makeAskOrganizationHere({ runId, terminal }) }),
    delay: shortDelay,
  })
}

const recordLines = ({ runId }: OrganizationRecord): string =>
  `Record       ${join(DEMO_STORE, organizationKey(runId, 'record.json'))}\nShow again   ${COMMAND} show ${runId} --store ${DEMO_STORE}\n`
