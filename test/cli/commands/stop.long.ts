// keysweep stop where it takes seconds: an organization run, another run, and a deployed machine.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { stopMachine } from '../../../cli/follow/stop-machine.ts'
import { StoreUnavailable } from '../../../core/model/errors.ts'
import { stopped as stoppedSchema } from '../../../core/model/printed.ts'
import { requestStop } from '../../../local/stop-request.ts'
import { factsIn } from '../../support/error-facts.ts'
import { scheduleOf, startScheduler } from '../../support/scheduler-endpoint.ts'
import { accountOf as deployedAccountOf, statusesOf } from '../../support/world.ts'
import { ASKS, accountOf, awsWith, inBackground, inBackgroundHere, inProcess, newDirectory } from '../command.ts'
import { type Deployed, deployed } from '../deployed.ts'
import { IDS, organizationAws } from '../organization.ts'

const quiet = () => ({ stdout: { write: () => {} }, stderr: { write: () => {} }, env: {} })
const printed = (stdout: string) => stoppedSchema.strict().parse(JSON.parse(stdout))

describe('keysweep stop on this machine', () => {
  it('stops an organization run, shows its accounts, and names the one command that undoes it', async () => {
    const { env, endpoint, writes } = await organizationAws(['hub', 'shop', 'blog'])
    endpoint.fault({ action: 'UpdateAccessKey', nth: 1, kind: 'slow', milliseconds: 1500 })
    const cwd = newDirectory()
    writeFileSync(join(cwd, 'keysweep.yml'), 'organization: { maxPercent: 100 }\n')
    const run = inBackground(['run', '--organization', '--apply', '--yes', '--run-id', 'org'], { env, cwd })
    await run.says(/Survey accounts/)
    while (writes().length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    const { code, stdout, stderr } = await inProcess(['stop', '--yes'], env, { cwd })
    expect(code).toBe(0)
    expect((await run.ended).code).toBe(130)
    expect(stdout).toEqual(factsIn('org', IDS.shop, `${writes().length} deactivated`))
    const undo = /^Undo +npm run -s keysweep -- (.*)\n/m.exec(stderr)?.[1] ?? ''
    expect(undo).toBe('undo org')
    expect((await inProcess([...undo.split(' '), '--yes'], env, { cwd })).code).toBe(0)
    const before = writes().filter(([, , to]) => to === 'Inactive')
    expect(writes().filter(([, , to]) => to === 'Active')).toHaveLength(before.length)
  })

  it('does not stop another run: a request is for the run that it names', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    await requestStop(join(store, 'open'), 'another')
    const args = ['run', '--apply', '--yes', '--max-percent', '100', '--approval', 'always', '--run-id', 'mine']
    const run = inBackground([...args, '--store', store], { env: aws.env })
    await run.says(ASKS)
    await new Promise((resolve) => setTimeout(resolve, 700))
    const { code } = await inProcess(['approve', 'mine', '--yes', '--store', store], aws.env)
    expect(code).toBe(0)
    expect((await run.ended).code).toBe(0)
    expect(aws.endpoint.writes).toHaveLength(1)
  })

  it('leaves an undo running: it gives access back', async () => {
    const aws = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    const args = ['--yes', '--store', store, '--run-id']
    await inProcess(['run', '--apply', '--max-percent', '100', ...args, 'monday'], aws.env)
    aws.endpoint.fault({ action: 'UpdateAccessKey', kind: 'slow', milliseconds: 800 })
    const undo = inBackground(['undo', 'monday', ...args, 'back'], { env: aws.env })
    await undo.says(/Plan undo/)
    const { code, stdout } = await inProcess(['stop', '--yes', '--store', store, '--json'], aws.env)
    expect({ code, ...printed(stdout) }).toMatchObject({ code: 0, runs: [], faults: [] })
    expect((await undo.ended).code).toBe(0)
    expect(aws.endpoint.account.users.flatMap(({ keys }) => keys.map(({ status }) => status))).not.toContain('Inactive')
  })
})

const account = () => deployedAccountOf({ idle: 200, idler: 300, used: 1 })
const start = ({ machine, world, env }: Deployed, runId: string, ...args: string[]) =>
  inBackgroundHere(['run', '--machine', machine, '--run-id', runId, '--store', world.directory, ...args], env)
const stopCommand = ({ machine, world, env }: Deployed, scheduler: { url: string }, ...args: string[]) =>
  inProcess(['stop', '--yes', '--machine', machine, '--store', world.directory, ...args], {
    ...env,
    AWS_ENDPOINT_URL_SCHEDULER: scheduler.url,
  })

