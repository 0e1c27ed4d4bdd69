// A run that is a part of an organization run learns what it may do from the stored documents alone.
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { PHASES, type Phase } from '../../core/model/closed-sets.ts'
import { runInput } from '../../core/model/documents/input.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { makeStartRun } from '../../functions/start-run.ts'
import { runKey } from '../../io/store/run-store.ts'
import type { StartPort } from '../../steps/ports.ts'
import { errorWith } from '../support/error-facts.ts'
import { CALLER, policyOf } from '../support/facts.ts'
import type { makeMemoryStore } from '../support/memory-store.ts'
import {
  ACCOUNT,
  accountPlanOf,
  HUB,
  listedOf,
  ORG,
  type OrganizationParts,
  OTHER_ACCOUNT,
  organizationInputOf,
  organizationOf,
  ROLES,
  storeWith,
  undoOf,
} from '../support/organization-run.ts'
import { PASS } from '../support/world.ts'

type Store = ReturnType<typeof makeMemoryStore>

interface Forged {
  runId?: string
  input?: unknown
}

/** Starts the run of a phase in an account, with another name or input if the test says so. */
function start(store: Store, phase: Phase, forged: Forged = {}, ports: Partial<StartPort> = {}) {
  const { runId = accountRunId(ORG, phase, ACCOUNT), input = inputOf(phase) } = forged
  const startedAt = '2026-09-11T12:00:00Z'
  return makeStartRun({
    store,
    pause: async () => {},
    caller: async () => CALLER,
    // Nothing of it holds for a part of an organization run.
    settings: () => parseSettings('{ mode: plan, approval: always, policy: { maxKeys: 1, concurrency: 9 } }'),
    execution: async () => ({ runId, startedAt, isRunning: true, input }),
    otherOpenRun: async () => null,
    unheardTopic: async () => 'arn:aws:sns:us-east-1:111122223333:nobody-listens',
    ...ports,
  })({ runId, executionId: `execution:${runId}`, startedAt, pass: PASS })
}

const inputOf = (phase: Phase, account = ACCOUNT, run = ORG) => ({
  organizationRun: { run, account, phase },
  AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: 'arn:aws:states:us-east-1:111122223333:execution:organization:org-1',
})

const storedIn = (store: Store, phase: Phase, account = ACCOUNT) =>
  runInput.parse(JSON.parse(store.objects.get(runKey(accountRunId(ORG, phase, account), 'input.json')) ?? 'null'))

/** Its accounts are not surveyed yet. */
const unsurveyed = (): OrganizationParts => ({ ...organizationOf(), plan: null, decision: null, surveys: {} })

const POLICY = policyOf({ unusedDays: 123, concurrency: 7 })

