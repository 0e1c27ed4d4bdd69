// Who may call the functions of a run: its execution, by the run's pass. Every function is called directly here, as somebody
// with lambda:InvokeFunction on it could.
import { beforeAll, describe, expect, it } from '@jest/globals'
import { makeAskForApproval } from '../../functions/ask-for-approval.ts'
import { makeStartRun } from '../../functions/start-run.ts'
import { makeWriteRecord } from '../../functions/write-record.ts'
import { runKey } from '../../io/store/run-store.ts'
import { makeHandlers } from '../../local/local-run.ts'
import definition from '../../statemachine/keysweep.asl.json' with { type: 'json' }
import { passHash } from '../../steps/pass.ts'
import type { DescribedExecution } from '../../steps/ports.ts'
import { documents, need } from '../../steps/run-documents.ts'
import { allStates, type Machine, placeholderOf, type State } from '../statemachine/dataflow.ts'
import { errorWith } from '../support/error-facts.ts'
import { eventOf } from '../support/waiting.ts'
import { type ApprovalRequest, accountOf, DAY, openWorld, PASS, type World } from '../support/world.ts'

const machine = definition as unknown as Machine
const tasks = allStates(machine).filter(([, state]) => state.Type === 'Task')
const later = tasks.filter(([name]) => name !== 'Start run')
const ANOTHER = '11111111-1111-4111-8111-111111111111'

/** The event of a state as its execution sends it: made up where it comes from data. */
function eventOfState({ Parameters }: State, own: Record<string, unknown>): Record<string, unknown> {
  const payload = Object.entries(Parameters?.Payload as Record<string, unknown>)
  const made: Record<string, unknown> = { attempt: 0, next: 0, token: 'a token', user: 'idle', error: null, ...own }
  const named = payload.map(([field, value]) => {
    const name = field.replace(/\.\$$/, '')
    return [name, name in made ? made[name] : value]
  })
  return Object.fromEntries(named.filter(([, value]) => value !== undefined))
}

const keysIn = async ({ ports: { store } }: World): Promise<string[]> =>
  (await Promise.all(['runs/', 'keys/', 'tokens/'].map((prefix) => store.list(prefix)))).flat()

/** A run that waits for an answer, and what stands in its store at that moment. */
async function waitingRun(): Promise<{ world: World; objects: () => Promise<Record<string, string | null>> }> {
  const world = await openWorld({ account: accountOf({ idle: 200 }), settings: '{ mode: apply, approval: always }' })
  const objects = async () =>
    Object.fromEntries(
      await Promise.all((await keysIn(world)).map(async (key) => [key, await world.ports.store.get(key)])),
    )
  const asked = Promise.withResolvers<ApprovalRequest>()
  const running = world.run({ whenAsked: async (question) => asked.resolve(question) })
  // The store stays as it is while the run waits.
  await (await asked.promise).execution.stop()
  await running
  return { world, objects }
}

describe.each(later)('the function of "%s", called directly', (name, state) => {
  it.each([
    ['without a pass', undefined],
    ['with another pass', ANOTHER],
    ['with an empty pass', ''],
    ['with the hash of the pass, which the store shows', passHash(PASS)],
  ])('%s is refused by name, and changes nothing', async (_, pass) => {
    const { world, objects } = await waitingRun()
    const before = { objects: await objects(), calls: world.endpoint.calls.length, messages: world.messages.length }
    const { executionId, startedAt } = await need(world.ports.store, documents.input('run-1'))
    const handler = makeHandlers(world.ports)[placeholderOf(state)]
    const accessKeyId = world.endpoint.account.users.find((user) => user.name === 'idle')?.keys[0]?.id
    const error = { Error: 'Interrupted', Cause: 'by hand' }
    for (const given of [null, error]) {
      const event = eventOfState(state, { runId: 'run-1', executionId, startedAt, accessKeyId, pass, error: given })
      const called = handler?.(event)
      await expect(called).rejects.toThrow(errorWith('PassRefused', 'run-1'))
      await expect(called).rejects.not.toThrow(PASS)
    }
    // By then a term is over too.
    world.pass(8 * DAY)
    await expect(
      handler?.(eventOfState(state, { runId: 'run-1', executionId, startedAt, accessKeyId, pass, error })),
    ).rejects.toMatchObject({ name: 'PassRefused' })
    expect({
      objects: await objects(),
      calls: world.endpoint.calls.length,
      messages: world.messages.length,
    }).toEqual(before)
    expect(world.told).toEqual({ events: [], ends: [] })
  })

  it('is never called again for it, and gets the pass from its execution', () => {
    expect(state.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals)).not.toContain('PassRefused')
    expect(state.Parameters?.Payload).toMatchObject({ 'pass.$': '$.pass' })
    expect(name).not.toBe('')
  })
})

