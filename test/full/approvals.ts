// Every answer that a run which waits can get, from a person, from nobody and from a thief; and what another run of the
// machine does meanwhile.

import { NoticeFailed } from '../../core/model/errors.ts'
import { planHash } from '../../core/run/plan.ts'
import { accessKeyId } from '../../demo/account.ts'
import { makeDecide } from '../../functions/decide.ts'
import { runKey, tokenKey } from '../../io/store/run-store.ts'
import { factsIn } from '../support/error-facts.ts'
import { APPROVER, eventOf } from '../support/waiting.ts'
import { DAY, type World } from '../support/world.ts'
import { allEnd, type EndState, ONE, TWO } from './case.ts'
import { SHORT_QUESTION } from './definition-edits.ts'
import { LambdaRefusal } from './lambda-port.ts'
import type { People, RunRequest } from './two-engines.ts'

const ASKS = { settings: '{ mode: apply, approval: always }' }

export const answering =
  (...answers: object[]) =>
  async ({ answer }: People): Promise<string[]> => {
    const replies: string[] = []
    for (const body of answers) replies.push(await answer(body))
    return replies
  }

/** The first so many questions do not get through to people. */
const questionLost =
  (times: number) =>
  ({ ports }: World): void => {
    const { notify } = ports
    let lost = 0
    ports.notify = async (message) => {
      if (lost++ < times) throw new NoticeFailed('planted: no topic')
      await notify(message)
    }
  }

/** The term of a question passes by the functions' clock, while the engines wait for ten seconds. */
const termPasses = ({ ports, pass }: World): void => {
  const { notify } = ports
  ports.notify = async (message) => {
    await notify(message)
    pass(7 * DAY)
  }
}

/** The first question is lost, and somebody answers before the second: nobody is woken, for the first token is dead. */
const answeredBetween = (world: World): void => {
  questionLost(1)(world)
  const { store, now } = world.ports
  const decide = makeDecide({ store, now, wake: async () => false })
  const put = async (key: string, text: string) => {
    if (key === tokenKey('run-1', 2)) {
      const plan = planHash((await store.get(runKey('run-1', 'plan.json'))) ?? '')
      const body = JSON.stringify({ plan, answer: 'approve' })
      await decide(eventOf({ method: 'POST', path: '/runs/run-1/decision', body }))
    }
    return store.put(key, text)
  }
  world.ports.store = { ...store, put }
}

/** Once there is a decision, the plan in the store is another: somebody who may write the bucket exchanged it. */
const planExchanged = ({ ports }: World): void => {
  const { store } = ports
  const get = async (key: string) => {
    const text = await store.get(key)
    const decided = key.endsWith('plan.json') && (await store.get(key.replace('plan.json', 'decision.json'))) !== null
    return decided ? (text?.replace(accessKeyId('idle'), accessKeyId('other')) ?? null) : text
  }
  ports.store = { ...store, get }
}

const REJECT = { answer: 'reject', reason: 'freeze' }
const FIRST_STANDS = factsIn(409, APPROVER, 'approve', '<time>')

const APPROVED = allEnd('deactivated', 'Done', [
  {
    how: 'a person approves, and once more after the end',
    account: TWO,
    ...ASKS,
    whenAsked: answering({ reason: 'reviewed' }),
    did: ['200 approve'],
    afterwards: answering({ reason: 'reviewed' }),
    // The same answer is harmless, and who gives it is told that nothing waited for it.
    didAfterwards: [factsIn(200)],
  },
  {
    how: 'a person approves what is over a cap',
    account: TWO,
    settings: '{ mode: apply, policy: { maxKeys: 1 } }',
    whenAsked: answering({}),
    did: ['200 approve'],
  },
  {
    how: 'a person approves, and leaves a key out',
    account: TWO,
    ...ASKS,
    whenAsked: answering({ leaveOut: [accessKeyId('idler')] }),
    did: ['200 approve'],
  },
  {
    how: 'a person approves what is not the plan, and then what is; another rejects it',
    account: TWO,
    ...ASKS,
    whenAsked: answering({ plan: 'f'.repeat(64) }, {}, REJECT),
    did: [factsIn(409, 'sha256', '<hash>'), '200 approve', FIRST_STANDS],
  },
  {
    how: 'the question gets through at the second try alone, and the newest token counts',
    account: TWO,
    ...ASKS,
    prepare: questionLost(1),
    whenAsked: answering({}),
    did: ['200 approve'],
  },
  {
    how: 'a person answers between two tries of the question, and nobody is asked again',
    account: TWO,
    ...ASKS,
    prepare: answeredBetween,
  },
  {
    how: 'Lambda itself fails at the first call of every function',
    // One key: which of two is called first is chance.
    account: ONE,
    ...ASKS,
    refuse: (_, nth) => (nth === 1 ? new LambdaRefusal('TooManyRequestsException', 429) : null),
    whenAsked: answering({}),
    did: ['200 approve'],
  },
])

