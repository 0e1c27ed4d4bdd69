// Which accounts an undo of an organization run works on, and which undo is refused.
import { describe, expect, it } from '@jest/globals'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { accountRunId } from '../../core/model/ids.ts'
import type { DescribedExecution } from '../../steps/ports.ts'
import { documents, organizationDocuments, put, read, textOf } from '../../steps/run-documents.ts'
import { listUndoneAccounts } from '../../steps/undone-accounts.ts'
import { errorWith, expectNoGap, expectOwnSentences, factsIn } from '../support/error-facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { idOf, listedAccount, ORG, organizationInput } from '../support/organization.ts'
import { inputOf } from '../support/waiting.ts'

const [A, B, QUIET, OUT] = [idOf(1), idOf(2), idOf(3), idOf(4)]
const UNDONE = 'org-0'
const undoOf = (accounts: string[] | null = null) => organizationInput({ undo: { run: UNDONE, accounts } })

/** An organization run that began to change two of four accounts. */
async function changed(fields: Partial<OrganizationInput> = {}) {
  const store = makeMemoryStore()
  await put(
    store,
    organizationDocuments.input(UNDONE),
    organizationInput({ runId: UNDONE, executionId: 'old', ...fields }),
  )
  const other = { roles: null, profile: 'team' }
  const accounts = [
    ...[listedAccount(A), listedAccount(B, { member: other }), listedAccount(QUIET)],
    listedAccount(OUT, { end: 'excluded', why: 'x' }),
  ]
  await put(store, organizationDocuments.accounts(UNDONE), {
    ...{ runId: UNDONE, source: 'organizations', organizationId: 'o-aaaaaaaaaa', managementAccount: null, accounts },
  })
  // A run of this name in an account that was not selected is no change of it.
  for (const account of [A, B, OUT]) {
    const runId = accountRunId(UNDONE, 'change', account)
    const organizationRun = { run: UNDONE, phase: 'change' } as const
    await put(store, documents.input(runId), inputOf({ runId, account, organizationRun }))
  }
  const open =
    (isRunning: boolean) =>
    async (id: string): Promise<DescribedExecution | null> =>
      id === 'old' ? { runId: UNDONE, startedAt: '', isRunning, input: {} } : null
  const list = (input: OrganizationInput, isRunning = false) =>
    listUndoneAccounts({ store, execution: open(isRunning) }, input)
  return { store, list }
}

describe('an undo', () => {
  it('works on the accounts that the run began to change, by the same way in', async () => {
    const { store, list } = await changed()
    expect(await list(undoOf())).toEqual([A, B])
    const stored = await read(store, organizationDocuments.accounts(ORG))
    expect(stored).toMatchObject({ runId: ORG, source: 'undone', organizationId: 'o-aaaaaaaaaa' })
    expect(stored?.accounts).toEqual([listedAccount(A), listedAccount(B, { member: { roles: null, profile: 'team' } })])
  })
  it('works on those that are asked for', async () => {
    const { list } = await changed()
    expect(await list(undoOf([B]))).toEqual([B])
  })
  it('that is tried again uses what it stored', async () => {
    const { store, list } = await changed()
    await list(undoOf([B]))
    store.objects.delete(documents.input(accountRunId(UNDONE, 'change', B)).key)
    expect(await list(undoOf([B]), true)).toEqual([B])
  })
  it('stores nothing for a run that does not exist', async () => {
    const { store, list } = await changed()
    expect(await list(organizationInput())).toEqual([])
    expect(store.objects.has(organizationDocuments.accounts(ORG).key)).toBe(false)
  })
})

describe('a change that ended', () => {
  it.each([
    ['without a plan, such as beside another run, is none to undo', null, [A]],
    ['with a plan is undone', '{}', [A, B]],
  ])('%s', async (_, plan, undone) => {
    const { store, list } = await changed()
    const runId = accountRunId(UNDONE, 'change', B)
    await store.put(documents.record(runId).key, '{}')
    if (plan !== null) await store.put(documents.plan(runId).key, plan)
    expect(await list(undoOf())).toEqual(undone)
  })
})

