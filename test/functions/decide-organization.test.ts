// The decision API for organization runs: what it shows, and what an answer does.
import { describe, expect, it } from '@jest/globals'
import {
  notedAnswer,
  shownAccountPlan,
  shownOrganization,
  waitingOrganizations,
} from '../../core/model/decision-api.ts'
import { MachineUnavailable } from '../../core/model/errors.ts'
import { organizationExpired } from '../../core/run/organization/decision.ts'
import { summaryOf } from '../../core/run/organization/plan.ts'
import { makePlan, planHash } from '../../core/run/plan.ts'
import { makeDecide } from '../../functions/decide.ts'
import { organizationKey, organizationTokenKey, runKey } from '../../io/store/run-store.ts'
import type { DecidePorts } from '../../steps/approval/reply.ts'
import { organizationDocuments, put, putOrganizationPlan, putPlan, read, textOf } from '../../steps/run-documents.ts'
import { countAtOnce } from '../support/at-once.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import {
  HUB,
  idOf,
  NOW,
  ORG,
  organizationDecision,
  organizationInput,
  organizationPlan,
  surveyed,
} from '../support/organization.ts'
import { APPROVER, eventOf, inputOf, idOf as keyIdOf, plannedKeyOf } from '../support/waiting.ts'

const [A, B, QUIET] = [idOf(1), idOf(2), idOf(3)]
const ALWAYS = { approval: 'always' } as const
const FIRST = `/organizations/${ORG}`

/** An organization run of two accounts with keys that waits, and a third without. */
async function openWaiting(fields: Partial<DecidePorts> = {}) {
  const store = makeMemoryStore()
  const surveys = []
  for (const [n, account] of [A, B].entries()) {
    const runId = `${ORG}-survey-${account}`
    const { policy } = inputOf()
    const stale = [plannedKeyOf(10 * n + 1), plannedKeyOf(10 * n + 2)]
    const facts = {
      runId,
      account,
      mode: 'plan',
      approval: 'always',
      policy,
      stale,
      activeKeys: 100,
      witness: { complete: true },
    } as const
    const { plan, sha256 } = await putPlan(store, makePlan({ ...facts, stale }, NOW))
    surveys.push(surveyed(account, summaryOf(plan, sha256, 100)))
  }
  await put(store, organizationDocuments.input(ORG), organizationInput(ALWAYS))
  const { sha256 } = await putOrganizationPlan(store, organizationPlan([...surveys, surveyed(QUIET, null)], ALWAYS))
  await store.put(organizationTokenKey(ORG, 1), 'an older token')
  await store.put(organizationTokenKey(ORG, 2), 'token')
  const woken: string[] = []
  const wake = async (token: string) => {
    woken.push(token)
    return true
  }
  const decide = makeDecide({ store, now: () => NOW, wake, ...fields })
  const ask = async (method: string, path: string, body?: object) => {
    const answered = await decide(eventOf({ method, path, ...(body && { body: JSON.stringify(body) }) }))
    return { status: answered.statusCode, body: JSON.parse(answered.body) }
  }
  const answer = (body: object) => ask('POST', `${FIRST}/decision`, { plan: sha256, answer: 'approve', ...body })
  const decision = () => read(store, organizationDocuments.decision(ORG))
  return { store, sha256, woken, ask, answer, decision }
}

