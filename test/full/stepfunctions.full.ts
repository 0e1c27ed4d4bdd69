// The same definition and the same handlers in two engines, ours and moto's: one path through the states, one record.
// moto keeps the run store in its S3; ours keeps it in a directory. docs/emulators.md lists what had to be bridged.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startExecution } from '../../engine/step-functions.ts'
import { makeS3Store } from '../../io/s3-store.ts'
import { openWorld, type World } from '../support/world.ts'
import { type Case, END_STATES, ONE } from './end-states.ts'
import { DIFFERENCES } from './engine-differences.ts'
import { type MotoMachines, startMotoMachines } from './moto-machine.ts'
import { runHere, runInMoto } from './two-engines.ts'

const BUCKET = 'keysweep-runs'
let moto: MotoMachines
let worlds = 0

const whereS3 = () => ({
  endpoint: moto.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAKEYSWEEPTESTUSER', secretAccessKey: 'x' },
})

beforeAll(async () => {
  moto = await startMotoMachines()
  await new S3Client({ ...whereS3(), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }))
})
afterAll(() => moto.stop())

/** Two worlds that are the same, but for their run stores. */
async function openTwo({ account, prepare = () => {}, ...options }: Case): Promise<{ here: World; there: World }> {
  const here = await openWorld({ account: account(), ...options })
  const there = await openWorld({ account: account(), ...options })
  there.ports.store = makeS3Store({ bucket: BUCKET, prefix: `sweeps/${worlds++}`, ...whereS3() })
  prepare(here)
  prepare(there)
  return { here, there }
}

it.each(END_STATES)('$how: the same path and the same record', async ({ status, last, ...asked }) => {
  const { here, there } = await openTwo(asked)
  const ours = await runHere(here, asked)
  expect(await runInMoto(moto, there, asked)).toEqual(ours)
  expect([ours.record?.status ?? null, ours.path.at(-1)]).toEqual([status, last])
})

it('a second execution of the same name is refused, and changes nothing: the same path and the same record', async () => {
  const { here, there } = await openTwo({ account: ONE })
  const first = await runHere(here, {})
  expect(await runInMoto(moto, there, {})).toEqual(first)
  here.pass(1000)
  const second = await runHere(here, {})
  expect(await runInMoto(moto, there, {})).toEqual(second)
  expect(second).toMatchObject({ status: 'FAILED', error: 'RunIdTaken', record: first.record })
})

describe('where the engines differ, ours does what AWS does', () => {
  it.each(DIFFERENCES)('$what', async ({ states, function: run, ours, moto: theirs }) => {
    const definition = { StartAt: 'Start', States: states }
    const asked = { name: 'run-1', input: {} }
    const here = startExecution({ ...asked, definition, substitutions: { F: 'f' }, functions: { f: run } })
    const there = await moto.start({ ...asked, definition: JSON.stringify(definition), functions: { F: run } })
    const result = await here.result
    expect(result.status === 'FAILED' ? result.error : result.status).toBe(ours)
    expect(there.error ?? there.status).toBe(theirs)
  })
})
