// Whole organization runs: the definition and its handlers in the engine, over a run store in memory.
import { describe, expect, it } from '@jest/globals'
import { OrganizationUnavailable } from '../../core/model/errors.ts'
import type { OrganizationEnded } from '../../core/model/messages.ts'
import { planHash } from '../../core/run/plan.ts'
import { messageText } from '../../core/texts/message-text.ts'
import { documents, organizationDocuments, read } from '../../steps/run-documents.ts'
import { idOf, LONG_AGO, MANAGEMENT, MEMBER, NOW, ORG } from '../support/organization.ts'
import { type OrganizationScene, openOrganizationWorld } from '../support/organization-world.ts'
import { idOf as keyIdOf } from '../support/waiting.ts'

const [A, B, C, D] = [idOf(1), idOf(2), idOf(3), idOf(4)]
const DENIED = { survey: 'refused', error: 'MemberRoleDenied' } as const

async function run(scene: OrganizationScene, input: unknown = {}) {
  const world = openOrganizationWorld(scene)
  const result = await world.startRun(ORG, input).result
  const record = await read(world.store, organizationDocuments.record(ORG))
  const ends = Object.fromEntries((record?.accounts ?? []).map(({ account, end }) => [account, end]))
  return { ...world, result, record, ends, names: world.children.map(({ name }) => name) }
}

describe('an organization run', () => {
  it('surveys every account, makes one plan, and changes the accounts that have keys', async () => {
    const { result, record, ends, children, names, objects } = await run({ accounts: { [A]: { keys: 2 }, [B]: {} } })
    expect(result).toMatchObject({ status: 'SUCCEEDED' })
    expect(ends).toEqual({ [A]: 'changed', [B]: 'nothing to do' })
    expect(record).toMatchObject({ status: 'changed', counts: { accounts: 2, stale: 2, deactivated: 2 } })
    expect(names.toSorted()).toEqual([`${ORG}-change-${A}`, `${ORG}-survey-${A}`, `${ORG}-survey-${B}`])
    expect(children[0]?.input).toEqual({
      organizationRun: { run: ORG, account: expect.any(String), phase: 'survey' },
      AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: expect.any(String),
    })
    // The record has the hash of every document of the run, and of the records in the accounts.
    const documents = new Set(record?.documents.map(({ key }) => key))
    const names_ = ['input.json', 'accounts.json', 'plan.json'].map((name) => `orgs/${ORG}/${name}`)
    for (const key of [...names_, ...names.map((name) => `runs/${name}/record.json`)]) expect(documents).toContain(key)
    expect([...objects.keys()].filter((key) => key.startsWith('orgs/')).toSorted()).toEqual(
      [...names_, `orgs/${ORG}/record.json`].toSorted(),
    )
  })
  it('gives its output no pass, and its children nothing but a name for what is stored', async () => {
    const { result, children } = await run({ accounts: { [A]: { keys: 1 } } })
    expect(result).toMatchObject({ output: { result: { status: 'changed', failed: false } } })
    expect(JSON.stringify([result, children])).not.toMatch(/pass/)
  })
  it('in mode plan changes nothing, and says what it would do', async () => {
    const { record, names } = await run({ accounts: { [A]: { keys: 2 } } }, { mode: 'plan' })
    expect(record).toMatchObject({ status: 'planned', ifApplied: { step: 'go' }, counts: { deactivated: 0 } })
    expect(names).toEqual([`${ORG}-survey-${A}`])
  })
  it('sends one message and one event', async () => {
    const { ended, events, objects } = await run({ accounts: { [A]: { keys: 2 }, [B]: {} } })
    expect(ended).toMatchObject([{ kind: 'organization run finished', runId: ORG, status: 'changed' }])
    // Of the stored record: by it a change of the record shows.
    const recordSha256 = planHash(objects.get(`orgs/${ORG}/record.json`) ?? '')
    expect([ended[0], events[0]?.detail]).toMatchObject([{ recordSha256 }, { recordSha256 }])
    expect(messageText(ended[0] as OrganizationEnded)).toContain(recordSha256)
    expect(events).toMatchObject([{ type: 'Organization Run Finished', detail: { runId: ORG, failed: false } }])
  })
  it('fails for an account that is failed or unreachable, names it, and changes the others', async () => {
    const accounts = {
      [A]: { keys: 2 },
      [B]: DENIED,
      [C]: { ...DENIED, joinedAt: NOW.toISOString() },
      [D]: { survey: 'no record' } as const,
      [MANAGEMENT]: { ...DENIED, joinedAt: LONG_AGO },
    }
    const { result, ends } = await run({ accounts })
    expect(ends).toEqual({
      ...{ [A]: 'changed', [B]: 'unreachable', [C]: 'new', [D]: 'failed', [MANAGEMENT]: 'management account' },
    })
    expect(result).toMatchObject({ status: 'FAILED', error: 'SomeAccountsFailed' })
    const { cause } = result as { cause: string }
    for (const account of [B, D]) expect(cause).toContain(account)
    for (const account of [A, C, MANAGEMENT]) expect(cause).not.toContain(account)
  })
  it('works on the accounts that its settings select', async () => {
    const settings = `{ mode: apply, organization: { exceptAccounts: ["${B}"] } }`
    const { ends, names } = await run({
      settings,
      accounts: { [A]: {}, [B]: { keys: 1 }, [C]: { state: 'SUSPENDED' } },
    })
    expect(ends).toEqual({ [A]: 'nothing to do', [B]: 'excluded', [C]: 'not active' })
    expect(names).toEqual([`${ORG}-survey-${A}`])
  })
  it('leaves out an account that its settings do not allow, and does not fail for it', async () => {
    const settings = `{ mode: apply, allowedAccounts: ["${A}", "${D}"] }`
    const { result, record, ends, names } = await run({ settings, accounts: { [A]: { keys: 1 }, [B]: { keys: 1 } } })
    expect(ends).toEqual({ [A]: 'changed', [B]: 'excluded' })
    expect(record?.accounts[1]?.why).toContain('allowedAccounts')
    expect(result.status).toBe('SUCCEEDED')
    expect(names.toSorted()).toEqual([`${ORG}-change-${A}`, `${ORG}-survey-${A}`])
  })
  it('works on a list of accounts without asking Organizations', async () => {
    const settings = `{ mode: apply, organization: { accounts: ["${A}"], readRole: look } }`
    const nobody = async () => {
      throw new TypeError('nobody is to ask')
    }
    const { store, record } = await run({
      settings,
      accounts: { [A]: { keys: 1 } },
      ports: { foundAccounts: nobody, tagsOf: nobody },
    })
    const list = await read(store, organizationDocuments.accounts(ORG))
    expect(list).toMatchObject({ source: 'list', organizationId: null, managementAccount: null })
    expect(list?.accounts[0]?.member).toEqual({ ...MEMBER, roles: { ...MEMBER.roles, read: 'look' } })
    expect(record).toMatchObject({ status: 'changed', source: 'list' })
  })
})

