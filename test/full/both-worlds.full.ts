// The runs of the fault matrix, without a fault, where nothing but the handlers is ours: moto's IAM behind moto's Step
// Functions, the run store in moto's S3. Judged by what moto's IAM says of every key in the end.
import { readFileSync } from 'node:fs'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { makeIam } from '../../io/iam/iam-client.ts'
import { runKey } from '../../io/store/run-store.ts'
import { makeS3Store } from '../../io/store/s3-store.ts'
import { makeHandlers } from '../../local/local-run.ts'
import type { RunPorts } from '../../steps/ports.ts'
import { quietTrail } from '../support/quiet-trail.ts'
import { eventOf } from '../support/waiting.ts'
import { allBridges, type BridgedMoto, bridgeTo } from './bridged-moto.ts'
import { edited } from './definition-edits.ts'
import { type MotoAccount, makeAccount, statusesAfter, statusesBefore } from './moto-account.ts'
import { type MotoEngine, startMotoEngine } from './moto-machine.ts'
import { type MotoWithClock, PATIENCE, STORE_PATIENCE, startMotoWithClock } from './moto-server.ts'
import { countTaken, FEW, OPERATOR, SETTINGS } from './people.ts'

const AT = new Date('2026-09-11T12:00:00Z')
const DEFINITION = readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8')

let clocked: MotoWithClock
let engine: MotoEngine
let account: MotoAccount
let bridged: BridgedMoto
let ports: RunPorts
let question: PromiseWithResolvers<ApprovalWanted>
let buckets = 0

beforeAll(async () => {
  clocked = await startMotoWithClock(AT)
  engine = await startMotoEngine()
})
afterAll(async () => {
  await engine.stop()
  await clocked.stop()
})

/** An account of its own for each run, for moto's IAM knows no second one. */
beforeEach(async () => {
  account = await makeAccount(clocked, AT, FEW)
  bridged = await bridgeTo(clocked.url, allBridges(), clocked.now)
  const credentials = account.credentials(OPERATOR.name)
  const iam = { endpoint: bridged.url, region: 'us-east-1', credentials, ...PATIENCE }
  const bucket = `both-worlds-${buckets++}`
  await new S3Client({ ...engine.where, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }))
  question = Promise.withResolvers()
  ports = {
    caller: makeCaller({ attempts: 1, ...iam }),
    iamOf: ({ account }) => makeIam({ account, attempts: 1, ...iam }),
    patientIamOf: ({ account }) => makeIam({ account, attempts: 3, ...iam }),
    store: makeS3Store({ bucket, ...engine.where, ...STORE_PATIENCE }),
    now: clocked.now,
    pause: async () => {},
    // moto has no LookupEvents.
    ...quietTrail,
    settings: () => parseSettings(SETTINGS),
    deployedMode: () => parseSettings(SETTINGS).mode,
    execution: engine.execution,
    otherOpenRun: engine.otherOpenRun,
    notify: async (message) => question.resolve(message),
    answerCommand: (runId) => `keysweep approve ${runId}`,
  }
})
afterEach(() => bridged.stop())

/** Runs once in moto's Step Functions. */
async function run(runId: string, input: object) {
  const definition = edited(DEFINITION, engine.edits)
  const machine = await engine.open({ definition, functions: makeHandlers(ports), now: clocked.now })
  const { status, path } = await machine.start(runId, input)
  const record = JSON.parse((await ports.store.get(runKey(runId, 'record.json'))) ?? 'null') as RunRecord
  return { status, last: path.at(-1), record }
}

const WELL = { status: 'SUCCEEDED', last: 'Done' }
const updates = () => bridged.calls.filter((action) => action === 'UpdateAccessKey').length

it('plan: a run that only plans writes nothing', async () => {
  const ran = await run('run-1', { mode: 'plan' })
  expect(ran).toMatchObject({ ...WELL, record: { status: 'planned', counts: { stale: countTaken(FEW) } } })
  expect(updates()).toBe(0)
  expect(await account.statuses()).toEqual(statusesBefore(FEW))
})

it('apply, and undo: what was stale is taken, and nothing else, and is then reactivated', async () => {
  expect(await run('run-1', {})).toMatchObject({
    ...WELL,
    record: { status: 'deactivated', counts: { deactivated: countTaken(FEW), skipped: 0, failed: 0 } },
  })
  expect(await account.statuses()).toEqual(statusesAfter(FEW))
  expect(updates()).toBe(countTaken(FEW))
  expect(await run('undo-1', { undo: { run: 'run-1' } })).toMatchObject({
    ...WELL,
    record: { status: 'reactivated', counts: { reactivated: countTaken(FEW), failed: 0 } },
  })
  expect(await account.statuses()).toEqual(statusesBefore(FEW))
  expect(updates()).toBe(2 * countTaken(FEW))
})

it('approve: a person leaves one key out, and that one stays', async () => {
  ports.settings = () => parseSettings(SETTINGS.replace('approval: never', 'approval: always'))
  const running = run('run-1', {})
  const message = await Promise.race([question.promise, running.then(() => null)])
  if (message === null) throw new Error('Expected a question, received the end of the run')
  expect(updates()).toBe(0)
  const [spared = ''] = account.keyIds('idle')
  const decide = makeDecide({ store: ports.store, now: ports.now, wake: engine.wake })
  const body = JSON.stringify({ plan: message.plan, answer: 'approve', leaveOut: [spared] })
  const answer = await decide(eventOf({ method: 'POST', path: '/runs/run-1/decision', body }))
  expect(answer.statusCode).toBe(200)
  expect(await running).toMatchObject({
    ...WELL,
    record: {
      status: 'deactivated',
      decision: { answer: 'approve', leftOut: [spared] },
      counts: { deactivated: countTaken(FEW) - 1, skipped: 1, failed: 0 },
    },
  })
  expect(await account.statuses()).toEqual({ ...statusesAfter(FEW), idle: ['Active'] })
})
