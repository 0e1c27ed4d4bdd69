// The functions of the machine for organizations, called by hand: without the run's pass, twice, and after a damage.
import { describe, expect, it } from '@jest/globals'
import { accountRunId } from '../../core/model/ids.ts'
import { organizationKey, organizationTokenPrefix, runKey } from '../../io/store/run-store.ts'
import { organizationDocuments, read } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { idOf, ORG } from '../support/organization.ts'
import { type OrganizationScene, openOrganizationWorld } from '../support/organization-world.ts'

const [A, B] = [idOf(1), idOf(2)]
const SCENE: OrganizationScene = {
  accounts: { [A]: { keys: 2 }, [B]: { keys: 1 } },
  settings: '{ mode: apply, approval: always }',
  answer: { answer: 'approve' },
}
const FUNCTIONS = [
  ...['StartOrganizationRunArn', 'ListAccountsArn', 'MakeOrganizationPlanArn'],
  ...['AskForOrganizationApprovalArn', 'ReadOrganizationDecisionArn', 'WriteOrganizationRecordArn'],
]
/** Start run is not guarded by the pass: Step Functions confirms its execution. */
const GUARDED = FUNCTIONS.filter((name) => name !== 'StartOrganizationRunArn')

async function ended(scene: OrganizationScene = SCENE) {
  const world = openOrganizationWorld(scene)
  await world.startRun(ORG).result
  return world
}

it('every function of the machine was called', async () => {
  expect(Object.keys((await ended()).received).toSorted()).toEqual(FUNCTIONS.toSorted())
})

describe.each(GUARDED)('%s', (name) => {
  it.each([
    ['without the pass', { pass: undefined }],
    ['with another pass', { pass: 'x'.repeat(36) }],
  ])('refuses a call %s, and writes nothing', async (_, wrong) => {
    const { callAgain, received, objects, asked, ended: messages } = await ended()
    const before = [new Map(objects), asked.length, messages.length]
    await expect(callAgain(name, { ...received[name], ...wrong })).rejects.toThrow(errorWith('PassRefused', ORG))
    expect([new Map(objects), asked.length, messages.length]).toEqual(before)
  })
  it('refuses a call for a run that is not there', async () => {
    const { callAgain, received } = await ended()
    const foreign = callAgain(name, { ...received[name], runId: 'org-9' })
    await expect(foreign).rejects.toMatchObject({ name: expect.stringMatching(/StoreDamaged|PassRefused/) })
  })
})

describe('a function that is called again', () => {
  it.each([
    ['ListAccountsArn', {}],
    ['MakeOrganizationPlanArn', {}],
    ['ReadOrganizationDecisionArn', {}],
  ])('%s answers the same, and writes nothing', async (name) => {
    const { callAgain, payloads, objects } = await ended()
    const first = payloads[name]
    const before = new Map(objects)
    expect(await callAgain(name)).toEqual(first)
    expect(objects).toEqual(before)
  })
  it('List accounts and Make organization plan go by what they stored, whatever is there since', async () => {
    const { callAgain, payloads, objects } = await ended()
    objects.delete(runKey(accountRunId(ORG, 'survey', A), 'record.json'))
    expect(await callAgain('MakeOrganizationPlanArn')).toEqual(payloads.MakeOrganizationPlanArn)
  })
  it('Ask for organization approval asks nobody once there is an answer, and keeps the token of this attempt', async () => {
    const { callAgain, received, asked, store } = await ended()
    const again = callAgain('AskForOrganizationApprovalArn', {
      ...received.AskForOrganizationApprovalArn,
      token: 'another token',
    })
    await expect(again).rejects.toThrow(errorWith('AlreadyDecided', ORG))
    expect(asked).toHaveLength(1)
    expect(await store.list(organizationTokenPrefix(ORG))).toHaveLength(2)
  })
  it('Write organization record sends the same event again, and keeps the record', async () => {
    const { callAgain, objects, events, ended: messages } = await ended()
    const before = objects.get(organizationKey(ORG, 'record.json'))
    // The execution is over: a retry is called with the run's pass.
    await callAgain('WriteOrganizationRecordArn')
    expect(objects.get(organizationKey(ORG, 'record.json'))).toBe(before)
    expect(events.map(({ detail }) => detail.id)).toEqual([events[0]?.detail.id, events[0]?.detail.id])
    expect(messages).toHaveLength(2)
  })
})

describe('what a function hands on', () => {
  const HEX = expect.stringMatching(/^[0-9a-f]{64}$/)
  it('of Make organization plan is the next step, the hash of the plan and, if nobody is asked, the accounts to change', async () => {
    const asking = (await ended()).payloads.MakeOrganizationPlanArn
    expect(asking).toMatchObject({ next: 'approval', sha256: HEX, accounts: [] })
    const { payloads } = await ended({ ...SCENE, settings: '{ mode: apply }' })
    expect(payloads.MakeOrganizationPlanArn).toMatchObject({ next: 'change', sha256: HEX, accounts: [A, B] })
  })
  it('of Ask for organization approval is when its question ends, and what is counted of it', async () => {
    const { payloads } = await ended()
    expect(payloads.AskForOrganizationApprovalArn).toEqual({
      ...{ runId: ORG, expiresAt: expect.stringMatching(/^2026-09-18T/), metrics: expect.any(Object) },
    })
  })
  it('of Read organization decision is each account that it lets go ahead; without one, the record is next', async () => {
    const decided = async (answer: NonNullable<OrganizationScene['answer']>) =>
      (await ended({ ...SCENE, answer })).payloads.ReadOrganizationDecisionArn
    expect(await decided({ answer: 'approve', leftOutAccounts: [A] })).toMatchObject({ next: 'change', accounts: [B] })
    expect(await decided({ answer: 'reject' })).toMatchObject({ next: 'record', sha256: HEX, accounts: [] })
  })
  it('of Write organization record is its status, how the execution ends, and what is counted of it', async () => {
    const { payloads } = await ended()
    expect(payloads.WriteOrganizationRecordArn).toEqual({
      ...{ status: 'changed', failed: false, error: '', cause: '', metrics: expect.any(Object) },
    })
  })
})