describe('a question', () => {
  const settings = '{ mode: apply, approval: always }'
  const accounts = { [A]: { keys: 2 }, [B]: { keys: 1 } }

  it('is one for all accounts, and what is approved goes', async () => {
    const { asked, ends, record } = await run({ settings, accounts, answer: { answer: 'approve' } })
    expect(asked).toMatchObject([
      { kind: 'organization approval wanted', keys: 3, accounts: 2, plan: record?.plan?.sha256 },
    ])
    expect(ends).toEqual({ [A]: 'changed', [B]: 'changed' })
    expect(record?.decision).toMatchObject({ answer: 'approve', by: 'ann' })
  })
  it('may leave out an account', async () => {
    const { ends, names } = await run({ settings, accounts, answer: { answer: 'approve', leftOutAccounts: [A] } })
    expect(ends).toEqual({ [A]: 'left out', [B]: 'changed' })
    expect(names).not.toContain(`${ORG}-change-${A}`)
  })
  it('may leave out keys: the account goes, its own run leaves them out', async () => {
    const { ends, record } = await run({ settings, accounts, answer: { answer: 'approve', leftOut: [keyIdOf(0)] } })
    expect(ends).toEqual({ [A]: 'changed', [B]: 'changed' })
    expect(record?.decision?.leftOut).toEqual([keyIdOf(0)])
  })
  it('that is rejected changes nothing', async () => {
    const { result, record, ends } = await run({ settings, accounts, answer: { answer: 'reject' } })
    expect(result.status).toBe('SUCCEEDED')
    expect(record).toMatchObject({ status: 'rejected' })
    expect(ends).toEqual({ [A]: 'planned', [B]: 'planned' })
  })
})

