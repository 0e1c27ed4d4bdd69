// Two at once: Lambda may run on after Step Functions has given a call up, a run may be undone while it works, and one
// that was stopped may be taken up again. Whatever the order, the store tells what was done to the key.

import { describe, expect, it } from '@jest/globals'
import { IamThrottled } from '../../core/model/errors.ts'
import { makeAskForApproval } from '../../functions/ask-for-approval.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makeNoteFailure } from '../../functions/note-failure.ts'
import { makePlanUndo } from '../../functions/plan-undo.ts'
import { makeReactivateKey } from '../../functions/reactivate-key.ts'
import { runKey } from '../../io/store/run-store.ts'
import type { KeyOfRun } from '../../steps/key-outcome.ts'
import { askedByAccount } from '../support/account-iam.ts'
import { NOW } from '../support/facts.ts'
import { outcomeOf, planFirstKey } from '../support/planned.ts'
import { inputOf, openWaiting, RUN } from '../support/waiting.ts'
import { accountOf, afterWriting, DAY, keyIn, openWorld, type Run, statusesOf, type World } from '../support/world.ts'

/** A place where one of two attempts stands until the other lets it go on. */
function heldUp() {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const stand = () => {
    reached.resolve()
    return released.promise
  }
  return { stand, reached: reached.promise, release: () => released.resolve() }
}

/** The ports of an attempt that stands before it reads its facts. */
const beforeFacts = ({ ports }: World, stand: () => Promise<void>): World['ports'] =>
  askedByAccount({
    ...ports,
    iam: {
      ...ports.iam,
      listAccessKeys: async (user) => {
        await stand()
        return ports.iam.listAccessKeys(user)
      },
    },
  })

/** The ports of an attempt to which something happens once it is to note its outcome. */
const beforeOutcome = ({ ports }: World, happens: () => Promise<void>): World['ports'] => ({
  ...ports,
  store: {
    ...ports.store,
    put: async (key, text) => {
      if (key.includes('.outcome.')) await happens()
      return ports.store.put(key, text)
    },
  },
})

const breaksOff = async () => {
  throw new Error('the attempt ends here')
}

/** Undoes RUN for the keys that it took. */
async function undo({ ports }: World, runId = 'undo-1'): Promise<KeyOfRun[]> {
  const input = inputOf({ runId, undo: { run: RUN, keys: null } })
  await ports.store.put(runKey(runId, 'input.json'), JSON.stringify(input))
  const { keys } = await makePlanUndo(ports)({ runId })
  const events = keys.map((key) => ({ runId, ...key }))
  for (const event of events) await makeReactivateKey(ports)(event)
  return events
}

/** One attempt finds the key Inactive by the other's update, and is the first to note an outcome. */
async function overtake(world: World, event: KeyOfRun) {
  const facts = heldUp()
  const late = makeDeactivateKey(beforeFacts(world, facts.stand))(event)
  await facts.reached
  const overtaken = async () => {
    facts.release()
    await late
  }
  const early = makeDeactivateKey(beforeOutcome(world, overtaken))(event)
  return Promise.all([early, late])
}

