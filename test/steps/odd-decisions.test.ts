// decision.json authorises writes to IAM. Whatever else is under its name in the store, nothing is written.
import { describe, expect, it } from '@jest/globals'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makeReadDecision } from '../../functions/read-decision.ts'
import { runKey } from '../../io/store/run-store.ts'
import { errorWith } from '../support/error-facts.ts'
import { type WaitingForDecision, waitingForDecision } from '../support/planned.ts'
import { RUN } from '../support/waiting.ts'

const decide = ({ objects }: WaitingForDecision, decision: unknown) =>
  objects.set(runKey(RUN, 'decision.json'), JSON.stringify(decision))

describe('a key of a plan that asks', () => {
  it('is deactivated after a decision as the decision API writes it', async () => {
    const world = await waitingForDecision()
    decide(world, world.approval)
    const read = await makeReadDecision(world.ports)({ runId: RUN })
    expect(read.keys).toEqual([{ user: 'a', accessKeyId: world.event.accessKeyId }])
    expect(await makeDeactivateKey(world.ports)(world.event)).toMatchObject({ outcome: 'deactivated' })
  })

  const without = (field: string) => (world: WaitingForDecision) => ({ ...world.approval, [field]: undefined })
  const having = (fields: object) => (world: WaitingForDecision) => ({ ...world.approval, ...fields })

  it.each<[string, (world: WaitingForDecision) => unknown, string, string]>([
    ['an unusable answer', having({ answer: 'approved' }), 'StoreDamaged', 'answer: '],
    ['no answer', without('answer'), 'StoreDamaged', 'answer: '],
    ['an answer that is a truth', having({ answer: true }), 'StoreDamaged', 'answer: '],
    ['no word on what is left out', without('leftOut'), 'StoreDamaged', 'leftOut: '],
    ['left out as text', having({ leftOut: '' }), 'StoreDamaged', 'leftOut: '],
    ['left out as nothing', having({ leftOut: null }), 'StoreDamaged', 'leftOut: '],
    ['left out by number', having({ leftOut: [1] }), 'StoreDamaged', 'leftOut.0: '],
    ['left out by object', having({ leftOut: [{ accessKeyId: 'x' }] }), 'StoreDamaged', 'leftOut.0: '],
    ['no plan', without('plan'), 'StoreDamaged', 'plan: '],
    ['another plan', having({ plan: 'f'.repeat(64) }), 'PlanRefused', 'f'.repeat(64)],
    ['a number for a name', having({ by: 7 }), 'StoreDamaged', 'by: '],
    ['nobody who approved', having({ by: null }), 'StoreDamaged', 'by: '],
    ['no word on who', without('by'), 'StoreDamaged', 'by: '],
    ['an id that is a number', having({ userId: 7 }), 'StoreDamaged', 'userId: '],
    ['no time', without('at'), 'StoreDamaged', 'at: '],
    ['a time that is none', having({ at: 'today' }), 'StoreDamaged', 'at: '],
    ['a time as a number', having({ at: 1_789_000_000 }), 'StoreDamaged', 'at: '],
    ['no run', without('runId'), 'StoreDamaged', 'runId: '],
    ['nothing', () => null, 'StoreDamaged', 'must be an object'],
    ['yes', () => true, 'StoreDamaged', 'must be an object'],
    ['a word', () => 'approve', 'StoreDamaged', 'must be an object'],
    ['a list', (world) => [world.approval], 'StoreDamaged', 'must be an object'],
  ])('is left as it is after one with %s', async (_, decision, name, received) => {
    const world = await waitingForDecision()
    decide(world, decision(world))
    const refusal = expect.objectContaining({ name, message: expect.stringContaining(received) })
    await expect(makeReadDecision(world.ports)({ runId: RUN })).rejects.toEqual(refusal)
    await expect(makeDeactivateKey(world.ports)(world.event)).rejects.toEqual(
      name === 'PlanRefused' ? expect.objectContaining({ name }) : refusal,
    )
    expect(world.endpoint.writes).toEqual([])
    expect([...world.objects.keys()].filter((key) => key.includes('intent'))).toEqual([])
  })

  it.each<[string, (world: WaitingForDecision) => unknown]>([
    ['no', having({ answer: 'reject' })],
    ['no answer in time', having({ answer: 'expired', by: null, userId: null })],
    ['yes without this key', (world) => ({ ...world.approval, leftOut: [world.event.accessKeyId] })],
  ])('is left as it is after %s', async (_, decision) => {
    const world = await waitingForDecision()
    decide(world, decision(world))
    expect(await makeReadDecision(world.ports)({ runId: RUN })).toMatchObject({ next: 'record', keys: [] })
    await expect(makeDeactivateKey(world.ports)(world.event)).rejects.toThrow(
      expect.objectContaining({ name: 'PlanRefused' }),
    )
    expect(world.endpoint.writes).toEqual([])
  })

  it('says which document is not as it should be, by which field, and what was received', async () => {
    const world = await waitingForDecision()
    decide(world, { ...world.approval, answer: 'approved' })
    await expect(makeReadDecision(world.ports)({ runId: RUN })).rejects.toThrow(
      errorWith('StoreDamaged', 'runs/run-1/decision.json', 'answer', 'approve or reject or expired', '"approved"'),
    )
  })
})
