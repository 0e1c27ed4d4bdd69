// What Start run writes down and hands on, and which runs it turns away.
import { describe, expect, it } from '@jest/globals'
import { AnotherRunOpen, InputRefused, NoticeFailed, RunIdTaken, SwitchedOff } from '../../core/model/errors.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { shownName } from '../../core/texts/plain.ts'
import { makeStartRun } from '../../functions/start-run.ts'
import { runKey } from '../../io/store/run-store.ts'
import type { ExecutionPort, StartPort } from '../../steps/ports.ts'
import { errorWith } from '../support/error-facts.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { accountOf, OPERATOR_KEY, PASS } from '../support/world.ts'

const EVENT = { runId: 'run-1', executionId: 'execution:run-1', startedAt: '2026-09-11T11:59:00Z', pass: PASS }
const SETTINGS = '{ mode: apply, approvalDays: 3, policy: { concurrency: 4 } }'
const UNDO = { undo: { run: 'run-0' } }

const open = () => openMemoryWorld(accountOf({ a: 200 }))

/** `input` is that of the execution, as Step Functions knows it. */
function start(
  { ports }: MemoryWorld,
  { input = {}, ...event }: Partial<typeof EVENT> & { input?: unknown } = {},
  fields: Partial<StartPort & ExecutionPort> = {},
) {
  const { executionId, ...execution } = { ...EVENT, ...event }
  const known = { runId: execution.runId, startedAt: execution.startedAt, isRunning: true, input }
  const ends = {
    settings: () => parseSettings(SETTINGS),
    execution: async (id: string) => (id === executionId ? known : null),
    otherOpenRun: async () => null,
  }
  return makeStartRun({ ...ports, ...ends, ...fields })({ executionId, ...execution })
}

const inputIn = ({ objects }: MemoryWorld) => JSON.parse(objects.get(runKey('run-1', 'input.json')) ?? 'null')

describe('a run', () => {
  it('begins with what was deployed, and with every counter that the machine uses', async () => {
    expect(await start(open())).toEqual({
      pass: PASS,
      run: { undo: false, storedPlan: false, mode: 'apply', concurrency: 4, approvalSeconds: 3 * 24 * 60 * 60 },
      report: { state: 'NONE', attempt: 0 },
      check: { next: 0, done: false },
      events: { next: 0, done: false },
      plan: { next: 'make', sha256: '', keys: [] },
    })
  })
  it('writes down what holds for it, and who it is', async () => {
    const world = open()
    await start(world, { input: { mode: 'plan', approvalDays: 1 } })
    expect(inputIn(world)).toMatchObject({
      runId: 'run-1',
      executionId: 'execution:run-1',
      startedAt: '2026-09-11T11:59:00Z',
      mode: 'plan',
      approvalDays: 1,
      undo: null,
      caller: { account: '111122223333', userName: 'operator', accessKeyId: OPERATOR_KEY },
    })
  })
  it('that is tried again continues with what it wrote, whatever was deployed since', async () => {
    const world = open()
    const first = await start(world)
    const stands = inputIn(world)
    const settings = () => parseSettings('mode: plan')
    expect(await start(world, {}, { settings })).toEqual(first)
    expect(inputIn(world)).toEqual(stands)
  })
})

describe('a run of a stored plan', () => {
  it.each([
    [{ run: 'run-0' }, null],
    [{ run: 'run-0', plan: 'a'.repeat(64) }, 'a'.repeat(64)],
  ])('continues and deactivates it: %j', async (apply, plan) => {
    const world = open()
    expect(await start(world, { input: { apply } })).toMatchObject({
      run: { undo: false, storedPlan: true },
      plan: { next: 'take', sha256: '', keys: [] },
    })
    expect(inputIn(world).apply).toEqual({ run: 'run-0', plan })
  })
})

