// Two attempts of one run at a key, an undo of the run, and somebody who uses the key, all at once: whatever the order in
// which the store and IAM carry out their calls, no update of the run escapes its undo.
import { expect } from '@jest/globals'
import fc from 'fast-check'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import type { UndoPlan } from '../../core/model/documents/undo.ts'
import { planHash } from '../../core/run/plan.ts'
import { usedAt } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makePlanUndo } from '../../functions/plan-undo.ts'
import { makeReactivateKey } from '../../functions/reactivate-key.ts'
import type { Iam } from '../../io/iam/iam.ts'
import { accessKeyKey, type RunStore, runKey } from '../../io/store/run-store.ts'
import { askedByAccount } from '../support/account-iam.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { planFirstKey } from '../support/planned.ts'
import { inputOf, RUN } from '../support/waiting.ts'
import { accountOf, keyIn } from '../support/world.ts'
import type { Cases } from './seeds.ts'

const UNDO = 'undo-1'

/** The ports of a world whose store and IAM carry out their calls when the scheduler says so, each in one step. */
function scheduledPorts(scheduler: fc.Scheduler, { ports }: MemoryWorld): MemoryWorld['ports'] {
  const step =
    <A extends unknown[], T>(label: string, run: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await scheduler.schedule(Promise.resolve(), `${label} ${String(args[0])}`)
      return run(...args)
    }
  const { put, get, list, newest } = ports.store
  const store: RunStore = {
    location: ports.store.location,
    put: step('put', put),
    get: step('get', get),
    list: step('list', list),
    newest: step('list', newest),
  }
  const iam: Iam = {
    ...ports.iam,
    listAccessKeys: step('ListAccessKeys', ports.iam.listAccessKeys),
    lastUsed: step('GetAccessKeyLastUsed', ports.iam.lastUsed),
    listTags: step('ListUserTags', ports.iam.listTags),
    user: step('GetUser', ports.iam.user),
    setStatus: step('UpdateAccessKey', ports.iam.setStatus),
  }
  return askedByAccount({ ...ports, iam, patientIam: iam, store })
}

type Meanwhile = 'a second attempt' | 'an undo' | 'a use'

const MEANWHILE: Meanwhile[][] = [
  ['a second attempt', 'an undo'],
  ['a second attempt', 'a use'],
  ['an undo', 'a use'],
  ['a second attempt', 'an undo', 'a use'],
]

/** An undo knows each update of its run, sent or still to come; and an outcome that says "not sent" is true. */
export async function noUpdateEscapes(cases: Cases): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.constantFrom(...MEANWHILE), async (scheduler, meanwhile) => {
      const world = openMemoryWorld(accountOf({ a: 200 }))
      const event = await planFirstKey(world, 'a')
      const undone = inputOf({ runId: UNDO, undo: { run: RUN, keys: null } })
      await world.ports.store.put(runKey(UNDO, 'input.json'), JSON.stringify(undone))
      const ports = scheduledPorts(scheduler, world)
      const attempt = () => makeDeactivateKey(ports)(event)
      const acts: Record<Meanwhile, () => Promise<unknown>> = {
        'a second attempt': attempt,
        'an undo': () => makePlanUndo(ports)({ runId: UNDO }),
        'a use': async () => {
          await scheduler.schedule(Promise.resolve(), 'use')
          keyIn(world, 'a').lastUsed = usedAt(ports.now())
        },
      }
      await scheduler.waitFor(Promise.all([attempt(), ...meanwhile.map((act) => acts[act]())]))

      const taken = world.endpoint.writes.length > 0
      const read = <T>(key: string): T | null => JSON.parse(world.objects.get(key) ?? 'null')
      const outcome = read<KeyOutcome>(accessKeyKey(event.accessKeyId, RUN, 'outcome'))
      if (outcome?.outcome === 'deactivated') expect(taken).toBe(true)
      if (outcome?.sent === false && !meanwhile.includes('a use')) expect(taken).toBe(false)
      const undo = read<UndoPlan>(runKey(UNDO, 'undo.json'))
      if (undo?.keys.length === 0) expect(taken).toBe(false)
      if (undo?.keys.length === 1) {
        await makeReactivateKey({ ...world.ports, isRunOver: async () => true })({
          ...event,
          runId: UNDO,
          plan: planHash(world.objects.get(runKey(UNDO, 'undo.json')) ?? ''),
        })
        expect(keyIn(world, 'a').status).toBe('Active')
      }
    }),
    cases,
  )
}
