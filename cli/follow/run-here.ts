// Starts a run on this machine with the shell's credentials, follows it and shows its record.
import type { Caller } from '../../core/model/facts.ts'
import { refuseOtherAccount, type Settings } from '../../core/model/settings.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { type RunStore, runKey } from '../../io/store/run-store.ts'
import { withHistoryOf } from '../../local/other-history.ts'
import { whoCalls } from '../../local/who-calls.ts'
import { refuseOddId } from '../../views/find-run.ts'
import { refuseToWrite } from '../../views/store-survey.ts'
import { exitCodeOf } from '../exit-code.ts'
import type { AwsOptions } from '../options/aws.ts'
import { listsOf } from '../options/lists.ts'
import { otherStores, refuseUsedId, storeOption } from '../options/store.ts'
import { answerCommandFor } from '../render/answer-line.ts'
import { nextLine } from '../render/next-line.ts'
import { showRecord } from '../render/shown-record.ts'
import { isInteractive, type Terminal } from '../render/terminal.ts'
import { makeAskHere } from './ask-here.ts'
import { bothEnded } from './both-ended.ts'

export interface HereOptions {
  /** The run store for this caller. */
  storeFor: (caller: Caller) => RunStore
  settings: Settings
  /** The execution's input; default: a normal run. */
  input?: object
  options: { runId?: string; json?: boolean; summary?: boolean; all?: boolean } & AwsOptions
  /** The text above the progress. */
  head: (runId: string, caller: Caller) => string
  /** The options under which its plan is made, as words. */
  made?: readonly string[]
  /** The settings file with mode off, which refuses --apply; null: none does. */
  switchedOffBy?: string | null
  /** Asks a person whether to go on, before anything is written. */
  confirm?: (caller: Caller) => Promise<void>
}

/** @returns the exit code. @throws UsageError, NotConfirmed, CannotAsk, NoRecord, and what AWS and the run store throw. */
export async function runHere(run: HereOptions, terminal: Terminal): Promise<number> {
  const { storeFor, settings, input, options, head, confirm, made, switchedOffBy = null } = run
  listsOf(options)
  if (options.runId !== undefined) refuseOddId(options.runId)
  const { caller, follow, nextRunId, makePorts, makeProgress } = await callerAndEngine(settings)
  const store = storeFor(caller)
  const { knowsAccount } = await refuseToWrite(store, caller.account)
  const others = otherStores(store, caller.account, terminal)
  const isUndo = input !== undefined && 'undo' in input
  if (settings.mode === 'apply' && !isUndo && !knowsAccount) nameNew(store, others, caller, terminal)
  if (options.runId !== undefined) await refuseUsedId(store, options.runId)
  const runId = options.runId ?? nextRunId()
  terminal.stderr.write(`${head(runId, caller)}\n\n`)
  await confirm?.(caller)
  const finished = await follow({
    ports: makePorts({ store: withHistoryOf(store, others), settings, caller }),
    runId,
    ...(input && { input }),
    env: terminal.env,
    progress: makeProgress(terminal),
    answerCommand: answerCommandFor(store, terminal.env),
    ...(isInteractive(terminal) && { askHere: makeAskHere({ runId, terminal }) }),
  })
  showRecord(finished, options, terminal)
  terminal.stderr.write(`Record       ${plainLine(store.location)}/${runKey(runId, 'record.json')}\n`)
  const { profile, region } = options
  terminal.stderr.write(
    nextLine(finished.record, { store: storeOption(store, terminal), profile, region, made, switchedOffBy }),
  )
  return exitCodeOf(finished.record)
}

/** Loads the engine while GetCallerIdentity is under way, and not before: a person waits for its answer. @throws as `allowedCaller` */
async function callerAndEngine(settings: Settings) {
  const sent = Promise.withResolvers<void>()
  // A question that fails before it is sent has no engine to load.
  const asking = allowedCaller(settings, sent.resolve).catch((error) => {
    sent.reject(error)
    throw error
  })
  const [caller, modules] = await bothEnded(asking, sent.promise.then(loadEngine))
  return { caller, ...modules }
}

async function loadEngine() {
  // The request goes out in the next turns of the event loop.
  await new Promise((resolve) => setTimeout(resolve, 5))
  const [{ follow, nextRunId }, { makePorts }, { makeProgress }] = await Promise.all([
    import('../../local/follow-run.ts'),
    import('../../local/ports.ts'),
    import('./progress.ts'),
  ])
  return { follow, nextRunId, makePorts, makeProgress }
}

/** Who calls, with the alias of the account. @throws SettingsRefused for an account that the settings do not allow */
async function allowedCaller(settings: Settings, onSent: () => void): Promise<Caller> {
  const caller = await whoCalls({}, onSent)
  refuseOtherAccount(settings, caller.account)
  // IAM's client was loaded while GetCallerIdentity ran.
  const { readAccountAlias } = await import('../../io/iam/account-alias.ts')
  return { ...caller, accountAlias: await readAccountAlias() }
}

/** A reactivated key is kept for a term only if a store knows of it. */
function nameNew(store: RunStore, others: RunStore[], { account }: Caller, { stderr }: Terminal): void {
  const more = others.map(({ location }) => location).join(', ')
  const read = more === '' ? '' : ` It also reads ${more}.`
  const line = `Run store ${store.location} has no run on account ${account} yet. So it does not know which keys were reactivated.${read} If another store has runs on this account, name it with --store.`
  stderr.write(`${plainLine(line)}\n\n`)
}