describe('a part of an organization run', () => {
  const settings = { approval: 'never', approvalDays: 2, keyEvents: 'required', policy: POLICY } as const
  const withSettings = (parts: OrganizationParts): OrganizationParts => ({
    ...parts,
    input: organizationInputOf({ ...settings, undo: parts.input?.undo ?? null }),
  })

  it('surveys in mode plan, with what was settled for the organization run', async () => {
    const store = await storeWith(withSettings(unsurveyed()))
    expect(await start(store, 'survey')).toMatchObject({
      run: { undo: false, storedPlan: false, mode: 'plan', concurrency: 7 },
      plan: { next: 'make' },
    })
    expect(storedIn(store, 'survey')).toMatchObject({
      ...settings,
      ...{ account: ACCOUNT, mode: 'plan', apply: null, undo: null, member: ROLES },
      organizationRun: { run: ORG, phase: 'survey' },
      caller: CALLER,
    })
  })
  it('carries out the plan that the organization plan lists', async () => {
    const store = await storeWith(withSettings(organizationOf()))
    expect(await start(store, 'change')).toMatchObject({
      run: { undo: false, storedPlan: true, mode: 'apply', concurrency: 7 },
      plan: { next: 'take' },
    })
    expect(storedIn(store, 'change')).toMatchObject({
      ...settings,
      ...{ account: ACCOUNT, mode: 'apply', undo: null, member: ROLES },
      apply: { run: `org-1-survey-${ACCOUNT}`, plan: accountPlanOf(ACCOUNT).plan },
      organizationRun: { run: ORG, phase: 'change' },
    })
  })
  it('undoes what the undone organization run changed in the account', async () => {
    const store = await storeWith(withSettings(undoOf()))
    expect(await start(store, 'undo')).toMatchObject({ run: { undo: true, storedPlan: false } })
    expect(storedIn(store, 'undo')).toMatchObject({
      ...{ account: ACCOUNT, apply: null, member: ROLES },
      undo: { run: `org-0-change-${ACCOUNT}`, keys: null },
      organizationRun: { run: ORG, phase: 'undo' },
    })
  })
  it('works in the own account by the roles as well', async () => {
    const store = await storeWith(organizationOf())
    await start(store, 'change', { runId: accountRunId(ORG, 'change', HUB), input: inputOf('change', HUB) })
    expect(storedIn(store, 'change', HUB)).toMatchObject({ account: HUB, member: ROLES })
  })
  it('continues with what it wrote if it is tried again', async () => {
    const store = await storeWith(organizationOf())
    const first = await start(store, 'change')
    const text = store.objects.get(runKey(accountRunId(ORG, 'change', ACCOUNT), 'input.json'))
    expect(await start(store, 'change')).toEqual(first)
    expect(store.objects.get(runKey(accountRunId(ORG, 'change', ACCOUNT), 'input.json'))).toBe(text)
  })
  it('is not refused because nobody listens: only its organization run asks', async () => {
    const parts = organizationOf()
    const input = organizationInputOf({ approval: 'always' })
    expect(await start(await storeWith({ ...parts, input }), 'change')).toMatchObject({ run: { mode: 'apply' } })
  })
  it.each(['survey', 'change'] as const)('ends by the brake: a %s', async (phase) => {
    const store = await storeWith(phase === 'survey' ? unsurveyed() : organizationOf())
    const started = start(store, phase, {}, { settings: () => parseSettings('mode: off') })
    await expect(started).rejects.toThrow(errorWith('SwitchedOff', accountRunId(ORG, phase, ACCOUNT)))
  })
  it('undoes under the brake too', async () => {
    const started = start(await storeWith(undoOf()), 'undo', {}, { settings: () => parseSettings('mode: off') })
    expect(await started).toMatchObject({ run: { undo: true } })
  })
  it('stays within the accounts that a run may work on', async () => {
    const store = await storeWith({ ...organizationOf(), input: organizationInputOf({ allowedAccounts: [HUB] }) })
    await expect(start(store, 'survey')).rejects.toThrow(errorWith('SettingsRefused', ACCOUNT, 'allowedAccounts', HUB))
    const undone = await storeWith({
      ...undoOf(),
      input: organizationInputOf({ allowedAccounts: [HUB], undo: { run: 'org-0', accounts: null } }),
    })
    expect(await start(undone, 'undo')).toMatchObject({ run: { undo: true } })
  })
})

describe('another open run', () => {
  const beside: StartPort['otherOpenRun'] = async (_, keepsOut) => {
    const part = { organizationRun: { run: 'org-9', account: ACCOUNT, phase: 'change' } }
    return keepsOut({ runId: 'other', input: part }) ? 'other' : null
  }
  it('of the same account ends a change', async () => {
    await expect(start(await storeWith(organizationOf()), 'change', {}, { otherOpenRun: beside })).rejects.toThrow(
      errorWith('AnotherRunOpen', accountRunId(ORG, 'change', ACCOUNT), 'other'),
    )
  })
  it('is not looked for by a survey, which writes nothing, nor by an undo, which is urgent', async () => {
    const otherOpenRun = () => Promise.reject(new TypeError('asked'))
    expect(await start(await storeWith(unsurveyed()), 'survey', {}, { otherOpenRun })).toMatchObject({
      run: { mode: 'plan' },
    })
    expect(await start(await storeWith(undoOf()), 'undo', {}, { otherOpenRun })).toMatchObject({ run: { undo: true } })
  })
})

