// The matrix over the run store of an organization run: every operation on a document of the run itself, and on those of the runs
// in the account in the middle, with every fault, once or for good.
import { MEMBERS } from './organization-accounts.ts'
import { organizationBaseline } from './organization-cells.ts'
import { complaints, disturbed } from './organization-judge.ts'
import { type OrganizationSceneName, openOrganizationScene } from './organization-scenes.ts'
import { faultyStore, type Interference, type Operation, STORE_FAULTS } from './store-faults.ts'

export interface OrganizationStoreCell {
  scene: OrganizationSceneName
  operation: Operation
  key: string
  fault: string
  lasting: 'once' | 'for good'
}

/** The runs of other accounts do the same. */
const isTried = (key: string): boolean => !/^runs|^keys/.test(key) || key.includes(MEMBERS[1])

/** What a run does to the store: "get orgs/org-1/input.json", each once. */
async function operationsOf(name: OrganizationSceneName): Promise<[Operation, string][]> {
  const scene = await openOrganizationScene(name)
  const seen = new Map<string, [Operation, string]>()
  const note: Interference = ({ operation, key }) => {
    if (isTried(key)) seen.set(`${operation} ${key}`, [operation, key])
    return null
  }
  scene.world.through.store = (store) => faultyStore(store, () => 'any', note)
  await scene.run()
  return [...seen.values()]
}

export async function organizationStoreCells(scene: OrganizationSceneName): Promise<OrganizationStoreCell[]> {
  const faultsOf = (operation: Operation) =>
    Object.entries(STORE_FAULTS).flatMap(([fault, { operations }]) => (operations.includes(operation) ? fault : []))
  return (await operationsOf(scene)).flatMap(([operation, key]) =>
    faultsOf(operation).flatMap((fault) =>
      (['once', 'for good'] as const).map((lasting) => ({ scene, operation, key, fault, lasting })),
    ),
  )
}

/** Runs one cell; judged by the endpoint and the accounts. @returns what is wrong, none where all is well */
export async function runOrganizationStoreCell(cell: OrganizationStoreCell): Promise<string[]> {
  const { ends } = await organizationBaseline(cell.scene)
  const scene = await openOrganizationScene(cell.scene)
  let left = cell.lasting === 'once' ? 1 : Number.POSITIVE_INFINITY
  const interfere: Interference = ({ operation, key }) => {
    if (operation !== cell.operation || key !== cell.key || left === 0) return null
    left -= 1
    return STORE_FAULTS[cell.fault]?.make() ?? null
  }
  scene.world.through.store = (store) => faultyStore(store, () => 'any', interfere)
  const end = await scene.run()
  const heals = cell.lasting === 'once' && cell.fault.startsWith('unavailable')
  const wrong = [...(await complaints(scene, end)), ...(heals ? disturbed(scene, end, ends, 'none', false) : [])]
  return wrong.map((line) => `${cell.scene}: ${cell.operation} ${cell.key}, ${cell.fault}, ${cell.lasting}: ${line}`)
}
