// The deployed machine from the command line: started, followed by its history, shown by its record.
import { describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { DATA_CANARY } from '../../support/sfn-history.ts'
import { accountOf, statusesOf } from '../../support/world.ts'
import { awsWith, inBackground, inProcess, newDirectory } from '../command.ts'
import { type Deployed, deployed } from '../deployed.ts'

const APPLY = 'mode: apply'
const account = () => accountOf({ idle: 200, idler: 300, used: 1 })
const runOn = (there: Deployed, ...args: string[]) => runAs('there', there, ...args)
const runAs = (runId: string, { machine, world, env }: Deployed, ...args: string[]) =>
  inProcess(['run', '--machine', machine, '--run-id', runId, '--store', world.directory, ...args], env)
const inputsOf = ({ sfn }: Deployed) =>
  sfn.requests
    .filter(({ operation }) => operation === 'StartExecution')
    .map(({ asked }) => JSON.parse(String(asked.input)))

describe('keysweep run --machine', () => {
  it('starts the deployed machine, follows it state by state and key by key, and shows its record', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    there.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling', nth: 1 })
    const { code, stdout, stderr } = await runOn(there, '--apply', '--max-percent', '50')
    expect(code).toBe(0)
    expect(stderr.split('\n')[0]).toEqual(
      factsIn('there', there.machine, '{"mode":"apply","policy":{"maxPercent":50}}'),
    )
    // No settings file of this machine holds there.
    expect(stderr.split('\n')[1]).toMatch(/^Settings: /)
    const states = [...stderr.matchAll(/^ {2}(\S.*?) +\d+\.\d s/gm)].map((match) => match[1])
    expect(states).toEqual([
      'Start run',
      'Generate report',
      'Wait for report',
      'Generate report',
      'Parse report',
      'Check suspects',
      'Read key events',
      'Make plan',
      'Deactivate keys',
      'Write record',
    ])
    expect(stderr).toMatch(/^ {4}retry 1 .*IamThrottled$/m)
    expect(stderr).toMatch(/Deactivate keys .* 2 keys: 2 done; 1 retry$/m)
    expect(stdout).toContain('\n2 keys deactivated.\n')
    const undo = `undo there --machine ${there.machine} --store ${there.world.directory}`
    expect(stderr.split('\n').at(-2)).toEqual(factsIn(undo))
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Inactive'], idler: ['Inactive'], used: ['Active'] })
  })

  it.each([
    ['nothing but the mode, which without --apply is plan', [], { mode: 'plan' }],
    ['the mode with --apply', ['--apply'], { mode: 'apply' }],
    [
      'what was asked for, and nothing else',
      ['--apply', '--approval', 'never', '--approval-days', '2', '--unused-days', '120', '--exempt-user', 'a*'],
      { mode: 'apply', approval: 'never', approvalDays: 2, policy: { unusedDays: 120, exemptUsers: ['a*'] } },
    ],
  ])('puts into the input %s', async (_, args, input) => {
    const there = await deployed({ account: account(), settings: APPLY })
    expect((await runOn(there, ...args)).code).toBe(0)
    expect(inputsOf(there)).toEqual([input])
  })

  it('prints the record and nothing else on stdout with --json, and finds machine and store by the environment', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    const env = { ...there.env, KEYSWEEP_MACHINE: there.machine, KEYSWEEP_STORE: there.world.directory }
    const { code, stdout } = await inProcess(['run', '--json', '--run-id', 'there'], env)
    expect(code).toBe(0)
    expect(`${await there.world.ports.store.get('runs/there/record.json')}\n`).toBe(stdout)
    expect(JSON.parse(stdout) satisfies RunRecord).toMatchObject({ status: 'planned', mode: 'plan' })
  })

  it.each([
    ['run', '--apply'],
    ['undo', 'there'],
    ['show', 'there', '--follow'],
  ])('%s %s is for this machine where a store is named, whatever KEYSWEEP_MACHINE says', async (...args) => {
    const there = await deployed({ account: account(), settings: APPLY })
    await inProcess([...args, '--store', newDirectory()], { ...there.env, KEYSWEEP_MACHINE: there.machine })
    expect(there.sfn.requests).toEqual([])
  })

  it('asks for no execution data: what a reader of the history without it could not see is printed nowhere', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    const said = await runOn(there, '--apply', '--json')
    expect(JSON.stringify(said)).not.toContain(DATA_CANARY)
    const asked = there.sfn.requests.filter(({ operation }) => operation === 'GetExecutionHistory')
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.every((request) => request.asked.includeExecutionData === false)).toBe(true)
  })

  it('waits until Step Functions knows the new run everywhere, and out a throttle', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    there.sfn.refuse('GetExecutionHistory', 'ExecutionDoesNotExist', 'Execution Does Not Exist')
    there.sfn.refuse('GetExecutionHistory', 'ThrottlingException', 'Rate exceeded', 2)
    expect((await runOn(there)).code).toBe(0)
  })
})

