// The gate that every key of an organization run passes again: what has changed since the plan was taken counts.
import { describe, expect, it } from '@jest/globals'
import type { RunInput } from '../../core/model/documents/input.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { planHash } from '../../core/run/plan.ts'
import { makeTakeStoredPlan } from '../../functions/take-stored-plan.ts'
import { runKey } from '../../io/store/run-store.ts'
import { plannedKey } from '../../steps/decided-plan.ts'
import { passGate, passToChange } from '../../steps/organization-gate.ts'
import { organizationDocuments, textOf } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  ACCOUNT,
  approvalOf,
  changeInputOf,
  listedOf,
  ORG,
  OTHER_ACCOUNT,
  organizationOf,
  partFields,
  storeWith,
} from '../support/organization-run.ts'
import { idOf, inputOf } from '../support/waiting.ts'

const RUN_ID = accountRunId(ORG, 'change', ACCOUNT)
const PARTS = organizationOf()
const KEY = { runId: RUN_ID, user: 'user-2', accessKeyId: idOf(2) }

/** A run that has taken its plan, and the key as its Map hands it on. */
async function taken(changes: Record<string, object | null> = {}, parts = PARTS) {
  const store = await storeWith(parts)
  await store.put(runKey(RUN_ID, 'input.json'), textOf(changeInputOf(ACCOUNT)))
  const { sha256 } = await makeTakeStoredPlan({ store, now: () => NOW })({ runId: RUN_ID })
  // As a function finds them that has read nothing of it before.
  const fresh = makeMemoryStore(store.objects)
  for (const [name, document] of Object.entries(changes)) {
    const { key } = organizationDocuments[name as keyof typeof organizationDocuments](ORG)
    store.objects.delete(key)
    if (document !== null) store.objects.set(key, textOf(document))
  }
  return { store: fresh, key: { ...KEY, plan: sha256 } }
}

const asked = async (made: ReturnType<typeof taken>, input: Partial<RunInput> = {}) => {
  const { store, key } = await made
  return plannedKey(store, changeInputOf(ACCOUNT, input), key)
}

const approval = (fields: Parameters<typeof approvalOf>[1]) => PARTS.plan && approvalOf(PARTS.plan, fields)
const listOf = (...accounts: ReturnType<typeof listedOf>[]) => ({ ...PARTS.accounts, accounts })

