// Nonsense in the input, a run id that was used before, and things in the store that we did not put there: the run ends
// with a word of its own, and never with, or over, another run's.

import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { factsIn } from '../support/error-facts.ts'
import { planFirstKey } from '../support/planned.ts'
import { RUN } from '../support/waiting.ts'
import { accountOf, DAY, openWorld } from '../support/world.ts'

const NONSENSE = { nonsense: 1 }
/** More unknown fields than an error's cause may carry through the machine. */
const LONG_NONSENSE = Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`unknown-field-${index}`, 1]))

describe('an execution that is refused under a used run id', () => {
  it("fails, and leaves the earlier run's record as it is", async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const first = await world.run()
    world.pass(100 * DAY)
    const again = await world.run({ runId: RUN, input: NONSENSE })
    expect(again.result.status).toBe('FAILED')
    expect(first.record).toMatchObject({ status: 'deactivated' })
    expect(again.record).toEqual(first.record)
  })
  it('writes no last word for an earlier run that was stopped', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await makeDeactivateKey(world.ports)(await planFirstKey(world, 'a'))
    const again = await world.run({ runId: RUN, input: NONSENSE })
    expect(again.result.status).toBe('FAILED')
    expect(again.record).toBeNull()
  })
})

describe('a run leaves a record', () => {
  it('that says what was refused, however long the input is', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const run = await world.run({ input: LONG_NONSENSE })
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'InputRefused' })
    expect(run.record).toMatchObject({
      status: 'refused',
      error: { name: 'InputRefused', message: expect.stringContaining('unknown-field-0') },
    })
  })
  // Step Functions takes no larger input, and no state may be larger than this either.
  it.each([261_000, 261_511, 262_000, 262_143, 262_144])('whatever the size of its input: %i bytes', async (bytes) => {
    const filled = (make: (text: string) => unknown) => make('x'.repeat(bytes - JSON.stringify(make('')).length))
    for (const [input, status] of [
      [filled((nonsense) => ({ nonsense })), 'refused'],
      [filled((name) => ({ [name]: 1 })), 'refused'],
      [filled((text) => text), 'refused'],
      [filled((mode) => ({ mode })), 'refused'],
      [filled((user) => ({ policy: { exemptUsers: [user] } })), 'refused'],
      [filled((key) => ({ undo: { run: 'run-0', keys: [key] } })), 'refused'],
      [filled((run) => ({ undo: { run } })), 'refused'],
      [filled((run) => ({ apply: { run } })), 'refused'],
      [filled((Comment) => ({ Comment })), 'deactivated'],
    ] as const) {
      const world = await openWorld({ account: accountOf({ a: 200 }) })
      expect(JSON.stringify(input)).toHaveLength(bytes)
      const run = await world.run({ input })
      expect(run.path.at(-1)).toBe(status === 'refused' ? 'Failed' : 'Done')
      expect(run.record).toMatchObject({ status, error: status === 'refused' ? { name: 'InputRefused' } : null })
    }
  })
  it('if a plan that is not ours is stored in place of its own', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.ports.store.put('runs/run-1/plan.json', '{"runId":"run-1"}')
    const run = await world.run()
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
    expect(run.record).toMatchObject({ error: { name: 'PlanRefused' } })
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('an answer of IAM that holds a key id which is none', () => {
  it('leaves its user unread, and the others are judged and taken', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `idle-${index}`)
    const world = await openWorld({
      account: accountOf(Object.fromEntries(names.map((name) => [name, 200]))),
      settings: '{ mode: apply, policy: { maxPercent: 100 } }',
    })
    world.endpoint.fault({
      action: 'ListAccessKeys',
      match: ({ UserName }) => UserName === 'idle-3',
      kind: 'edited',
      edit: (xml) => xml.replace('<AccessKeyId>AKIA', '<AccessKeyId>AK/A'),
    })
    world.endpoint.fault({
      action: 'GetAccessKeyLastUsed',
      match: ({ AccessKeyId }) => AccessKeyId?.startsWith('AK/A') === true,
      kind: 'other key',
      accessKeyId: accessKeyId('idle-3'),
    })
    const { record } = await world.run()
    expect(record).toMatchObject({ error: null, counts: { deactivated: 29 } })
    expect(record?.keys.find(({ user }) => user === 'idle-3')).toMatchObject({
      verdict: 'kept',
      reason: factsIn('IamAnswerError', 'ListAccessKeys', 'idle-3', 'AccessKeyId'),
    })
  })
})

describe("a stray object in a key's folder of the store", () => {
  it('is ignored: the key is still deactivated', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.ports.store.put(`keys/${accessKeyId('a')}/notes.txt`, 'x')
    expect((await world.run()).record?.status).toBe('deactivated')
  })
})
