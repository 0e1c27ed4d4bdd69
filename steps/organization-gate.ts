// The gate to every other account than the own one. A run that is a part of an organization run asks it when it starts, when
// it takes its plan, and again for every key. It reads what the organization run has stored.
import type { AccountList } from '../core/model/documents/account-list.ts'
import type { RunInput } from '../core/model/documents/input.ts'
import type { OrganizationPlan } from '../core/model/documents/organization-plan.ts'
import { PlanRefused } from '../core/model/errors.ts'
import { type Admitted, type AdmittedChange, admit, type Part } from '../core/run/organization/admission.ts'
import { planHash } from '../core/run/plan.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type Named, readOnce } from './read-once.ts'
import { type DocumentRef, isStored, organizationDocuments, read, readStored } from './run-documents.ts'

/** The sha256 of the two documents that list every account. They bind the keys of a run's plan to what was decided. */
export interface Bound {
  accounts: string
  plan: string
}

export interface Passed extends Admitted {
  /** null in every phase but `change`. */
  bound: Bound | null
}

type Refusal = new (message: string) => Error

/**
 * What the run may do in its account.
 * @param bound which list and which plan of the organization run it must be; null: those that are stored
 * @throws PlanRefused, or `Refused`, if the documents do not let the run do its phase; what the run store throws
 */
export async function passGate(
  store: RunStore,
  part: Part,
  bound: Bound | null = null,
  Refused: Refusal = PlanRefused,
): Promise<Passed> {
  const { run, phase } = part.organizationRun
  const isChange = phase === 'change'
  const [input, accounts, plan, decision, hasRecord] = await Promise.all([
    read(store, organizationDocuments.input(run)),
    readNamed(store, organizationDocuments.accounts(run), accountsOnce, bound?.accounts),
    isChange ? readNamed(store, organizationDocuments.plan(run), planOnce, bound?.plan) : null,
    isChange ? read(store, organizationDocuments.decision(run)) : null,
    isStored(store, organizationDocuments.record(run)),
  ])
  const stored = plan && { plan: plan.value, sha256: plan.sha256 }
  const admission = admit(part, { input, accounts: accounts?.value ?? null, plan: stored, decision, hasRecord })
  if ('refused' in admission)
    throw new Refused(`Run ${part.runId} refused because of organization run ${run}: ${admission.refused}`)
  return { ...admission, bound: accounts && plan && { accounts: accounts.sha256, plan: plan.sha256 } }
}

const accountsOnce = readOnce<AccountList>()
const planOnce = readOnce<OrganizationPlan>()

/** @throws PlanRefused if it has another hash than `sha256` */
const readNamed = <T>(
  store: RunStore,
  ref: DocumentRef<T>,
  once: ReturnType<typeof readOnce<T>>,
  sha256: string | undefined,
): Promise<Named<T> | null> =>
  once(store, ref.key, sha256, async () => {
    const stored = await readStored(store, ref)
    if (stored === null) return null
    const found = planHash(stored.text)
    if (sha256 === undefined || found === sha256) return { value: stored.document, sha256: found }
    throw new PlanRefused(`Cannot use ${ref.key}: its sha256 must be ${sha256}, and is ${found}. Start a new run.`)
  })

/** The run as a part of its organization run; null: it is a run of its own. */
export const partOf = ({ runId, account, organizationRun }: RunInput): Part | null =>
  organizationRun && { runId, account, organizationRun }

/**
 * What a part of an organization run may change in its account; null: the run is one of its own.
 * @throws PlanRefused if the documents of the organization run do not let it change anything
 */
export async function passToChange(
  store: RunStore,
  run: RunInput,
  bound: Bound | null,
): Promise<(AdmittedChange & { bound: Bound | null }) | null> {
  const part = partOf(run)
  if (part === null) return null
  const { change, listed, bound: found } = await passGate(store, part, bound)
  if (change === null || JSON.stringify(listed.member) !== JSON.stringify(run.member))
    throw new PlanRefused(
      `Run ${run.runId} refused: organization run ${part.organizationRun.run} does not let it change keys of account ${run.account} with the roles or the profile of its input`,
    )
  return { ...change, bound: found }
}
