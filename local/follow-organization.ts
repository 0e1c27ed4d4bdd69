// Runs the state machine for organizations on this machine, shows its progress, stops it cleanly on Ctrl-C, and reads its
// record.
import pMap from 'p-map'
import type { FileAccount } from '../core/model/accounts-file.ts'
import type { OrganizationRecord } from '../core/model/documents/organization-record.ts'
import type { Caller } from '../core/model/facts.ts'
import type { Settings } from '../core/model/settings.ts'
import { messageOf } from '../core/run/execution-end.ts'
import { plain } from '../core/texts/plain.ts'
import type { EngineEvent, ExecutionOptions } from '../engine/step-functions.ts'
import type { RunStore } from '../io/store/run-store.ts'
import type { AskPort, OrganizationPort } from '../steps/ports.ts'
import { organizationDocuments, read } from '../steps/run-documents.ts'
import { type AccountPorts, accountPorts } from './account-run.ts'
import { type AccountThreads, makeAccountThreads } from './account-threads.ts'
import { writeInterruptedRecord } from './interrupt.ts'
import { writeInterruptedOrganization } from './interrupt-organization.ts'
import { wakeIn } from './local-run.ts'
import { makeOrganizationPorts } from './organization-ports.ts'
import { type LocalOrganizationRun, startLocalOrganizationRun } from './organization-run.ts'
import type { OrganizationProgress } from './progress.ts'
import { type AskHere, hasLeft, makeQuestion, type Question } from './question.ts'
import { type CaughtFault, isFirstCause, readEnd } from './run-end.ts'
import { lockHolder, makeRunLock, type RunLock } from './run-lock.ts'
import { type Env, stateDirOf, surveyDirOf } from './state-dir.ts'
import { stopWhenAsked } from './stop-when-asked.ts'
import type { AwsAccess } from './who-calls.ts'

export { nextRunId } from './follow-run.ts'
export { listFirst, makeOrganizationPorts } from './organization-ports.ts'

export interface FinishedOrganizationRun {
  record: OrganizationRecord
  /** record.json as it is stored. */
  json: string
}

export interface FollowOrganizationOptions
  extends Pick<ExecutionOptions, 'delay' | 'limit'>,
    Pick<AskPort, 'answerCommand'> {
  store: RunStore
  /** The other stores of this machine that may know keys of this account. */
  otherStores: (account: string) => RunStore[]
  settings: Settings
  caller: Caller
  access?: AwsAccess
  /** The accounts of a file; null: those of AWS Organizations, or of the settings. */
  listed: FileAccount[] | null
  /** Where the accounts are from, if it was made before; default: `listed`, or AWS Organizations. */
  organization?: OrganizationPort
  runId: string
  /** The execution's input; default: a normal run. */
  input?: object
  /** Decides where this machine keeps the lock of a store that is a bucket. */
  env: Env
  progress: OrganizationProgress
  /** Asks for approval on this terminal too. */
  askHere?: AskHere
  /** A lock that is already held; the run releases it. */
  lock?: RunLock
  /** The account that must own the run store if it is a bucket. With it, runs in accounts use up to four processor cores. */
  storeOwner?: string
}

const now = () => new Date()

/** Runs to the end, or to the first Ctrl-C. @throws NoRecord, and what the run store throws. */
export async function followOrganization(options: FollowOrganizationOptions): Promise<FinishedOrganizationRun> {
  const { store, runId, progress, env } = options
  const surveys = isSurvey(options)
  const stateDir = (surveys ? surveyDirOf : stateDirOf)(store, env)
  const lock = options.lock ?? makeRunLock(stateDir)
  const startedAt = now().toISOString()
  // Beside another survey it goes on without one.
  if (surveys) await lock.takeFor(runId)
  const { run, question, firstFault, threads } = start(options, lock)
  const stopped = stopWhenAsked({ execution: run.execution, question, progress, stateDir, runId })
  try {
    const result = await run.execution.result
    await stopped.settled()
    if (result.status === 'ABORTED') await writeInterruptedRecords(options, run, startedAt)
    const ref = organizationDocuments.record(runId)
    return await readEnd({ store, ref, runId, result, firstFault: firstFault() })
  } finally {
    // After a fault of ours, runs in accounts may be open. The lock is held until the last of their functions has returned.
    if (run.execution.describe().status === 'RUNNING') await run.execution.stop()
    progress.close()
    await question.close()
    // Before the lock: a thread may still write.
    await threads?.close()
    lock.release()
    stopped.off()
  }
}

