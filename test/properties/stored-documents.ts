// What is in the run store by chance: a document is read as what fits its schema, or refused by our own error, and a
// decision by chance lets nothing go ahead that it does not approve.
import { expect } from '@jest/globals'
import fc from 'fast-check'
import { PlanRefused, StoreDamaged } from '../../core/model/errors.ts'
import { makePlan } from '../../core/run/plan.ts'
import { makeDeactivateKey } from '../../functions/deactivate-key.ts'
import { type DocumentRef, documents, read, textOf } from '../../steps/run-documents.ts'
import { ago, keyOf, NOW, userOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { waitingForDecision } from '../support/planned.ts'
import { decisionOf, verdict } from '../support/record-parts.ts'
import { recordOf } from '../support/records.ts'
import { intentOf, keyOutcomeOf, suspectOf, suspectsOf } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'
import type { Cases } from './seeds.ts'

const KEY = idOf(1)
const { account, mode, approval, policy } = inputOf()
const stale = [plannedKeyOf(1), plannedKeyOf(2, { rule: 'rotation' })]
const slot = {
  slot: 1 as const,
  active: null,
  lastRotatedAt: ago(9),
  lastUsedAt: null,
  lastUsedService: null,
  unknown: ['x'],
}

/** One of each, by the name under which it is read. */
const WHOLE: Record<keyof typeof documents, [DocumentRef<unknown>, object]> = {
  input: [documents.input(RUN), inputOf({ undo: { run: 'run-0', keys: [KEY] } })],
  suspects: [documents.suspects(RUN), suspectsOf({ rootKeys: [slot], list: [suspectOf('a', { slots: [slot] })] })],
  slice: [
    documents.slice(RUN, 0),
    {
      ...{ from: 0, to: 1, verdicts: [verdict(KEY)], stale },
      users: [{ at: ago(0), facts: userOf([keyOf()], { tags: { owner: 'ann' } }) }],
      unreadable: [{ user: 'b', error: 'IamDenied', message: 'no' }],
    },
  ],
  events: [
    documents.events(RUN, 0),
    {
      ...{ n: 0, round: 1, from: ago(90), to: ago(0), pages: 1, nextToken: null, witness: { complete: true } },
      events: [
        {
          at: ago(3),
          accessKeyId: KEY,
          status: 'Active',
          by: 'ann',
          sweeper: { version: '0', store: 's', runId: 'r' },
        },
      ],
      odd: [{ namesItsKey: true, accessKeyIds: [KEY], problem: 'no date' }],
    },
  ],
  plan: [documents.plan(RUN), makePlan({ runId: RUN, account, mode, approval, policy, stale, activeKeys: 9 }, NOW)],
  decision: [documents.decision(RUN), decisionOf({ leftOut: [KEY] })],
  undo: [documents.undo(RUN), { runId: RUN, run: 'run-0', createdAt: ago(0), keys: stale }],
  record: [documents.record(RUN), recordOf({ documents: [{ key: 'runs/run-1/plan.json', sha256: 'cafe' }] })],
  intent: [documents.intent(KEY, RUN, 1), intentOf()],
  refusal: [documents.refusal(KEY, RUN, 1), { at: ago(0), error: 'IamDenied' }],
  outcome: [documents.outcome(KEY, RUN), keyOutcomeOf()],
  reactivationSeen: [documents.reactivationSeen(KEY, RUN), { runId: RUN, accessKeyId: KEY, at: ago(0) }],
  undoneMark: [documents.undoneMark(KEY, RUN), { by: 'undo-1' }],
}

export const KINDS = Object.keys(WHOLE) as (keyof typeof documents)[]

/** Values that a field is likely to be mistaken for, and any other. */
const anyValue = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 1.5, true, [], {}, 'approve', 'Active', '2026-02-30T00:00:00Z', ago(1)),
  fc.jsonValue({ maxDepth: 2 }),
)

/** How a document is changed: nothing, a field taken out, or a value in its place; by where it is among all values. */
interface Change {
  at: number
  to: { value: unknown } | 'removed' | 'renamed'
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  to: fc.oneof(fc.constant('removed' as const), fc.constant('renamed' as const), fc.record({ value: anyValue })),
})

type Node = Record<string, unknown>

/** Every place of a value in a document. */
const placesIn = (node: unknown): [Node, string][] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([name, value]) => [[node as Node, name], ...placesIn(value)] as [Node, string][])

function changed(document: object, changes: Change[]): object {
  const copy = structuredClone(document)
  for (const { at, to } of changes) {
    const places = placesIn(copy)
    const [node, name] = places[at % places.length] ?? []
    if (node === undefined || name === undefined) continue
    if (to === 'renamed') node[`${name}s`] = node[name]
    if (typeof to === 'object') node[name] = to.value
    else delete node[name]
  }
  return copy
}

const textFor = (document: object): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.array(change, { maxLength: 3 }).map((changes) => JSON.stringify(changed(document, changes))),
    },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.nat().map((length) => JSON.stringify(document).slice(0, length % 200)) },
  )

/**
 * Reads what is there as what fits the schema, which is stored and read again as the same, or refuses it by name.
 * @returns how many were read
 */
export async function fitsOrIsRefused(kind: keyof typeof documents, cases: Cases): Promise<number> {
  const [place, whole] = WHOLE[kind]
  let fits = 0
  await fc.assert(
    fc.asyncProperty(textFor(whole), async (text) => {
      const found = await read(makeMemoryStore(new Map([[place.key, text]])), place).catch((error) => {
        if (!(error instanceof StoreDamaged || error instanceof PlanRefused)) throw error
        return null
      })
      if (found === null) return
      fits += 1
      expect(place.parse(JSON.stringify(found))).toEqual(found)
    }),
    cases,
  )
  return fits
}

/** The document as it is written, and as 0.1.0 wrote it: without a version, and its keys without row and values. */
export function wholeAndEarlier(kind: keyof typeof documents): { place: DocumentRef<unknown>; texts: string[] } {
  const [place, whole] = WHOLE[kind]
  const earlier = JSON.parse(JSON.stringify(whole), (name, value) =>
    name === 'row' || name === 'values' ? undefined : value,
  )
  return { place, texts: [textOf(whole), JSON.stringify(earlier)] }
}

/** A decision by chance: a key is updated only where it says in so many words that it may be. @returns how many were */
export async function onlyApprovalsAreObeyed(cases: Cases): Promise<number> {
  let updated = 0
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 2 }), async (changes) => {
      const world = await waitingForDecision()
      const { event, approval } = world
      const decision: unknown = changed(approval, changes)
      world.objects.set(documents.decision(RUN).key, JSON.stringify(decision))
      const end = await makeDeactivateKey(world.ports)(event).catch((error) => {
        if (error instanceof StoreDamaged || error instanceof PlanRefused || error.name === 'ClockRefused') return null
        throw error
      })
      if (world.endpoint.writes.length === 0) return
      updated += 1
      expect(end?.outcome).toBe('deactivated')
      expect(decision).toMatchObject({ answer: 'approve', plan: approval.plan, by: expect.any(String) })
      const { leftOut } = decision as { leftOut: unknown }
      expect(Array.isArray(leftOut) && leftOut.every((id) => typeof id === 'string')).toBe(true)
      expect(leftOut).not.toContain(event.accessKeyId)
    }),
    cases,
  )
  return updated
}
