// Which accounts List accounts finds, stores and hands on.
import { describe, expect, it } from '@jest/globals'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import { DEFAULT_ORGANIZATION } from '../../core/model/policy.ts'
import { makeListAccounts } from '../../functions/list-accounts.ts'
import { passHash } from '../../steps/pass.ts'
import { organizationDocuments, put, read } from '../../steps/run-documents.ts'
import { countAtOnce } from '../support/at-once.ts'
import { errorWith } from '../support/error-facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { foundAccount, idOf, MANAGEMENT, NOW, ORG, organizationInput } from '../support/organization.ts'
import { PASS } from '../support/world.ts'

const [A, B, C] = [idOf(1), idOf(2), idOf(3)]
const FOUND = { source: 'organizations', organizationId: 'o-aaaaaaaaaa', managementAccount: MANAGEMENT } as const

/** Lists the accounts of a run with these settings, in an Organization of these accounts. */
async function listed(
  organization: Partial<OrganizationInput['organization']>,
  accounts: ReturnType<typeof foundAccount>[],
  tags: Record<string, Record<string, string>> = {},
  { secondsForTags, takes = 0, listTakes = 0 }: { secondsForTags?: number; takes?: number; listTakes?: number } = {},
) {
  let at = NOW.getTime()
  const store = makeMemoryStore()
  const input = organizationInput({
    passSha256: passHash(PASS),
    organization: { ...DEFAULT_ORGANIZATION, ...organization },
  })
  await put(store, organizationDocuments.input(ORG), input)
  const asked: string[] = []
  const { counted, most } = countAtOnce()
  const tagsOf = counted(async (account: string) => {
    at += takes * 1000
    return tags[account] ?? {}
  })
  const foundAccounts = async () => {
    asked.push('ListAccounts')
    at += listTakes * 1000
    return { ...FOUND, accounts }
  }
  const time = { now: () => new Date(at), ...(secondsForTags && { secondsForTags }) }
  const list = makeListAccounts({ store, foundAccounts, tagsOf, ...time })
  const call = () => list({ runId: ORG, pass: PASS })
  return { step: await call(), again: call, store, asked, most }
}

describe('the accounts of an organization run', () => {
  it('are those of the Organization that work, and the list has all of them', async () => {
    const found = [foundAccount(A), foundAccount(B, { state: 'SUSPENDED' }), foundAccount(C)]
    const { step, store } = await listed({}, found)
    expect(step).toEqual({ next: 'survey', sha256: '', accounts: [A, C] })
    const list = await read(store, organizationDocuments.accounts(ORG))
    expect(list).toMatchObject({ ...FOUND, runId: ORG })
    expect(list?.accounts.map(({ account, end }) => [account, end])).toEqual([
      ...[
        [A, null],
        [B, 'not active'],
        [C, null],
      ],
    ])
  })
  it('are those of the settings, without a question to the Organization', async () => {
    const { step, store, asked } = await listed({ accounts: [B, A] }, [foundAccount(C)])
    expect([step.accounts, asked]).toEqual([[A, B], []])
    expect(await read(store, organizationDocuments.accounts(ORG))).toMatchObject({ source: 'list' })
  })
  it('are selected by their tags', async () => {
    const found = [A, B, C].map((account) => foundAccount(account))
    const tags = { [A]: { stage: 'prod' }, [B]: { stage: 'test' } }
    expect((await listed({ onlyTags: ['stage=prod'] }, found, tags)).step.accounts).toEqual([A])
  })
  it('are asked for their tags, five at once', async () => {
    const found = Array.from({ length: 30 }, (_, n) => foundAccount(idOf(n)))
    const { most, step } = await listed({ exceptTags: ['stage=prod'] }, found)
    expect([most(), step.accounts.length]).toEqual([5, 30])
  })
  it('are stored once: a retry uses the list', async () => {
    const { step, again, asked } = await listed({}, [foundAccount(A)])
    expect(await again()).toEqual(step)
    expect(asked).toEqual(['ListAccounts'])
  })
})

describe('tags that would take longer than the function may run', () => {
  const many = Array.from({ length: 101 }, (_, n) => foundAccount(idOf(n + 1)))
  const byTag = { onlyTags: ['team=a'] }
  const tags = { [A]: { team: 'a' } }

  it.each<[string, Parameters<typeof listed>[0], number, object, string[]]>([
    ['by their number, before the first is read', byTag, 101, { secondsForTags: 10 }, ['101 accounts', '10']],
    ['when the time is over', byTag, 100, { secondsForTags: 10, takes: 0.5 }, ['10', 'organizational unit']],
  ])('are refused %s', async (_, settings, count, time, facts) => {
    const list = listed(settings, many.slice(0, count), tags, time)
    await expect(list).rejects.toThrow(errorWith('InputRefused', ...facts))
  })
  it('are read if there is time for them, or nobody counts it', async () => {
    expect((await listed(byTag, many.slice(0, 100), tags, { secondsForTags: 10 })).step.accounts).toEqual([A])
    expect((await listed(byTag, many, tags, { takes: 60 })).step.accounts).toEqual([A])
  })
  it('keep no account from a run that asks for none', async () => {
    expect((await listed({}, many, {}, { secondsForTags: 1, listTakes: 2 })).step.accounts).toHaveLength(101)
    expect((await listed({ ...byTag, onlyAccounts: [A] }, many, tags, { secondsForTags: 1 })).step.accounts).toEqual([
      A,
    ])
  })
})
