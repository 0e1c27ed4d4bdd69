// Holds the definition to what validators miss. Its facts come from the functions themselves: what they answered in a
// real run, and which errors the code can throw.
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { ApprovalWanted } from '../../core/model/messages.ts'
import { type Execution, startExecution } from '../../engine/step-functions.ts'
import { makeDecide } from '../../functions/decide.ts'
import { describedBy, makeHandlers, wakeIn } from '../../local/local-run.ts'
import { eventOf } from '../support/waiting.ts'
import { accountOf, openWorld } from '../support/world.ts'
import { type Payloads, shapes } from './dataflow.ts'
import { holdsItsData, keepsTheRules, readDefinition } from './rules.ts'

const definition = readDefinition('keysweep.asl.json')
const { machine, states, tasks } = definition

/** What each function answered, in a run with approval, its undo, and a run with a stored plan that together met every one of them. */
async function realPayloads(): Promise<Payloads> {
  const world = await openWorld({
    account: accountOf({ idle: 200, stuck: 200 }),
    settings: '{ mode: apply, approval: always }',
  })
  const match = ({ UserName }: Record<string, string>) => UserName === 'stuck'
  world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied', match })
  const payloads: Payloads = {}
  const run = async (name: string, input: unknown) => {
    const notify = async (message: ApprovalWanted) => void setImmediate(() => approve(message))
    const approve = async ({ runId, plan }: ApprovalWanted) => {
      const decide = makeDecide({ ...world.ports, wake: wakeIn(execution) })
      const body = JSON.stringify({ plan, answer: 'approve' })
      await decide(eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body }))
    }
    const functions = Object.fromEntries(
      Object.entries(makeHandlers({ ...world.ports, notify, execution: describedBy(() => execution) })).map(
        ([placeholder, handler]) => [
          placeholder,
          async (payload: unknown) => {
            payloads[placeholder] = await handler(payload)
            return payloads[placeholder]
          },
        ],
      ),
    )
    const substitutions = {
      Partition: 'aws',
      ...Object.fromEntries(Object.keys(functions).map((placeholder) => [placeholder, placeholder])),
    }
    const execution: Execution = startExecution({
      definition: machine,
      substitutions,
      functions,
      name,
      input,
      now: world.ports.now,
      delay: () => 0,
    })
    await execution.result
  }
  await run('run-1', {})
  await run('run-2', { undo: { run: 'run-1' } })
  await run('run-3', { mode: 'plan' })
  await run('run-4', { mode: 'plan', apply: { run: 'run-3' } })
  return payloads
}

keepsTheRules(definition, async () => {
  const world = await openWorld({ account: accountOf({}) })
  return Object.keys(makeHandlers(world.ports))
})

it('however a question ends, nothing of the end is kept, and it leads to the decision', () => {
  const ask = machine.States['Ask for approval']
  expect(ask?.Retry?.flatMap((retrier) => retrier.ErrorEquals)).not.toContain('States.Timeout')
  const dropped = { ResultPath: null, Next: 'Read decision' }
  expect(ask).toMatchObject(dropped)
  expect(ask?.Catch).toEqual([
    // States.ALL does not match it.
    { ErrorEquals: ['States.DataLimitExceeded'], ...dropped },
    { ErrorEquals: ['States.ALL'], ...dropped },
  ])
})

it('only Ask for approval takes its end from a token', () => {
  const waiting = tasks.filter(([, task]) => String(task.Resource).endsWith('.waitForTaskToken'))
  expect(waiting.map(([name]) => name)).toEqual(['Ask for approval'])
})

it('every failure of a stage leads to the record, and every failure of a key to its note', () => {
  const last = (name: string) => states.find(([known]) => known === name)?.[1].Catch?.at(-1)?.Next
  const theEnd = ['Write record', 'Notify again']
  const others = [...theEnd, 'Ask for approval']
  const top = Object.entries(machine.States).filter(([name, state]) => state.Catch && !others.includes(name))
  expect([...new Set(top.map(([name]) => last(name)))]).toEqual(['Write record'])
  expect([...theEnd.map(last), last('Deactivate key'), last('Note failure')]).toEqual([
    'Failed',
    'Failed',
    'Note failure',
    'Failure not noted',
  ])
})

it('a record of which nobody could be notified is sent again, and then ends the run by what it says', () => {
  const { 'Write record': write, 'Notify again': close } = machine.States
  expect(write?.Retry?.flatMap((retrier) => retrier.ErrorEquals)).toContain('NoticeFailed')
  expect(write?.Catch?.[0]).toEqual({ ErrorEquals: ['NoticeFailed'], ResultPath: null, Next: 'Notify again' })
  expect(close?.Next).toBe('How did it end?')
  expect(close?.ResultSelector).toEqual(write?.ResultSelector)
})

describe('the data', () => {
  let payloads: Payloads
  beforeAll(async () => {
    payloads = await realPayloads()
  })

  holdsItsData(definition, () => payloads)
  it('is found missing where a definition forgets it: the check can fail', () => {
    const broken = structuredClone(machine)
    const start = broken.States['Start run']
    if (start?.ResultSelector) delete start.ResultSelector['report.$']
    expect(shapes(broken, payloads, ['$']).get('Generate report')?.has('$.report.attempt')).toBe(false)
  })
})