describe('Start run, called directly', () => {
  const EVENT = { runId: 'run-9', executionId: 'arn:of:run-9', startedAt: '2026-09-11T12:00:00.000Z', pass: ANOTHER }
  const KNOWN = { runId: 'run-9', startedAt: EVENT.startedAt, isRunning: true, input: {} }

  it.each<[string, DescribedExecution | null]>([
    ['there is none', null],
    ['it is over', { ...KNOWN, isRunning: false }],
    ['it has another name', { ...KNOWN, runId: 'run-8' }],
    ['it started at another time', { ...KNOWN, startedAt: '2026-09-11T12:00:01.000Z' }],
  ])('for an execution that Step Functions does not confirm is refused, and spoils no run id: %s', async (_, known) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const asked: string[] = []
    const execution = async (executionId: string) => {
      asked.push(executionId)
      return known
    }
    const started = makeStartRun({ ...world.ports, execution })(EVENT)
    await expect(started).rejects.toThrow(errorWith('ExecutionNotConfirmed', 'run-9'))
    expect(new Set(asked)).toEqual(new Set([EVENT.executionId]))
    expect(await keysIn(world)).toEqual([])
  })
  it('asks again for an execution that Step Functions does not know yet', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    let asked = 0
    const execution = async () => (++asked < 4 ? null : KNOWN)
    expect(await makeStartRun({ ...world.ports, execution })(EVENT)).toMatchObject({ pass: ANOTHER })
  })
  it('works by the input of the execution, whatever the event says', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const execution = async () => ({ ...KNOWN, input: { mode: 'plan' } })
    const event = { ...EVENT, input: { undo: { run: 'run-1' } } }
    expect(await makeStartRun({ ...world.ports, execution })(event)).toMatchObject({
      run: { undo: false, mode: 'plan' },
    })
  })
  it('with another pass, for a run that has begun, is refused', async () => {
    const { world, objects } = await waitingRun()
    const before = await objects()
    const { executionId, startedAt } = await need(world.ports.store, documents.input('run-1'))
    const execution = async () => ({ runId: 'run-1', startedAt, isRunning: true, input: {} })
    const event = { runId: 'run-1', executionId, startedAt, pass: ANOTHER }
    await expect(makeStartRun({ ...world.ports, execution })(event)).rejects.toThrow(errorWith('PassRefused', 'run-1'))
    expect(await objects()).toEqual(before)
  })
  it('without a pass starts nothing, for such a run would ask for none', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const { pass: _, ...event } = EVENT
    await expect(makeStartRun({ ...world.ports, execution: async () => KNOWN })(event)).rejects.toThrow('pass')
    expect(await keysIn(world)).toEqual([])
  })
  it('for a run id that has a record is refused: somebody spoiled it, or it was used', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await world.ports.store.put(runKey('run-9', 'record.json'), '{}')
    const started = makeStartRun({ ...world.ports, execution: async () => KNOWN })(EVENT)
    await expect(started).rejects.toThrow(errorWith('RunIdTaken', 'run-9'))
  })
})

