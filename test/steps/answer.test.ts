// What is stored of an answer, and what the one who gave it gets back.
import { describe, expect, it } from '@jest/globals'
import { answerRun } from '../../steps/approval/answer.ts'
import { documents, need, readDecision } from '../../steps/run-documents.ts'
import { factsIn } from '../support/error-facts.ts'
import { NOW } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { idOf, openWaiting, RUN, TOKEN } from '../support/waiting.ts'

const ANN = { arn: 'arn:aws:iam::111122223333:user/ann', userId: 'AIDAANN' }

/** A run of three keys that waits, and a way to answer it. */
async function opened(fields: Parameters<typeof openWaiting>[0] = {}) {
  const { store, sha256, ports, woken } = await openWaiting({ store: makeMemoryStore(), ...fields })
  const answer = async (asked: object, runId = RUN) => {
    const body = JSON.stringify({ plan: sha256, answer: 'approve', ...asked })
    const { statusCode, body: said } = await answerRun(ports, runId, body, ANN)
    return { statusCode, said: JSON.parse(said) }
  }
  return { store, sha256, woken, answer }
}

describe('an answer', () => {
  it('is stored with who gave it and when, and each key that is left out once', async () => {
    const { store, sha256, woken, answer } = await opened()
    const { statusCode, said } = await answer({ leaveOut: [idOf(2), idOf(1), idOf(2)], reason: 'in use' })
    const decision = await need(store, documents.decision(RUN))
    expect(decision).toMatchObject({
      ...{ runId: RUN, plan: sha256, answer: 'approve', by: ANN.arn, userId: ANN.userId },
      ...{ at: NOW.toISOString(), reason: 'in use', leftOut: [idOf(2), idOf(1)] },
    })
    expect([statusCode, said]).toEqual([200, { decision, woken: true }])
    expect(woken).toEqual([TOKEN, 'an older token'])
  })
  it('that resumes nothing gets the stored decision, and no error', async () => {
    const { answer } = await opened({ wake: async () => false })
    expect(await answer({})).toEqual({
      statusCode: 200,
      said: { decision: expect.objectContaining({ by: ANN.arn }), woken: false, message: expect.any(String) },
    })
  })
  it('that meets a fault of our own at a token sends no other', async () => {
    const sent: string[] = []
    const wake = async (token: string) => {
      sent.push(token)
      throw new TypeError('a slip')
    }
    const { answer } = await opened({ wake })
    await expect(answer({})).rejects.toThrow('a slip')
    expect(sent).toEqual([TOKEN])
  })
  it.each<[string, object, string, number, string[]]>([
    ['to a run that is not there', {}, 'run-9', 404, ['run-9']],
    ['with a word that is none', { answer: 'yes' }, RUN, 400, ['answer']],
    ['to another plan', { plan: 'f'.repeat(64) }, RUN, 409, [RUN, 'f'.repeat(64)]],
    ['that leaves out one key that is not planned', { leaveOut: [idOf(1), idOf(9)] }, RUN, 400, [idOf(9)]],
  ])('%s gets a message alone, and neither is stored nor wakes anybody', async (_, asked, runId, status, facts) => {
    const { store, woken, answer } = await opened()
    expect(await answer(asked, runId)).toEqual({ statusCode: status, said: { message: factsIn(...facts) } })
    expect([await readDecision(store, RUN), woken]).toEqual([null, []])
  })
})
