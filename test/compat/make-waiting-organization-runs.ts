// Makes organization runs that wait, in every state that such a run can wait in, with the code of this checkout:
//   node test/compat/make-waiting-organization-runs.ts <new folder>
// It made test/fixtures/waiting-organizations-0.2.0. A later version's runs go into a folder of their own: check that version
// out, copy this file and waiting-organization.ts into it, and run it there.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { accountRunId } from '../../core/model/ids.ts'
import definition from '../../statemachine/organization.asl.json' with { type: 'json' }
import {
  HUB,
  keysOf,
  MEMBER,
  openWaitingOrganization,
  TOKEN,
  type Waiting,
  type WaitingOrganization,
} from './waiting-organization.ts'

const FOLDER = process.argv[2] ?? ''
const HOUR = 60 * 60_000

const SETTINGS = '{ mode: apply, policy: { maxPercent: 100 }, organization: { maxPercent: 100 } }'
const ASK = SETTINGS.replace('mode: apply', 'mode: apply, approval: always')

const open = (name: string, settings = SETTINGS): Promise<WaitingOrganization> =>
  openWaitingOrganization({ directory: join(FOLDER, 'stores', name), at: new Date(), settings })

async function save(name: string, world: WaitingOrganization, run: Waiting): Promise<void> {
  const { endpoint, now, inactive } = world
  await write(`states/${name}.json`, { at: now().toISOString(), inactive: inactive(), ...run })
  await endpoint.stop()
}

async function write(file: string, content: object): Promise<void> {
  await mkdir(dirname(join(FOLDER, file)), { recursive: true })
  await writeFile(join(FOLDER, file), `${JSON.stringify(content, null, 2)}\n`)
}

async function atTheBeginningOf(name: string, state: string): Promise<void> {
  const world = await open(name)
  await save(name, world, await world.runUntil('waiting', {}, state))
}
await atTheBeginningOf('surveys', 'Survey accounts')
await atTheBeginningOf('makes-plan', 'Make organization plan')
await atTheBeginningOf('unrecorded', 'Write organization record')

/** Asked, with its token stored; and, if there is an answer, answered while no execution could be woken. */
async function asks(name: string, answer: object | null): Promise<void> {
  const world = await open(name, ASK)
  const run = await world.runUntil('waiting', {}, 'Ask for organization approval')
  const { pass } = run.data as { pass: string }
  await world.handlers.AskForOrganizationApprovalArn?.({ runId: 'waiting', pass, token: TOKEN })
  world.pass(HOUR / 2)
  if (answer !== null) await world.answer('waiting', answer)
  await save(name, world, { ...run, state: 'Read organization decision' })
}
await asks('asks', null)
await asks('approved', { answer: 'approve', leaveOut: [keysOf(MEMBER)[1], HUB] })
await asks('rejected', { answer: 'reject', reason: 'not now' })

/** The run in the hub has ended, and that in the member has not begun. */
async function inTheMiddle(world: WaitingOrganization, phase: 'change' | 'undo', run: Waiting): Promise<Waiting> {
  const organizationRun = { run: 'waiting', account: HUB, phase }
  const started = world.child({ name: accountRunId('waiting', phase, HUB), input: { organizationRun } })
  const result = await started.result
  if (result.status !== 'SUCCEEDED') throw new Error(JSON.stringify(result))
  return run
}

async function changes(): Promise<void> {
  const world = await open('changes')
  await save(
    'changes',
    world,
    await inTheMiddle(world, 'change', await world.runUntil('waiting', {}, 'Change accounts')),
  )
}
await changes()

async function undoes(): Promise<void> {
  const world = await open('undoes')
  await world.runUntil('undone', {}, null)
  world.pass(HOUR)
  const run = await world.runUntil('waiting', { undo: { run: 'undone' } }, 'Undo accounts')
  await save('undoes', world, await inTheMiddle(world, 'undo', run))
}
await undoes()

await write('organization.asl.json', definition)
