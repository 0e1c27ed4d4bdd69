// The matrix over IAM: every action of a run × every fault that can show at it × first, middle and last call × once, or
// from then on for good.
import { expect } from '@jest/globals'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { ActionName } from '../../demo/actions.ts'
import { ASKED_ACTIONS } from './asked-actions.ts'
import { IAM_FAULTS, type IamFault, IMPATIENT_MILLISECONDS, PLACES, type Place } from './iam-faults.ts'
import { complaints, written } from './judge.ts'
import { openScene, type Scene, type SceneName, stored } from './scenes.ts'

export const LASTING = ['once', 'for good'] as const

export interface IamCell {
  scene: SceneName
  action: ActionName
  fault: string
  place: Place
  lasting: (typeof LASTING)[number]
}

/** Right before a key is written to, and the write: a plan asks neither. */
const AT_THE_WRITE: ActionName[] = ['GetUser', 'UpdateAccessKey']

/** A stored plan needs no report. */
const OF_THE_REPORT: ActionName[] = ['GenerateCredentialReport', 'GetCredentialReport']

/** What a run without a fault asks. A test holds this to what is asked. */
export const ASKED: Record<SceneName, ActionName[]> = {
  plan: ASKED_ACTIONS.filter((action) => !AT_THE_WRITE.includes(action)),
  apply: ASKED_ACTIONS,
  'stored plan': ASKED_ACTIONS.filter((action) => !OF_THE_REPORT.includes(action)),
  approve: ASKED_ACTIONS,
  undo: ['ListAccessKeys', 'UpdateAccessKey', 'GetCallerIdentity'],
}

export const faultsOf = (action: ActionName): [string, IamFault][] =>
  Object.entries(IAM_FAULTS).filter(([, { actions }]) => actions?.includes(action) ?? true)

/** Facts are read once for the plan and once more right before the write: both have a first call. */
const READ_TWICE: ActionName[] = ['ListAccessKeys', 'GetAccessKeyLastUsed', 'ListUserTags']
const placesOf = (scene: SceneName, action: ActionName): readonly Place[] =>
  (scene === 'apply' || scene === 'approve') && READ_TWICE.includes(action)
    ? PLACES
    : PLACES.filter((place) => place !== 'first after the plan')

/** Every cell of a run's matrix. */
export const iamCells = (scene: SceneName): IamCell[] =>
  ASKED[scene].flatMap((action) =>
    faultsOf(action).flatMap(([fault]) =>
      placesOf(scene, action).flatMap((place) => LASTING.map((lasting) => ({ scene, action, fault, place, lasting }))),
    ),
  )

export const nameOf = ({ scene, action, fault, place, lasting }: IamCell): string =>
  `${scene}: ${action}, ${fault}, at the ${place} call, ${lasting}`

interface Baseline {
  calls: Map<string, number>
  ended: string
  writes: number
}

const baselines = new Map<SceneName, Promise<Baseline>>()

/** A run without a fault: how often it asks what, and how it ends. */
export function baseline(name: SceneName): Promise<Baseline> {
  const known = baselines.get(name) ?? measure(name)
  baselines.set(name, known)
  return known
}

async function measure(name: SceneName): Promise<Baseline> {
  const scene = await openScene(name)
  const run = await scene.run()
  expect(await complaints(scene, run)).toEqual([])
  const calls = new Map<string, number>()
  for (const { action } of scene.world.endpoint.calls.slice(scene.callsBefore))
    calls.set(action, (calls.get(action) ?? 0) + 1)
  return { calls, ended: await endOf(scene), writes: written(scene).length }
}

/** How a run ended, by its record and by the endpoint's log. */
const endOf = async (scene: Scene): Promise<string> => {
  const record = await stored<RunRecord>(scene, 'record.json')
  return `${record?.status ?? 'no record'}, ${new Set(written(scene).map((write) => write.accessKeyId)).size} keys`
}

const nthOf = (place: Place, count: number, inPlan: number): number =>
  ({ first: 1, middle: Math.ceil(count / 2), 'first after the plan': inPlan + 1, last: count })[place]

const MANY = 2000

/**
 * Runs one cell; judged by the endpoint and the account. A call that was too slow because this machine was busy is another
 * fault than the one set: where another try should have helped, the cell is given one more run.
 * @returns what is wrong, none where all is well
 */
export async function runIamCell(cell: IamCell): Promise<string[]> {
  const wrong = await tryIamCell(cell)
  return wrong.length === 1 && wrong[0]?.startsWith(NOT_HEALED) ? tryIamCell(cell) : wrong
}

const NOT_HEALED = 'ended as'

async function tryIamCell(cell: IamCell): Promise<string[]> {
  const fault = IAM_FAULTS[cell.fault] as IamFault
  const { calls, ended } = await baseline(cell.scene)
  const inPlan = cell.place === 'first after the plan' ? await baseline('plan') : null
  const nth = nthOf(cell.place, calls.get(cell.action) ?? 0, inPlan?.calls.get(cell.action) ?? 0)
  const scene = await openScene(cell.scene, fault.silent ? { timeoutMilliseconds: IMPATIENT_MILLISECONDS } : {})
  const every = Array.from({ length: MANY }, (_, index) => nth + index)
  fault.set(scene, { action: cell.action, nth: cell.lasting === 'once' ? nth : every })
  const run = await scene.run()
  const wrong = await complaints(scene, run)
  const now = await endOf(scene)
  const healed = cell.lasting === 'for good' || !fault.passes || now === ended
  return healed ? wrong : [...wrong, `${NOT_HEALED} "${now}" where another try should have made it "${ended}"`]
}
