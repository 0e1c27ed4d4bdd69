// Which accounts List accounts finds, stores and hands on.
import { describe, expect, it } from '@jest/globals'
import type { OrganizationInput } from '../../core/model/documents/organization-input.ts'
import { DEFAULT_ORGANIZATION } from '../../core/model/policy.ts'
import { makeListAccounts } from '../../functions/list-accounts.ts'
import { passHash } from '../../steps/pass.ts'
import { organizationDocuments, put, read } from '../../steps/run-documents.ts'
import { countAtOnce } from '../support/at-once.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { foundAccount, idOf, MANAGEMENT, ORG, organizationInput } from '../support/organization.ts'
import { PASS } from '../support/world.ts'

const [A, B, C] = [idOf(1), idOf(2), idOf(3)]
const FOUND = { source: 'organizations', organizationId: 'o-aaaaaaaaaa', managementAccount: MANAGEMENT } as const

/** Lists the accounts of a run with these settings, in an Organization of these accounts. */
async function listed(
  organization: Partial<OrganizationInput['organization']>,
  accounts: ReturnType<typeof foundAccount>[],
  tags: Record<string, Record<string, string>> = {},
) {
  const store = makeMemoryStore()
  const input = organizationInput({
    passSha256: passHash(PASS),
    organization: { ...DEFAULT_ORGANIZATION, ...organization },
  })
  await put(store, organizationDocuments.input(ORG), input)
  const asked: string[] = []
  const { counted, most } = countAtOnce()
  const tagsOf = counted(async (account: string) => tags[account] ?? {})
  const foundAccounts = async () => {
    asked.push('ListAccounts')
    return { ...FOUND, accounts }
  }
  const list = makeListAccounts({ store, foundAccounts, tagsOf })
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
  it('are stored once: a retry goes by the list', async () => {
    const { step, again, asked } = await listed({}, [foundAccount(A)])
    expect(await again()).toEqual(step)
    expect(asked).toEqual(['ListAccounts'])
  })
})