describe('a deployed run whose record is not at hand ends with what Step Functions knows', () => {
  const without = ({ machine, env }: Deployed, ...args: string[]) =>
    inProcess(['run', '--machine', machine, '--run-id', 'there', ...args], env)

  it.each([
    ['deactivated', APPLY, ['--apply'], 0, ''],
    ['over cap', '{ mode: apply, approval: never }', ['--apply', '--max-keys', '1'], 3, ''],
    ['FAILED', APPLY, ['--unused-days', '1'], 2, 'keysweep: Run there: InputRefused: '],
  ])('%s', async (end, settings, args, exitCode, line) => {
    const there = await deployed({ account: account(), settings })
    const { code, stdout, stderr } = await without(there, ...args)
    expect(code).toBe(exitCode)
    expect(stdout).toMatch(/^\n[^\n]*\n$/)
    expect(stdout).toEqual(factsIn('there', `"${end}"`))
    expect(stderr).toContain(line)
    expect(stderr.split('\n').at(-2)).toEqual(factsIn('--store', 'KEYSWEEP_STORE'))
  })

  it('also where another store was named', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    const { code, stdout } = await without(there, '--json', '--store', `${there.world.directory}-other`)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({ runId: 'there', status: 'planned', error: null, cause: null })
  })

  it('and with 1 where keys failed', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    there.world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' })
    const { code, stderr } = await without(there, '--apply')
    expect(code).toBe(1)
    expect(stderr).toMatch(/Deactivate keys .* 2 keys: 2 failed$/m)
    expect(stderr).toContain('keysweep: Run there: SomeKeysFailed: ')
  })
})

describe('a deployed run that waits for a person', () => {
  it('says how to answer, continues when nobody follows it, and is followed again to its end', async () => {
    const there = await deployed({ account: account(), settings: '{ mode: apply, approval: always }' })
    const { machine, world, api } = there
    const env = { ...there.env, KEYSWEEP_API: api.url }
    const args = ['run', '--apply', '--machine', machine, '--run-id', 'there', '--store', world.directory]
    const first = inBackground(args, { env })
    const said = await first.says(/ {4}npm run -s keysweep -- approve there --api \S+\n/)
    expect(said).toContain(`approve there --api ${api.url}\n`)
    world.pass(1000)
    const second = await inProcess(['run', '--machine', machine, '--run-id', 'second', '--store', world.directory], env)
    expect(second).toMatchObject({ code: 3, stdout: factsIn('there') })
    first.kill('SIGINT')
    const left = await first.ended
    expect(left).toMatchObject({ code: 130, stdout: '' })
    expect(left.stderr).toContain(`: npm run -s keysweep -- show there --follow --machine ${machine}\n`)
    expect((await inProcess(['approve', 'there', '--yes'], env)).code).toBe(0)
    const shown = await inProcess(['show', 'there', '--follow', '--machine', machine], {
      ...env,
      KEYSWEEP_STORE: world.directory,
    })
    expect(shown.code).toBe(0)
    expect(shown.stdout).toMatch(
      /\n2 keys deactivated\.\n.*\nDecision +approved by arn:aws:sts::000000000000:assumed-role\/approver\/ann at /,
    )
  })
})

describe('keysweep undo --machine', () => {
  it('lets the deployed machine bring the keys back', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    await runOn(there, '--apply', '--max-percent', '50')
    const args = ['undo', 'there', '--machine', there.machine, '--run-id', 'back', '--store', there.world.directory]
    const { code, stdout, stderr } = await inProcess(args, there.env)
    expect(code).toBe(0)
    expect(stdout).toContain('\n2 keys reactivated.\n')
    expect(stderr).toMatch(/Reactivate keys .* 2 keys: 2 done$/m)
    expect(inputsOf(there)[1]).toEqual({ undo: { run: 'there' } })
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Active'], idler: ['Active'] })
  })
})

