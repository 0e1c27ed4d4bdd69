// Organization runs in the engine, over a run store in memory. The account machine is a stand-in that leaves in the store what
// its runs leave there: what they do is tested elsewhere.
import type { DecisionAnswer, Phase, Status } from '../../core/model/closed-sets.ts'
import type { OrganizationApprovalWanted, OrganizationEnded } from '../../core/model/messages.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { KeysweepEvent } from '../../core/notify/event-schemas.ts'
import type { FoundAccount } from '../../core/run/organization/select.ts'
import { makePlan } from '../../core/run/plan.ts'
import { type Execution, type LocalMachine, startExecution } from '../../engine/step-functions.ts'
import { organizationTokenPrefix } from '../../io/store/run-store.ts'
import { describedBy, wakeIn } from '../../local/local-run.ts'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import definition from '../../statemachine/organization.asl.json' with { type: 'json' }
import type { OrganizationRunPorts } from '../../steps/ports.ts'
import { documents, organizationDocuments, put, putPlan, readOrganizationPlan } from '../../steps/run-documents.ts'
import { CALLER } from './facts.ts'
import { makeMemoryStore } from './memory-store.ts'
import { foundAccount, HUB, MANAGEMENT, MEMBER } from './organization.ts'
import { recordOf } from './record-parts.ts'
import { suspectsOf } from './stored.ts'
import { inputOf, plannedKeyOf } from './waiting.ts'

export const ACCOUNT_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:keysweep'
const AT = new Date('2026-09-11T12:00:00Z')

/** What an account is like. */
export interface AccountScene extends Partial<FoundAccount> {
  /** Stale keys; 0 unless given. */
  keys?: number
  /** How its runs end, where not as they should. */
  survey?: Status | 'no record'
  change?: Status | 'no record'
  undo?: Status | 'no record'
  /** The error in the record of its survey. */
  error?: string
}

export interface OrganizationScene {
  settings?: string
  accounts?: Record<string, AccountScene>
  /** The answer of a person to the question; nobody answers unless given. */
  answer?: { answer: Exclude<DecisionAnswer, 'expired'>; leftOut?: string[]; leftOutAccounts?: string[] }
  ports?: Partial<OrganizationRunPorts>
}

export type OrganizationWorld = ReturnType<typeof openOrganizationWorld>

export function openOrganizationWorld({
  settings = '{ mode: apply }',
  accounts = {},
  answer,
  ports: given,
}: OrganizationScene) {
  const store = makeMemoryStore()
  const asked: OrganizationApprovalWanted[] = []
  const ended: OrganizationEnded[] = []
  const events: KeysweepEvent[] = []
  const children: { name: string; input: unknown }[] = []
  const payloads: Record<string, unknown> = {}
  /** What each function was called with last, to call it again. */
  const received: Record<string, Record<string, unknown>> = {}
  const child: LocalMachine = (start) => {
    children.push(start)
    return childOf(store, accounts, start)
  }

  function startRun(name: string, input: unknown = {}): Execution {
    const notify = async (message: OrganizationApprovalWanted) => {
      asked.push(message)
      if (answer !== undefined) setImmediate(() => void decide(name, answer))
    }
    const ports: OrganizationRunPorts = {
      store,
      now: () => AT,
      pause: async () => {},
      caller: async () => ({ ...CALLER, account: HUB }),
      settings: () => parseSettings(settings),
      otherOpenRun: async () => null,
      foundAccounts: async () => ({
        source: 'organizations',
        organizationId: 'o-aaaaaaaaaa',
        managementAccount: MANAGEMENT,
        accounts: Object.entries(accounts).map(([account, fields]) => foundAccount(account, foundFields(fields))),
      }),
      tagsOf: async () => ({}),
      answerCommand: (runId) => `keysweep approve ${runId}`,
      publish: async (sent) => void events.push(...sent),
      notifyOutcome: async (message) => void ended.push(message),
      showCommand: (runId) => `keysweep show ${runId}`,
      ...given,
      notify: given?.notify ?? notify,
      execution: describedBy(() => execution),
    }
    const handlers = makeOrganizationHandlers(ports)
    const functions = Object.fromEntries(
      Object.entries(handlers).map(([placeholder, handler]) => [
        placeholder,
        async (payload: unknown) => {
          received[placeholder] = payload as Record<string, unknown>
          payloads[placeholder] = await handler(payload)
          return payloads[placeholder]
        },
      ]),
    )
    const placeholders = Object.fromEntries(Object.keys(handlers).map((placeholder) => [placeholder, placeholder]))
    const execution: Execution = startExecution({
      definition,
      substitutions: { Partition: 'aws', AccountMachineArn: ACCOUNT_MACHINE, ...placeholders },
      functions,
      machines: { [ACCOUNT_MACHINE]: child },
      name,
      machineName: 'keysweep-organization',
      input,
      now: () => AT,
      delay: () => 0,
    })
    wake = wakeIn(execution)
    again = handlers
    return execution
  }

  let again: ReturnType<typeof makeOrganizationHandlers> = {}
  let wake: (token: string) => Promise<boolean> = async () => false

  async function decide(
    runId: string,
    { answer, leftOut = [], leftOutAccounts = [] }: NonNullable<OrganizationScene['answer']>,
  ) {
    const plan = (await readOrganizationPlan(store, runId))?.sha256 ?? ''
    await put(store, organizationDocuments.decision(runId), {
      ...{
        runId,
        plan,
        answer,
        by: 'ann',
        userId: 'AROA:ann',
        at: AT.toISOString(),
        reason: null,
        leftOut,
        leftOutAccounts,
      },
    })
    for (const key of await store.list(organizationTokenPrefix(runId))) await wake((await store.get(key)) ?? '')
  }

  /** Calls a function of the last run once more, by its placeholder. */
  const callAgain = (placeholder: string, event: object = received[placeholder] ?? {}) => again[placeholder]?.(event)

  return { store, objects: store.objects, asked, ended, events, children, payloads, received, callAgain, startRun }
}

