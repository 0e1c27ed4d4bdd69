// A person decides: approve, leave out, reject, and what an attacker would try. What was done is judged by the
// endpoint's own log of writes.

import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { NoticeFailed } from '../../core/model/errors.ts'
import { planHash } from '../../core/run/plan.ts'
import { EVERY_PLAN_ASKS } from '../../core/texts/approval-text.ts'
import { accessKeyId, newUser } from '../../demo/account.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makeDecide } from '../../functions/decide.ts'
import { runKey, tokenPrefix } from '../../io/store/run-store.ts'
import { answerWith } from '../support/answer-with.ts'
import { APPROVER } from '../support/waiting.ts'
import {
  type ApprovalRequest,
  accountOf,
  DAY,
  keyUsed,
  openWorld,
  PASS,
  type Run,
  statusesOf,
  type World,
} from '../support/world.ts'

const SETTINGS = '{ mode: apply, approval: always }'
const account = () => accountOf({ idle: 200, idler: 300, used: 1 })

const newestToken = async ({ ports }: World, runId: string) => {
  const keys = await ports.store.list(tokenPrefix(runId))
  return (await ports.store.get(keys.at(-1) ?? '')) ?? ''
}
const outcomesOf = ({ record }: Run) => record?.keys.map((key) => [key.user, key.outcome, key.outcomeReason])

describe('an approved plan', () => {
  it('goes ahead, and the record says by whom', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({ whenAsked: answerWith({ reason: 'reviewed' }) })
    expect(run.result.status).toBe('SUCCEEDED')
    expect(run.path.slice(-9)).toEqual([
      'Next step?',
      'Ask for approval',
      'Read decision',
      'Events too old?',
      'Go ahead?',
      'Deactivate keys',
      'Write record',
      'How did it end?',
      'Done',
    ])
    expect(run.record).toMatchObject({
      status: 'deactivated',
      decision: { answer: 'approve', by: APPROVER, reason: 'reviewed', leftOut: [] },
      counts: { deactivated: 2 },
    })
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], idler: ['Inactive'], used: ['Active'] })
  })
  it('goes ahead without what was left out', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({ whenAsked: answerWith({ leaveOut: [accessKeyId('idler')] }) })
    expect(outcomesOf(run)).toEqual([
      ['idle', 'deactivated', null],
      ['idler', 'skipped', `left out by ${APPROVER}`],
    ])
    expect(statusesOf(world)).toMatchObject({ idle: ['Inactive'], idler: ['Active'] })
  })
  it('with everything left out goes to the record', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({ whenAsked: answerWith({ leaveOut: [accessKeyId('idler'), accessKeyId('idle')] }) })
    expect(run.path.slice(-4)).toEqual(['Go ahead?', 'Write record', 'How did it end?', 'Done'])
    expect(run.record).toMatchObject({ status: 'nothing to do', counts: { skipped: 2, deactivated: 0 } })
    expect(world.endpoint.writes).toEqual([])
  })
  it('is judged again, key by key, however long the answer took', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({
      whenAsked: async (asked) => {
        world.pass(3 * 24 * 60 * 60 * 1000)
        const key = world.endpoint.account.users.find((user) => user.name === 'idle')?.keys[0]
        if (key) key.lastUsed = { at: world.ports.now(), service: 's3', region: 'eu-west-1' }
        await answerWith({})(asked)
      },
    })
    expect(outcomesOf(run)).toEqual([
      ['idle', 'skipped', 'in use'],
      ['idler', 'deactivated', null],
    ])
  })
})