describe('what waits', () => {
  it('is listed with its accounts and keys, by the hash of its plan', async () => {
    const { ask, sha256 } = await openWaiting()
    const { status, body } = await ask('GET', '/organizations')
    expect(status).toBe(200)
    expect(waitingOrganizations.parse(body).runs).toEqual([
      {
        ...{ runId: ORG, hub: HUB, createdAt: NOW.toISOString(), accounts: 2, keys: 4, plan: sha256 },
        why: expect.any(Array),
      },
    ])
  })
  it('is no run of an account: each list has its own', async () => {
    const { ask } = await openWaiting()
    expect((await ask('GET', '/runs')).body).toEqual({ runs: [], unreadable: [] })
  })
  it.each<[string, (w: Awaited<ReturnType<typeof openWaiting>>) => Promise<unknown>]>([
    ['decided', ({ store }) => put(store, organizationDocuments.decision(ORG), organizationDecision())],
    ['over', ({ store }) => store.put(organizationKey(ORG, 'record.json'), '{}')],
  ])('is not listed once it is %s', async (_, end) => {
    const waiting = await openWaiting()
    await end(waiting)
    expect((await waiting.ask('GET', '/organizations')).body.runs).toEqual([])
  })
  it('is not listed after its term', async () => {
    const { ask } = await openWaiting({ now: () => new Date('2026-09-18T13:00:00.000Z') })
    expect((await ask('GET', '/organizations')).body).toEqual({ runs: [], unreadable: [] })
  })
  it('is not listed after the shorter term of its own input', async () => {
    const { ask, store } = await openWaiting({ now: () => new Date('2026-09-13T13:00:00.000Z') })
    const { key } = organizationDocuments.input(ORG)
    store.objects.set(key, textOf(organizationInput({ ...ALWAYS, approvalDays: 1 })))
    expect((await ask('GET', '/organizations')).body).toEqual({ runs: [], unreadable: [] })
  })
  it('is listed from the tokens alone, the first that was planned before the others', async () => {
    const waiting = await openWaiting()
    const plan = await read(waiting.store, organizationDocuments.plan(ORG))
    for (const [runId, createdAt] of [
      ['org-0', '2026-09-11T12:30:00.000Z'],
      ['org-2', '2026-09-11T11:00:00.000Z'],
    ] as const) {
      await put(waiting.store, organizationDocuments.input(runId), organizationInput({ runId }))
      if (plan !== null) await putOrganizationPlan(waiting.store, { ...plan, runId, createdAt })
      await waiting.store.put(organizationTokenKey(runId, 1), 'token')
    }
    // Its plan is gone between the two looks at it, so it does not wait.
    await waiting.store.put(organizationTokenKey('org-3', 1), 'token')
    await waiting.store.put(organizationKey('org-3', 'plan.json'), '{}')
    const [listed, read3]: [string[], string[]] = [[], []]
    const { list, get } = waiting.store
    waiting.store.list = async (prefix) => {
      listed.push(prefix)
      return list(prefix)
    }
    waiting.store.get = async (key) => {
      if (key !== organizationKey('org-3', 'plan.json')) return get(key)
      return read3.push(key) > 1 ? null : get(key)
    }
    const { body } = await waiting.ask('GET', '/organizations')
    expect(waitingOrganizations.parse(body).runs.map(({ runId }) => runId)).toEqual(['org-2', ORG, 'org-0'])
    expect([body.unreadable, listed]).toEqual([[], ['tokens/']])
  })
  it('and cannot be read hides no other', async () => {
    const { ask, store } = await openWaiting()
    await store.put(organizationTokenKey('org-2', 1), 'token')
    await store.put(organizationKey('org-2', 'plan.json'), '{}')
    expect(waitingOrganizations.parse((await ask('GET', '/organizations')).body)).toMatchObject({
      runs: [{ runId: ORG }],
      unreadable: [{ runId: 'org-2', reason: factsIn('orgs/org-2/plan.json') }],
    })
  })
})

describe('an approval', () => {
  it('is refused while keysweep is switched off', async () => {
    const { answer, decision } = await openWaiting({ deployedMode: () => 'off' })
    expect(await answer({})).toMatchObject({ status: 409, body: { message: factsIn(ORG, 'mode: off') } })
    expect(await decision()).toBeNull()
    expect((await answer({ answer: 'reject' })).status).toBe(200)
  })
})

