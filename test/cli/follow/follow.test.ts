// Following a run: one that nobody answers, one of another terminal by what appears in its store, and a deployed one by
// its history.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { exitCodeOf } from '../../../cli/exit-code.ts'
import { makeHistoryReader } from '../../../cli/follow/history-events.ts'
import { makeProgress } from '../../../cli/follow/progress.ts'
import { composeSettings } from '../../../cli/options/settings.ts'
import { accessKeyId } from '../../../demo/account.ts'
import type { EngineEvent } from '../../../engine/step-functions.ts'
import type { HistoryEvent } from '../../../io/states/machine.ts'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { follow } from '../../../local/follow-run.ts'
import { makePorts } from '../../../local/ports.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import {
  ASKS,
  type Aws,
  accountOf,
  awsWith,
  type Background,
  inBackground,
  inBackgroundHere,
  inProcess,
  newDirectory,
} from '../command.ts'

describe('a run that nobody answers in time', () => {
  it('ends as expired with 3 and no write, and a late answer does not count', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const store = makeDirectoryStore(newDirectory())
    const credentials = { accessKeyId: accessKeyId('operator'), secretAccessKey: 'x' }
    const access = { endpoint: endpoint.url, region: 'us-east-1', credentials }
    const { settings } = composeSettings({ mode: 'apply', approval: 'always' }, {}, null)
    const caller = {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/operator',
      userName: 'operator',
      accessKeyId: null,
      accountAlias: null,
      sourceKeyIds: [],
    }
    let said = ''
    const write = (text: string) => {
      said += text
    }
    let term = 0
    const { record } = await follow({
      ports: { ...makePorts({ store, settings, caller, access }), now: () => new Date(Date.now() + term) },
      runId: 'asked',
      env: {},
      answerCommand: (runId) => `approve ${runId}`,
      progress: makeProgress({ stdout: { write }, stderr: { write }, env: {} }),
      // The seven days of the question, and no other limit: they are over by the run's clock 100 ms before its time-out.
      limit: (milliseconds, state) => {
        if (state !== 'Ask for approval') return milliseconds
        setTimeout(() => {
          term = milliseconds
        }, 900)
        return 1000
      },
    })
    expect(said).toEqual(factsIn('1 access key'))
    expect(record).toMatchObject({ status: 'expired', decision: { answer: 'expired', by: null } })
    expect(exitCodeOf(record)).toBe(3)
    expect(endpoint.writes).toEqual([])
    expect(await inProcess(['approve', 'asked', '--yes', '--store', store.location], env)).toMatchObject({
      code: 3,
      stdout: '',
      stderr: lineWith('asked', '"expired"', record.endedAt),
    })
  })
})

describe('keysweep show --follow', () => {
  const runThatAsks = async <Run extends Background>(start: (args: string[], env: Aws['env']) => Run) => {
    const { env } = await awsWith(accountOf({ idle: 200, idler: 300 }))
    const store = newDirectory()
    const run = start(['run', '--apply', '--yes', '--approval', 'always', '--run-id', 'asked', '--store', store], env)
    await run.says(ASKS)
    return { store, run, follow: ['show', 'asked', '--follow', '--store', store] }
  }

  it('tells the steps of a run of another terminal, and shows its record and its exit code', async () => {
    const { store, run, follow } = await runThatAsks(inBackgroundHere)
    const following = inBackgroundHere(follow)
    await following.says(/Ask for approval/)
    await inProcess(['approve', 'asked', '--yes', '--store', store])
    const { code, stdout, stderr } = await following.ended
    expect(code).toBe(0)
    expect(stderr.replaceAll(/ +/g, ' ')).toMatch(
      new RegExp(
        [
          '^ Start run mode apply',
          ' Parse report 3 users, 2 .*',
          ' Make plan 2 keys to deactivate',
          ` Ask for approval .*: npm run -s keysweep -- approve asked --store ${store}`,
          ' Read decision approved by local:.*',
          ' AKIA\\w+ deactivated',
          ' AKIA\\w+ deactivated',
          ' Keys 2 keys: 2 deactivated\n\n$',
        ].join('\n'),
      ),
    )
    expect(stdout).toContain('2 keys deactivated.\n')
    await run.ended
    const again = await inProcess(['show', 'asked', '--follow', '--json', '--store', store])
    expect(again).toMatchObject({ code: 0, stdout: `${readFileSync(join(store, 'runs/asked/record.json'), 'utf8')}\n` })
  })

  it('says so when the process of the run has ended, and shows what it left', async () => {
    const { run, follow } = await runThatAsks((args, env) => inBackground(args, { env }))
    const following = inBackgroundHere(follow)
    await following.says(/Ask for approval/)
    run.kill('SIGKILL')
    const { code, stdout, stderr } = await following.ended
    expect(code).toBe(130)
    expect(stderr).toEqual(factsIn('Run asked'))
    expect(stdout).toContain('Interrupted: no key was deactivated.')
  })

  it('only looks on: Ctrl-C leaves the run as it is', async () => {
    const { store, run, follow } = await runThatAsks(inBackgroundHere)
    const following = inBackground(follow)
    await following.says(/Ask for approval/)
    following.kill('SIGINT')
    expect(await following.ended).toMatchObject({ code: 130, stdout: '' })
    expect((await inProcess(['approve', 'asked', '--reject', '--store', store])).code).toBe(0)
    expect((await run.ended).code).toBe(3)
  })

  it('follows an undo by its outcomes', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    await inProcess(['run', '--apply', '--yes', '--run-id', 'monday', '--store', store], env)
    await inProcess(['undo', 'monday', '--run-id', 'back', '--store', store], env)
    const { code, stderr } = await inProcess(['show', 'back', '--follow', '--store', store])
    expect(code).toBe(0)
    expect(stderr.replaceAll(/ +/g, ' ')).toContain(' Start run undo of run monday\n Plan undo 1 key\n')
    expect(stderr).toMatch(/AKIA\w+ reactivated\n/)
  })

  it('ends with 2 for a run that is not there', async () => {
    const store = newDirectory()
    rmSync(store, { recursive: true })
    const { code, stderr } = await inProcess(['show', 'nowhere', '--follow', '--store', store])
    expect(code).toBe(2)
    expect(stderr).toEqual(lineWith('"nowhere"', store))
  })
})

