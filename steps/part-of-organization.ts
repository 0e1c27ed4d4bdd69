// What holds for a run that is a part of an organization run. All of it is stored: the input of the execution names only what
// the stored documents must say.
import type { RunInput } from '../core/model/documents/input.ts'
import type { OrganizationInput } from '../core/model/documents/organization-input.ts'
import { InputRefused } from '../core/model/errors.ts'
import type { AskedOrganizationRun, RunSettings } from '../core/model/execution-input.ts'
import type { Caller } from '../core/model/facts.ts'
import { accountRunId } from '../core/model/ids.ts'
import { refuseOtherAccount } from '../core/model/settings.ts'
import type { Admitted } from '../core/run/organization/admission.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { passGate } from './organization-gate.ts'

export type Settled = RunSettings & Pick<RunInput, 'account' | 'organizationRun' | 'member'>

/** @throws InputRefused if the documents of the organization run do not let the run do its phase; SettingsRefused; what the run store throws */
export async function settlePart(
  store: RunStore,
  runId: string,
  { run, account, phase }: AskedOrganizationRun,
  caller: Caller,
): Promise<Settled> {
  const organizationRun = { run, phase }
  const { input, listed, change } = await passGate(store, { runId, account, organizationRun }, null, InputRefused)
  if (input.caller.account !== caller.account)
    throw new InputRefused(
      `Run ${runId} refused: organization run ${run} belongs to account ${input.caller.account}, and this is account ${caller.account}`,
    )
  if (phase !== 'undo') refuseOtherAccount(input, account)
  const { mode, approval, approvalDays, allowedAccounts, keyEvents, policy } = input
  return {
    ...{ approval, approvalDays, allowedAccounts, keyEvents, policy },
    mode: phase === 'survey' ? 'plan' : mode,
    ...askedOf(account, input, change),
    account,
    organizationRun,
    member: listed.member,
  }
}

/** The run that is undone, or whose plan is carried out. */
function askedOf(
  account: string,
  { undo }: OrganizationInput,
  change: Admitted['change'],
): Pick<RunInput, 'undo' | 'apply'> {
  return {
    undo: undo && { run: accountRunId(undo.run, 'change', account), keys: null },
    apply: change?.source ?? null,
  }
}