describe('of two attempts at one key', () => {
  it('the one that finds it Inactive by the other notes it as deactivated', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    expect(await overtake(world, event)).toMatchObject([{ outcome: 'deactivated' }, { outcome: 'deactivated' }])
    expect(await outcomeOf(world, event)).toMatchObject({ outcome: 'deactivated', reason: null, sent: true })
    expect(world.endpoint.writes).toHaveLength(1)
  })
  it('either lets the key be reactivated by an undo', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    await overtake(world, event)
    const [undone] = await undo(world)
    expect(undone).toMatchObject({ user: 'a' })
    expect(await outcomeOf(world, { ...event, runId: 'undo-1' })).toMatchObject({ outcome: 'reactivated' })
    expect(statusesOf(world).a).toEqual(['Active'])
  })
  it('the one that IAM refuses does not hide what the other sent', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    const update = heldUp()
    const throttled = async () => {
      await update.stand()
      throw new IamThrottled('Rate exceeded')
    }
    const refused = makeDeactivateKey(
      askedByAccount({ ...world.ports, iam: { ...world.ports.iam, setStatus: throttled } }),
    )(event)
    await update.reached
    // The other one looked for intents when there were none yet, so it counts its own as the first as well.
    const { store, ...ports } = beforeOutcome(world, breaksOff)
    const sent = makeDeactivateKey({ ...ports, store: { ...store, list: async () => [] } })(event)
    await expect(sent).rejects.toThrow('the attempt ends here')
    update.release()
    await expect(refused).rejects.toThrow(IamThrottled)
    expect(statusesOf(world).a).toEqual(['Inactive'])
    expect(await makeDeactivateKey(world.ports)(event)).toMatchObject({ outcome: 'deactivated' })
    expect(await outcomeOf(world, event)).toMatchObject({ outcome: 'deactivated', sent: true })
  })
  it('the one that was given up sends nothing once its failure is noted', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    const facts = heldUp()
    const late = makeDeactivateKey(beforeFacts(world, facts.stand))(event)
    await facts.reached
    const error = { Error: 'Lambda.SdkClientException', Cause: 'connection reset' }
    await makeNoteFailure(world.ports)({ ...event, error })
    facts.release()
    expect(await late).toMatchObject({ outcome: 'failed' })
    expect(await outcomeOf(world, event)).toMatchObject({ outcome: 'failed' })
    expect(statusesOf(world).a).toEqual(['Active'])
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('a run that is taken up again', () => {
  it('leaves a key that it took itself and that a person has reactivated', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const event = await planFirstKey(world, 'a')
    await expect(makeDeactivateKey(beforeOutcome(world, breaksOff))(event)).rejects.toThrow('the attempt ends here')
    expect(statusesOf(world).a).toEqual(['Inactive'])
    keyIn(world, 'a').status = 'Active'
    world.pass(3 * DAY)
    await expect(makeDeactivateKey(world.ports)(event)).rejects.toMatchObject({ name: 'ClockRefused' })
    world.pass(-2 * DAY)
    expect(await makeDeactivateKey(world.ports)(event)).toMatchObject({ outcome: 'skipped' })
    expect(statusesOf(world).a).toEqual(['Active'])
  })
})

describe('a run that is undone while it works', () => {
  it('gives back the key it took and takes no further one', async () => {
    const settings = '{ mode: apply, policy: { concurrency: 1 } }'
    const world = await openWorld({ account: accountOf({ a: 300, b: 200 }), settings })
    const undone: Run[] = []
    afterWriting(world, /run-1\.outcome\.json$/, async () => {
      undone.push(await world.run({ runId: 'undo-1', input: { undo: { run: RUN } } }))
    })
    await world.run()
    expect(undone).toMatchObject([{ record: { status: 'reactivated' } }])
    expect(statusesOf(world)).toMatchObject({ a: ['Active'], b: ['Active'] })
    expect(world.endpoint.writes.map(({ user, to }) => [user, to])).toEqual([
      ['a', 'Inactive'],
      ['a', 'Active'],
    ])
  })
})

describe('an answer that comes between two attempts of a question', () => {
  it('ends the second attempt at once: nobody is asked again, and the run does not wait for days', async () => {
    const { store, ports, answer } = await openWaiting()
    // The first try's task is over: its message failed.
    ports.wake = async () => false
    expect(await answer({})).toMatchObject({ status: 200, body: { woken: false } })
    const messages: unknown[] = []
    const notify = async (message: unknown) => void messages.push(message)
    const ask = makeAskForApproval({ store, now: () => NOW, notify, answerCommand: () => 'keysweep approve' })
    await expect(ask({ runId: RUN, token: 'second' })).rejects.toMatchObject({ name: 'AlreadyDecided' })
    expect(messages).toEqual([])
  })
})