describe('a rejected plan', () => {
  it('writes nothing and ends well', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({ whenAsked: answerWith({ answer: 'reject', reason: 'freeze' }) })
    expect(run.result.status).toBe('SUCCEEDED')
    expect(run.record).toMatchObject({
      status: 'rejected',
      decision: { answer: 'reject', reason: 'freeze' },
      keys: [{ outcome: null }, { outcome: null }],
    })
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('people get a message', () => {
  it('the run, the counts, the last uses, the hash and the line to answer with; and no name, and no token', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    await world.run({ whenAsked: answerWith({}) })
    expect(world.messages).toEqual([
      {
        kind: 'approval wanted',
        runId: 'run-1',
        account: '111122223333',
        plan: planHash((await world.ports.store.get('runs/run-1/plan.json')) ?? ''),
        keys: 2,
        users: 2,
        longestIdle: { createdAt: '2025-09-11T12:00:00Z', lastUsedAt: '2025-11-15T12:00:00Z' },
        mostRecent: { createdAt: '2025-09-11T12:00:00Z', lastUsedAt: '2026-02-23T12:00:00Z' },
        why: [EVERY_PLAN_ASKS],
        noWitness: null,
        expiresAt: expect.stringMatching(/^2026-09-18T12:00:/),
        command: 'keysweep approve run-1',
      },
    ])
  })
  it('again after a message that could not be sent, with a new token that wins over the old', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const { notify } = world.ports
    let tries = 0
    const flaky = {
      ...world.ports,
      notify: async (message: ApprovalRequest['message']) =>
        tries++ === 0 ? Promise.reject(Object.assign(new Error('down'), { name: 'NoticeFailed' })) : notify(message),
    }
    Object.assign(world.ports, flaky)
    const run = await world.run({ whenAsked: answerWith({}) })
    expect(await world.ports.store.list(tokenPrefix('run-1'))).toEqual([
      'tokens/runs/run-1/000001',
      'tokens/runs/run-1/000002',
    ])
    expect(run.record?.status).toBe('deactivated')
  })
  it('no more once no answer would be taken: a run that is taken up again too late ends at once, with a record', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({
      onEvent: (event) => {
        if (event.type === 'StateEntered' && event.state === 'Ask for approval') world.pass(8 * DAY)
      },
    })
    expect(run.path.slice(-6)).toEqual([
      'Read decision',
      'Events too old?',
      'Go ahead?',
      'Write record',
      'How did it end?',
      'Failed',
    ])
    expect(run.record).toMatchObject({ status: 'expired', error: null, decision: { answer: 'expired', by: null } })
    expect([world.messages, world.endpoint.writes]).toEqual([[], []])
  })
  it('by nobody, if no message can be sent: the run fails with a record long before the term is over', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    world.ports.notify = async () => {
      throw new NoticeFailed('no topic')
    }
    // Nobody is asked, and the question has its full time.
    const run = await world.run({ whenAsked: async () => {} })
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'NotAnswered' })
    expect(run.record).toMatchObject({ status: 'refused', error: { name: 'NotAnswered' }, decision: null })
  })
})

