// The deployed machine for organizations from the command line: which machine an ARN is, and the inputs that it gets.
import { describe, expect, it } from '@jest/globals'
import { lineWith } from '../../support/error-facts.ts'
import { accountOf } from '../../support/world.ts'
import { inProcess } from '../command.ts'
import { type Deployed, deployed } from '../deployed.ts'
import { IDS } from '../organization.ts'

const inputsOf = ({ sfn }: Deployed) =>
  sfn.requests
    .filter(({ operation }) => operation === 'StartExecution')
    .map(({ asked }) => [asked.stateMachineArn, JSON.parse(String(asked.input))])

describe('the deployed machine for organizations', () => {
  it.each<[string[], object]>([
    [['run', '--organization'], { mode: 'plan' }],
    [
      ['run', '--organization', '--apply', '--approval', 'always', '--exclude', IDS.shop, '--unused-days', '120'],
      {
        organization: { exceptAccounts: [IDS.shop] },
        mode: 'apply',
        approval: 'always',
        policy: { unusedDays: 120 },
      },
    ],
    [['run', '--organization', '--ou', 'r-ab12'], { organization: { onlyOus: ['r-ab12'] }, mode: 'plan' }],
    [['undo', 'org'], { undo: { run: 'org' } }],
    [['undo', 'org', '--account', IDS.shop], { undo: { run: 'org', accounts: [IDS.shop] } }],
  ])('gets what the options say, and nothing else: %j', async (args, input) => {
    const there = await deployed({ account: accountOf({ idle: 200 }) })
    const machine = `${there.machine}-prod-organization`
    await inProcess([...args, '--machine', machine], there.env)
    expect(inputsOf(there)).toEqual([[machine, input]])
  })

  it.each<[string, string[], string[]]>([
    ['-prod', ['run', '--organization'], ['-organization']],
    ['-prod-organization', ['run'], ['--organization']],
    ['-prod-organization', ['run', '--organization', '--accounts', 'a.yml'], ['--organization', '--accounts']],
    ['-prod-organization', ['run', '--organization', '--run-id', 'a.b'], ['"a.b"']],
    ['-prod-organization', ['undo', 'org', '--key', 'AKIAIDLEIDLEIDLEIDLE'], ['--key', 'org']],
    ['-prod-organization', ['undo', 'org', '--account', '1'], ['--account', '"1"']],
    ['-prod', ['undo', 'run-1', '--account', IDS.shop], ['--account', 'run-1']],
  ])('is known by its name %s, and options of the other machine are refused: %j', async (name, args, facts) => {
    const there = await deployed({ account: accountOf({ idle: 200 }) })
    const ended = await inProcess([...args, '--machine', `${there.machine}${name}`], there.env)
    expect(ended).toMatchObject({ code: 2, stderr: lineWith(...facts) })
    expect(inputsOf(there)).toEqual([])
  })
})
