// What Start organization run stores and hands on, and which runs it refuses.
import { describe, expect, it } from '@jest/globals'
import { organizationInput } from '../../core/model/documents/organization-input.ts'
import { accountRunId } from '../../core/model/ids.ts'
import { parseSettings } from '../../core/model/settings.ts'
import { makeStartOrganizationRun } from '../../functions/start-organization-run.ts'
import { passHash } from '../../steps/pass.ts'
import type { StartPort } from '../../steps/ports.ts'
import { documents, organizationDocuments, put } from '../../steps/run-documents.ts'
import { errorWith } from '../support/error-facts.ts'
import { CALLER } from '../support/facts.ts'
import { makeMemoryStore } from '../support/memory-store.ts'
import { ACCOUNT, ORG, organizationOf, putOrganization } from '../support/organization-run.ts'
import { inputOf } from '../support/waiting.ts'
import { PASS } from '../support/world.ts'

type Store = ReturnType<typeof makeMemoryStore>

const STARTED = '2026-09-11T12:00:00Z'
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:keysweep'

/** Starts a run of this name and input under these settings. Nothing keeps it out, unless the test says so. */
function start(store: Store, settings: string, input: object = {}, ports: Partial<StartPort> = {}, runId = ORG) {
  return makeStartOrganizationRun({
    store,
    pause: async () => {},
    caller: async () => CALLER,
    settings: () => parseSettings(settings),
    execution: async (id) =>
      id === `execution:${runId}` ? { runId, startedAt: STARTED, isRunning: true, input } : null,
    otherOpenRun: async () => null,
    unheardTopic: async () => null,
    ...ports,
  })({ runId, executionId: `execution:${runId}`, startedAt: STARTED, pass: PASS })
}

const storedIn = (store: Store) =>
  organizationInput.parse(JSON.parse(store.objects.get(organizationDocuments.input(ORG).key) ?? 'null'))

/** A store with an organization run that changed one account. */
async function changed() {
  const store = makeMemoryStore()
  await putOrganization(store, organizationOf())
  const { input, accounts } = organizationDocuments
  for (const { key } of [input(ORG), accounts(ORG)]) {
    store.objects.set(key.replace(ORG, 'org-0'), (store.objects.get(key) ?? '').replaceAll(`"${ORG}"`, '"org-0"'))
    store.objects.delete(key)
  }
  const runId = accountRunId('org-0', 'change', ACCOUNT)
  const organizationRun = { run: 'org-0', phase: 'change' } as const
  await put(store, documents.input(runId), inputOf({ runId, account: ACCOUNT, organizationRun }))
  return store
}
const UNDO = { undo: { run: 'org-0' } }

describe('an organization run', () => {
  it('stores its settings and its caller, and returns what the machine uses', async () => {
    const store = makeMemoryStore()
    expect(await start(store, '{ mode: apply, approvalDays: 3 }', { approval: 'always' })).toEqual({
      pass: PASS,
      run: { undo: false, mode: 'apply', approvalSeconds: 3 * 24 * 60 * 60 },
      step: { next: 'list', sha256: '', accounts: [] },
    })
    expect(storedIn(store)).toMatchObject({
      ...{ runId: ORG, executionId: `execution:${ORG}`, startedAt: STARTED, passSha256: passHash(PASS) },
      ...{ mode: 'apply', approval: 'always', approvalDays: 3, undo: null, caller: { account: CALLER.account } },
    })
  })
  it('that is tried again continues with what it stored', async () => {
    const store = makeMemoryStore()
    const first = await start(store, 'mode: plan')
    expect(await start(store, 'mode: apply')).toEqual(first)
  })
  it.each<[string, string, object, Partial<StartPort>, string, string[]]>([
    ['is switched off', 'mode: off', { mode: 'plan' }, {}, 'SwitchedOff', [ORG]],
    ['is beside another', 'mode: apply', {}, { otherOpenRun: async () => 'org-2' }, 'AnotherRunOpen', [ORG, 'org-2']],
    [
      'would ask where nobody listens',
      '{ mode: apply, approval: always }',
      {},
      { unheardTopic: async () => TOPIC },
      'NobodyListens',
      [ORG, TOPIC],
    ],
  ])('that %s is refused, and its input is stored, so that its record can say whose it is', async (...given) => {
    const [, settings, input, ports, name, facts] = given
    const store = makeMemoryStore()
    await expect(start(store, settings, input, ports)).rejects.toThrow(errorWith(name, ...facts))
    expect(storedIn(store).runId).toBe(ORG)
  })
  it('that may write is kept out by every other that may, and by no survey', async () => {
    const answers: unknown[] = []
    const otherOpenRun: StartPort['otherOpenRun'] = async (run, keepsOut) => {
      const inputs = [{}, null, { mode: 'apply' }, { undo: { run: 'org-1' } }, { mode: 'plan' }]
      answers.push(run.runId, ...inputs.map((input) => keepsOut({ runId: 'org-2', input })))
      return null
    }
    await start(makeMemoryStore(), 'mode: apply', {}, { otherOpenRun })
    expect(answers).toEqual([ORG, true, true, true, true, false])
  })
  it.each(['mode: plan', 'mode: apply'])(
    'that is a survey is kept out by none (deployed with %s)',
    async (settings) => {
      const ports = { otherOpenRun: async () => 'org-2' }
      expect(await start(makeMemoryStore(), settings, { mode: 'plan' }, ports)).toMatchObject({ run: { mode: 'plan' } })
    },
  )
  it.each(['org.1', 'x'.repeat(45), '-org'])('of the id %s is refused, and nothing is stored', async (runId) => {
    const store = makeMemoryStore()
    await expect(start(store, 'mode: plan', {}, {}, runId)).rejects.toThrow(errorWith('InputRefused', runId))
    expect(store.objects.size).toBe(0)
  })
})

describe('an undo of an organization run', () => {
  it('hands on the accounts that the run changed', async () => {
    const store = await changed()
    expect(await start(store, 'mode: plan', UNDO)).toMatchObject({
      run: { undo: true },
      step: { next: 'list', sha256: '', accounts: [ACCOUNT] },
    })
    expect(storedIn(store).undo).toEqual({ run: 'org-0', accounts: null })
  })
  it('is urgent: no brake, no other run and no silent topic keeps it out', async () => {
    const ports = { otherOpenRun: async () => 'org-2', unheardTopic: async () => TOPIC }
    const settings = '{ mode: off, approval: always }'
    expect(await start(await changed(), settings, UNDO, ports)).toMatchObject({ run: { undo: true } })
  })
})