describe('a run on an account', () => {
  const only = (...accounts: string[]) => ({
    settings: () => parseSettings(JSON.stringify({ allowedAccounts: accounts })),
  })

  it('that is allowed continues, and writes down which are', async () => {
    const world = open()
    await start(world, {}, only('444455556666', '111122223333'))
    expect(inputIn(world).allowedAccounts).toEqual(['444455556666', '111122223333'])
  })
  it.each([
    ['by the settings', {}, only('444455556666')],
    ['by its input', { allowedAccounts: ['444455556666'] }, {}],
  ])('that is not allowed %s is refused before anything is stored', async (_, input, fields) => {
    const world = open()
    await expect(start(world, { input }, fields)).rejects.toThrow(
      errorWith('SettingsRefused', '111122223333', 'allowedAccounts', '444455556666'),
    )
    expect(world.objects.size).toBe(0)
  })
  it('that is not allowed may still undo: that is urgent, and for the account of its run only', async () => {
    const world = open()
    await start(world, { input: UNDO }, only('444455556666'))
    expect(inputIn(world).undo.run).toBe('run-0')
  })
})

describe('a run under the brake', () => {
  const off = { settings: () => parseSettings('{ mode: off, approval: always }') }
  it.each([{}, { mode: 'apply', approval: 'always' }, { apply: { run: 'run-0' }, mode: 'plan' }])(
    'ends by name, and is written down as one that plans: %j',
    async (input) => {
      const world = open()
      const started = start(world, { input }, off)
      await expect(started).rejects.toThrow(SwitchedOff)
      await expect(started).rejects.toThrow(errorWith('SwitchedOff', 'run-1', 'off'))
      expect(inputIn(world)).toMatchObject({ mode: 'plan', account: '111122223333' })
    },
  )
  it('does not even ask which other is open, nor who would hear of it', async () => {
    const asked = async () => {
      throw new TypeError('nobody is to ask')
    }
    await expect(start(open(), {}, { ...off, otherOpenRun: asked, unheardTopic: asked })).rejects.toThrow(SwitchedOff)
  })
  it('continues if it is an undo: access is given back', async () => {
    const world = open()
    expect(await start(world, { input: UNDO }, off)).toMatchObject({ run: { undo: true, mode: 'plan' } })
  })
})

describe('a run that is not alone', () => {
  it('ends at once, and says which other is open', async () => {
    const asked: unknown[] = []
    const otherOpenRun: StartPort['otherOpenRun'] = async (run) => {
      asked.push(run)
      return 'run-0'
    }
    const started = start(open(), {}, { otherOpenRun })
    await expect(started).rejects.toThrow(AnotherRunOpen)
    await expect(started).rejects.toThrow(errorWith('AnotherRunOpen', 'run-1', 'run-0'))
    const { pass: _, ...execution } = EVENT
    expect(asked).toEqual([execution])
  })
  it('continues if it is an undo, and does not even ask', async () => {
    const otherOpenRun = async () => {
      throw new TypeError('nobody is to ask')
    }
    expect(await start(open(), { input: UNDO }, { otherOpenRun })).toMatchObject({ run: { undo: true } })
  })
})

describe('a run of which nobody would hear', () => {
  const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:keysweep-prod'
  const unheardTopic = async () => TOPIC
  const always = (mode: string) => ({ settings: () => parseSettings(`{ mode: ${mode}, approval: always }`) })
  const nobodyIsAsked = async () => {
    throw new TypeError('nobody is to ask')
  }

  it('is refused where every plan must be approved: it names the topic and what to do', async () => {
    const started = start(open(), {}, { ...always('apply'), unheardTopic })
    await expect(started).rejects.toThrow(
      errorWith('NobodyListens', 'run-1', 'approval', '"always"', TOPIC, '"email"', 'aws sns subscribe'),
    )
  })
  it('is refused where its input asks for approval', async () => {
    const started = start(open(), { input: { approval: 'always' } }, { unheardTopic })
    await expect(started).rejects.toThrow(errorWith('NobodyListens', 'run-1', TOPIC))
  })
  it('continues if somebody listens', async () => {
    expect(await start(open(), {}, { ...always('apply'), unheardTopic: async () => null })).toMatchObject({
      run: { mode: 'apply' },
    })
  })
  it('is refused, too, where that cannot be found out', async () => {
    const unreadable = async () => {
      throw new NoticeFailed('no answer')
    }
    const started = start(open(), {}, { ...always('apply'), unheardTopic: unreadable })
    await expect(started).rejects.toThrow(NoticeFailed)
  })
  it.each<[string, object, Partial<StartPort>]>([
    ['asks for no approval, mode plan', {}, always('plan')],
    ['asks only over a cap', {}, {}],
    ['is an undo', UNDO, always('apply')],
    ['is on one machine, where the terminal asks', {}, { ...always('apply'), unheardTopic: undefined } as object],
  ])('does not look for listeners if it %s', async (_, input, fields) => {
    const world = open()
    await expect(start(world, { input }, { unheardTopic: nobodyIsAsked, ...fields })).resolves.toBeDefined()
  })
})

