// Real processes that are killed with SIGKILL in the middle of a run, on a store in a directory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { makeDirectoryStore } from '../../io/store/directory-store.ts'
import type { KillableOptions } from '../support/killable-run.ts'
import { AT, openWorld, type World } from '../support/world.ts'
import { faultAccount, STALE_IDS } from './account.ts'
import { afterCrash, runAgain } from './crash.ts'
import { written } from './judge.ts'
import { type Scene, sceneIn, statusById } from './scenes.ts'

const SCRIPT = join(process.cwd(), 'test/support/killable-run.ts')

/** Where a run can be killed: at one of its own steps, or by another hand while a call of it is on its way. */
export type KillAt = { dieAt: string } | { whileSending: 'the first' | 'the second' }

/** Runs a process until it is killed. @throws TypeError where it lives */
async function runAndKill(world: World, at: KillAt, runId: string, input: object): Promise<void> {
  const options: KillableOptions = {
    endpoint: world.endpoint.url,
    directory: world.directory,
    at: world.ports.now().toISOString(),
    runId,
    input,
    ...('dieAt' in at && { dieAt: at.dieAt }),
  }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, JSON.stringify(options)])
  if ('whileSending' in at)
    world.endpoint.on('UpdateAccessKey', at.whileSending === 'the first' ? 1 : 2, () => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data
    })
  }
  const [, signal] = await once(child, 'close')
  if (signal !== 'SIGKILL') throw new TypeError(`Expected the run to be killed, and it ended: ${said}`)
}

/** Kills a run, looks at what it left, undoes it twice, and runs again. @returns what is wrong, none where all is well */
export async function killAndUndo(at: KillAt): Promise<string[]> {
  const { broken, wrong } = await killed(at)
  const took = new Set(written(broken).map((write) => write.accessKeyId))
  const undone = await runAgain('undo', broken, 'undo-1')
  const idle = await runAgain('undo', broken, 'undo-2')
  const back = [...statusById(broken.world)].filter(([id]) => STALE_IDS.includes(id))
  return [
    ...[...wrong, ...undone.wrong, ...idle.wrong],
    ...back.filter(([, status]) => status !== 'Active').map(([id]) => `${id} is not back`),
    ...(written(undone.next).length === took.size ? [] : [`${took.size} taken, ${written(undone.next).length} back`]),
    ...(written(idle.next).length > 0 ? ['the second undo wrote once more'] : []),
  ]
}

/** Kills a run, looks at what it left, and runs again twice. @returns what is wrong, none where all is well */
export async function killAndRunAgain(at: KillAt): Promise<string[]> {
  const { broken, wrong } = await killed(at)
  const again = await runAgain('apply', broken, 'run-2')
  const idle = await runAgain('apply', broken, 'run-3')
  const inDoubt = (await broken.raw.list('keys/')).filter((key) => key.endsWith('/run-1.intent.json'))
  const left = STALE_IDS.filter((id) => statusById(broken.world).get(id) !== 'Inactive')
  return [
    ...[...wrong, ...again.wrong, ...idle.wrong],
    ...left.filter((id) => !inDoubt.includes(`keys/${id}/run-1.intent.json`)).map((id) => `${id} was left`),
    ...(written(idle.next).length > 0 ? ['the last run wrote once more'] : []),
  ]
}

async function killed(at: KillAt): Promise<{ broken: Scene; wrong: string[] }> {
  const world = await openWorld({ account: faultAccount(), pageSize: 1, timeoutMilliseconds: 5000 })
  world.ports.store = makeDirectoryStore(world.directory)
  const broken = sceneIn('apply', world)
  await runAndKill(world, at, 'run-1', {})
  if (world.ports.now().getTime() !== AT.getTime()) throw new TypeError('The clock of the test moved')
  return { broken, wrong: await afterCrash(broken) }
}
