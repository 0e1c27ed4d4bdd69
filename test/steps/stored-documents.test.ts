// Every document of the run store: where it is, what it may be, and how it is written and read.
import { describe, expect, it } from '@jest/globals'
import { VERSION } from '../../core/model/manifest.ts'
import { planHash } from '../../core/run/plan.ts'
import {
  type DocumentRef,
  documents,
  inForce,
  isStored,
  listEvents,
  needStored,
  organizationDocuments,
  organizationPlanIn,
  put,
  putPlan,
  read,
  readDecision,
  readEvents,
  readEventsAt,
  readStored,
  readStoredPlan,
  readSuspects,
  textOf,
  write,
} from '../../steps/run-documents.ts'
import { DOCUMENT_EXAMPLES } from '../support/document-examples.ts'
import { errorWith, messageOf } from '../support/error-facts.ts'
import { ago, policyOf } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { decisionOf, planOf } from '../support/record-parts.ts'
import { intentOf, suspectsOf, textOfPlan } from '../support/stored.ts'
import { idOf, inputOf, plannedKeyOf, RUN } from '../support/waiting.ts'

const KEY = idOf(1)

/** Each, with its place, and what it is called. Made by its test, so that a mutant in it meets the test. */
const REFS: [string, () => DocumentRef<unknown>, string, string][] = [
  ['input.json', () => documents.input(RUN), 'runs/run-1/input.json', 'input'],
  ['suspects.json', () => documents.suspects(RUN), 'runs/run-1/suspects.json', 'suspects'],
  ['verdicts/<n>.json', () => documents.slice(RUN, 500), 'runs/run-1/verdicts/500.json', 'verdicts'],
  ['events/<n>.json', () => documents.events(RUN, 2), 'runs/run-1/events/2.json', 'key events'],
  ['decision.json', () => documents.decision(RUN), 'runs/run-1/decision.json', 'decision'],
  ['undo.json', () => documents.undo(RUN), 'runs/run-1/undo.json', 'undo plan'],
  ['record.json', () => documents.record(RUN), 'runs/run-1/record.json', 'record'],
  ['intent', () => documents.intent(KEY, RUN, 1), `keys/${KEY}/run-1.intent.json`, 'intent'],
  ['intent', () => documents.intent(KEY, RUN, 3), `keys/${KEY}/run-1.intent-3.json`, 'intent'],
  ['refused-1', () => documents.refusal(KEY, RUN, 2), `keys/${KEY}/run-1.refused-2.json`, 'refusal'],
  ['outcome', () => documents.outcome(KEY, RUN), `keys/${KEY}/run-1.outcome.json`, 'outcome'],
  ['seen', () => documents.reactivationSeen(KEY, RUN), `keys/${KEY}/run-1.seen.json`, 'reactivation note'],
  [
    'organization input.json',
    () => organizationDocuments.input('org-1'),
    'orgs/org-1/input.json',
    'organization run input',
  ],
  ['accounts.json', () => organizationDocuments.accounts('org-1'), 'orgs/org-1/accounts.json', 'list of accounts'],
  ['organization plan.json', () => organizationDocuments.plan('org-1'), 'orgs/org-1/plan.json', 'organization plan'],
  [
    'organization decision.json',
    () => organizationDocuments.decision('org-1'),
    'orgs/org-1/decision.json',
    'organization decision',
  ],
  [
    'organization record.json',
    () => organizationDocuments.record('org-1'),
    'orgs/org-1/record.json',
    'organization record',
  ],
  ['undone', () => documents.undoneMark(KEY, RUN), `keys/${KEY}/run-1.undone.json`, 'undo marker'],
]
const NAMES = DOCUMENT_EXAMPLES.map(({ name }) => name)

/** The example of the document that has this name. */
function exampleOf(name: string): object {
  const found = DOCUMENT_EXAMPLES.find((one) => one.name === name)
  if (found === undefined) throw new Error(`No example of ${name}, among ${NAMES.join()}`)
  return found.example
}