const foundFields = ({ name, state, path, joinedAt, member }: AccountScene): Partial<FoundAccount> =>
  Object.fromEntries(Object.entries({ name, state, path, joinedAt, member }).filter(([, value]) => value !== undefined))

/** An execution of the account machine that has ended, with its documents in the store. */
function childOf(
  store: ReturnType<typeof makeMemoryStore>,
  accounts: Record<string, AccountScene>,
  start: { name: string; input: unknown },
): Execution {
  const { organizationRun } = start.input as { organizationRun: { run: string; account: string; phase: Phase } }
  const { run, account, phase } = organizationRun
  const leave = async () => {
    const status = await leaveDocuments(store, start.name, { run, account, phase }, accounts[account] ?? {})
    if (status === 'refused') throw new TypeError('as the scene says')
  }
  return startExecution({
    definition: {
      StartAt: 'Leave',
      States: {
        Leave: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'leave', Payload: {} },
          End: true,
        },
      },
    },
    substitutions: {},
    functions: { leave },
    name: start.name,
    machineName: 'keysweep',
    input: start.input,
    now: () => AT,
  })
}

async function leaveDocuments(
  store: ReturnType<typeof makeMemoryStore>,
  runId: string,
  { run, account, phase }: { run: string; account: string; phase: Phase },
  scene: AccountScene,
): Promise<Status> {
  const { settings: _, ...organization } = { settings: null, ...(await readInput(store, run)) }
  const { approval, policy } = organization
  const input = inputOf({
    runId,
    account,
    mode: phase === 'survey' ? 'plan' : 'apply',
    organizationRun: { run, phase },
    member: MEMBER,
    approval,
    policy,
    passSha256: 'f00d',
  })
  await put(store, documents.input(runId), input)
  const count = scene.keys ?? 0
  const keys = Array.from({ length: count }, (_, n) => plannedKeyOf(n))
  const status = scene[phase] ?? statusOf(phase, count)
  const counts = {
    stale: count,
    deactivated: status === 'deactivated' ? count : 0,
    reactivated: status === 'reactivated' ? count : 0,
  }
  const facts = {
    runId,
    account,
    mode: input.mode,
    approval,
    policy,
    stale: keys,
    activeKeys: 1000,
    witness: { complete: true as const },
  }
  const isMade =
    (phase === 'survey' && (status === 'planned' || status === 'nothing to do')) ||
    (phase === 'change' && (status === 'deactivated' || status === 'some keys failed'))
  const plan = isMade ? await putPlan(store, makePlan(facts, AT)) : null
  if (isMade) await put(store, documents.suspects(runId), suspectsOf({ activeKeysNotExempt: 1000 }))
  if (status === 'no record') return 'refused'
  const record = recordOf({ runId })
  await put(store, documents.record(runId), {
    ...record,
    ...{
      account,
      status,
      error: scene.error === undefined || phase !== 'survey' ? null : { name: scene.error, message: 'no' },
    },
    counts: { ...record.counts, ...counts },
    plan: plan && { sha256: plan.sha256, keys: count },
  })
  return status
}

const readInput = async (store: ReturnType<typeof makeMemoryStore>, run: string) => {
  const text = await store.get(organizationDocuments.input(run).key)
  return organizationDocuments.input(run).parse(text ?? '')
}

function statusOf(phase: Phase, keys: number): Status {
  if (keys === 0) return 'nothing to do'
  return ({ survey: 'planned', change: 'deactivated', undo: 'reactivated' } as const)[phase]
}
