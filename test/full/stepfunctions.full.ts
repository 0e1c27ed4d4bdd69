// The same definition and the same handlers in two engines, ours and moto's: one path through the states, one record.
// moto keeps the run store in its S3; ours keeps it in a directory. docs/internals/emulators.md lists what had to be bridged.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import pMap from 'p-map'
import type { LocalFunction } from '../../engine/step-functions.ts'
import { makeS3Store } from '../../io/store/s3-store.ts'
import { openWorld, type World } from '../support/world.ts'
import { APPROVALS } from './approvals.ts'
import type { Case, EndState } from './case.ts'
import { END_STATES } from './end-states.ts'
import type { Engine } from './engine.ts'
import { DIFFERENCES, type EngineDifference } from './engine-differences.ts'
import { type MotoEngine, startMotoEngine } from './moto-machine.ts'
import { STORE_PATIENCE } from './moto-server.ts'
import { makeOurEngine } from './our-engine.ts'
import { type Ran, runIn } from './two-engines.ts'
import { UNDOS } from './undos.ts'

const CASES: EndState[] = [...END_STATES, ...APPROVALS, ...UNDOS]

/** Most of a case is moto's waiting: a second for each retry. Many more at once only wait for each other. */
const AT_ONCE = 4
const ALL_MILLISECONDS = 600_000

/** Our engine and this process are slowed down by whatever else the machine does. */
const PATIENCE = { timeoutMilliseconds: 10_000 }

let moto: MotoEngine
let buckets = 0
/** What each case showed in our engine and in moto's, or what went wrong. */
const showed = new Map<EndState, () => Record<'ours' | 'theirs', Ran[]>>()
const differed = new Map<EngineDifference, () => Record<'ours' | 'moto', string>>()

/** All are run before the first is looked at, for a world ends with the first test. */
beforeAll(async () => {
  moto = await startMotoEngine()
  const runs: (() => Promise<unknown>)[] = [
    ...CASES.map((one) => async () => showed.set(one, await settled(inBoth(one)))),
    ...DIFFERENCES.map((one) => async () => differed.set(one, await settled(differ(one)))),
  ]
  await pMap(runs, (run) => run(), { concurrency: AT_ONCE })
}, ALL_MILLISECONDS)
afterAll(() => moto.stop())

const settled = <T>(promise: Promise<T>): Promise<() => T> =>
  promise.then(
    (value) => () => value,
    (error) => () => {
      throw error
    },
  )

/** Two worlds that are the same, but for their run stores. */
async function inBoth(one: EndState) {
  const { account, ...options } = { ...PATIENCE, ...one }
  const here = await openWorld({ account: account(), ...options })
  const there = await openWorld({ account: account(), ...options })
  there.ports.store = makeS3Store({ bucket: await newBucket(), ...moto.where, ...STORE_PATIENCE })
  const [ours, theirs] = await Promise.all([runAll(makeOurEngine(), here, one), runAll(moto, there, one)])
  return { ours, theirs }
}

/** One for each world: moto goes through all of a bucket's keys while another thread may add one. */
async function newBucket(): Promise<string> {
  const bucket = `keysweep-runs-${buckets++}`
  await new S3Client({ ...moto.where, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }))
  return bucket
}

async function runAll(engine: Engine, world: World, one: Case): Promise<Ran[]> {
  one.prepare?.(world)
  const ran: Ran[] = []
  for (const asked of one.before ?? []) ran.push(await runIn(engine, world, asked))
  one.between?.(world)
  return [...ran, await runIn(engine, world, one)]
}

async function differ(one: EngineDifference) {
  const [ours, theirs] = await Promise.all([shows(makeOurEngine(), one), shows(moto, one)])
  return { ours, moto: theirs }
}

async function shows(engine: Engine, difference: EngineDifference): Promise<string> {
  const { states, function: run, answer, child = { Inside: { Type: 'Succeed' } }, handed: shown } = difference
  const handed = Promise.withResolvers<string>()
  const payloads: unknown[] = []
  const F: LocalFunction = async (payload) => {
    payloads.push(payload)
    handed.resolve((payload as { token: string }).token)
    return run(payload)
  }
  const definition = JSON.stringify({ StartAt: 'Start', States: states })
  const machines = {
    ChildArn: { definition: JSON.stringify({ StartAt: 'Inside', States: child }), functions: {} },
  }
  const machine = await engine.open({ definition, functions: { F }, machines, now: () => new Date() })
  const over = machine.start('run-1', {})
  if (shown !== undefined) return over.then(() => shown(payloads.at(-1)))
  if (answer === undefined) return over.then(({ error, status }) => error ?? status)
  const token = await handed.promise
  const came = await answer({
    send: (output) => answered(engine.sendSuccess(token, output)),
    fail: (error, cause) => answered(engine.sendFailure(token, error, cause)),
    over,
  })
  await over
  return came
}

const answered = (answer: Promise<void>): Promise<string> =>
  answer.then(
    () => 'taken',
    ({ name }: Error) => name,
  )

it.each(CASES)('$how: the same path and the same record', (one) => {
  const { ours, theirs } = showed.get(one)?.() ?? {}
  expect(theirs).toEqual(ours)
  expect(ours?.flatMap(({ run }) => run.leaks)).toEqual([])
  const { run, did, afterwards } = ours?.at(-1) ?? {}
  expect({ status: run?.record?.status ?? null, last: run?.path.at(-1) }).toEqual({
    status: one.status,
    last: one.last,
  })
  if (one.did) expect(did).toMatchObject(one.did)
  if (one.didAfterwards) expect(afterwards).toEqual(one.didAfterwards)
})

describe('where the engines differ, ours does what AWS does', () => {
  it.each(DIFFERENCES)('$what', (difference) => {
    const { ours, moto } = difference
    expect(differed.get(difference)?.()).toEqual({ ours, moto })
  })
})
