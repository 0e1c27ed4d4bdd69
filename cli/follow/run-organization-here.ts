// Starts an organization run on this machine with the shell's credentials, follows it and shows its record.

import type { FileAccount } from '../../core/model/accounts-file.ts'
import type { Caller } from '../../core/model/facts.ts'
import type { Settings } from '../../core/model/settings.ts'
import { accountText } from '../../core/texts/account-text.ts'
import { plain, plainLine } from '../../core/texts/plain.ts'
import { organizationKey, type RunStore } from '../../io/store/run-store.ts'
import { endAtSignal } from '../../local/signals.ts'
import { whoCalls, withProfiles } from '../../local/who-calls.ts'
import { refuseOddOrganizationId } from '../../views/organizations.ts'
import { refuseToWrite } from '../../views/store-survey.ts'
import { exitCodeOfOrganization } from '../exit-code.ts'
import type { AwsOptions } from '../options/aws.ts'
import { listsOf } from '../options/lists.ts'
import { otherStores, ownerOf, refuseUsedId, storeOption } from '../options/store.ts'
import { answerCommandFor } from '../render/answer-line.ts'
import { organizationNextLine } from '../render/next-line.ts'
import { proseLines } from '../render/section.ts'
import { showOrganizationRecord } from '../render/shown-organization.ts'
import { isInteractive, type Terminal } from '../render/terminal.ts'
import { makeAskOrganizationHere } from './ask-organization-here.ts'
import { bothEnded } from './both-ended.ts'

export interface OrganizationHere {
  /** The run store for this caller. */
  storeFor: (caller: Caller) => RunStore
  settings: Settings
  /** The execution's input; default: a normal run. */
  input?: object
  /** The accounts of a file; null: those of AWS Organizations, or of the settings. */
  listed: FileAccount[] | null
  options: { runId?: string; json?: boolean; summary?: boolean; all?: boolean } & AwsOptions
  /** "Organization run", "Undo" */
  what: string
  /** The text between the first line and the progress. */
  head: string
  /** The words of the run's command, by which a plan is carried out. */
  made?: readonly string[]
  /** Asks a person whether to go on, before anything is written. */
  confirm?: (caller: Caller) => Promise<void>
}

/** @returns the exit code. @throws UsageError, NotConfirmed, CannotAsk, NoRecord, and what AWS and the run store throw. */
export async function runOrganizationHere(run: OrganizationHere, terminal: Terminal): Promise<number> {
  const { storeFor, settings, input, listed, options, made } = run
  listsOf(options)
  if (options.runId !== undefined) refuseOddOrganizationId(options.runId)
  const loading = Promise.all([import('../../local/follow-organization.ts'), import('./organization-progress.ts')])
  const [caller, [local, { makeOrganizationProgress }]] = await bothEnded(whoCallsFor(listed ?? []), loading)
  const store = storeFor(caller)
  await refuseToWrite(store, caller.account)
  if (options.runId !== undefined) await refuseUsedId(store, options.runId)
  const runId = options.runId ?? local.nextRunId()
  const ports = local.makeOrganizationPorts({ store, runId, listed })
  const organization = input === undefined ? await beforeAll(() => local.listFirst(ports, settings), terminal) : ports
  terminal.stderr.write(`${headText(run, runId, caller, terminal)}\n\n`)
  await run.confirm?.(caller)
  const finished = await local.followOrganization({
    store,
    otherStores: (account) => otherStores(store, account, terminal),
    settings,
    caller,
    listed,
    runId,
    organization,
    ...(input && { input }),
    env: terminal.env,
    progress: makeOrganizationProgress(terminal),
    answerCommand: answerCommandFor(store, terminal.env),
    storeOwner: ownerOf(terminal.env, caller.account),
    ...(isInteractive(terminal) && { askHere: makeAskOrganizationHere({ runId, terminal }) }),
  })
  showOrganizationRecord(finished, options, terminal)
  terminal.stderr.write(`Record       ${plainLine(store.location)}/${organizationKey(runId, 'record.json')}\n`)
  const { profile, region } = options
  terminal.stderr.write(
    organizationNextLine(finished.record, { store: storeOption(store, terminal), profile, region, made }),
  )
  return exitCodeOfOrganization(finished.record)
}

/** A service may not answer for seconds: Ctrl-C has nothing to finish yet. */
async function beforeAll<T>(ask: () => Promise<T>, { stderr }: Terminal): Promise<T> {
  const off = endAtSignal(stderr)
  try {
    return await ask()
  } finally {
    off()
  }
}

function headText({ what, head }: OrganizationHere, runId: string, caller: Caller, { stderr }: Terminal): string {
  const { account, accountAlias, arn } = caller
  const first = `${what} ${runId} from account ${accountText(account, accountAlias)}, as ${plain(arn)}`
  return [...proseLines(first, stderr), head].join('\n')
}

async function whoCallsFor(listed: FileAccount[]): Promise<Caller> {
  const profiles = listed.flatMap(({ member }) => member?.profile ?? [])
  const caller = await withProfiles(await whoCalls(), profiles)
  const { readAccountAlias } = await import('../../io/iam/account-alias.ts')
  return { ...caller, accountAlias: await readAccountAlias() }
}
