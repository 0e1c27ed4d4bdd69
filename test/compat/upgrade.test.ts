// An upgrade while runs wait. A running execution keeps its definition and gets the new code. Each run that an earlier version
// left waiting is continued with the functions of this version, by the definition as it was. Today's definition continues it
// too: its data has what today's states read.
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import { type Account, newAccount } from '../../demo/account.ts'
import { startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { makeHandlers } from '../../local/local-run.ts'
import today from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import { documents, need, readStoredPlan } from '../../steps/run-documents.ts'
import { eventOf } from '../support/waiting.ts'
import { AT, DAY, openWorld, statusesOf, type World } from '../support/world.ts'

const VERSION = '0.2.0'
const FIXTURES = fileURLToPath(new URL(`../fixtures/waiting-${VERSION}`, import.meta.url))
const TOKEN = 'AQCEAAAAKgAAAAMAAAAAAAAAAtokenOfAnEarlierVersion'

const readJson = (file: string, reviver?: (name: string, value: unknown) => unknown) =>
  JSON.parse(readFileSync(`${FIXTURES}/${file}`, 'utf8'), reviver)

const asItWas: typeof today = readJson('keysweep.asl.json')

interface Waiting {
  /** The state that the execution continues with. */
  state: string
  runId: string
  startedAt: string
  data: unknown
}

const withDates = (name: string, value: unknown) =>
  (name === 'createdAt' || name === 'at') && typeof value === 'string' ? new Date(value) : value

/** The store and the account as the earlier version left them, `later` milliseconds later. */
async function leftWaiting(name: string, later: number): Promise<{ world: World; waiting: Waiting }> {
  const { at, account } = readJson(`accounts/${name}.json`, withDates) as { at: Date; account: Account }
  const { id, ...rest } = account
  const world = await openWorld({ account: newAccount(id, rest), settings: SETTINGS })
  world.pass(at.getTime() - AT.getTime() + later)
  cpSync(`${FIXTURES}/stores/${name}`, world.directory, { recursive: true })
  return { world, waiting: readJson(`states/${name}.json`) }
}

/** Tighter than what the runs were started with: a run that waits keeps its own settings. */
const SETTINGS = '{ mode: apply, approval: always, policy: { unusedDays: 365 } }'

/** Continues the execution from its state, as Step Functions does after a deploy. */
async function goOn({ ports, pass }: World, definition: typeof today, { state, runId, startedAt, data }: Waiting) {
  const handlers = makeHandlers({ ...ports, execution: async () => null })
  const arnOf = (placeholder: string) => `arn:aws:lambda:local:000000000000:function:${placeholder}`
  // `$$.Execution.StartTime` is the first answer.
  let asked = 0
  const now = () => {
    asked += 1
    return asked === 1 ? new Date(startedAt) : ports.now()
  }
  const execution = startExecution({
    definition: { ...definition, StartAt: state },
    substitutions: {
      Partition: 'aws',
      ...Object.fromEntries(Object.keys(handlers).map((name) => [name, arnOf(name)])),
    },
    functions: Object.fromEntries(Object.entries(handlers).map(([name, handler]) => [arnOf(name), handler])),
    name: runId,
    machineName: 'keysweep',
    input: data,
    now,
    delay: (milliseconds) => {
      pass(milliseconds)
      return 0
    },
  })
  return execution.result
}

/** Answers through the decision API of this version. @returns the tokens that it woke */
async function answer({ ports: { store, now } }: World, body: object): Promise<string[]> {
  const woken: string[] = []
  const decide = makeDecide({ store, now, wake: async (token) => woken.push(token) > 0 })
  const { sha256 } = (await readStoredPlan(store, 'waiting')) ?? {}
  const listed = JSON.parse((await decide(eventOf({ path: '/runs' }))).body)
  expect(listed).toMatchObject({ runs: [{ runId: 'waiting', plan: sha256 }], unreadable: [] })
  const event = eventOf({
    method: 'POST',
    path: '/runs/waiting/decision',
    body: JSON.stringify({ plan: sha256, ...body }),
  })
  expect((await decide(event)).statusCode).toBe(200)
  return woken
}

const ALL_INACTIVE = { a: ['Inactive'], b: ['Inactive'], c: ['Inactive'], used: ['Active'] }
const ALL_ACTIVE = { a: ['Active'], b: ['Active'], c: ['Active'], used: ['Active'] }

interface End {
  status: RunRecord['status']
  keys: Record<string, string[]>
  /** Updates that were sent after the upgrade. */
  writes: number
  counts?: Partial<RunRecord['counts']>
  later?: number
  before?: (world: World) => Promise<unknown>
}

const DEACTIVATED: End = { status: 'deactivated', keys: ALL_INACTIVE, writes: 3, counts: { deactivated: 3 } }

const ENDS: Record<string, End> = {
  started: DEACTIVATED,
  'waits-for-report': DEACTIVATED,
  'checks-suspects': DEACTIVATED,
  'reads-key-events': DEACTIVATED,
  'makes-plan': DEACTIVATED,
  'goes-ahead': DEACTIVATED,
  deactivates: { ...DEACTIVATED, writes: 1 },
  unrecorded: { ...DEACTIVATED, writes: 0 },
  'takes-stored-plan': DEACTIVATED,
  // Three days later, so that the key events are read again.
  asks: {
    ...DEACTIVATED,
    later: 3 * DAY,
    before: async (world) => expect(await answer(world, { answer: 'approve' })).toEqual([TOKEN]),
  },
  approved: {
    status: 'deactivated',
    keys: { ...ALL_INACTIVE, b: ['Active'] },
    writes: 2,
    counts: { deactivated: 2, skipped: 1 },
    later: DAY,
  },
  rejected: { status: 'rejected', keys: ALL_ACTIVE, writes: 0, later: DAY },
  'plans-undo': { status: 'reactivated', keys: ALL_ACTIVE, writes: 3, counts: { reactivated: 3 } },
  undoes: { status: 'reactivated', keys: ALL_ACTIVE, writes: 1, counts: { reactivated: 3 } },
}

it('every run that waits is continued', () => {
  expect(Object.keys(ENDS).toSorted()).toEqual(
    readdirSync(`${FIXTURES}/states`).map((file) => file.replace('.json', '')),
  )
})

it('every function that the earlier definition calls is still there', async () => {
  const { world } = await leftWaiting('started', 0)
  const handlers = Object.keys(makeHandlers({ ...world.ports, execution: async () => null }))
  const called = JSON.stringify(asItWas).matchAll(/\$\{(\w+Arn)\}/g)
  expect(handlers).toEqual(expect.arrayContaining([...called].map(([, name = '']) => name)))
})

describe.each([
  ['the definition as it was', asItWas],
  ["today's definition", today],
])(`a run of ${VERSION} is continued by %s`, (_, definition) => {
  it.each(Object.entries(ENDS))('%s', async (name, { status, keys, writes, counts = {}, later = 60_000, before }) => {
    const { world, waiting } = await leftWaiting(name, later)
    await before?.(world)
    const result = await goOn(world, definition, waiting)
    expect(result.status).toBe('SUCCEEDED')
    const record = await need(world.ports.store, documents.record('waiting'))
    expect(record).toMatchObject({ status, counts, incomplete: false, error: null })
    expect(statusesOf(world)).toMatchObject(keys)
    expect(world.endpoint.writes).toHaveLength(writes)
    const planned = record.keys.filter(({ verdict }) => verdict === 'stale')
    expect(planned).toHaveLength(3)
    if (status !== 'rejected') expect(planned.filter(({ outcome }) => outcome === null)).toEqual([])
  })
})

it('a run of an earlier version that nobody answers expires under this one', async () => {
  const { world, waiting } = await leftWaiting('asks', 8 * DAY)
  const result = await goOn(world, asItWas, waiting)
  expect(result).toMatchObject({ status: 'FAILED', error: 'ApprovalExpired' })
  expect(await need(world.ports.store, documents.record('waiting'))).toMatchObject({ status: 'expired' })
  expect(world.endpoint.writes).toEqual([])
})

it('the brake of this version holds for a plan that was approved under an earlier one', async () => {
  const { world, waiting } = await leftWaiting('approved', DAY)
  world.ports.deployedMode = () => 'off'
  expect((await goOn(world, asItWas, waiting)).status).toBe('SUCCEEDED')
  const { counts } = await need(world.ports.store, documents.record('waiting'))
  expect(counts).toMatchObject({ deactivated: 0, skipped: 3 })
  expect(world.endpoint.writes).toEqual([])
})
