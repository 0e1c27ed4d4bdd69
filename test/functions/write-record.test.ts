// The last word of a run: what it joins, whose it is, and who hears of it.

import { describe, expect, it } from '@jest/globals'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { NoticeFailed, StoreUnavailable } from '../../core/model/errors.ts'
import { accountRunId } from '../../core/model/ids.ts'
import type { RunEnded } from '../../core/model/messages.ts'
import type { KeysweepEvent } from '../../core/notify/event-schemas.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { messageText } from '../../core/texts/message-text.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { reasonText } from '../../core/texts/verdict-text.ts'
import { makeWriteRecord } from '../../functions/write-record.ts'
import { accessKeyKey, runKey } from '../../io/store/run-store.ts'
import type { DescribedExecution, ExecutionPort, OutcomePort } from '../../steps/ports.ts'
import { countAtOnce } from '../support/at-once.ts'
import { ago, NOW, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { ACCOUNT, ORG, ROLES } from '../support/organization-run.ts'
import { verdict } from '../support/record-parts.ts'
import { intentOf, keyOutcomeOf, suspectsOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'

const PART = { run: ORG, phase: 'change' } as const
const { executionId, startedAt } = inputOf()
const EVENT = { runId: RUN, executionId, startedAt, error: null as object | null, untold: false }
/** Step Functions knows the execution of the event. */
const ENDS = {
  pause: async () => {},
  execution: async (): Promise<DescribedExecution | null> => ({ runId: RUN, startedAt, isRunning: true, input: {} }),
}
const INTERRUPTED = { Error: 'Interrupted', Cause: 'by hand' }

const planOf = (keys: number) => {
  const { mode, caller } = inputOf()
  const stale = Array.from({ length: keys }, (_, index) => plannedKeyOf(index + 1))
  const facts = { runId: RUN, account: caller.account, mode, approval: 'never', policy: policyOf(), stale } as const
  return textOfPlan(makePlan({ ...facts, activeKeys: 100 }, NOW))
}

const outcomeOf = (index: number, fields: Partial<KeyOutcome> = {}) =>
  JSON.stringify(keyOutcomeOf({ accessKeyId: idOf(index), ...fields }))

/** The store of a run that planned two keys and took both. */
function storeOf(objects: Record<string, string> = {}) {
  const slice = { from: 0, to: 2, verdicts: [1, 2].map((n) => verdict(idOf(n), { user: `user-${n}` })) }
  return makeMemoryStore(
    new Map(
      Object.entries({
        [runKey(RUN, 'input.json')]: JSON.stringify(inputOf({ approval: 'never' })),
        [runKey(RUN, 'suspects.json')]: JSON.stringify(suspectsOf({ suspects: 2 })),
        [runKey(RUN, 'verdicts/0.json')]: JSON.stringify({ ...slice, stale: [], unreadable: [] }),
        [runKey(RUN, 'plan.json')]: planOf(2),
        [accessKeyKey(idOf(1), RUN, 'outcome')]: outcomeOf(1),
        [accessKeyKey(idOf(2), RUN, 'outcome')]: outcomeOf(2),
        ...objects,
      }),
    ),
  )
}

type Store = ReturnType<typeof storeOf>

const write = (store: Store, event: Partial<typeof EVENT> = {}, ports: Partial<OutcomePort & ExecutionPort> = {}) =>
  makeWriteRecord({ store, now: () => NOW, ...ENDS, ...ports })({ ...EVENT, ...event })

const recordIn = ({ objects }: Store) => JSON.parse(objects.get(runKey(RUN, 'record.json')) ?? 'null') as RunRecord

describe('a record', () => {
  it('joins what the run wrote down, and the answer says how the run ends', async () => {
    const store = storeOf()
    expect(await write(store)).toEqual({
      status: 'deactivated',
      failed: false,
      error: '',
      cause: '',
      metrics: {
        KeysDeactivated: 2,
        KeysReactivated: 0,
        KeysSkipped: 0,
        KeysFailed: 0,
        NoticesFailed: 0,
        ApprovalsWaiting: 0,
      },
    })
    expect(recordIn(store)).toMatchObject({
      runId: RUN,
      account: '111122223333',
      mode: 'apply',
      status: 'deactivated',
      startedAt,
      endedAt: '2026-09-11T12:00:00.000Z',
      report: { sha256: 'f00d', users: 60 },
      plan: { sha256: planHash(planOf(2)), keys: 2 },
      error: null,
      keys: [1, 2].map((n) => ({ user: `user-${n}`, accessKeyId: idOf(n), outcome: 'deactivated' })),
    })
  })

  it('that is stored is the record, also for a step that is tried again', async () => {
    const store = storeOf()
    const first = await write(store)
    const stands = recordIn(store)
    store.objects.set(accessKeyKey(idOf(1), RUN, 'outcome'), outcomeOf(1, { outcome: 'failed' }))
    expect(await write(store)).toEqual(first)
    expect(recordIn(store)).toEqual(stands)
  })

  it('tells a key that an interrupted run may have reached from one that it never touched', async () => {
    const store = storeOf({ [accessKeyKey(idOf(1), RUN, 'intent')]: JSON.stringify(intentOf()) })
    for (const n of [1, 2]) store.objects.delete(accessKeyKey(idOf(n), RUN, 'outcome'))
    expect(await write(store, { error: INTERRUPTED })).toMatchObject({ status: 'interrupted', failed: true })
    expect(recordIn(store).keys.map((key) => [key.outcome, key.outcomeReason])).toEqual([
      ['failed', 'no outcome'],
      ['skipped', outcomeReasonText({ why: 'interrupted', when: 'before' })],
    ])
  })

  it('uses only the outcome of a key if there is one', async () => {
    const store = storeOf({ [accessKeyKey(idOf(1), RUN, 'intent')]: 'cut {' })
    expect(await write(store)).toMatchObject({ status: 'deactivated' })
  })

  it('of an undo has the keys that were to be reactivated', async () => {
    const undo = { runId: RUN, run: 'run-0', createdAt: ago(0), keys: [plannedKeyOf(7)] }
    const store = storeOf({
      [runKey(RUN, 'undo.json')]: JSON.stringify(undo),
      [accessKeyKey(idOf(7), RUN, 'outcome')]: outcomeOf(7, { outcome: 'reactivated' }),
    })
    store.objects.delete(runKey(RUN, 'plan.json'))
    expect(await write(store)).toMatchObject({ status: 'reactivated' })
    expect(recordIn(store).keys).toMatchObject([{ accessKeyId: idOf(7), outcome: 'reactivated' }])
  })

  it.each([
    [ago(3), { known: true, at: ago(3), service: 's3', region: 'us-east-1' }],
    [null, { known: false }],
  ] as const)('points out a key of the root user, last used at %s', async (lastUsedAt, lastUsed) => {
    const store = storeOf()
    const at = runKey(RUN, 'suspects.json')
    const slot = { slot: 1, active: true, lastRotatedAt: ago(900), lastUsedAt, lastUsedService: 's3', unknown: [] }
    store.objects.set(at, JSON.stringify({ ...JSON.parse(store.objects.get(at) ?? ''), rootKeys: [slot] }))
    await write(store)
    expect(recordIn(store).keys[0]).toEqual({
      user: '<root_account>',
      accessKeyId: null,
      createdAt: null,
      lastUsedAt,
      lastUsedService: 's3',
      lastUsedRegion: null,
      verdict: 'kept',
      row: 'root',
      values: { lastUsedAt },
      reason: reasonText({ row: 'root', values: { lastUsedAt } }, lastUsed),
      staleOn: null,
      owner: null,
      outcome: null,
      outcomeReason: null,
      at: null,
      leftForNextRun: false,
    })
  })

  it('of a run that failed before it knew anything says why, and has no keys', async () => {
    const store = makeMemoryStore()
    const error = { Error: 'SettingsRefused', Cause: '{"errorMessage":"no"}' }
    expect(await write(store, { error })).toMatchObject({
      status: 'refused',
      failed: true,
      error: 'SettingsRefused',
      cause: 'no',
    })
    expect(recordIn(store)).toMatchObject({ account: null, startedAt, report: null, plan: null, keys: [] })
  })

  it("of a run that failed without a cause has the error's name as its cause", async () => {
    const store = makeMemoryStore()
    await write(store, { error: { Error: 'States.Timeout' } })
    expect(recordIn(store).error).toEqual({ name: 'States.Timeout', message: 'States.Timeout' })
  })

  it('of many keys is read twenty at a time', async () => {
    const store = storeOf({ [runKey(RUN, 'plan.json')]: planOf(60) })
    const { counted, most } = countAtOnce()
    const list = counted(store.list)
    await write({ ...store, list: async (prefix) => (prefix.startsWith('keys/') ? list(prefix) : store.list(prefix)) })
    expect(most()).toBe(20)
  })
})

describe('the documents under the id are of another run', () => {
  const error = { Error: 'RunIdTaken', Cause: '{"errorMessage":"taken"}' }

  it.each([
    ['by its execution', { executionId: 'another' }],
    ['by its start', { startedAt: ago(1) }],
    ['by what Start run said, whatever stands there', {}],
  ])('%s: nothing of it is shown, and nothing is written', async (_, fields) => {
    const store = storeOf()
    const before = new Map(store.objects)
    const told: RunEnded[] = []
    const ended = await write(
      store,
      { ...fields, error },
      {
        publish: async () => {},
        notifyOutcome: async (message) => void told.push(message),
        showCommand: () => '',
        execution: async () => ({ runId: RUN, startedAt, isRunning: true, input: {}, ...fields }),
      },
    )
    expect(ended).toMatchObject({ status: 'refused', metrics: { KeysDeactivated: 0 } })
    expect(store.objects).toEqual(before)
    // The record under this id is another execution's.
    expect(told).toMatchObject([{ account: null, status: 'refused', recordSha256: null }])
    expect(messageText(told[0] as RunEnded)).not.toContain('sha256')
  })
  it('or can be of none: the id is no name in a run store', async () => {
    const store = storeOf()
    const before = new Map(store.objects)
    const refused = { Error: 'InputRefused', Cause: 'no' }
    const execution = async () => ({ runId: 'run 1', startedAt, isRunning: true, input: {} })
    expect(await write(store, { runId: 'run 1', error: refused }, { execution })).toMatchObject({ status: 'refused' })
    expect(store.objects).toEqual(before)
  })
})

describe('what cannot be read', () => {
  it.each([
    ['a plan that was changed', 'plan.json', '{"runId":"run-1"}', 'PlanRefused'],
    ['suspects that are cut', 'suspects.json', '{"list":', 'StoreDamaged'],
  ])('is the end of the run, which says so: %s', async (_, name, text, error) => {
    const store = storeOf({ [runKey(RUN, name)]: text })
    expect(await write(store)).toMatchObject({ status: 'refused', failed: true, error })
    expect(recordIn(store)).toMatchObject({ runId: RUN, startedAt, endedAt: ago(0), error: { name: error }, keys: [] })
    expect(recordIn(store).error?.message).toMatch(/^(Plan refused|Cannot read)/)
  })
  it('does not hide why the run failed', async () => {
    const store = storeOf({ [runKey(RUN, 'plan.json')]: 'cut {' })
    await write(store, { error: { Error: 'IamDenied', Cause: 'no' } })
    expect(recordIn(store).error).toEqual({ name: 'IamDenied', message: 'no' })
  })
  it.each([
    ['StoreUnavailable', new StoreUnavailable('down')],
    ['TypeError', new TypeError('a slip')],
  ])('for the time being is tried again: %s', async (_, error) => {
    const store = storeOf()
    const get = async () => {
      throw error
    }
    await expect(write({ ...store, get })).rejects.toBe(error)
    expect(recordIn(store)).toBeNull()
  })
})

describe('of the end', () => {
  /** Whom it reaches; `fails` says who cannot be told. */
  const telling = (fails: { publish?: Error; notifyOutcome?: Error } = {}) => {
    const told: string[] = []
    const events: KeysweepEvent[] = []
    const messages: RunEnded[] = []
    const ports: OutcomePort = {
      publish: async (sent) => {
        if (fails.publish) throw fails.publish
        told.push('programs')
        events.push(...sent)
      },
      notifyOutcome: async (message) => {
        if (fails.notifyOutcome) throw fails.notifyOutcome
        told.push('people')
        messages.push(message)
      },
      showCommand: (runId, location) => `show ${runId} in ${location}`,
    }
    return { ports, told, events, messages }
  }
  const failed = new NoticeFailed('the bus is gone')

  it('only programs hear if the run is a part of an organization run, which tells people itself', async () => {
    const heard: unknown[] = []
    const input = JSON.stringify(inputOf({ approval: 'never', account: ACCOUNT, organizationRun: PART, member: ROLES }))
    const store = storeOf({ [runKey(RUN, 'input.json')]: input })
    for (const untold of [false, true])
      await write(
        store,
        { untold },
        {
          publish: async (events) => void heard.push(...events),
          notifyOutcome: async () => Promise.reject(new NoticeFailed('people are told')),
        },
      )
    expect(heard).toContainEqual(
      expect.objectContaining({
        type: 'Key Deactivated',
        detail: expect.objectContaining({ account: ACCOUNT }),
      }),
    )
    expect(recordIn(store)).toMatchObject({ account: ACCOUNT, organizationRun: PART, accountAlias: null })
  })
  const CHILD = accountRunId(ORG, 'change', ACCOUNT)
  const refused = { Error: 'SettingsRefused', Cause: 'not allowed' }
  const own = (fields: object) => JSON.stringify({ ...inputOf({ approval: 'never' }), runId: CHILD, ...fields })
  const organizationRun = { ...PART, account: ACCOUNT }
  it.each<[string, string, Record<string, string>, object]>([
    ['that was refused before its input was stored', 'programs', {}, { error: refused }],
    [
      'whose name was taken',
      'programs',
      { 'input.json': own({ executionId: 'other', startedAt: '2026-09-01T00:00:00Z' }) },
      { error: { ...refused, Error: 'RunIdTaken' } },
    ],
    ['whose input cannot be read', 'programs', { 'input.json': '{' }, { error: refused }],
    ['whose plan was changed', 'programs', { 'input.json': own({ organizationRun: PART }), 'plan.json': '{' }, {}],
    ['that only says so, under another name', 'programs, people', {}, { error: refused, runId: 'by-hand' }],
  ])('of a part of an organization run %s hear %s', async (_, heard, objects, event) => {
    const { ports, told } = telling()
    const stored = Object.entries(objects).map(([name, text]) => [runKey(CHILD, name), text] as const)
    const runId = 'runId' in event ? String(event.runId) : CHILD
    const execution = async () => ({ runId, startedAt, isRunning: true, input: { organizationRun } })
    await write(makeMemoryStore(new Map(stored)), { runId, ...event }, { ...ports, execution })
    expect(told.join(', ')).toBe(heard)
  })
  it('programs hear first, and then people, with the line that shows the record', async () => {
    const { ports, told, events, messages } = telling()
    await write(storeOf(), {}, ports)
    expect(told).toEqual(['programs', 'people'])
    expect(events.length).toBeGreaterThan(0)
    expect(messages).toMatchObject([{ status: 'deactivated', command: 'show run-1 in memory' }])
  })
  it('both get the sha256 of the stored record, also in a retry: by it a change of the record shows', async () => {
    const store = storeOf()
    for (const runs of [1, 2]) {
      const { ports, events, messages } = telling()
      await write(store, {}, ports)
      const recordSha256 = planHash(store.objects.get(runKey(RUN, 'record.json')) ?? '')
      expect([runs, events.at(-1)?.detail]).toMatchObject([runs, { recordSha256 }])
      expect(messages).toMatchObject([{ recordSha256 }])
      expect(messageText(messages[0] as RunEnded)).toContain(recordSha256)
    }
  })
  it('people get no second message: if programs cannot be notified, the step is tried again after the record is stored', async () => {
    const { ports, told } = telling({ publish: failed })
    const store = storeOf()
    await expect(write(store, {}, ports)).rejects.toBe(failed)
    expect(recordIn(store).status).toBe('deactivated')
    expect(told).toEqual([])
  })
  it('telling is not given up before the machine says so', async () => {
    const { ports } = telling({ publish: failed })
    const { untold: _, ...event } = EVENT
    await expect(makeWriteRecord({ store: storeOf(), now: () => NOW, ...ENDS, ...ports })(event)).rejects.toBe(failed)
  })
  it.each([
    ['nobody, and both are counted', { publish: failed, notifyOutcome: failed }, [], 2],
    ['people where the bus is gone', { publish: failed }, ['people'], 1],
    ['programs where the mail is gone', { notifyOutcome: failed }, ['programs'], 1],
    ['both', {}, ['programs', 'people'], 0],
  ])('hear, once telling has been given up, %s', async (_, fails, heard, untold) => {
    const { ports, told } = telling(fails)
    expect(await write(storeOf(), { untold: true }, ports)).toMatchObject({
      status: 'deactivated',
      metrics: { NoticesFailed: untold },
    })
    expect(told).toEqual(heard)
  })
  it('a fault of our own is not taken for a deleted bus', async () => {
    const fault = new TypeError('a slip')
    const { ports } = telling({ publish: failed, notifyOutcome: fault })
    await expect(write(storeOf(), { untold: true }, ports)).rejects.toBe(fault)
  })
  it('nobody is notified if nobody is to be notified', async () => {
    expect(await write(storeOf())).toMatchObject({ metrics: { NoticesFailed: 0 } })
  })
})