describe('the input of a change', () => {
  const INPUT = documents.input(accountRunId(UNDONE, 'change', B))
  const input = { runId: accountRunId(UNDONE, 'change', B), account: B }
  it.each<[string, string, string[]]>([
    [
      'of its own run is undone',
      textOf(inputOf({ ...input, organizationRun: { run: UNDONE, phase: 'change' } })),
      [A, B],
    ],
    ['of another run is none to undo', textOf(inputOf({ ...input, organizationRun: null })), [A]],
    ['that is damaged may have changed the account', '{', [A, B]],
  ])('%s', async (_, text, undone) => {
    const { store, list } = await changed()
    store.objects.set(INPUT.key, text)
    expect(await list(undoOf())).toEqual(undone)
  })
  it('has nothing to undo if it was deleted before it is read, and stops the undo if the store does not answer', async () => {
    const { store, list } = await changed()
    const { get } = store
    store.get = async (key) => (key === INPUT.key ? null : get(key))
    expect(await list(undoOf())).toEqual([A])
    store.objects.delete(organizationDocuments.accounts(ORG).key)
    store.get = async (key) => (key === INPUT.key ? Promise.reject(new StoreUnavailable('down')) : get(key))
    await expect(list(undoOf())).rejects.toThrow(StoreUnavailable)
  })
})

describe('an undo is refused', () => {
  it.each<[string, Partial<OrganizationInput>, string[] | null, boolean, string[]]>([
    ['of a run that is still open: it would change more', {}, null, true, [UNDONE]],
    ['of an undo', { undo: { run: 'org-9', accounts: null } }, null, false, [UNDONE, 'org-9']],
    [
      'from another account',
      { caller: { ...organizationInput().caller, account: '222233334444' } },
      null,
      false,
      [UNDONE, '222233334444'],
    ],
    ['of an account that the run did not change', {}, [A, QUIET, OUT], false, [UNDONE, QUIET, OUT]],
  ])('%s', async (_, fields, accounts, isRunning, facts) => {
    const { store, list } = await changed(fields)
    await expect(list(undoOf(accounts), isRunning)).rejects.toThrow(errorWith('InputRefused', ...facts))
    expect(store.objects.has(organizationDocuments.accounts(ORG).key)).toBe(false)
  })
  it('with each account once', async () => {
    const { list } = await changed()
    await expect(list(undoOf([QUIET, QUIET]))).rejects.toThrow(new RegExp(`^(?!.*${QUIET}.*${QUIET}).*${QUIET}`))
  })
  it('with a reason for each, also where the run has nothing to say of', async () => {
    const { store, list } = await changed()
    const why = async (isRunning = false) => {
      const error = await list(undoOf(), isRunning).catch((error: unknown) => error)
      expect(error).toEqual(errorWith('InputRefused', UNDONE))
      expectNoGap((error as Error).message)
      return (error as Error).message.replace(/, and.*/, '')
    }
    const open = await why(true)
    for (const key of [...store.objects.keys()].filter((key) => key.startsWith('runs/'))) store.objects.delete(key)
    const unchanged = await why()
    store.objects.delete(organizationDocuments.accounts(UNDONE).key)
    expect(await why()).toBe(unchanged)
    store.objects.clear()
    expectOwnSentences([open, unchanged, await why()])
  })
  it('of a run that was refused before it had accounts, which is in the store', async () => {
    const { store, list } = await changed()
    store.objects.clear()
    const failed = () => list(undoOf()).catch((error: Error) => error.message)
    const missing = await failed()
    await put(store, organizationDocuments.input(UNDONE), organizationInput({ runId: UNDONE }))
    expect(await failed()).toEqual(factsIn(UNDONE))
    expect(await failed()).not.toBe(missing)
  })
  it('of a run that changed no account, or is not there', async () => {
    const { store, list } = await changed()
    for (const key of [...store.objects.keys()].filter((key) => key.startsWith('runs/'))) store.objects.delete(key)
    await expect(list(undoOf())).rejects.toThrow(errorWith('InputRefused', UNDONE))
    store.objects.clear()
    await expect(list(undoOf())).rejects.toThrow(errorWith('InputRefused', UNDONE))
  })
})
