// The matrix over the run store: every operation of every handler × every fault × first, middle and last time × once, or
// from then on for good; on a store in a directory and on one in S3.
import { expect } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { RunStore } from '../../io/store/run-store.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { complaints, written } from './judge.ts'
import { openScene, SCENES, type Scene, type SceneName, stored } from './scenes.ts'
import { faultyStore, handlerAtWork, type Interference, type Operation, STORE_FAULTS } from './store-faults.ts'

/** Runs in which a key cannot be updated, so that its failure is noted. */
export const STORE_SCENES = [...SCENES, 'apply, one key denied', 'undo, one key denied'] as const
export type StoreScene = (typeof STORE_SCENES)[number]

export const PLACES = ['first', 'middle', 'last'] as const
export const LASTING = ['once', 'for good'] as const

export interface StoreCell {
  scene: StoreScene
  handler: string
  operation: Operation
  fault: string
  place: (typeof PLACES)[number]
  lasting: (typeof LASTING)[number]
}

const START = ['StartRun get', 'StartRun put']
const EVENTS = ['ReadKeyEvents get', 'ReadKeyEvents list', 'ReadKeyEvents put']
const TO_THE_PLAN = [
  ...START,
  'GenerateReport get',
  'ParseReport get',
  'ParseReport list',
  'ParseReport put',
  'CheckSuspects get',
  'CheckSuspects list',
  'CheckSuspects put',
  ...EVENTS,
  'MakePlan get',
  'MakePlan list',
  'MakePlan put',
]
const RECORD = ['WriteRecord get', 'WriteRecord list', 'WriteRecord put']
const DEACTIVATE = ['DeactivateKey get', 'DeactivateKey list', 'DeactivateKey put']
const FROM_A_PLAN = [...START, ...EVENTS, 'TakeStoredPlan get', 'TakeStoredPlan list', 'TakeStoredPlan put']
const UNDO = [
  ...START,
  'PlanUndo get',
  'PlanUndo list',
  'PlanUndo put',
  'ReactivateKey get',
  'ReactivateKey list',
  'ReactivateKey put',
]
const NOTE = ['NoteFailure get', 'NoteFailure list', 'NoteFailure put']

/** What each handler does to the store in a run without a fault. A test holds this to what is done. */
export const DONE: Record<StoreScene, string[]> = {
  plan: [...TO_THE_PLAN, ...RECORD],
  apply: [...TO_THE_PLAN, ...DEACTIVATE, ...RECORD],
  'stored plan': [...FROM_A_PLAN, ...DEACTIVATE, ...RECORD],
  approve: [
    ...TO_THE_PLAN,
    ...['AskForApproval get', 'AskForApproval list', 'AskForApproval put'],
    ...['Decide get', 'Decide list', 'Decide put', 'ReadDecision get', 'ReadDecision list'],
    ...[...DEACTIVATE, ...RECORD],
  ],
  undo: [...UNDO, ...RECORD],
  'apply, one key denied': [...TO_THE_PLAN, ...DEACTIVATE, ...NOTE, ...RECORD],
  'undo, one key denied': [...UNDO, ...NOTE, ...RECORD],
}

/** Every cell of a run's matrix. In a run with a denied key only what differs is tried again. */
export const storeCells = (scene: StoreScene): StoreCell[] =>
  DONE[scene]
    .filter((done) => !/denied/.test(scene) || /^(NoteFailure|WriteRecord|DeactivateKey|ReactivateKey)/.test(done))
    .flatMap((done) => {
      const [handler = '', operation] = done.split(' ') as [string, Operation]
      return Object.entries(STORE_FAULTS)
        .filter(([, { operations }]) => operations.includes(operation))
        .flatMap(([fault]) =>
          PLACES.flatMap((place) => LASTING.map((lasting) => ({ scene, handler, operation, fault, place, lasting }))),
        )
    })

export const nameOf = ({ scene, handler, operation, fault, place, lasting }: StoreCell): string =>
  `${scene}: ${operation} by ${handler}, ${fault}, the ${place} time, ${lasting}`

interface Opened {
  scene: Scene
  run: () => ReturnType<Scene['run']>
}

/** A scene whose store is interfered with, with one key at a time so that every operation has one known doer. */
export async function openStoreScene(name: StoreScene, interfere: Interference, store?: RunStore): Promise<Opened> {
  const [scene, denied] = name.split(', ') as [SceneName, string | undefined]
  const opened = await openScene(scene, {
    concurrency: 1,
    ...(denied !== undefined && { denied: 'idle-a' }),
    store: store ?? makeMemoryStore(),
  })
  const { world, raw } = opened
  const { now, onEvent } = handlerAtWork()
  world.ports.store = faultyStore(raw, now, interfere)
  opened.decidePorts = (ports) => ({ ...ports, store: faultyStore(raw, () => 'Decide', interfere) })
  return { scene: opened, run: () => opened.run({ onEvent }) }
}

interface Baseline {
  counts: Map<string, number>
  ended: string
}

const baselines = new Map<StoreScene, Promise<Baseline>>()

/** A run without a fault: how often each handler does what, and how it ends. */
export function storeBaseline(name: StoreScene): Promise<Baseline> {
  const known = baselines.get(name) ?? measure(name)
  baselines.set(name, known)
  return known
}

async function measure(name: StoreScene): Promise<Baseline> {
  const counts = new Map<string, number>()
  const { scene, run } = await openStoreScene(name, ({ handler, operation }) => {
    const done = `${handler} ${operation}`
    counts.set(done, (counts.get(done) ?? 0) + 1)
    return null
  })
  const ended = await run()
  expect(await complaints(scene, ended)).toEqual([])
  return { counts, ended: await endOf(scene) }
}

/** How a run ended, by its record and by the endpoint's log. */
const endOf = async (scene: Scene): Promise<string> => {
  const record = await stored<RunRecord>(scene, 'record.json')
  return `${record?.status ?? 'no record'}, ${new Set(written(scene).map((write) => write.accessKeyId)).size} keys`
}

/** Runs one cell; judged by the endpoint and the account. @returns what is wrong, none where all is well */
export async function runStoreCell(cell: StoreCell): Promise<string[]> {
  const { counts, ended } = await storeBaseline(cell.scene)
  const count = counts.get(`${cell.handler} ${cell.operation}`) ?? 0
  const nth = { first: 1, middle: Math.ceil(count / 2), last: count }[cell.place]
  let seen = 0
  const { scene, run } = await openStoreScene(cell.scene, ({ handler, operation }) => {
    if (handler !== cell.handler || operation !== cell.operation) return null
    seen += 1
    const due = cell.lasting === 'once' ? seen === nth : seen >= nth
    return due ? (STORE_FAULTS[cell.fault]?.make() ?? null) : null
  })
  const end = await run()
  const wrong = await complaints(scene, end)
  const now = await endOf(scene)
  const heals = cell.lasting === 'once' && /^unavailable/.test(cell.fault)
  return [
    ...wrong,
    ...(seen < nth ? [`only ${seen} such operations, the fault never showed`] : []),
    ...(heals && now !== ended ? [`ended as "${now}" where another try should have made it "${ended}"`] : []),
  ]
}
