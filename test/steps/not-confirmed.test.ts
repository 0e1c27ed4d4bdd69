// An update that was not seen to take effect: the error says what IAM answered to it, and what each read of the key showed.
import { describe, expect, it } from '@jest/globals'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { planFirstKey } from '../support/planned.ts'
import { accountOf, DAY, openWorld, type World } from '../support/world.ts'

const DOWN = { kind: 'error', error: { code: 'ServiceFailure', status: 503, message: 'down' } } as const

/** What Deactivate key says of a key `a` in this world. */
async function said(world: World): Promise<string> {
  const event = await planFirstKey(world, 'a')
  const error = await makeDeactivateKey(world.ports)(event).catch((error: Error) => error)
  expect(error).toMatchObject({ name: 'UpdateNotConfirmed' })
  return (error as Error).message
}

const open = () => openWorld({ account: accountOf({ a: 200 }) })

describe('the error of an update that was not seen to take effect says', () => {
  it('what IAM answered to it, and which status the key kept', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', ...DOWN })
    expect(await said(world)).toMatch(
      /^Key AKIA\w+ of user a .*Inactive.*: Active; .* IamUnavailable: UpdateAccessKey of \w+ of user a: ServiceFailure\w*: down$/,
    )
  })

  it('nothing of the answer where IAM took it', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'html' })
    expect(await said(world)).toMatch(/: Active$/)
  })

  it('why the key could not be read back, and claims no status', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'ListAccessKeys', nth: [2, 3, 4, 5, 6, 7, 8], ...DOWN })
    expect(await said(world)).toMatch(/: IamUnavailable: ListAccessKeys of user a: ServiceFailure\w*: down$/)
  })

  it('in which order the reads of the key differed', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'html' })
    world.endpoint.fault({ action: 'ListAccessKeys', nth: [3, 4], ...DOWN })
    const { listAccessKeys } = world.ports.iam
    let reads = 0
    world.ports.iam.listAccessKeys = async (user) => {
      const keys = await listAccessKeys(user)
      reads += 1
      return reads === 2 ? [] : keys
    }
    expect(await said(world)).toMatch(/: no such key, then IamUnavailable: [^,]*, then Active$/)
  })
})

it('an outage of IAM is named in the record, and the next run gives the key a full new term', async () => {
  const world = await open()
  const end = world.endpoint.fault({ action: 'UpdateAccessKey', ...DOWN })
  const { record } = await world.run()
  expect(record?.keys[0]).toMatchObject({
    outcome: 'failed',
    outcomeReason: expect.stringMatching(
      /^sent, not confirmed \(UpdateNotConfirmed: .*; .* IamUnavailable: UpdateAccessKey/,
    ),
  })
  end()
  world.pass(DAY)
  const next = await world.run({ runId: 'run-2' })
  expect(next.record?.keys.find(({ user }) => user === 'a')).toMatchObject({
    verdict: 'kept',
    reason: expect.stringMatching(/^in use: .*\breactivated 2026-09-1/),
    staleOn: expect.stringMatching(/^2026-12-/),
  })
})