/** What somebody who may start an execution can choose. */
const FORGED: [string, Forged][] = [
  ['another account', { input: inputOf('change', '555555555555') }],
  ['another account that is selected, under the name of this one', { input: inputOf('change', OTHER_ACCOUNT) }],
  ['another account under its name', { runId: `${ORG}-change-555555555555`, input: inputOf('change', '555555555555') }],
  ['another organization run', { input: inputOf('change', ACCOUNT, 'org-2') }],
  [
    'another organization run under its name',
    { runId: `org-2-change-${ACCOUNT}`, input: inputOf('change', ACCOUNT, 'org-2') },
  ],
  ['another phase', { input: inputOf('survey') }],
  ['an undo of what is no undo', { runId: accountRunId(ORG, 'undo', ACCOUNT), input: inputOf('undo') }],
  ['a name of its own', { runId: 'run-1' }],
  ['a mode beside it', { input: { ...inputOf('change'), mode: 'apply' } }],
  ['a policy beside it', { input: { ...inputOf('change'), policy: { unusedDays: 1 } } }],
  ['a plan beside it', { input: { ...inputOf('change'), apply: { run: 'run-0' } } }],
  ['an undo beside it', { input: { ...inputOf('change'), undo: { run: 'run-0' } } }],
  ['roles beside it', { input: { ...inputOf('change'), member: ROLES } }],
  ['roles within it', { input: { organizationRun: { ...inputOf('change').organizationRun, member: ROLES } } }],
  ['an account that is none', { input: inputOf('change', '1234') }],
  ['an account by its ARN', { input: inputOf('change', `arn:aws:iam::${ACCOUNT}:root`) }],
  ['a path as the organization run', { input: inputOf('change', ACCOUNT, '../runs/run-1') }],
  ['no phase', { input: { organizationRun: { run: ORG, account: ACCOUNT } } }],
  ['a phase that there is not', { input: { organizationRun: { run: ORG, account: ACCOUNT, phase: 'delete' } } }],
  ['only an account', { input: { account: ACCOUNT } }],
]

describe('an input reaches no other account by', () => {
  it.each(FORGED)('%s', async (_, forged) => {
    const store = await storeWith(organizationOf())
    const before = [...store.objects.keys()]
    await expect(start(store, 'change', forged)).rejects.toThrow(errorWith('InputRefused'))
    expect([...store.objects.keys()]).toEqual(before)
  })
  it('the documents of an organization run that another account started', async () => {
    const caller = { ...CALLER, account: OTHER_ACCOUNT }
    const store = await storeWith({ ...organizationOf(), input: organizationInputOf({ caller }) })
    await expect(start(store, 'change')).rejects.toThrow(errorWith('InputRefused', OTHER_ACCOUNT, HUB))
  })
  it('a list that selects no longer the account: the run is named with the reason', async () => {
    const parts = organizationOf()
    const accounts = parts.accounts && { ...parts.accounts, accounts: [listedOf(ACCOUNT, { end: 'excluded' })] }
    await expect(start(await storeWith({ ...parts, accounts }), 'survey')).rejects.toThrow(
      errorWith('InputRefused', `org-1-survey-${ACCOUNT}`, ORG, ACCOUNT),
    )
  })

  const anyId = fc.oneof(fc.stringMatching(/^[A-Za-z0-9_-]{1,44}$/), fc.constant(ORG))
  const anyAccount = fc.oneof(fc.stringMatching(/^\d{12}$/), fc.constantFrom(ACCOUNT, OTHER_ACCOUNT))
  const parts = fc.record({ run: anyId, account: anyAccount, phase: fc.constantFrom(...PHASES) })

  it('any name and any input without the stored documents', async () => {
    const names = fc.oneof(fc.constant(null), fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,60}$/))
    await fc.assert(
      fc.asyncProperty(parts, names, async (organizationRun, name) => {
        const { run, account, phase } = organizationRun
        const none = { input: null, accounts: null, plan: null, decision: null, hasRecord: false, surveys: {} }
        const store = await storeWith(none)
        const runId = name ?? accountRunId(run, phase, account)
        await expect(start(store, phase, { runId, input: { organizationRun } })).rejects.toThrow(
          errorWith('InputRefused'),
        )
        expect(store.objects.size).toBe(0)
      }),
    )
  })
  it('any name and any input but those that the documents agree with', async () => {
    await fc.assert(
      fc.asyncProperty(parts, parts, async (asked, { run, account, phase }) => {
        const store = await storeWith(organizationOf())
        const before = store.objects.size
        const runId = accountRunId(run, phase, account)
        await start(store, asked.phase, { runId, input: { organizationRun: asked } }).catch(() => {})
        const stored = store.objects.get(runKey(runId, 'input.json'))
        if (store.objects.size === before) return
        const input = runInput.parse(JSON.parse(stored ?? ''))
        expect([input.account, input.organizationRun]).toEqual([asked.account, { run: ORG, phase: asked.phase }])
        expect([run, account, phase]).toEqual([ORG, asked.account, asked.phase])
        expect([ACCOUNT, OTHER_ACCOUNT, HUB]).toContain(asked.account)
      }),
    )
  })
})
