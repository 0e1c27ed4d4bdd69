// decision.json authorises writes to IAM. Whatever else is under its name in the store, nothing is written.
import { describe, expect, it } from '@jest/globals'
import { planHash } from '../../core/run/plan.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { makeReadDecision } from '../../functions/read-decision.ts'
import { runKey } from '../../io/store/run-store.ts'
import type { KeyOfRun } from '../../steps/key-outcome.ts'
import { type MemoryWorld, openMemoryWorld } from '../support/memory-world.ts'
import { PLANNED_INPUT, planFirstKey } from '../support/planned.ts'
import { decisionOf } from '../support/record-parts.ts'
import { RUN } from '../support/waiting.ts'
import { AT, accountOf } from '../support/world.ts'

type Waiting = MemoryWorld & { event: KeyOfRun; sha256: string }

/** A run whose plan asks for a person's answer. */
async function waiting(): Promise<Waiting> {
  const world = openMemoryWorld(accountOf({ a: 200 }))
  const { plan: _, ...event } = await planFirstKey(world, 'a', { ...PLANNED_INPUT, approval: 'always' })
  const at = runKey(RUN, 'plan.json')
  const text = JSON.stringify({ ...JSON.parse(world.objects.get(at) ?? ''), next: 'approval' })
  world.objects.set(at, text)
  return { ...world, event, sha256: planHash(text) }
}

const decide = ({ objects }: Waiting, decision: unknown) =>
  objects.set(runKey(RUN, 'decision.json'), JSON.stringify(decision))

const approval = ({ sha256 }: Waiting) =>
  decisionOf({ runId: RUN, plan: sha256, by: 'arn:aws:iam::111122223333:user/ann', at: AT.toISOString() })

describe('a key of a plan that asks', () => {
  it('is deactivated after a decision as the decision API writes it', async () => {
    const world = await waiting()
    decide(world, approval(world))
    const read = await makeReadDecision(world.ports)({ runId: RUN })
    expect(read.keys).toEqual([{ user: 'a', accessKeyId: world.event.accessKeyId }])
    expect(await makeDeactivateKey(world.ports)(world.event)).toMatchObject({ outcome: 'deactivated' })
  })

  const without = (field: string) => (world: Waiting) => ({ ...approval(world), [field]: undefined })
  const having = (fields: object) => (world: Waiting) => ({ ...approval(world), ...fields })

  it.each<[string, (world: Waiting) => unknown, string, string]>([
    ['an answer that is none', having({ answer: 'approved' }), 'StoreDamaged', 'answer: '],
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
    ['nothing', () => null, 'StoreDamaged', 'the whole: '],
    ['yes', () => true, 'StoreDamaged', 'the whole: '],
    ['a word', () => 'approve', 'StoreDamaged', 'the whole: '],
    ['a list', (world) => [approval(world)], 'StoreDamaged', 'the whole: '],
  ])('is left as it is after one with %s', async (_, decision, name, received) => {
    const world = await waiting()
    decide(world, decision(world))
    const refusal = expect.objectContaining({ name, message: expect.stringContaining(received) })
    await expect(makeReadDecision(world.ports)({ runId: RUN })).rejects.toEqual(refusal)
    await expect(makeDeactivateKey(world.ports)(world.event)).rejects.toEqual(
      name === 'PlanRefused' ? expect.objectContaining({ name }) : refusal,
    )
    expect(world.endpoint.writes).toEqual([])
    expect([...world.objects.keys()].filter((key) => key.includes('intent'))).toEqual([])
  })

  it.each<[string, (world: Waiting) => unknown]>([
    ['no', having({ answer: 'reject' })],
    ['no answer in time', having({ answer: 'expired', by: null, userId: null })],
    ['yes without this key', (world) => ({ ...approval(world), leftOut: [world.event.accessKeyId] })],
  ])('is left as it is after %s', async (_, decision) => {
    const world = await waiting()
    decide(world, decision(world))
    expect(await makeReadDecision(world.ports)({ runId: RUN })).toMatchObject({ next: 'record', keys: [] })
    await expect(makeDeactivateKey(world.ports)(world.event)).rejects.toThrow(
      expect.objectContaining({ name: 'PlanRefused' }),
    )
    expect(world.endpoint.writes).toEqual([])
  })

  it('says which document is not as it should be, by which field, and what was received', async () => {
    const world = await waiting()
    decide(world, { ...approval(world), answer: 'approved' })
    await expect(makeReadDecision(world.ports)({ runId: RUN })).rejects.toThrow(
      'Cannot read runs/run-1/decision.json: expected an answer to the plan, received answer: Invalid option: expected one of "approve"|"reject"|"expired", received "approved"',
    )
  })
})