describe('an id', () => {
  it.each(['run 1', '../run-1', '..', 'r'.repeat(81), '', '--yes', '-', '.a', "x'(id)'", 'a\u202eb', '\u0430'])(
    'that is no name in a run store is refused: %j',
    async (runId) => {
      const world = open()
      world.ports.caller = async () => {
        throw new TypeError('nobody is to ask')
      }
      const started = start(world, { runId })
      await expect(started).rejects.toThrow(InputRefused)
      await expect(started).rejects.toThrow(errorWith('InputRefused', shownName(runId), 80))
      expect(world.objects.size).toBe(0)
    },
  )
  it.each<[string, Partial<typeof EVENT>]>([
    ['by another execution', { executionId: 'execution:of another machine' }],
    ['by an execution of the same name that started at another time', { startedAt: '2026-09-11T12:00:00Z' }],
  ])('that was used %s is refused as taken, and its documents do not change', async (_, again) => {
    const world = open()
    await start(world)
    const stands = inputIn(world)
    const started = start(world, again)
    await expect(started).rejects.toThrow(RunIdTaken)
    await expect(started).rejects.toThrow(
      errorWith('RunIdTaken', 'run-1', EVENT.startedAt, again.startedAt ?? EVENT.startedAt),
    )
    expect(inputIn(world)).toEqual(stands)
  })
})

describe('what the run store holds already', () => {
  const ANOTHER = PASS.replace('pass', 'ssap')

  it('continues only with the pass that it was started with', async () => {
    const world = open()
    await start(world)
    const stands = inputIn(world)
    await expect(start(world, { pass: ANOTHER })).rejects.toThrow(errorWith('PassRefused', 'run-1'))
    expect(inputIn(world)).toEqual(stands)
  })
  it('is the record of a run of this id, whose start failed: the id is taken', async () => {
    const world = open()
    world.objects.set(runKey('run-1', 'record.json'), '{}')
    await expect(start(world)).rejects.toThrow(errorWith('RunIdTaken', 'run-1'))
    expect(world.objects.get(runKey('run-1', 'record.json'))).toBe('{}')
  })
  it('is the record of another run: that takes no id', async () => {
    const world = open()
    world.objects.set(runKey('run-2', 'record.json'), '{}')
    expect(await start(world)).toMatchObject({ run: { mode: 'apply' } })
  })
})

it.each([
  ['runId', { runId: 1 }],
  ['executionId', { executionId: null }],
  ['startedAt', { startedAt: undefined }],
  ['pass', { pass: 'p'.repeat(31) }],
])('an event without a %s as the machine sends it is refused, and nothing is written', async (field, odd) => {
  const world = open()
  const started = start(world, odd as object)
  await expect(started).rejects.toMatchObject({ name: 'ZodError', issues: [{ path: [field] }] })
  expect(world.objects.size).toBe(0)
})

it('an input that asks for more than was deployed is refused, and nothing is written', async () => {
  const world = open()
  await expect(start(world, { input: { policy: { concurrency: 5 } } })).rejects.toThrow(InputRefused)
  expect(world.objects.size).toBe(0)
})