describe('a run', () => {
  it('is shown with the exact bytes of its plan', async () => {
    const { ask, sha256, store } = await openWaiting()
    const { status, body } = await ask('GET', FIRST)
    const { plan } = shownOrganization.parse(body)
    expect([status, plan.sha256, planHash(plan.text)]).toEqual([200, sha256, sha256])
    expect(plan.text).toBe(await store.get(organizationKey(ORG, 'plan.json')))
    expect(body).toMatchObject({ runId: ORG, mode: 'apply', decision: null, status: null })
  })
  it('is shown with its decision', async () => {
    const { ask, answer } = await openWaiting()
    await answer({ leaveOut: [A] })
    expect(shownOrganization.parse((await ask('GET', FIRST)).body).decision).toMatchObject({ leftOutAccounts: [A] })
  })
  it('shows the plan of one account, held against the hash in its own plan', async () => {
    const { ask, store } = await openWaiting()
    const { status, body } = await ask('GET', `${FIRST}/accounts/${B}`)
    const { runId, account, plan } = shownAccountPlan.parse(body)
    expect([status, runId, account]).toEqual([200, `${ORG}-survey-${B}`, B])
    expect(plan).toEqual({ sha256: planHash(plan.text), text: await store.get(runKey(runId, 'plan.json')) })
  })
  it.each<[string, string | undefined]>([
    ['changed', 'other'],
    ['missing', undefined],
  ])('does not show the plan of an account that is %s', async (_, text) => {
    const { ask, store } = await openWaiting()
    const key = runKey(`${ORG}-survey-${B}`, 'plan.json')
    store.objects.delete(key)
    if (text !== undefined) store.objects.set(key, text)
    const { status, body } = await ask('GET', `${FIRST}/accounts/${B}`)
    const found = text === undefined ? 'missing' : planHash(text)
    expect([status, body.message]).toEqual([409, factsIn(B, ORG, found)])
  })
  it.each([
    '/organizations/org-9',
    `${FIRST}/accounts/${QUIET}`,
    `${FIRST}/accounts/${idOf(9)}`,
    `${FIRST}/accounts/x`,
    '/organizations/org.1',
    '/organizations/..',
    `${FIRST}/keys`,
    `${FIRST}/accounts`,
    `${FIRST}/accounts/${A}/keys`,
    `/runs/${ORG}`,
  ])('is not found at %s', async (path) => {
    const { ask } = await openWaiting()
    expect((await ask('GET', path)).status).toBe(404)
  })
  it('or an account that is not found is named', async () => {
    const { ask, store } = await openWaiting()
    expect((await ask('GET', '/organizations/org-9')).body.message).toEqual(factsIn('org-9'))
    expect((await ask('GET', `/organizations/org-9/accounts/${A}`)).body.message).toEqual(factsIn('org-9', A))
    expect((await ask('GET', `${FIRST}/accounts/${QUIET}`)).body.message).toEqual(factsIn(ORG, QUIET))
    const { key } = organizationDocuments.plan(ORG)
    store.objects.set(key, (await store.get(key))?.replace(`"run":"${ORG}-survey-${A}"`, '"run":null') ?? '')
    expect((await ask('GET', `${FIRST}/accounts/${A}`)).status).toBe(404)
  })
})