describe('a key of an organization run', () => {
  it('may be changed as long as nothing has changed', async () => {
    expect(await asked(taken())).toMatchObject({ planned: { accessKeyId: idOf(2) }, decidedAt: null })
  })
  it.each<[string, Record<string, object | null>]>([
    ['has ended', { record: { runId: ORG } }],
    ['no longer lists the account', { accounts: listOf(listedOf(OTHER_ACCOUNT)) }],
    ['excludes the account', { accounts: listOf(listedOf(ACCOUNT, { end: 'excluded' })) }],
    ['lists another account beside it', { accounts: listOf(listedOf(ACCOUNT), listedOf('555555555555')) }],
    ['has no list any more', { accounts: null }],
    ['has no input any more', { input: null }],
    ['has another plan', { plan: { ...PARTS.plan, createdAt: NOW.toISOString() } }],
    ['has no plan any more', { plan: null }],
    ['has no decision any more', { decision: null }],
    ['was rejected', { decision: approval({ answer: 'reject' }) }],
    ['was decided for another plan', { decision: approval({ plan: 'f'.repeat(64) }) }],
    ['leaves the key out now', { decision: approval({ leftOut: [idOf(2)] }) }],
    ['leaves the account out now', { decision: approval({ leftOutAccounts: [ACCOUNT] }) }],
  ])('is refused if the run %s', async (_, changes) => {
    await expect(asked(taken(changes))).rejects.toThrow(errorWith('PlanRefused', ORG))
  })
  it('is refused again once it was allowed: a record or a decision is read for each key', async () => {
    const { store, key } = await taken()
    const input = changeInputOf(ACCOUNT)
    expect(await plannedKey(store, input, key)).toMatchObject({ planned: { accessKeyId: idOf(2) } })
    await store.put(organizationDocuments.record(ORG).key, textOf({ runId: ORG }))
    await expect(plannedKey(store, input, key)).rejects.toThrow(errorWith('PlanRefused', RUN_ID, ORG))
  })
  it('reads the two long documents once for all keys of the run', async () => {
    const { store, key } = await taken()
    const gets: string[] = []
    const counting = { ...store, get: (at: string) => store.get(gets[gets.push(at) - 1] ?? '') }
    for (const accessKeyId of [idOf(2), idOf(3), idOf(2)])
      await plannedKey(counting, changeInputOf(ACCOUNT), {
        ...key,
        accessKeyId,
        user: `user-${Number(accessKeyId.slice(4))}`,
      })
    const times = (name: keyof typeof organizationDocuments) =>
      gets.filter((at) => at === organizationDocuments[name](ORG).key).length
    expect({ accounts: times('accounts'), plan: times('plan') }).toEqual({ accounts: 1, plan: 1 })
    expect({ decision: times('decision'), record: times('record') }).toEqual({ decision: 3, record: 3 })
  })
  it.each<[string, Partial<RunInput>]>([
    ['says it is a part of another one', { organizationRun: { run: 'org-2', phase: 'change' } }],
    ['says it is a survey', { organizationRun: { run: ORG, phase: 'survey' } }],
    ['says it is an undo', { organizationRun: { run: ORG, phase: 'undo' } }],
    ['names another account', { account: OTHER_ACCOUNT }],
    ['has roles that were not listed', { member: { roles: null, profile: 'admin' } }],
    ['has no roles', { member: null }],
  ])('is refused if its run %s', async (_, input) => {
    await expect(asked(taken(), input)).rejects.toThrow(errorWith('PlanRefused'))
  })
  it.each<[string, object | null]>([
    ['was not taken for the organization run', { organization: null }],
    ['was not taken of another', { source: null }],
    ['was taken of another plan than that of the survey', { source: { sha256: 'f'.repeat(64) } }],
    ['is missing', null],
  ])('is refused if its own plan %s', async (_, fields) => {
    const { store, key } = await taken()
    const at = runKey(RUN_ID, 'plan.json')
    const plan = JSON.parse(store.objects.get(at) ?? '')
    const source =
      fields !== null && 'source' in fields ? fields.source && { ...plan.source, ...fields.source } : plan.source
    store.objects.delete(at)
    if (fields !== null) store.objects.set(at, JSON.stringify({ ...plan, ...fields, source }))
    const { plan: _plan, ...unnamed } = key
    await expect(plannedKey(store, changeInputOf(ACCOUNT), unnamed)).rejects.toThrow(errorWith('PlanRefused', idOf(2)))
  })
})

describe('the gate', () => {
  it('names the two hashes of a document that is another than the plan was bound to', async () => {
    const { store } = await taken()
    const [accounts, plan] = [organizationDocuments.accounts(ORG), organizationDocuments.plan(ORG)]
    const hashOf = ({ key }: { key: string }) => planHash(store.objects.get(key) ?? '')
    const bound = { accounts: hashOf(accounts), plan: hashOf(plan) }
    const wrong = 'f'.repeat(64)
    for (const [ref, to] of [
      [accounts, { ...bound, accounts: wrong }],
      [plan, { ...bound, plan: wrong }],
    ] as const)
      await expect(passToChange(store, changeInputOf(ACCOUNT), to)).rejects.toThrow(
        errorWith('PlanRefused', ref.key, wrong, hashOf(ref)),
      )
    expect(await passToChange(store, changeInputOf(ACCOUNT), bound)).toMatchObject({ bound })
  })
  it('binds a change alone: a survey is made before there is a plan', async () => {
    const { store } = await taken()
    const part = { runId: accountRunId(ORG, 'survey', ACCOUNT), account: ACCOUNT }
    store.objects.set(organizationDocuments.plan(ORG).key, '{')
    const passed = await passGate(store, { ...part, organizationRun: { run: ORG, phase: 'survey' } })
    expect(passed).toMatchObject({ change: null, bound: null })
  })
  it('lets neither a survey nor the roles of another account change a key, and says of which', async () => {
    const { store } = await taken()
    const survey = inputOf({ ...partFields('survey', ACCOUNT), runId: accountRunId(ORG, 'survey', ACCOUNT) })
    const other = changeInputOf(ACCOUNT, { member: { roles: null, profile: 'admin' } })
    for (const input of [survey, other])
      await expect(passToChange(store, input, null)).rejects.toThrow(
        errorWith('PlanRefused', input.runId, ORG, ACCOUNT),
      )
  })
})