describe('a plan', () => {
  it.each(['AskForOrganizationApprovalArn', 'ReadOrganizationDecisionArn'])('that is missing ends %s', async (name) => {
    const { callAgain, objects } = await ended()
    objects.delete(organizationKey(ORG, 'plan.json'))
    await expect(callAgain(name)).rejects.toThrow(errorWith('StoreDamaged', ORG))
  })
  it('that needs no approval is sent to nobody', async () => {
    const { callAgain, received } = await ended({ ...SCENE, settings: '{ mode: apply }' })
    const pass = received.ListAccountsArn?.pass
    const asked = callAgain('AskForOrganizationApprovalArn', { runId: ORG, pass, token: 'token' })
    await expect(asked).rejects.toThrow(errorWith('PlanRefused', ORG, '"change"'))
  })
  it('of another run is refused', async () => {
    const { callAgain, objects } = await ended()
    const key = organizationKey(ORG, 'plan.json')
    objects.set(key, (objects.get(key) ?? '').replace(`"runId":"${ORG}"`, '"runId":"org-9"'))
    await expect(callAgain('MakeOrganizationPlanArn')).rejects.toThrow(errorWith('PlanRefused', ORG, 'org-9'))
  })
  it('whose decision is for another plan goes no further', async () => {
    const { callAgain, objects } = await ended()
    const key = organizationKey(ORG, 'plan.json')
    objects.set(key, `${objects.get(key)} `)
    await expect(callAgain('ReadOrganizationDecisionArn')).rejects.toThrow(errorWith('PlanRefused', ORG))
  })
  it('with no answer before the end of its term has not expired', async () => {
    const { callAgain, objects } = await ended()
    objects.delete(organizationKey(ORG, 'decision.json'))
    await expect(callAgain('ReadOrganizationDecisionArn')).rejects.toThrow(errorWith('NotAnswered', ORG))
    expect(objects.has(organizationKey(ORG, 'decision.json'))).toBe(false)
  })
  it('counts an account whose survey is of another run, or whose plan was changed, as failed', async () => {
    const { callAgain, objects, store } = await ended()
    for (const key of [...objects.keys()].filter((key) => /^orgs\/.*\/(plan|decision|record)/.test(key)))
      objects.delete(key)
    const input = runKey(accountRunId(ORG, 'survey', A), 'input.json')
    objects.set(input, (objects.get(input) ?? '').replace(`"run":"${ORG}"`, '"run":"org-9"'))
    const plan = runKey(accountRunId(ORG, 'survey', B), 'plan.json')
    objects.set(plan, `${objects.get(plan)} `)
    await callAgain('MakeOrganizationPlanArn')
    const made = await read(store, organizationDocuments.plan(ORG))
    expect(made?.accounts.map(({ end, plan }) => [end, plan])).toEqual([
      ['failed', null],
      ['failed', null],
    ])
    expect(made?.next).toBe('record')
  })
})

describe('the record', () => {
  it('of a run with a damaged document says which, and has no accounts', async () => {
    const { callAgain, objects, store } = await ended()
    objects.delete(organizationKey(ORG, 'record.json'))
    objects.set(organizationKey(ORG, 'accounts.json'), '{')
    await callAgain('WriteOrganizationRecordArn')
    expect(await read(store, organizationDocuments.record(ORG))).toMatchObject({
      incomplete: true,
      status: 'refused',
      accounts: [],
      error: { name: 'StoreDamaged', message: expect.stringContaining(`orgs/${ORG}/accounts.json`) },
    })
  })
  it('of a run with a damaged record of one account says so of that account alone', async () => {
    const { callAgain, objects, store } = await ended()
    objects.delete(organizationKey(ORG, 'record.json'))
    objects.set(runKey(accountRunId(ORG, 'change', A), 'record.json'), '{')
    await callAgain('WriteOrganizationRecordArn')
    const record = await read(store, organizationDocuments.record(ORG))
    expect(record?.accounts.map(({ end }) => end)).toEqual(['failed', 'changed'])
    expect(record?.accounts[0]?.why).toContain(accountRunId(ORG, 'change', A))
  })
  it('of a failed start is written without a pass, if Step Functions knows the execution, and of nothing else', async () => {
    const world = openOrganizationWorld({ settings: 'mode: off' })
    await world.startRun(ORG, { mode: 'nonsense' }).result
    expect(await read(world.store, organizationDocuments.record(ORG))).toMatchObject({ status: 'refused', hub: null })
    expect(world.objects.has(organizationKey(ORG, 'input.json'))).toBe(false)
  })
  it('under an id that was taken is not written over', async () => {
    const world = await ended()
    const before = world.objects.get(organizationKey(ORG, 'record.json'))
    await new Promise((resolve) => setTimeout(resolve, 2))
    const again = await world.startRun(ORG, { mode: 'plan' }).result
    expect(again.status).toBe('FAILED')
    expect(world.objects.get(organizationKey(ORG, 'record.json'))).toBe(before)
  })
})