describe('the history of an execution', () => {
  const at = '2026-09-11T12:00:00.000Z'
  const none = { state: null, index: null, items: null, error: null }
  const meaning = (events: (Partial<HistoryEvent> & { type: string })[]) => {
    const told: (EngineEvent | { waits: string })[] = []
    const tell = makeHistoryReader({
      show: (event) => told.push(event),
      waits: (state) => told.push({ waits: state }),
    })
    events.forEach((event, index) => {
      tell({ id: index + 1, previousId: index, at, ...none, ...event })
    })
    return told.map((one) => Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'at')))
  }

  it('tells of an attempt that failed once the next one begins', () => {
    const state = { state: 'Parse report', stateType: 'Task', index: null }
    expect(
      meaning([
        { type: 'ExecutionStarted' },
        { type: 'TaskStateEntered', state: 'Parse report' },
        { type: 'TaskScheduled' },
        { type: 'TaskFailed', error: 'IamThrottled' },
        { type: 'TaskScheduled' },
        { type: 'TaskTimedOut', error: 'States.Timeout' },
        { type: 'TaskScheduled' },
        { type: 'TaskSucceeded' },
        { type: 'TaskStateExited', state: 'Parse report' },
      ]),
    ).toEqual([
      { type: 'StateEntered', ...state },
      { type: 'StateRetried', ...state, attempt: 1, error: 'IamThrottled' },
      { type: 'StateRetried', ...state, attempt: 2, error: 'States.Timeout' },
      { type: 'StateExited', ...state },
    ])
  })

  it('tells of a failure that was caught, and of a wait for a person', () => {
    const state = { state: 'Ask for approval', stateType: 'Task', index: null }
    expect(
      meaning([
        { type: 'TaskStateEntered', state: 'Ask for approval' },
        { type: 'TaskSubmitted' },
        { type: 'TaskTimedOut', error: 'States.Timeout' },
        { type: 'TaskStateExited', state: 'Ask for approval' },
      ]),
    ).toEqual([
      { type: 'StateEntered', ...state },
      { waits: 'Ask for approval' },
      { type: 'StateCaught', ...state, error: 'States.Timeout', cause: '' },
      { type: 'StateExited', ...state },
    ])
  })

  it('keeps the iterations of a Map apart, however their events are mixed, and tells which of them noted a failure', () => {
    const told = meaning([
      { type: 'MapStateEntered', state: 'Deactivate keys' },
      { type: 'MapStateStarted', items: 2 },
      { type: 'MapIterationStarted', index: 0, previousId: 2 },
      { type: 'MapIterationStarted', index: 1, previousId: 2 },
      { type: 'TaskStateEntered', state: 'Deactivate key', previousId: 4 },
      { type: 'TaskStateEntered', state: 'Deactivate key', previousId: 3 },
      { type: 'TaskStateExited', state: 'Deactivate key', previousId: 6 },
      { type: 'TaskStateEntered', state: 'Note failure', previousId: 5 },
      { type: 'MapIterationSucceeded', index: 0, previousId: 7 },
      { type: 'TaskStateExited', state: 'Note failure', previousId: 8 },
      { type: 'MapIterationSucceeded', index: 1, previousId: 10 },
      { type: 'MapStateSucceeded', previousId: 11 },
      { type: 'MapStateExited', state: 'Deactivate keys', previousId: 12 },
      { type: 'TaskStateEntered', state: 'Write record', previousId: 13 },
    ])
    expect(told.map(({ type, state, index, items, output }) => [type, state, index ?? items, output])).toEqual([
      ['StateEntered', 'Deactivate keys', undefined, undefined],
      ['MapStarted', 'Deactivate keys', 2, undefined],
      ['StateEntered', 'Deactivate key', 1, undefined],
      ['StateEntered', 'Deactivate key', 0, undefined],
      ['StateExited', 'Deactivate key', 0, undefined],
      ['StateEntered', 'Note failure', 1, undefined],
      ['IterationSucceeded', 'Deactivate key', 0, { accessKeyId: 'key 1', outcome: 'done' }],
      ['StateExited', 'Note failure', 1, undefined],
      ['IterationSucceeded', 'Note failure', 1, { accessKeyId: 'key 2', outcome: 'failed' }],
      ['StateExited', 'Deactivate keys', undefined, undefined],
      ['StateEntered', 'Write record', undefined, undefined],
    ])
  })
})