describe('a run that cannot go on', () => {
  it.each<[string, OrganizationScene, unknown, string, string]>([
    ['for its input', {}, { organization: { maxKeys: 501 } }, 'refused', 'InputRefused'],
    ['under the brake', { settings: 'mode: off' }, {}, 'switched off', 'SwitchedOff'],
    ['beside another', { ports: { otherOpenRun: async () => 'org-0' } }, {}, 'another run is open', 'AnotherRunOpen'],
    [
      'for an unknown account',
      { accounts: { [A]: {} }, settings: `{ organization: { onlyAccounts: ["${D}"] } }` },
      {},
      'refused',
      'InputRefused',
    ],
  ])('%s ends with a record, and starts no run in an account', async (_, scene, input, status, error) => {
    const { record, names } = await run(scene, input)
    expect(record).toMatchObject({ status, error: { name: error }, accounts: [] })
    expect(names).toEqual([])
  })
  it('without Organizations is tried again, and ends with a record', async () => {
    let calls = 0
    const foundAccounts = async () => {
      calls += 1
      throw new OrganizationUnavailable('no answer')
    }
    const { record } = await run({ ports: { foundAccounts } })
    expect(calls).toBe(7)
    expect(record).toMatchObject({ status: 'refused', error: { name: 'OrganizationUnavailable' } })
  })
})

describe('an undo', () => {
  type World = ReturnType<typeof openOrganizationWorld>
  async function undone(input: unknown, scene: OrganizationScene = {}, between: (world: World) => void = () => {}) {
    const world = openOrganizationWorld({ accounts: { [A]: { keys: 2 }, [B]: { keys: 1 }, [C]: {} }, ...scene })
    await world.startRun('org-0').result
    between(world)
    const result = await world.startRun(ORG, input).result
    const record = await read(world.store, organizationDocuments.record(ORG))
    const ends = Object.fromEntries((record?.accounts ?? []).map(({ account, end }) => [account, end]))
    return { ...world, result, record, ends }
  }

  it('works on the accounts that the run began to change, with the same roles', async () => {
    const { store, result, record, ends, children } = await undone({ undo: { run: 'org-0' } })
    expect(result.status).toBe('SUCCEEDED')
    expect(ends).toEqual({ [A]: 'changed', [B]: 'changed' })
    expect(record).toMatchObject({ status: 'changed', source: 'undone', counts: { reactivated: 3 }, plan: null })
    const list = await read(store, organizationDocuments.accounts(ORG))
    expect(list?.accounts.map(({ member }) => member)).toEqual([MEMBER, MEMBER])
    const undos = children.filter(({ name }) => name.startsWith(`${ORG}-undo-`)).map(({ input }) => input)
    expect(undos).toMatchObject([A, B].map((account) => ({ organizationRun: { run: ORG, account, phase: 'undo' } })))
  })
  it('works on the accounts that are asked for', async () => {
    const { ends } = await undone({ undo: { run: 'org-0', accounts: [B] } })
    expect(ends).toEqual({ [B]: 'changed' })
  })
  it.each<[string, (input: string) => string]>([
    ['a run of its own', (input) => input.replace(/"organizationRun":{[^}]*}/, '"organizationRun":null')],
    ['another organization run', (input) => input.replace('"run":"org-0"', '"run":"org-00"')],
    ['a run on another account', (input) => input.replace(`"account":"${B}"`, `"account":"${C}"`)],
  ])('passes over an account where %s had taken the name: the run did not change it', async (_, changed) => {
    const key = documents.input(`org-0-change-${B}`).key
    const take = ({ objects }: World) => void objects.set(key, changed(objects.get(key) ?? ''))
    const { result, record, ends } = await undone({ undo: { run: 'org-0' } }, {}, take)
    expect(ends).toEqual({ [A]: 'changed' })
    expect([result.status, record?.status]).toEqual(['SUCCEEDED', 'changed'])
  })
  it('works on an account whose run has a damaged input: what it changed must come back', async () => {
    const spoil = ({ objects }: World) => void objects.set(documents.input(`org-0-change-${B}`).key, '{')
    const { ends } = await undone({ undo: { run: 'org-0' } }, {}, spoil)
    expect(Object.keys(ends)).toEqual([A, B])
  })
  it('continues under the brake and beside another run', async () => {
    const { ends } = await undone({ undo: { run: 'org-0' } }, { settings: '{ mode: apply }' })
    expect(ends).toEqual({ [A]: 'changed', [B]: 'changed' })
  })
  it.each<[string, unknown, string[]]>([
    ['of a run that is not there', { undo: { run: 'org-9' } }, ['org-9']],
    ['of an account that the run did not change', { undo: { run: 'org-0', accounts: [A, C] } }, ['org-0', C]],
  ])('%s is refused', async (_, input, facts) => {
    const { record, ends } = await undone(input)
    expect(record).toMatchObject({ status: 'refused', error: { name: 'InputRefused' } })
    for (const fact of facts) expect(record?.error?.message).toContain(fact)
    expect(ends).toEqual({})
  })
})
