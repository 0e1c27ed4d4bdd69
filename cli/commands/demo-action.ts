// keysweep demo: the real state machine with the real handlers on a made-up account, served by a local IAM endpoint.
// It uses no AWS settings of the shell and sends nothing off this machine.

import { join } from 'node:path'
import type { Intent, KeyOutcome } from '../../core/model/documents/key.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { MILLISECONDS_PER_DAY } from '../../core/model/instants.ts'
import type { Settings } from '../../core/model/settings.ts'
import { plainJson } from '../../core/texts/plain.ts'
import { type Account, findUser } from '../../demo/account.ts'
import { type Endpoint, startEndpoint } from '../../demo/endpoint.ts'
import { madeUpAccount, OPERATOR_CREDENTIALS } from '../../demo/made-up-account.ts'
import { EXEMPT_PATHS } from '../../demo/made-up-user.ts'
import { installSurprises } from '../../demo/surprises.ts'
import { openStore } from '../../io/store/open-store.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { DEMO_STORE } from '../../local/demo-store.ts'
import { type FinishedRun, follow, nextRunId } from '../../local/follow-run.ts'
import { makePorts } from '../../local/ports.ts'
import type { RunLock } from '../../local/run-lock.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { documents, put } from '../../steps/run-documents.ts'
import { exitCodeOf } from '../exit-code.ts'
import { makeAskHere } from '../follow/ask-here.ts'
import { makeProgress } from '../follow/progress.ts'
import { askedPolicy, composeSettings } from '../options/settings.ts'
import { answerCommandFor, COMMAND } from '../render/answer-line.ts'
import { BROUGHT_BACK, OLDER_RUN_DAYS, storySection } from '../render/demo-story.ts'
import { recordText } from '../render/record-text.ts'
import { coloursFor, columnsOf, isInteractive, type Terminal } from '../render/terminal.ts'
import type { DemoOptions } from './demo.ts'
import { emptyStore, modeOf, REPORT_SECONDS, shortDelay } from './demo-parts.ts'

/** Runs the demo and shows it. @returns the exit code. @throws UsageError for an option */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const { settings } = demoSettings(options)
  const runId = nextRunId()
  const lock = await emptyStore(runId, terminal)
  const account = madeUpAccount(new Date())
  const endpoint = await startEndpoint({ account, reportSeconds: REPORT_SECONDS })
  try {
    installSurprises(endpoint)
    terminal.stderr.write(
      `Demo on a made-up AWS account with ${account.users.length} users.\nIts IAM endpoint runs on this machine (${endpoint.url}). Nothing is sent to AWS.\n\n`,
    )
    const finished = await runDemo(endpoint, { settings, runId, lock, terminal })
    show(finished, options, terminal)
    return exitCodeOf(finished.record)
  } finally {
    lock.release()
    await endpoint.stop()
  }
}

/** Options may change the policy; the exempt path belongs to the made-up account. @throws UsageError */
function demoSettings(options: DemoOptions) {
  // Checked before the demo's own path is added: an error then shows only what was typed.
  askedPolicy(options)
  return composeSettings(
    modeOf(options),
    { ...options, exemptPath: [...EXEMPT_PATHS, ...(options.exemptPath ?? [])] },
    null,
  )
}

interface DemoRun {
  settings: Settings
  runId: string
  lock: RunLock
  terminal: Terminal
}

async function runDemo(endpoint: Endpoint, { settings, runId, lock, terminal }: DemoRun): Promise<FinishedRun> {
  const access = { endpoint: endpoint.url, region: 'us-east-1', credentials: OPERATOR_CREDENTIALS }
  const store = openStore(DEMO_STORE)
  await leaveOlderRun(store, endpoint.account, new Date())
  const caller = await whoCalls(access)
  return follow({
    ports: makePorts({ store, settings, caller, access }),
    runId,
    env: terminal.env,
    progress: makeProgress(terminal),
    answerCommand: answerCommandFor(store, terminal.env),
    lock,
    ...(isInteractive(terminal) && { askHere: makeAskHere({ runId, terminal }) }),
    delay: shortDelay,
  })
}

function show({ record, json }: FinishedRun, options: DemoOptions, terminal: Terminal): void {
  const { stdout, env } = terminal
  if (options.json) return void stdout.write(`${plainJson(json)}\n`)
  const style = { columns: columnsOf(stdout), colours: coloursFor(stdout, env) }
  stdout.write(`\n${recordText(record, style, [storySection(record, style)])}${recordLines(record)}`)
}

const recordLines = ({ runId }: RunRecord): string =>
  `Record       ${join(DEMO_STORE, 'runs', runId, 'record.json')}\nShow again   ${COMMAND} show ${runId} --store ${DEMO_STORE}\n`

/** Puts into the store what an older run wrote about the key that was reactivated. @throws what the run store throws */
async function leaveOlderRun(store: RunStore, account: Account, now: Date): Promise<void> {
  const accessKeyId = findUser(account, BROUGHT_BACK)?.keys[0]?.id
  if (accessKeyId === undefined) throw new TypeError(`The made-up account has no key of ${BROUGHT_BACK}`)
  const at = new Date(now.getTime() - OLDER_RUN_DAYS * MILLISECONDS_PER_DAY)
  const run = { runId: `${at.toISOString().slice(0, 10)}-older-run`, user: BROUGHT_BACK, accessKeyId }
  const intent: Intent = { ...run, action: 'deactivate', at: at.toISOString(), attempt: '' }
  const outcome: KeyOutcome = { ...run, outcome: 'deactivated', reason: null, sent: true, at: at.toISOString() }
  await put(store, documents.intent(accessKeyId, run.runId, 1), intent)
  await put(store, documents.outcome(accessKeyId, run.runId), outcome)
}