/** A run that writes nothing to IAM. If the caller gives it a lock, `show` and `stop` see the run by that. */
const isSurvey = ({ settings, input, lock }: FollowOrganizationOptions): boolean =>
  settings.mode === 'plan' && input === undefined && lock === undefined

const RECORDS_AT_ONCE = 10

/** The accounts first: the organization's record is joined from theirs. */
async function writeInterruptedRecords(
  options: FollowOrganizationOptions,
  { openAccountRuns }: LocalOrganizationRun,
  startedAt: string,
): Promise<void> {
  const portsOf = portsHere(options)
  await pMap(
    openAccountRuns(),
    ({ account, runId, startedAt }) => writeInterruptedRecord(portsOf(account), runId, startedAt),
    { concurrency: RECORDS_AT_ONCE },
  )
  await writeInterruptedOrganization(options.store, options.runId, startedAt, now())
}

interface Started {
  run: LocalOrganizationRun
  question: Question
  firstFault: () => CaughtFault | null
  /** null: this thread is the only one. */
  threads: AccountThreads | null
}

function start(options: FollowOrganizationOptions, lock: RunLock): Started {
  const { store, settings, caller, runId, input = {}, env, progress } = options
  let fault: CaughtFault | null = null
  const threads = threadsOf(options)
  const question = makeQuestion({
    ports: { store, now, wake: (token) => wakeIn(run.execution)(token) },
    stateDir: stateDirOf(store, env),
    print: progress.print,
    askHere: options.askHere,
  })
  const run: LocalOrganizationRun = startLocalOrganizationRun({
    ports: {
      ...(options.organization ?? makeOrganizationPorts(options)),
      store,
      now,
      pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      caller: async () => caller,
      settings: () => settings,
      otherOpenRun: ({ runId }) => lock.takeFor(runId),
      notify: question.notify,
      answerCommand: options.answerCommand,
    },
    portsOf: portsHere(options),
    isOpen: async (runId) => (await lockHolder(stateDirOf(store, env))) === runId,
    ...(threads && { spread: threads.spread }),
    runId,
    input,
    progress,
    onEvent: (event) => {
      if (hasLeft(event, ASK)) question.stopAskingHere()
      if (event.type === 'StateCaught' && isFirstCause(event)) fault ??= event
      progress.show(event)
      printWhyNotAsked(event, progress)
      if (event.type === 'StateExited' && LISTS_ACCOUNTS.includes(event.state))
        void nameAccounts(store, runId, progress)
    },
    ...(options.delay && { delay: options.delay }),
    ...(options.limit && { limit: options.limit }),
  })
  return { run, question, firstFault: () => fault, threads }
}

/** The ports of the run in an account, in this thread. */
function portsHere(options: FollowOrganizationOptions): (account: string) => AccountPorts {
  const portsWith = accountPorts(options)
  return (account) => portsWith(options.otherStores(account))
}

function threadsOf(options: FollowOrganizationOptions): AccountThreads | null {
  const { store, otherStores, settings, caller, access, env, progress, storeOwner } = options
  if (storeOwner === undefined) return null
  return makeAccountThreads({
    data: { store: store.location, storeOwner, settings, caller, ...(access && { access }), env: { ...env } },
    otherStores: (account) => otherStores(account).map(({ location }) => location),
    progress,
    recordLost: ({ account, runId, startedAt }, why) =>
      writeInterruptedRecord(portsHere(options)(account), runId, startedAt, why),
  })
}

const ASK = 'Ask for organization approval'
/** After one of these the accounts are stored; of an undo after the first. */
const LISTS_ACCOUNTS = ['Start organization run', 'List accounts']

/** The machine keeps no error of the question, so the record does not have it. */
function printWhyNotAsked(event: EngineEvent, { print }: Pick<OrganizationProgress, 'print'>): void {
  if (event.type !== 'StateCaught' || event.state !== ASK || event.error === 'States.Timeout') return
  print(plain(`keysweep: ${messageOf({ Error: event.error, Cause: event.cause })}`))
}

/** Names are for the eye alone: without them the progress shows ids. */
async function nameAccounts(store: RunStore, runId: string, { named }: OrganizationProgress): Promise<void> {
  const list = await read(store, organizationDocuments.accounts(runId)).catch(() => null)
  if (list === null) return
  named(new Map(list.accounts.flatMap(({ account, name }) => (name === null ? [] : [[account, name] as const]))))
}
