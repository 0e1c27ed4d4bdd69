// In which account explain looks for a key or a user, as a table.
import { describe, expect, it } from '@jest/globals'
import { placeOf } from '../../../cli/commands/explain-place.ts'
import { IamDenied, NoSuchEntity } from '../../../core/model/errors.ts'
import type { Iam } from '../../../io/iam/iam.ts'
import { organizationDocuments, put } from '../../../steps/run-documents.ts'
import { errorWith } from '../../support/error-facts.ts'
import { CALLER } from '../../support/facts.ts'
import { makeMemoryStore } from '../../support/memory-store.ts'
import { ACCOUNT, listedOf, ORG, organizationInputOf, ROLES } from '../../support/organization-run.ts'

const OWN = CALLER.account
const PROFILED = '999900001111'
const ELSEWHERE = '123123123123'
const PROFILE = { roles: null, profile: 'legacy-admin' }
const KEY = 'AKIAIOSFODNN7EXAMPLE'

interface Facts {
  /** What IAM says in the own account; default: no such key or user. */
  own?: 'has it' | 'denied'
  /** What STS says of the key. */
  knows?: string | null
  account?: string
}

async function place(named: string, { own, knows = null, account }: Facts) {
  const store = makeMemoryStore()
  await put(store, organizationDocuments.input(ORG), organizationInputOf())
  const accounts = [listedOf(ACCOUNT), listedOf(PROFILED, { member: PROFILE })]
  const list = { source: 'list', organizationId: null, managementAccount: null, accounts } as const
  await put(store, organizationDocuments.accounts(ORG), { runId: ORG, ...list })
  const asked: string[] = []
  const answer = async () => {
    if (own === 'denied') throw new IamDenied('no')
    if (own === undefined) throw new NoSuchEntity('none')
    return 'bob'
  }
  const iam: Pick<Iam, 'ownerOf' | 'listAccessKeys'> = {
    ownerOf: answer,
    listAccessKeys: () => answer().then(() => []),
  }
  const accountOfKey = async (id: string) => {
    asked.push(id)
    return knows
  }
  const ports = { patientIamOf: () => iam as Iam }
  const found = placeOf(named, { ports, store, caller: CALLER, accountOfKey }, { ...(account && { account }) })
  return { ...(await found), asked }
}

describe('explain looks for', () => {
  it.each<[string, string, Facts, string, string[]]>([
    ['a key that no survey saw in the account that STS names', KEY, { knows: ACCOUNT }, ACCOUNT, [KEY]],
    ['the same where IAM denies the own account', KEY, { knows: ACCOUNT, own: 'denied' }, ACCOUNT, [KEY]],
    ['a key of the own account there, and asks STS nothing', KEY, { own: 'has it', knows: ACCOUNT }, OWN, []],
    ['a key that STS says is in the own account there', KEY, { knows: OWN }, OWN, [KEY]],
    ['a key of which STS says nothing in the own account', KEY, {}, OWN, [KEY]],
    ['a user whom no survey saw in the own account', 'bob', { knows: ACCOUNT }, OWN, []],
    ['a user with a name like an id in the own account', 'jenkins_deploy_bot_prod', { knows: ACCOUNT }, OWN, []],
    ['anything in the account of --account', KEY, { account: ACCOUNT, knows: PROFILED }, ACCOUNT, []],
    ['anything in the own account, if --account names it', KEY, { account: OWN, knows: ACCOUNT }, OWN, []],
  ])('%s', async (_, named, facts, account, asked) => {
    expect(await place(named, facts)).toMatchObject({ account, asked })
  })
  it('a key of an account that no run lists nowhere, and names that account', async () => {
    await expect(place(KEY, { knows: ELSEWHERE })).rejects.toThrow(errorWith('UsageError', KEY, ELSEWHERE, 'memory'))
  })
})

describe('an account of an organization run', () => {
  it('is entered as the run enters it, with the keys behind all its profiles as own keys', async () => {
    expect(await place(KEY, { knows: ACCOUNT })).toMatchObject({
      member: { roles: ROLES.roles },
      profiles: ['legacy-admin'],
    })
    expect(await place(KEY, { knows: PROFILED })).toMatchObject({ member: PROFILE, profiles: ['legacy-admin'] })
  })
  it('has no other own keys than the caller, if it is the own account', async () => {
    expect(await place(KEY, { own: 'has it' })).toMatchObject({ member: null, profiles: [] })
  })
})