describe('ends with one line', () => {
  const OTHER = 'arn:aws:states:us-east-1:000000000000:stateMachine:other'
  it.each([
    [['run', '--machine', 'keysweep'], 2, ['--machine', '"keysweep"', 'ARN']],
    [['run', '--machine', OTHER, '--settings', 'x.yml'], 2, ['--settings', '--machine']],
    [['run', '--machine', OTHER, '--unused-days', '0'], 2, ['--unused-days', '"0"']],
    [['run', '--machine', OTHER, '--run-id', '../x'], 2, ['"../x"']],
    [['run', '--machine', OTHER], 1, ['StateMachineDoesNotExist', OTHER]],
    [['show', 'never', '--follow', '--machine', OTHER], 1, ['ExecutionDoesNotExist', 'never']],
    [['show', 'there', '--machine', OTHER], 2, ['--machine', '--follow']],
    [['show', '--follow'], 2, ['--follow', 'keysweep show']],
    [['show', 'there', '--follow', '--csv'], 2, ['--follow', '--csv']],
  ])('%j', async (args, exitCode, facts) => {
    const there = await deployed({ account: account(), settings: APPLY })
    const { code, stdout, stderr } = await inProcess(args, there.env)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toEqual(lineWith(...facts))
  })

  it('for what KEYSWEEP_MACHINE says', async () => {
    const { code, stderr } = await inProcess(['run'], { KEYSWEEP_MACHINE: 'keysweep' })
    expect({ code, stderr }).toEqual({ code: 2, stderr: lineWith('KEYSWEEP_MACHINE', '"keysweep"', 'ARN') })
  })

  it('for a run id that was used, and for a right that is missing, with the statement that would give it', async () => {
    const there = await deployed({ account: account(), settings: APPLY })
    await runOn(there)
    const again = await runOn(there, '--apply')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toEqual(lineWith('there', there.machine, 'ExecutionAlreadyExists'))
    const denied = `User: arn:aws:iam::000000000000:user/ann is not authorized to perform: states:StartExecution on resource: ${there.machine} because no identity-based policy allows the states:StartExecution action`
    there.sfn.refuse('StartExecution', 'AccessDeniedException', denied)
    const refused = await runAs('two', there)
    expect(refused.code).toBe(1)
    const statement = `{"Effect":"Allow","Action":"states:StartExecution","Resource":"${there.machine}"}`
    expect(refused.stderr).toEqual(lineWith('two', denied, statement))
  })

  it.each([
    ['where nothing listens', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'ECONNREFUSED'],
    [
      'without credentials',
      {
        AWS_ACCESS_KEY_ID: '',
        AWS_SECRET_ACCESS_KEY: '',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
      'CredentialsProviderError',
    ],
  ])('%s', async (_, env, line) => {
    const there = await deployed({ account: account(), settings: APPLY })
    const args = ['run', '--machine', there.machine]
    const { code, stderr } = await inProcess(args, { ...there.env, ...env })
    expect(code).toBe(1)
    expect(stderr).toEqual(lineWith(there.machine, line))
  })
})

describe('a name that is empty comes from an unset variable', () => {
  it.each([
    ['--machine', 'run', '--apply', '--yes'],
    ['--machine', 'apply', 'monday', '--yes'],
    ['--machine', 'undo', 'monday'],
    ['--api', 'approve'],
  ])('%s is refused by %s, and not taken for this machine', async (option, ...args) => {
    const { endpoint, env } = await awsWith(account())
    const calls = endpoint.calls.length
    for (const named of [{}, { KEYSWEEP_MACHINE: 'no ARN', KEYSWEEP_API: 'no URL' }]) {
      const { code, stdout, stderr } = await inProcess([...args, option, ''], { ...env, ...named })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toEqual(lineWith('""'))
    }
    expect(endpoint.calls).toHaveLength(calls)
  })

  it.each(['KEYSWEEP_MACHINE', 'KEYSWEEP_API'])('in %s it is as if not set', async (name) => {
    expect((await inProcess(['approve'], { [name]: '' })).code).toBe(0)
  })
})