describe('Write record of a run whose Start run failed', () => {
  const FAILED = { Error: 'InputRefused', Cause: 'no' }
  const EVENT = { runId: 'run-9', executionId: 'arn:of:run-9', startedAt: '2026-09-11T12:00:00.000Z', error: FAILED }
  const KNOWN = { runId: 'run-9', startedAt: EVENT.startedAt, isRunning: true, input: {} }
  const write = (world: World, event: object, known: DescribedExecution | null) =>
    makeWriteRecord({ ...world.ports, execution: async () => known })(event)

  it('records the failure, once Step Functions confirms the execution', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    expect(await write(world, { ...EVENT, pass: PASS }, KNOWN)).toMatchObject({ status: 'refused', failed: true })
    expect(await need(world.ports.store, documents.record('run-9'))).toMatchObject({
      error: { name: 'InputRefused' },
      keys: [],
    })
  })
  it.each([
    ['of a run that is to come', null],
    ['of a run that is over', { ...KNOWN, isRunning: false }],
    ['of another execution', { ...KNOWN, startedAt: '2026-09-10T12:00:00.000Z' }],
  ])('is refused if the execution is one %s: nothing is written, and nobody is notified', async (_, known) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await expect(write(world, { ...EVENT, pass: PASS }, known)).rejects.toMatchObject({ name: 'ExecutionNotConfirmed' })
    expect(await keysIn(world)).toEqual([])
    expect(world.told).toEqual({ events: [], ends: [] })
  })
  it.each([0, 1, 400, 999])(
    'of a run that has begun is refused, however near its start is named: %i ms',
    async (late) => {
      const { world, objects } = await waitingRun()
      const before = await objects()
      const { executionId, startedAt } = await need(world.ports.store, documents.input('run-1'))
      const named = new Date(Date.parse(startedAt) + late).toISOString()
      const written = write(
        world,
        { ...EVENT, runId: 'run-1', executionId, startedAt: named },
        { ...KNOWN, runId: 'run-1', startedAt },
      )
      await expect(written).rejects.toMatchObject({ name: 'PassRefused' })
      expect(await objects()).toEqual(before)
      expect(world.told).toEqual({ events: [], ends: [] })
    },
  )
  it.each(['AnotherRunOpen', 'Interrupted'])('records no "%s": a run that ends so has begun', async (error) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const written = write(world, { ...EVENT, error: { Error: error, Cause: 'x' } }, KNOWN)
    await expect(written).rejects.toThrow(errorWith('PassRefused', 'run-9'))
    expect(await keysIn(world)).toEqual([])
  })
  it('records no success', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const written = write(world, { ...EVENT, pass: PASS, error: null }, KNOWN)
    await expect(written).rejects.toThrow(errorWith('PassRefused', 'run-9'))
    expect(await keysIn(world)).toEqual([])
  })
  it('of a run id that another execution used tells of the failure, and leaves that run as it is', async () => {
    const { world, objects } = await waitingRun()
    const before = await objects()
    const { executionId } = await need(world.ports.store, documents.input('run-1'))
    const startedAt = '2026-09-11T13:00:00.000Z'
    const event = { ...EVENT, runId: 'run-1', executionId, startedAt, error: { Error: 'RunIdTaken', Cause: 'taken' } }
    const known = { ...KNOWN, runId: 'run-1', startedAt }
    await expect(write(world, event, null)).rejects.toMatchObject({ name: 'ExecutionNotConfirmed' })
    expect(await write(world, event, known)).toMatchObject({ status: 'refused', error: 'RunIdTaken' })
    expect(await objects()).toEqual(before)
  })
})

describe('a run', () => {
  const approve = ({ decide, message: { runId, plan } }: ApprovalRequest) =>
    decide(
      eventOf({ method: 'POST', path: `/runs/${runId}/decision`, body: JSON.stringify({ plan, answer: 'approve' }) }),
    )

  it('has a pass of its own, of which only the hash is stored; it is in no event, message or output', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: '{ mode: apply, approval: always }' })
    const run = await world.run({ whenAsked: approve })
    expect(run.record).toMatchObject({ status: 'deactivated' })
    expect(await need(world.ports.store, documents.input('run-1'))).toMatchObject({ passSha256: passHash(PASS) })
    for (const key of await keysIn(world)) expect(await world.ports.store.get(key)).not.toContain(PASS)
    expect(JSON.stringify([run, world.messages, world.told])).not.toContain(PASS)
  })

  describe('that an earlier version started', () => {
    let world: World
    beforeAll(async () => {
      world = (await waitingRun()).world
      const path = `${world.directory}/${runKey('run-1', 'input.json')}`
      const { readFileSync, writeFileSync } = await import('node:fs')
      const { passSha256: _, ...input } = JSON.parse(readFileSync(path, 'utf8'))
      writeFileSync(path, JSON.stringify(input))
    })
    it('has no hash, and continues without a pass', async () => {
      const { metrics } = await makeAskForApproval(world.ports)({ runId: 'run-1', token: 'a token' })
      expect(metrics).toEqual({ ApprovalsWaiting: 1 })
    })
  })
})

it.each(['Start run', 'Write record', 'Notify again'])(
  '"%s" asks Step Functions again if it does not answer',
  (name) => {
    expect(machine.States[name]?.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals)).toContain('MachineUnavailable')
  },
)

it('nobody is asked about a plan that needs no answer', async () => {
  const world = await openWorld({ account: accountOf({ idle: 200 }), settings: 'mode: plan' })
  await world.run()
  const asked = makeAskForApproval(world.ports)({ runId: 'run-1', token: 'a token', pass: PASS })
  await expect(asked).rejects.toThrow(errorWith('PlanRefused', 'run-1', 'record'))
  expect([world.messages, await world.ports.store.list('tokens/')]).toEqual([[], []])
})