const NOT_APPROVED: EndState[] = [
  {
    how: 'a person approves, and leaves every key out',
    status: 'nothing to do',
    last: 'Done',
    account: TWO,
    ...ASKS,
    whenAsked: answering({ leaveOut: [accessKeyId('idler'), accessKeyId('idle')] }),
    did: ['200 approve'],
  },
  {
    how: 'a person rejects',
    status: 'rejected',
    last: 'Done',
    account: TWO,
    ...ASKS,
    whenAsked: answering(REJECT),
    did: ['200 reject'],
  },
  {
    how: 'nobody answers in time, and then somebody does',
    status: 'expired',
    last: 'Failed',
    account: TWO,
    ...ASKS,
    edits: [SHORT_QUESTION],
    prepare: termPasses,
    afterwards: answering({}),
    didAfterwards: [factsIn(410, '<time>')],
  },
  {
    how: 'nobody can be asked',
    status: 'refused',
    last: 'Failed',
    account: TWO,
    ...ASKS,
    prepare: questionLost(Number.POSITIVE_INFINITY),
  },
]

/** What the holder of a task token would like to happen. */
const WISHES = JSON.stringify({ next: 'deactivate', answer: 'approve', keys: [{ user: 'idle' }], Payload: {} })

const ATTACKED: EndState[] = [
  {
    how: 'a stolen token is sent directly, and starts nothing',
    status: 'refused',
    last: 'Failed',
    account: TWO,
    ...ASKS,
    whenAsked: async ({ engine, steal }) => engine.sendSuccess(await steal(), WISHES),
  },
  // moto refuses names that begin with "States.", as the developer guide says of custom names.
  ...['AnotherRunOpen', 'RunIdTaken', 'Your password has expired'].map((error) => ({
    how: `a stolen token is failed with "${error}", and changes nothing of how the question ends`,
    status: 'refused',
    last: 'Failed' as const,
    account: TWO,
    ...ASKS,
    whenAsked: async ({ engine, steal }: People) => engine.sendFailure(await steal(), error, 'run-0 is open'),
  })),
  {
    how: 'the plan is exchanged after it was approved',
    status: 'refused',
    last: 'Failed',
    account: TWO,
    ...ASKS,
    prepare: planExchanged,
    whenAsked: answering({}),
    did: ['200 approve'],
  },
]

/** While this run waits, another is started; then this one is rejected. */
const beside = (asked: Pick<RunRequest, 'runId' | 'input'>) => async (people: People) => {
  const { record, path, ...other } = await people.beside(asked)
  await people.answer(REJECT)
  return { status: record?.status, last: path.at(-1), other: { record, path, ...other } }
}

const OVERLAPPING = allEnd('rejected', 'Done', [
  {
    how: 'another run starts while one waits, and ends at once',
    account: TWO,
    ...ASKS,
    whenAsked: beside({ runId: 'run-2' }),
    did: { status: 'another run is open', last: 'Done' },
  },
  {
    how: 'an undo starts while another run waits, and goes on all the same',
    account: TWO,
    ...ASKS,
    before: [{ whenAsked: answering({ leaveOut: [accessKeyId('idler')] }) }],
    runId: 'run-2',
    whenAsked: beside({ runId: 'undo-1', input: { undo: { run: 'run-1' } } }),
    did: { status: 'reactivated', last: 'Done' },
  },
])

export const APPROVALS: EndState[] = [...APPROVED, ...NOT_APPROVED, ...ATTACKED, ...OVERLAPPING]