describe('a document', () => {
  it.each(REFS)('%s has its place, its schema and a name', (name, refOf, key, called) => {
    const ref = refOf()
    expect(ref.key).toBe(key)
    expect(ref.parse(JSON.stringify(exampleOf(name)))).toEqual(exampleOf(name))
    const says = messageOf(() => ref.parse('{ "keysweep": "9.0.0" }'))
    expect(says.slice(says.indexOf(': ') + 2).split(':')[0]).toContain(called)
    expect(() => ref.parse('{ "keysweep": "9.0.0" }')).toThrow(errorWith('StoreDamaged', key, '9.0.0'))
    expect(() => ref.parse('{')).toThrow(errorWith('StoreDamaged', key, 'JSON', '"{"'))
  })
  it('that is a plan is that of its run', () => {
    const ref = documents.plan(RUN)
    const text = textOfPlan(planOf({ keys: [plannedKeyOf(1)] }))
    expect(ref.key).toBe('runs/run-1/plan.json')
    expect(ref.parse(text)).toMatchObject({ runId: RUN, keys: [{ accessKeyId: KEY }] })
    expect(() => documents.plan('run-2').parse(text)).toThrow(errorWith('PlanRefused', RUN, 'run-2'))
  })
})

describe('a document is written', () => {
  const ref = documents.undoneMark(KEY, RUN)

  it('with this version, which comes first, whatever was read of another', async () => {
    const text = `{"keysweep":"${VERSION}","by":"undo-1"}`
    expect(textOf({ by: 'undo-1' })).toBe(text)
    expect(textOf({ by: 'undo-1', keysweep: '0.1.0' })).toBe(text)
    const store = makeMemoryStore()
    const document = { keysweep: VERSION, by: 'undo-1' }
    expect(await write(store, ref, { by: 'undo-1' })).toEqual({ document, text, isSame: true })
    expect([...store.objects]).toEqual([[ref.key, text]])
  })
  it('once: a later write gets the stored text, and whether it is the same', async () => {
    const store = makeMemoryStore()
    await write(store, ref, { by: 'undo-1' })
    expect(await write(store, ref, { by: 'undo-1' })).toMatchObject({ isSame: true })
    expect(await write(store, ref, { by: 'undo-2' })).toMatchObject({ document: { by: 'undo-1' }, isSame: false })
    expect(await put(store, ref, { by: 'undo-2' })).toMatchObject({ by: 'undo-1' })
  })
  it('not over one that does not fit', async () => {
    const store = makeMemoryStore(new Map([[ref.key, '{}']]))
    await expect(put(store, ref, { by: 'undo-1' })).rejects.toThrow(errorWith('StoreDamaged', ref.key, 'by'))
  })
})

describe('a document is read', () => {
  const ref = documents.intent(KEY, RUN, 1)
  const text = JSON.stringify(intentOf())

  it('as it is stored, or is null', async () => {
    const store = makeMemoryStore(new Map([[ref.key, text]]))
    expect(await read(store, ref)).toEqual(intentOf())
    expect(await readStored(store, ref)).toEqual({ document: intentOf(), text })
    expect(await needStored(store, ref)).toEqual({ document: intentOf(), text })
    const empty = makeMemoryStore()
    expect([await read(empty, ref), await readStored(empty, ref)]).toEqual([null, null])
    await expect(needStored(empty, ref)).rejects.toThrow(errorWith('StoreDamaged', ref.key))
  })
  it('is stored also if it does not fit', async () => {
    expect(await isStored(makeMemoryStore(new Map([[ref.key, '{']])), ref)).toBe(true)
    expect(await isStored(makeMemoryStore(), ref)).toBe(false)
  })
  it('by its run: the suspects must be there, a decision may be', async () => {
    const store = makeMemoryStore()
    await expect(readSuspects(store, RUN)).rejects.toThrow(errorWith('StoreDamaged', 'runs/run-1/suspects.json'))
    expect(await readDecision(store, RUN)).toBeNull()
    await store.put('runs/run-1/suspects.json', JSON.stringify(suspectsOf()))
    await store.put('runs/run-1/decision.json', JSON.stringify(decisionOf()))
    expect(await readSuspects(store, RUN)).toEqual(suspectsOf())
    expect(await readDecision(store, RUN)).toEqual(decisionOf())
  })
})

