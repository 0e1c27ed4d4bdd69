// A task token of one run lies among those of another. The answer to one run then ends the wait of the other, which has no
// answer of its own and changes nothing.
import { expect, it } from '@jest/globals'
import { makeDecide } from '../../functions/decide.ts'
import { organizationTokenKey, tokenKey, tokenPrefix } from '../../io/store/run-store.ts'
import { wakeIn } from '../../local/local-run.ts'
import { answerWith } from '../support/answer-with.ts'
import { type ApprovalRequest, accountOf, openWorld, statusesOf } from '../support/world.ts'

it.each(['reject', 'approve'])('an answer "%s" to one run is none to another', async (answer) => {
  const world = await openWorld({ account: accountOf({ idle: 200 }), settings: '{ mode: apply, approval: always }' })
  const { store, now } = world.ports
  const asked: Record<string, ApprovalRequest> = {}
  let bothWait: (() => void) | undefined
  const waiting = new Promise<void>((resolve) => {
    bothWait = resolve
  })
  const whenAsked = async (request: ApprovalRequest) => {
    asked[request.message.runId] = request
    if (Object.keys(asked).length === 2) bothWait?.()
    await waiting
    if (request.message.runId !== 'run-1') return
    const [other = ''] = await store.list(tokenPrefix('run-2'))
    const token = (await store.get(other)) ?? ''
    await store.put(tokenKey('run-1', 9), token)
    // Also one that no run of this machine has given out.
    await store.put(organizationTokenKey('org-1', 1), token)
    // As Step Functions does: a token names its execution itself.
    const wake = async (token: string) => {
      const woken = await Promise.all(Object.values(asked).map(({ execution }) => wakeIn(execution)(token)))
      return woken.includes(true)
    }
    await answerWith({ answer })({ message: request.message, decide: makeDecide({ store, now, wake }) })
  }
  const [one, other] = await Promise.all([
    world.run({ runId: 'run-1', whenAsked }),
    world.run({ runId: 'run-2', whenAsked }),
  ])
  expect(one.record).toMatchObject(answer === 'approve' ? { counts: { deactivated: 1 } } : { status: 'rejected' })
  expect(other.record).toMatchObject({ status: 'refused', error: { name: 'NotAnswered' }, decision: null })
  expect(other.record?.counts.deactivated).toBe(0)
  expect(statusesOf(world).idle).toEqual([answer === 'approve' ? 'Inactive' : 'Active'])
})