describe('an answer', () => {
  it('is written once, with the accounts and the keys that it leaves out, and wakes the machine', async () => {
    const { answer, decision, woken, sha256 } = await openWaiting()
    const { status, body } = await answer({ leaveOut: [A, keyIdOf(12), A], reason: 'payroll' })
    expect([status, notedAnswer.parse(body).woken]).toEqual([200, true])
    expect(await decision()).toMatchObject({
      ...{ runId: ORG, plan: sha256, answer: 'approve', by: APPROVER, reason: 'payroll', at: NOW.toISOString() },
      ...{ leftOut: [keyIdOf(12)], leftOutAccounts: [A] },
    })
    expect(woken).toEqual(['token', 'an older token'])
  })
  it('given again is harmless; another one comes too late', async () => {
    const { answer, decision } = await openWaiting()
    await answer({ leaveOut: [A, keyIdOf(12)] })
    expect((await answer({ leaveOut: [keyIdOf(12), A] })).status).toBe(200)
    expect((await answer({ leaveOut: [A] })).status).toBe(409)
    expect((await answer({ answer: 'reject' })).status).toBe(409)
    expect((await decision())?.answer).toBe('approve')
  })
  it.each<[string, object, number, string[]]>([
    ['to another plan', { plan: 'f'.repeat(64) }, 409, [ORG, 'f'.repeat(64)]],
    ['that leaves out an account without keys', { leaveOut: [QUIET] }, 400, [QUIET]],
    ['that leaves out an account that is not there', { leaveOut: [A, idOf(9)] }, 400, [idOf(9)]],
    ['that leaves out a key of no account', { leaveOut: [keyIdOf(1), keyIdOf(9)] }, 400, [keyIdOf(9)]],
    ['with a word that is none', { answer: 'yes' }, 400, ['answer']],
  ])('%s is refused, and neither stored nor sent on', async (_, body, status, facts) => {
    const { answer, decision, woken } = await openWaiting()
    expect(await answer(body)).toMatchObject({ status, body: { message: factsIn(...facts) } })
    expect([await decision(), woken]).toEqual([null, []])
  })
  it('to a plan that needs none, that has ended or that does not wait yet is refused', async () => {
    const { ask, store, answer } = await openWaiting()
    const { plan } = { plan: organizationPlan([surveyed(A)]) }
    const { sha256 } = await putOrganizationPlan(store, { ...plan, runId: 'org-2' })
    expect((await ask('POST', '/organizations/org-2/decision', { plan: sha256, answer: 'approve' })).status).toBe(410)
    for (const key of [...store.objects.keys()].filter((key) => key.startsWith('tokens/'))) store.objects.delete(key)
    expect((await answer({})).status).toBe(409)
    store.objects.set(organizationKey(ORG, 'record.json'), '{}')
    expect((await answer({})).status).toBe(410)
  })
  it('after the term is too late, also once that is stored', async () => {
    const late = await openWaiting({ now: () => new Date('2026-09-18T13:00:00.000Z') })
    expect((await late.answer({})).status).toBe(410)
    await put(late.store, organizationDocuments.decision(ORG), organizationExpired(ORG, late.sha256, NOW))
    expect((await late.answer({})).status).toBe(410)
    expect(late.woken).toEqual([])
  })
  it('to a run without a plan is not found', async () => {
    const { ask, sha256 } = await openWaiting()
    const posted = await ask('POST', '/organizations/org-9/decision', { plan: sha256, answer: 'approve' })
    expect(posted).toMatchObject({ status: 404, body: { message: factsIn('org-9') } })
  })
  it('that leaves out no keys reads the plan of no account; one that does reads only those that may have them', async () => {
    const { answer, store } = await openWaiting()
    const [plans, { get }]: [string[], typeof store] = [[], { ...store }]
    store.get = async (key) => {
      if (key.startsWith('runs/')) plans.push(key)
      return get(key)
    }
    await answer({ leaveOut: [A, keyIdOf(9)] })
    expect(plans).toEqual([A, B].map((account) => runKey(`${ORG}-survey-${account}`, 'plan.json')))
    plans.length = 0
    await answer({ leaveOut: [A] })
    expect(plans).toEqual([])
  })
  it('that leaves out a key of an account whose plan is missing, or was changed, is refused', async () => {
    const { answer, store, decision } = await openWaiting()
    const key = runKey(`${ORG}-survey-${A}`, 'plan.json')
    store.objects.delete(key)
    expect(await answer({ leaveOut: [keyIdOf(1)] })).toMatchObject({
      status: 400,
      body: { message: factsIn(keyIdOf(1)) },
    })
    store.objects.set(key, '{}')
    expect(await answer({ leaveOut: [keyIdOf(1)] })).toMatchObject({
      status: 409,
      body: { message: factsIn(planHash('{}')) },
    })
    expect(await decision()).toBeNull()
  })
  it('to a plan that cannot be read is an error, which is counted', async () => {
    const { answer, store, decision } = await openWaiting()
    const { key } = organizationDocuments.plan(ORG)
    store.objects.set(key, '{')
    await expect(answer({ leaveOut: [keyIdOf(1)] })).rejects.toThrow(errorWith('StoreDamaged', key))
    expect(await decision()).toBeNull()
  })
  it('that leaves out a key of an account that is not to be changed is refused', async () => {
    const { ask, store } = await openWaiting()
    const { key } = organizationDocuments.plan(ORG)
    const plan = organizationDocuments.plan(ORG).parse((await store.get(key)) ?? '')
    const accounts = plan.accounts.map((line) => (line.account === B ? { ...line, end: 'failed' } : line))
    store.objects.set(key, textOf({ ...plan, accounts }))
    const body = {
      plan: planHash((await store.get(key)) ?? ''),
      answer: 'approve',
      leaveOut: [keyIdOf(1), keyIdOf(11)],
    }
    const answered = await ask('POST', `${FIRST}/decision`, body)
    expect(answered).toMatchObject({ status: 400, body: { message: factsIn(keyIdOf(11)) } })
    expect(answered.body.message).not.toEqual(factsIn(keyIdOf(1)))
  })
  it('that leaves out a key is looked up in the plans of 50 accounts at once', async () => {
    const { ask, store } = await openWaiting()
    const accounts = Array.from({ length: 120 }, (_, n) => surveyed(idOf(n + 10)))
    const { sha256 } = await putOrganizationPlan(store, { ...organizationPlan(accounts, ALWAYS), runId: 'org-2' })
    await put(store, organizationDocuments.input('org-2'), organizationInput({ ...ALWAYS, runId: 'org-2' }))
    const { counted, most } = countAtOnce()
    store.get = counted(store.get)
    const body = { plan: sha256, answer: 'approve', leaveOut: [keyIdOf(1)] }
    expect((await ask('POST', '/organizations/org-2/decision', body)).status).toBe(400)
    expect(most()).toBe(50)
  })
  it('that cannot resume the machine is stored, and can be sent again', async () => {
    const wake = async () => {
      throw new MachineUnavailable('no answer')
    }
    const { answer, decision } = await openWaiting({ wake })
    expect((await answer({})).status).toBe(503)
    expect((await decision())?.by).toBe(APPROVER)
  })
  it('to a run of an account is no answer to an organization run', async () => {
    const { ask, sha256, decision } = await openWaiting()
    expect((await ask('POST', `/runs/${ORG}/decision`, { plan: sha256, answer: 'approve' })).status).toBe(404)
    expect(await decision()).toBeNull()
  })
})
