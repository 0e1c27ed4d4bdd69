// Every way in which a run is undone, whatever became of it before.
import { accessKeyId, findUser } from '../../demo/account.ts'
import type { World } from '../support/world.ts'
import { accountOf } from '../support/world.ts'
import { allEnd, type EndState, fault, ONE, ofUserB, refuseWrites, THREE, TWO } from './case.ts'

const UNDO = { runId: 'undo-1', input: { undo: { run: 'run-1' } } }
const DENIED_TO_B = fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match: ofUserB })
const HOUR = 60 * 60 * 1000

/** What `prepare` does, until the run that is undone has ended. */
const onlyFirst = (prepare: (world: World) => void): Pick<EndState, 'prepare' | 'between'> => {
  const kept = new WeakMap<World, World['ports']['store']>()
  return {
    prepare: (world) => {
      kept.set(world, world.ports.store)
      prepare(world)
    },
    between: (world) => {
      world.ports.store = kept.get(world) ?? world.ports.store
    },
  }
}

const REACTIVATED = allEnd('reactivated', 'Done', [
  { how: 'a run is undone', account: TWO, before: [{}], ...UNDO },
  {
    how: 'some keys of a run are undone',
    account: TWO,
    before: [{}],
    runId: 'undo-1',
    input: { undo: { run: 'run-1', keys: [accessKeyId('idle')] } },
  },
  {
    how: 'a run with a failed key is undone, that key left alone',
    account: THREE,
    prepare: DENIED_TO_B,
    before: [{}],
    ...UNDO,
  },
  {
    how: 'a run is undone with a key that was sent and not confirmed',
    account: ONE,
    prepare: fault({ action: 'UpdateAccessKey', kind: 'stale read', milliseconds: HOUR, nth: 1 }),
    before: [{}],
    between: ({ pass }) => pass(2 * HOUR),
    ...UNDO,
  },
  {
    how: 'a run that broke off before it wrote its outcomes is undone',
    account: TWO,
    ...onlyFirst(refuseWrites(/\.outcome\.json$/)),
    before: [{}],
    ...UNDO,
  },
  {
    how: 'a run that broke off before it wrote its record is undone',
    account: TWO,
    ...onlyFirst(refuseWrites(/record\.json$/)),
    before: [{}],
    ...UNDO,
  },
  {
    how: 'a run is undone, of which one key was brought back and one deleted meanwhile',
    account: THREE,
    before: [{}],
    between: ({ endpoint: { account } }) => {
      for (const key of findUser(account, 'b')?.keys ?? []) key.status = 'Active'
      findUser(account, 'c')?.keys.splice(0)
    },
    ...UNDO,
  },
  {
    how: 'a key fails twice and is then brought back',
    account: ONE,
    // The first update is the deactivation.
    prepare: fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling', nth: [2, 3] }),
    before: [{}],
    ...UNDO,
  },
])

const NOT_REACTIVATED: EndState[] = [
  ...allEnd('nothing to do', 'Done', [
    { how: 'a run is undone a second time', account: TWO, before: [{}, UNDO], ...UNDO, runId: 'undo-2' },
    {
      how: 'a run that took nothing is undone',
      account: () => accountOf({ used: 2 }),
      before: [{}],
      ...UNDO,
    },
  ]),
  ...allEnd('some keys failed', 'Failed', [
    {
      how: 'a key cannot be brought back, and the others are',
      account: THREE,
      before: [{}],
      between: DENIED_TO_B,
      ...UNDO,
    },
    {
      how: 'even the note of a key that cannot be brought back fails',
      account: ONE,
      before: [{}],
      between: refuseWrites(/undo-1\.outcome\.json$/),
      ...UNDO,
    },
  ]),
  ...allEnd('refused', 'Failed', [
    { how: 'a run is undone that is not there', account: ONE, ...UNDO },
    { how: 'an undo is undone', account: ONE, before: [{}, UNDO], runId: 'undo-2', input: { undo: { run: 'undo-1' } } },
    {
      how: 'a key is undone that the run did not take',
      account: TWO,
      before: [{}],
      runId: 'undo-1',
      input: { undo: { run: 'run-1', keys: [accessKeyId('other')] } },
    },
    {
      how: 'the plan of an undo cannot be written',
      account: ONE,
      prepare: refuseWrites(/undo\.json$/),
      before: [{}],
      ...UNDO,
    },
  ]),
]

export const UNDOS: EndState[] = [...REACTIVATED, ...NOT_REACTIVATED]