describe('a plan', () => {
  const plan = planOf({ keys: [plannedKeyOf(1)] })
  const text = textOfPlan(plan)

  it('is written once, and named by the hash of the stored text', async () => {
    const store = makeMemoryStore()
    expect(await putPlan(store, plan)).toMatchObject({ plan, sha256: planHash(text) })
    expect(await putPlan(store, { ...plan, leftForNextRun: 7 })).toMatchObject({ plan, sha256: planHash(text) })
    expect([...store.objects.keys()]).toEqual(['runs/run-1/plan.json'])
  })
  it('is read by its hash, or by none', async () => {
    const store = makeMemoryStore(new Map([['runs/run-1/plan.json', text]]))
    const sha256 = planHash(text)
    expect(await readStoredPlan(store, RUN)).toMatchObject({ plan, sha256 })
    expect(await readStoredPlan(store, RUN, sha256)).toMatchObject({ plan, sha256 })
    await expect(readStoredPlan(store, RUN, 'f'.repeat(64))).rejects.toThrow(
      errorWith('PlanRefused', sha256, 'f'.repeat(64)),
    )
    expect(await readStoredPlan(store, 'run-2')).toBeNull()
  })
})

describe('the plan of an organization run, as a text', () => {
  const text = JSON.stringify(exampleOf('organization plan.json'))

  it('is the stored document, by its hash or by none', () => {
    const plan = organizationDocuments.plan('org-1').parse(text)
    expect(organizationPlanIn(text, 'org-1')).toEqual(plan)
    expect(organizationPlanIn(text, 'org-1', planHash(text))).toEqual(plan)
  })
  it('is refused with another hash, before it is read, and of another run', () => {
    expect(() => organizationPlanIn('{', 'org-1', planHash(text))).toThrow(
      errorWith('PlanRefused', planHash(text), planHash('{')),
    )
    expect(() => organizationPlanIn(text, 'org-2')).toThrow(errorWith('PlanRefused', 'org-1', 'org-2'))
  })
  it('is damaged if it does not fit', () => {
    expect(() => organizationPlanIn('{}', 'org-1')).toThrow(errorWith('StoreDamaged', 'orgs/org-1/plan.json'))
  })
})

describe('the shares of key events', () => {
  const shareOf = (n: number) => ({ ...exampleOf('events/<n>.json'), n, from: ago(n) })

  it('are read in the order in which they were written, not of their names', async () => {
    const store = makeMemoryStore()
    for (const n of [10, 2, 0]) await store.put(`runs/run-1/events/${n}.json`, JSON.stringify(shareOf(n)))
    await store.put('runs/run-2/events/1.json', JSON.stringify(shareOf(1)))
    expect(await listEvents(store, RUN)).toEqual([0, 10, 2].map((n) => `runs/run-1/events/${n}.json`))
    expect((await readEvents(store, RUN)).map(({ n }) => n)).toEqual([0, 2, 10])
    expect(await readEventsAt(store, ['runs/run-1/events/2.json'])).toEqual([shareOf(2)])
    expect(await readEvents(store, 'run-3')).toEqual([])
  })
  it('must be what they are called', async () => {
    const key = 'runs/run-1/events/0.json'
    const store = makeMemoryStore(new Map([[key, '{}']]))
    await expect(readEvents(store, RUN)).rejects.toThrow(errorWith('StoreDamaged', key, 'key events'))
  })
})

describe('an input', () => {
  it('is in force if this version knows each of its settings', () => {
    const input = inputOf()
    expect(inForce(input)).toBe(input)
    const policy = Object.assign(policyOf(), { exemptTags: ['x'] })
    expect(() => inForce(inputOf({ policy }))).toThrow(
      errorWith('StoreDamaged', 'runs/run-1/input.json', 'input', 'policy', 'exemptTags'),
    )
  })
})