describe('keysweep stop of a deployed machine', () => {
  it('disables its schedule and stops the run that waits: no later answer counts', async () => {
    const there = await deployed({ account: account(), settings: '{ mode: apply, approval: always }' })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine), scheduleOf('other', 'arn:other'))
    const run = start(there, 'waits', '--apply')
    await run.says(/Waiting for approval/)
    const { code, stdout, stderr } = await stopCommand(there, scheduler)
    expect(stderr).not.toContain('waiting up to')
    expect(code).toBe(0)
    const states = scheduler.schedules.map(({ Name, State }) => [Name, State])
    expect(Object.fromEntries(states)).toEqual({ keysweep: 'DISABLED', other: 'ENABLED' })
    expect(stdout).toEqual(factsIn('keysweep', 'disabled', 'waits', 'stopped'))
    await run.ended
    expect(there.world.endpoint.writes).toEqual([])
    const again = await stopCommand(there, scheduler, '--json')
    expect(printed(again.stdout)).toEqual({
      ...{ machine: there.machine, undos: [], runs: [], faults: [] },
      schedules: [{ name: 'keysweep', group: 'default', was: 'DISABLED' }],
    })
  })

  it('waits until a function that was called has its outcome, and names the keys and the undo', async () => {
    const there = await deployed({ account: account(), settings: 'mode: apply' })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine))
    there.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'slow', milliseconds: 1500 })
    const run = start(there, 'monday', '--apply')
    await run.says(/Make plan .*\n/)
    const store = there.world.ports.store
    for (let look = 0; look < 100 && (await store.list('keys/')).length === 0; look += 1)
      await new Promise((resolve) => setTimeout(resolve, 30))
    const { code, stdout, stderr } = await stopCommand(there, scheduler, '--json')
    expect(stderr).toEqual(factsIn('monday', 'waiting up to'))
    expect(code).toBe(0)
    const [stopped] = printed(stdout).runs
    expect(stopped).toMatchObject({ runId: 'monday', settled: true, counts: { deactivated: 2, failed: 0 } })
    expect(stopped?.undo).toContain(`undo monday --machine ${there.machine} --store ${there.world.directory}`)
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Inactive'], idler: ['Inactive'], used: ['Active'] })
    await run.ended
  })

  it('waits for the whole time that a function may have if the run store is not named, and names the undo', async () => {
    const there = await deployed({ account: account(), settings: 'mode: apply' })
    const scheduler = await startScheduler()
    Object.assign(process.env, { ...there.env, AWS_ENDPOINT_URL_SCHEDULER: scheduler.url })
    there.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'slow', milliseconds: 900 })
    const run = start(there, 'monday', '--apply')
    await run.says(/Deactivate keys|Make plan .*\n/)
    for (let look = 0; look < 100 && (await there.world.ports.store.list('keys/')).length === 0; look += 1)
      await new Promise((resolve) => setTimeout(resolve, 30))
    const from = Date.now()
    const terminal = quiet()
    const { runs, schedules } = await stopMachine({
      ...{ machine: there.machine, store: null, options: {}, terminal },
      settleMilliseconds: 1200,
    })
    expect(Date.now() - from).toBeGreaterThanOrEqual(1200)
    expect(schedules).toEqual([])
    expect(runs).toMatchObject([{ runId: 'monday', store: null, settled: true, counts: null }])
    expect(runs[0]?.undo).toContain('undo monday')
    delete process.env.AWS_ENDPOINT_URL_SCHEDULER
    await run.ended
  })

  it('stops the runs also if the run store cannot be read, and says so', async () => {
    const there = await deployed({ account: account(), settings: '{ mode: apply, approval: always }' })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine))
    const run = start(there, 'waits', '--apply')
    await run.says(/Waiting for approval/)
    Object.assign(process.env, { ...there.env, AWS_ENDPOINT_URL_SCHEDULER: scheduler.url })
    const down = async () => {
      throw new StoreUnavailable('the bucket is not there')
    }
    const store = { location: 's3://the-run-store', get: down, list: down, newest: down, put: down }
    const result = await stopMachine({ machine: there.machine, store, options: {}, terminal: quiet() })
    delete process.env.AWS_ENDPOINT_URL_SCHEDULER
    expect(result).toMatchObject({
      schedules: [{ name: 'keysweep', was: 'ENABLED' }],
      runs: [{ runId: 'waits', counts: null, status: null }],
      faults: ['the bucket is not there'],
    })
    await run.ended
  })

  it('leaves an undo running: it gives access back', async () => {
    const there = await deployed({ account: account(), settings: 'mode: apply' })
    const scheduler = await startScheduler()
    await start(there, 'monday', '--apply').ended
    there.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'slow', milliseconds: 1500 })
    const undo = inBackgroundHere(
      ['undo', 'monday', '--machine', there.machine, '--run-id', 'tuesday', '--store', there.world.directory],
      there.env,
    )
    await undo.says(/Plan undo/)
    const { code, stdout } = await stopCommand(there, scheduler, '--json')
    expect(code).toBe(0)
    expect(printed(stdout)).toMatchObject({ undos: ['tuesday'], runs: [] })
    expect((await undo.ended).code).toBe(0)
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Active'], idler: ['Active'] })
  })

  it('stops the runs also if the schedule may not be changed, and says so', async () => {
    const there = await deployed({ account: account(), settings: '{ mode: apply, approval: always }' })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine))
    scheduler.refuse('PUT', 403, 'AccessDeniedException')
    const run = start(there, 'waits', '--apply')
    await run.says(/Waiting for approval/)
    const { code, stdout, stderr } = await stopCommand(there, scheduler)
    expect(code).toBe(1)
    expect(stderr).toEqual(factsIn('keysweep', 'AccessDeniedException'))
    expect(stdout).toEqual(factsIn('waits', 'stopped'))
    await run.ended
    expect(scheduler.schedules[0]?.State).toBe('ENABLED')
  })
})
