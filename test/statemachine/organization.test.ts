// The definition for organizations: the rules of every definition, and its own. What its functions answer is from real runs.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { makeOrganizationHandlers } from '../../local/organization-handlers.ts'
import type { OrganizationRunPorts } from '../../steps/ports.ts'
import { idOf, ORG } from '../support/organization.ts'
import { openOrganizationWorld } from '../support/organization-world.ts'
import type { Machine, Payloads } from './dataflow.ts'
import { holdsItsData, keepsTheRules, readDefinition } from './rules.ts'

const definition = readDefinition('organization.asl.json')
const { machine, states, tasks } = definition
const maps = states.filter(([, { Type }]) => Type === 'Map')

keepsTheRules(definition, async () => [
  'AccountMachineArn',
  ...Object.keys(makeOrganizationHandlers({} as OrganizationRunPorts)),
])

describe('the data', () => {
  let payloads: Payloads
  beforeAll(async () => {
    const accounts = { [idOf(1)]: { keys: 2 }, [idOf(2)]: {} }
    const settings = '{ mode: apply, approval: always }'
    const world = openOrganizationWorld({ accounts, settings, answer: { answer: 'approve' } })
    await world.startRun('org-0').result
    await world.startRun(ORG, { undo: { run: 'org-0' } }).result
    payloads = world.payloads
  })

  holdsItsData(definition, () => payloads)
})

it('every failure of a stage leads to the record, and every failure in an account to a child that ends well', () => {
  const next = (name: string) => states.find(([known]) => known === name)?.[1].Catch?.at(-1)?.Next
  const end = 'Write organization record'
  const others = [end, 'Notify again', 'Ask for organization approval']
  const top = Object.entries(machine.States).filter(([name, state]) => state.Catch && !others.includes(name))
  expect([...new Set(top.map(([name]) => next(name)))]).toEqual([end])
  expect([next(end), next('Notify again'), next('Ask for organization approval')]).toEqual([
    'Failed',
    'Failed',
    'Read organization decision',
  ])
  for (const [, { ItemProcessor }] of maps)
    for (const state of Object.values(ItemProcessor?.States ?? {})) expect(['Task', 'Pass']).toContain(state.Type)
})

it('however a question ends, nothing of the end is kept, and it leads to the decision', () => {
  const ask = machine.States['Ask for organization approval']
  expect(ask?.Retry?.flatMap((retrier) => retrier.ErrorEquals)).not.toContain('States.Timeout')
  const dropped = { ResultPath: null, Next: 'Read organization decision' }
  expect(ask).toMatchObject(dropped)
  expect(ask?.Catch).toEqual([
    { ErrorEquals: ['States.DataLimitExceeded'], ...dropped },
    { ErrorEquals: ['States.ALL'], ...dropped },
  ])
})

it('nobody is waited for inside a Map: one question, in the parent', () => {
  const waiting = tasks.filter(([, task]) => String(task.Resource).endsWith('.waitForTaskToken'))
  expect(waiting.map(([name]) => name)).toEqual(['Ask for organization approval'])
  expect(Object.keys(machine.States)).toContain('Ask for organization approval')
})

describe.each(maps)('the Map "%s"', (_, map) => {
  const { ItemProcessor, ...fields } = map
  const [[, task] = ['', undefined], [, note] = ['', undefined]] = Object.entries(ItemProcessor?.States ?? {})
  it('is distributed, tolerates every failure, keeps no result, and has no retry that would start all of it again', () => {
    expect(fields).toMatchObject({ ToleratedFailurePercentage: 100, ResultPath: null, ItemsPath: '$.step.accounts' })
    expect(fields.MaxConcurrency).toBe(fields.Label === 'survey' ? 50 : 10)
    expect(fields.Retry).toBeUndefined()
    expect(ItemProcessor).toMatchObject({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } })
  })
  it('starts the account machine under the name that its phase and account make, and nothing else', () => {
    expect(task).toMatchObject({
      Resource: 'arn:${Partition}:states:::states:startExecution.sync:2',
      Parameters: {
        StateMachineArn: '${AccountMachineArn}',
        'Name.$': `States.Format('{}-${fields.Label}-{}', $.run, $.account)`,
        Input: { organizationRun: { 'run.$': '$.run', 'account.$': '$.account', phase: fields.Label } },
      },
    })
    // A survey reads the facts of thousands of users; a change waits for every key to be read back.
    expect(task?.TimeoutSeconds).toBeGreaterThanOrEqual(3600)
  })
  it('gives outputs of 10,000 children that fit into the state of the parent', () => {
    const outputs = [task?.ResultSelector, note?.Parameters]
    for (const output of outputs) expect(10_000 * (JSON.stringify(output).length + 1)).toBeLessThan(256 * 1024)
  })
})

it('the ids of 10,000 accounts fit into the state, with all that is beside them', () => {
  const step = { next: 'change', sha256: 'f'.repeat(64), accounts: Array.from({ length: 10_000 }, (_, n) => idOf(n)) }
  const state = {
    pass: 'p'.repeat(36),
    run: { undo: false, mode: 'apply', approvalSeconds: 604_800 },
    step,
    error: null,
  }
  expect(JSON.stringify(state).length).toBeLessThan(200 * 1024)
})

it('a state reads the accounts from one place, which every step writes anew', () => {
  const writers = Object.entries(machine.States).filter(([, { ResultPath }]) => ResultPath === '$.step')
  expect(writers.map(([name]) => name)).toEqual([
    'List accounts',
    'Make organization plan',
    'Read organization decision',
  ])
  expect(machine.States['Start organization run']?.ResultSelector).toHaveProperty(['step.$'])
  expect((machine as Machine).StartAt).toBe('Take input')
})
