// Real processes of organization runs that are killed with SIGKILL, on a store in a directory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import type { KillableOrganization } from '../support/killable-organization.ts'
import { keyIn, MEMBERS } from './organization-accounts.ts'
import { broughtBack, finished } from './organization-crash.ts'
import { afterCrash } from './organization-judge.ts'
import {
  lastCallsArrived,
  type OrganizationScene,
  openOrganizationWorld,
  organizationSceneIn,
} from './organization-scenes.ts'

const SCRIPT = join(process.cwd(), 'test/support/killable-organization.ts')
const MIDDLE = MEMBERS[1]
const change = `org-1-change-${MIDDLE}`
const key = keyIn(MIDDLE, 'idle')

/** Steps of the organization run, of a survey and of a change, at which its process is killed. */
export const KILL_POINTS: string[] = [
  'before put orgs/org-1/input.json',
  'after put orgs/org-1/accounts.json',
  `after put runs/org-1-survey-${MIDDLE}/input.json`,
  `before put runs/org-1-survey-${MIDDLE}/record.json`,
  'before put orgs/org-1/plan.json',
  'after put orgs/org-1/plan.json',
  `after put runs/${change}/plan.json`,
  `before Inactive ${key}`,
  `after Inactive ${key}`,
  `after put keys/${key}/${change}.outcome.json`,
  `before put runs/${change}/record.json`,
  'before put orgs/org-1/record.json',
]

/** Kills a run, looks at what it left, and runs again twice. @returns what is wrong, none where all is well */
export async function killAndRunAgain(dieAt: string): Promise<string[]> {
  const broken = await killed(dieAt)
  return [...(await afterCrash(broken)), ...(await finished(broken))]
}

/** Kills a run, looks at what it left, and undoes it. @returns what is wrong, none where all is well */
export async function killAndUndo(dieAt: string): Promise<string[]> {
  const broken = await killed(dieAt)
  return [...(await afterCrash(broken)), ...(await broughtBack(broken))]
}

/** @throws TypeError where the process lives */
async function killed(dieAt: string): Promise<OrganizationScene> {
  const directory = join(await mkdtemp(join(tmpdir(), 'keysweep-killed-')), 'store')
  const world = await openOrganizationWorld({ store: makeDirectoryStore(directory) })
  const scene = organizationSceneIn('apply', world)
  const options: KillableOrganization = {
    ...{ endpoint: world.endpoint.url, directory, dieAt },
    at: world.now().toISOString(),
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, JSON.stringify(options)])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data
    })
  }
  const [, signal] = await once(child, 'close')
  if (signal !== 'SIGKILL') throw new TypeError(`Expected the run to be killed at "${dieAt}", and it ended: ${said}`)
  await lastCallsArrived(world)
  return scene
}