describe('an attacker', () => {
  /** What a token's holder can send instead of an answer: nothing of it must count. */
  const ERRORS = [
    ['AnotherRunOpen', 'run-0 is open'],
    ['RunIdTaken', 'taken'],
    ['AlreadyDecided', 'yes'],
    ['Interrupted', 'by hand'],
    ['States.Timeout', ''],
    ['States.DataLimitExceeded', 'too large'],
    ['States.TaskFailed', ''],
    ['PlanRefused', '{"errorMessage":"x"}'],
    ['Your password has expired: https://evil.example', 'Sign in again'],
    ['', ''],
  ] as const
  const WISHES = { next: 'deactivate', answer: 'approve', keys: [accessKeyId('idle')], error: null, plan: 'x' }
  const OUTPUTS = [WISHES, { Payload: WISHES }, null, 'deactivate', [], { error: { Error: 'AnotherRunOpen' } }]
  const sent = [
    ...ERRORS.map(([error, cause]) => ({
      what: `the error "${error}"`,
      send: ({ execution }: ApprovalRequest, token: string) => execution.sendTaskFailure(token, error, cause),
    })),
    ...OUTPUTS.map((output) => ({
      what: `the output ${JSON.stringify(output)}`,
      send: ({ execution }: ApprovalRequest, token: string) => execution.sendTaskSuccess(token, JSON.stringify(output)),
    })),
  ]
  const stealing = (
    world: World,
    send: (typeof sent)[number]['send'],
    first?: (asked: ApprovalRequest) => Promise<unknown>,
  ) => ({
    whenAsked: async (asked: ApprovalRequest) => {
      await first?.(asked)
      send(asked, await newestToken(world, 'run-1'))
    },
  })

  it.each(sent)(
    'with a stolen task token and $what ends the question early, as failed and in our words',
    async ({ send }) => {
      const world = await openWorld({ account: account(), settings: SETTINGS })
      const run = await world.run(stealing(world, send))
      expect(run.path.slice(-5)).toEqual([
        'Ask for approval',
        'Read decision',
        'Write record',
        'How did it end?',
        'Failed',
      ])
      expect(run.result).toMatchObject({ status: 'FAILED', error: 'NotAnswered' })
      expect(run.record).toMatchObject({ status: 'refused', error: { name: 'NotAnswered' }, decision: null })
      expect(world.told.ends).toMatchObject([{ kind: 'run failed', error: { name: 'NotAnswered' } }])
      expect(JSON.stringify([run.record, world.told])).not.toMatch(/evil|run-0|by hand/)
      expect(world.endpoint.writes).toEqual([])
      expect(await world.ports.store.get(runKey('run-1', 'decision.json'))).toBeNull()
    },
  )
  it.each(sent)('with a stolen task token and $what changes nothing of a decision', async ({ send }) => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    // The decision is stored, and the machine is not resumed by it.
    const reject = ({ message }: ApprovalRequest) =>
      answerWith({ answer: 'reject' })({ message, decide: makeDecide({ ...world.ports, wake: async () => false }) })
    const run = await world.run(stealing(world, send, reject))
    expect(run.result.status).toBe('SUCCEEDED')
    expect(run.record).toMatchObject({ status: 'rejected', error: null, decision: { by: APPROVER } })
    expect(world.endpoint.writes).toEqual([])
  })
  it('with a stolen task token and an error that is retried only makes the run ask again', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    let asked = 0
    const run = await world.run({
      whenAsked: async (question) => {
        asked += 1
        if (asked > 1) return answerWith({})(question)
        question.execution.sendTaskFailure(await newestToken(world, 'run-1'), 'NoticeFailed', 'x')
      },
    })
    expect(asked).toBe(2)
    expect(run.record).toMatchObject({ status: 'deactivated' })
  })
  it("with another run's plan hash gets a conflict", async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    let status = 0
    await world.run({
      whenAsked: async (asked) => {
        status = (await answerWith({ plan: planHash('the plan of another run') })(asked)).statusCode
        await answerWith({ answer: 'reject' })(asked)
      },
    })
    expect(status).toBe(409)
    expect(world.endpoint.writes).toEqual([])
  })
  it('who changes the plan after it was shown gets nothing through: its hash is held against the decision', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    const run = await world.run({
      whenAsked: async (asked) => {
        await answerWith({})(asked)
      },
      onEvent: (event) => {
        // The plan in the store is exchanged once it is approved, as somebody who may write the bucket could.
        if (event.type === 'StateEntered' && event.state === 'Read decision') exchangePlan(world)
      },
    })
    expect(run.result).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
    expect(world.endpoint.writes).toEqual([])
  })
  it('who calls Deactivate key by hand, for a key outside the decision, is refused', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    await world.run({ whenAsked: answerWith({ leaveOut: [accessKeyId('idler')] }) })
    const call = (user: string, id = accessKeyId(user)) =>
      makeDeactivateKey(world.ports)({ runId: 'run-1', pass: PASS, user, accessKeyId: id })
    for (const user of ['idler', 'used', 'operator'])
      await expect(call(user)).rejects.toMatchObject({ name: 'PlanRefused' })
    expect(world.endpoint.writes).toHaveLength(1)
  })
  it('with names of HTML, escape codes and formulas changes no run', async () => {
    const names = ['<script>alert(1)</script>', '\u001b[31mred', '=cmd|/c calc', '+1@x', `${'=,.@_-+'.repeat(9)}x`]
    const others = names.map((name) => newUser(name.replaceAll('/', '|'), { keys: [keyUsed(name, 200)] }))
    const world = await openWorld({ account: accountOf({}, others), settings: SETTINGS })
    const run = await world.run({ whenAsked: answerWith({}) })
    expect(run.record).toMatchObject({ status: 'deactivated', counts: { deactivated: names.length } })
    expect(JSON.stringify(world.messages)).not.toMatch(/script|\\u001b|cmd/)
  })
})

describe('the token', () => {
  it('is in no record, event, message, log or error, and in the store under tokens/ alone', async () => {
    const world = await openWorld({ account: account(), settings: SETTINGS })
    let token = ''
    const run = await world.run({
      whenAsked: async (asked) => {
        token = await newestToken(world, 'run-1')
        await answerWith({})(asked)
      },
    })
    expect(token.length).toBeGreaterThan(20)
    expect(JSON.stringify([run, world.messages])).not.toContain(token)
    for (const key of await world.ports.store.list('runs/'))
      expect(await world.ports.store.get(key)).not.toContain(token)
    for (const key of await world.ports.store.list('keys/'))
      expect(await world.ports.store.get(key)).not.toContain(token)
  })
})

/** Writes another plan over the stored one, past the run store's own rule. */
function exchangePlan(world: World): void {
  const path = `${world.directory}/${runKey('run-1', 'plan.json')}`
  writeFileSync(path, readFileSync(path, 'utf8').replace(accessKeyId('idle'), accessKeyId('used')))
}
