// An update of which nobody saw an effect: the error says what IAM answered to it, and what each look at the key showed.
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

describe('an update of which nobody saw an effect says', () => {
  it('what IAM answered to it, and which status the key kept', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', ...DOWN })
    expect(await said(world)).toMatch(
      /^\w+ of a was to become Inactive: expected to read it back so, received Active to the last; the update was answered IamUnavailable: UpdateAccessKey of \w+ of user a: ServiceFailure\w*: down$/,
    )
  })

  it('nothing of the answer where IAM took it', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'html' })
    expect(await said(world)).toMatch(/: expected to read it back so, received Active to the last$/)
  })

  it('why the key could not be read back, and claims no status', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'ListAccessKeys', nth: [2, 3, 4, 5, 6, 7, 8], ...DOWN })
    expect(await said(world)).toMatch(
      /received IamUnavailable: ListAccessKeys of user a: ServiceFailure\w*: down to the last$/,
    )
  })

  it('in which order the looks at the key differed', async () => {
    const world = await open()
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'html' })
    world.endpoint.fault({ action: 'ListAccessKeys', nth: [3, 4], ...DOWN })
    const { listAccessKeys } = world.ports.iam
    let looks = 0
    world.ports.iam.listAccessKeys = async (user) => {
      const keys = await listAccessKeys(user)
      looks += 1
      return looks === 2 ? [] : keys
    }
    expect(await said(world)).toMatch(/received no such key, then IamUnavailable: [^,]*, then Active to the last$/)
  })
})

it('an outage of IAM is named in the record, and the next run gives the key a full new term', async () => {
  const world = await open()
  const end = world.endpoint.fault({ action: 'UpdateAccessKey', ...DOWN })
  const { record } = await world.run()
  expect(record?.keys[0]).toMatchObject({
    outcome: 'failed',
    outcomeReason: expect.stringMatching(/^sent, not confirmed \(UpdateNotConfirmed: .*the update was answered IamUna/),
  })
  end()
  world.pass(DAY)
  const next = await world.run({ runId: 'run-2' })
  expect(next.record?.keys.find(({ user }) => user === 'a')).toMatchObject({
    verdict: 'kept',
    reason: expect.stringMatching(/^in use: Active again since 2026-09-1/),
    staleOn: expect.stringMatching(/^2026-12-/),
  })
})
