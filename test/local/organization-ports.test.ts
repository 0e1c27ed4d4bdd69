// The list of the accounts before a run on this machine begins: what is refused then, and what is left to the run.
import { describe, expect, it } from '@jest/globals'
import { OrganizationDenied, OrganizationUnavailable } from '../../core/model/errors.ts'
import { parseSettings } from '../../core/model/settings.ts'
import type { FoundAccounts } from '../../core/run/organization/select.ts'
import { readUntil, sendRead } from '../../io/aws/reads.ts'
import { listFirst } from '../../local/organization-ports.ts'
import { errorWith } from '../support/error-facts.ts'

const A = '111122223333'
const B = '444455556666'

const found = (...accounts: string[]): FoundAccounts => ({
  ...{ source: 'list', organizationId: null, managementAccount: null },
  accounts: accounts.map((account) => ({ account, name: null, state: null, path: null, joinedAt: null })),
})

/** The ports that answer so, one after another. */
function portsOf(...answers: (() => Promise<FoundAccounts>)[]) {
  const asked: number[] = []
  const foundAccounts = async () => {
    asked.push(asked.length)
    return (answers[asked.length - 1] ?? fail)()
  }
  return { asked, ports: { foundAccounts, tagsOf: async () => ({}) } }
}

const fail = async (): Promise<never> => {
  throw new TypeError('asked too often')
}
const unavailable = async (): Promise<never> => {
  throw new OrganizationUnavailable('planted')
}
const SETTINGS = parseSettings('')
const except = (account: string) => parseSettings(`organization: { exceptAccounts: ["${account}"] }`)

describe('the accounts', () => {
  it('are listed once, before the run and for it', async () => {
    const { ports, asked } = portsOf(async () => found(A, B))
    const { foundAccounts } = await listFirst(ports, except(B))
    expect(await foundAccounts()).toEqual(found(A, B))
    expect(asked).toEqual([0])
  })

  it('are asked for again, if the run asks again', async () => {
    const { ports } = portsOf(
      async () => found(A),
      async () => found(B),
    )
    const { foundAccounts } = await listFirst(ports, SETTINGS)
    expect([await foundAccounts(), await foundAccounts()]).toEqual([found(A), found(B)])
  })

  it('of the settings are not asked for', async () => {
    const { ports, asked } = portsOf()
    await listFirst(ports, parseSettings(`organization: { accounts: ["${A}"] }`))
    const none = listFirst(ports, parseSettings(`organization: { accounts: ["${A}"], exceptAccounts: ["${A}"] }`))
    await expect(none).rejects.toThrow(errorWith('InputRefused', 'exceptAccounts'))
    expect(asked).toEqual([])
  })

  it('that a selection names and nobody lists are refused', async () => {
    const { ports } = portsOf(async () => found(A))
    await expect(listFirst(ports, except(B))).rejects.toThrow(errorWith('InputRefused', B))
  })

  it('that nobody may list end the command', async () => {
    const { ports } = portsOf(async () => {
      throw new OrganizationDenied('planted')
    })
    await expect(listFirst(ports, SETTINGS)).rejects.toThrow(errorWith('OrganizationDenied'))
  })

  it('that cannot be listed now are left to the run, which asks again', async () => {
    const { ports } = portsOf(unavailable, async () => found(A))
    const { foundAccounts } = await listFirst(ports, SETTINGS)
    await expect(foundAccounts()).rejects.toThrow(errorWith('OrganizationUnavailable'))
    expect(await foundAccounts()).toEqual(found(A))
  })

  it('that take long to list are awaited by the run', async () => {
    const list = Promise.withResolvers<FoundAccounts>()
    const { ports, asked } = portsOf(() => list.promise)
    const { foundAccounts } = await listFirst(ports, except(B), 1)
    list.resolve(found(A))
    expect(await foundAccounts()).toEqual(found(A))
    expect(asked).toEqual([0])
  })

  it.each(['while the run waits for them', 'before the run asks for them'])('end with a stop %s', async (when) => {
    const stop = new AbortController()
    const reason = new Error('planted stop')
    const { ports } = portsOf(() => sendRead(({ abortSignal }) => never(abortSignal)))
    const { foundAccounts } = await listFirst(ports, SETTINGS, 1)
    if (when.startsWith('before')) stop.abort(reason)
    const listing = readUntil(stop.signal, foundAccounts)
    stop.abort(reason)
    await expect(listing).rejects.toBe(reason)
  })
})

/** What a service never answers. */
const never = (signal?: AbortSignal) =>
  new Promise<FoundAccounts>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
