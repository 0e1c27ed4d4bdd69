// What stands in for IAM and the run store where properties need thousands: they answer as the real client at the local
// endpoint and as every run store does.
import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { startEndpoint } from '../../demo/endpoint.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { storeContract } from '../io/store/store-contract.ts'
import { makeMemoryIam } from '../support/memory-iam.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { accountOf, type DrawnAccount, ROLE_KEY, SIGNER } from './lives.ts'
import { scenario } from './scenario.ts'
import { some } from './seeds.ts'

storeContract('memory', async () => makeMemoryStore())

/** Every call that a run makes, once for each user and key, and once for each that is not there. */
type IamWithCaller = { iam: Iam; caller: () => Promise<unknown> }

async function askAll(
  { iam, caller }: IamWithCaller,
  users: { name: string; keys: { id: string }[] }[],
): Promise<unknown[]> {
  const answers: unknown[] = []
  const ask = async (call: Promise<unknown>) => {
    answers.push(await call.catch((error: Error) => error.name))
  }
  await ask(iam.getReport())
  for (const _ of [1, 2]) await ask(iam.generateReport())
  await ask(iam.getReport())
  await ask(caller())
  for (const { name, keys } of [...users, { name: 'nobody', keys: [{ id: 'AKIANOBODYNOBODYNOBO' }] }]) {
    await ask(iam.listTags(name))
    await ask(iam.user(name))
    for (const { id } of keys) {
      await ask(iam.lastUsed(id, name))
      await ask(iam.lastUsed(id, `${name}x`))
      await ask(iam.ownerOf(id))
      await ask(iam.setStatus(`${name}x`, id, 'Inactive'))
      await ask(iam.setStatus(name, id, 'Inactive'))
    }
    await ask(iam.listAccessKeys(name))
  }
  return answers
}

async function compare(drawn: DrawnAccount, beginning: number): Promise<void> {
  const now = () => new Date(beginning)
  const accessKeyId = drawn.signer.role ? ROLE_KEY : SIGNER
  const memory = makeMemoryIam({ account: accountOf(drawn, beginning), now, signedBy: accessKeyId })
  const endpoint = await startEndpoint({ account: accountOf(drawn, beginning), now, reportSeconds: 0 })
  try {
    const where = { endpoint: endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' } }
    // The signer comes last: its own key is taken here like any other, and nothing is answered after that.
    const users = endpoint.account.users.toReversed()
    const real = {
      iam: makeIam({ account: '111122223333', attempts: 1, ...where }),
      caller: makeCaller({ attempts: 1, ...where }),
    }
    const [one, other] = [await askAll(memory, users), await askAll(real, users)]
    expect(one).toEqual(other)
    expect(memory.writes).toEqual(endpoint.writes)
  } finally {
    await endpoint.stop()
  }
}

it('IAM in memory answers as the real client does at the local endpoint, whatever the account', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, ({ account, beginning }) => compare(account, beginning)),
    some(4),
  )
})
