// The judge of the fault tests must see what it is there to see: a run that went well is doctored, each time in another way.
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { accessKeyId } from '../../demo/account.ts'
import { CANARIES } from '../support/canaries.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import type { Run } from '../support/world.ts'
import { complaints } from './judge.ts'
import { openScene, type Scene, type SceneName } from './scenes.ts'

const RECORD = 'runs/run-1/record.json'
const IDLE = accessKeyId('idle-a')

interface Doctored {
  scene: Scene
  objects: Map<string, string>
  run: Run
}

async function runThatWentWell(name: SceneName): Promise<Doctored> {
  const store = makeMemoryStore()
  const scene = await openScene(name, { store })
  return { scene, objects: store.objects, run: await scene.run() }
}

/** All that the judge looks at, to be changed without changing what it is a copy of. */
function copyOf({ scene, run, objects: originals }: Doctored): Doctored {
  const { endpoint } = scene.world
  const { account, writes, calls } = endpoint
  const world = { ...scene.world, endpoint: { ...endpoint, ...structuredClone({ account, writes, calls }) } }
  const objects = new Map(originals)
  return { scene: { ...scene, world, raw: makeMemoryStore(objects) }, objects, run: structuredClone(run) }
}

const rewrite = ({ objects }: Doctored, key: string, edit: (value: RunRecord) => void) => {
  const value = JSON.parse(objects.get(key) ?? '')
  edit(value)
  objects.set(key, JSON.stringify(value))
}
const keyOf = (record: RunRecord, id = IDLE) =>
  record.keys.find((key) => key.accessKeyId === id) as RunRecord['keys'][0]
const write = ({ scene: { world } }: Doctored, user: string, to: string) =>
  void (world.endpoint.writes as unknown[]).push({ at: '', user, accessKeyId: accessKeyId(user), from: 'Active', to })

describe('the judge complains', () => {
  let good: Doctored
  beforeAll(async () => {
    good = await runThatWentWell('apply')
  })

  it('of nothing in a run that went well', async () => {
    expect(await complaints(good.scene, good.run)).toEqual([])
    const copy = copyOf(good)
    expect(await complaints(copy.scene, copy.run)).toEqual([])
  })

  it.each<[string, (doctored: Doctored) => void, RegExp]>([
    ['of a write to a key that should live', (done) => write(done, 'used', 'Inactive'), /a key of used was written to/],
    ['of a write in the wrong direction', (done) => write(done, 'idle-a', 'Active'), /a key of idle-a was written to/],
    [
      'of a key that should live and does not, whoever did it',
      ({ scene }) => {
        const key = scene.world.endpoint.account.users.find((user) => user.name === 'tagged')?.keys[0]
        if (key) key.status = 'Inactive'
      },
      /is Inactive now/,
    ],
    [
      'of a write without an intent',
      ({ objects }) => void objects.delete(`keys/${IDLE}/run-1.intent.json`),
      /without an intent/,
    ],
    [
      'of a deactivation that is no more than said',
      ({ scene }) => {
        const key = scene.world.endpoint.account.users.find((user) => user.name === 'idle-a')?.keys[0]
        if (key) key.status = 'Active'
      },
      /said to be deactivated .* and is Active/,
    ],
    [
      'of a deactivation that was not read back',
      ({ scene }) => {
        const calls = scene.world.endpoint.calls as unknown as { action: string; params: { UserName?: string } }[]
        const sent = calls.findLastIndex(
          ({ action, params }) => action === 'UpdateAccessKey' && params.UserName === 'idle-a',
        )
        calls.splice(sent + 1)
      },
      /said to be deactivated/,
    ],
    [
      'of a write that is called skipped',
      (done) =>
        rewrite(done, RECORD, (record) => {
          keyOf(record).outcome = 'skipped'
        }),
      /skipped .* was written to/,
    ],
    [
      'of a failure that hides a write',
      (done) =>
        rewrite(done, RECORD, (record) =>
          Object.assign(keyOf(record), { outcome: 'failed', outcomeReason: 'IamDenied: no' }),
        ),
      /failed \(IamDenied: no\), and was written to/,
    ],
    [
      'of a planned key without an outcome',
      (done) =>
        rewrite(done, RECORD, (record) => {
          keyOf(record).outcome = null
        }),
      /has no outcome/,
    ],
    [
      'of a key that stands twice',
      (done) => rewrite(done, RECORD, (record) => void record.keys.push(keyOf(record))),
      /stands twice/,
    ],
    [
      'of a written key that the record lacks',
      (done) =>
        rewrite(done, RECORD, (record) => {
          record.keys = []
        }),
      /is not in the record/,
    ],
    [
      'of counts that do not add up',
      (done) =>
        rewrite(done, RECORD, (record) => {
          record.counts.deactivated = 2
        }),
      /counts.deactivated is 2/,
    ],
    [
      'of a status that does not fit the keys',
      (done) =>
        rewrite(done, RECORD, (record) => {
          record.status = 'nothing to do'
        }),
      /nothing to do, with/,
    ],
    [
      'of a run that failed and calls itself done',
      ({ run }) => Object.assign(run, { result: { status: 'FAILED', error: 'X', cause: '' } }),
      /deactivated, but FAILED/,
    ],
    [
      'of a green run without a record',
      ({ objects }) => void objects.delete(RECORD),
      /no record, and the execution is SUCCEEDED/,
    ],
    [
      'of a secret in the store',
      ({ objects }) => void objects.set('runs/run-1/odd.json', CANARIES.session),
      /leaked: CanarySessio/,
    ],
    [
      'of a secret in an event',
      ({ run }) => void (run.events as unknown[]).push({ cause: CANARIES.secret }),
      /leaked: CanarySecret/,
    ],
  ])('%s', async (_, doctor, complaint) => {
    const doctored = copyOf(good)
    doctor(doctored)
    expect(await complaints(doctored.scene, doctored.run)).toContainEqual(expect.stringMatching(complaint))
  })

  it('of a write without an approval', async () => {
    const { scene, objects, run } = await runThatWentWell('approve')
    expect(await complaints(scene, run)).toEqual([])
    objects.delete('runs/run-1/decision.json')
    expect(await complaints(scene, run)).toContainEqual('written without an approval')
  })
})
