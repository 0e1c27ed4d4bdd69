// How many questions have stood for more than a day, counted from the runs themselves: whatever starts runs, and when.
import { describe, expect, it } from '@jest/globals'
import { NoticeFailed, PlanRefused, StoreDamaged } from '../../core/model/errors.ts'
import { makeCountWaiting } from '../../functions/count-waiting.ts'
import { openRunsPort } from '../../functions/lambda/ports.ts'
import { runKey } from '../../io/store/run-store.ts'
import { countAtOnce } from '../support/at-once.ts'
import { NOW } from '../support/facts.ts'
import { ORG, type OrganizationParts, organizationOf, putOrganization, storeWith } from '../support/organization-run.ts'
import { openWaiting, RUN, type Waiting } from '../support/waiting.ts'
import { accountOf, openWorld } from '../support/world.ts'

const HOUR = 3_600_000

const countOf = (
  { store }: Pick<Waiting, 'store'>,
  hours: number,
  open: string[] = [RUN],
  topicsUnheard: () => Promise<number> = async () => 0,
) =>
  makeCountWaiting({
    store,
    now: () => new Date(NOW.getTime() + hours * HOUR),
    openRuns: async () => open.filter((runId) => runId !== ORG),
    openOrganizationRuns: async () => open.filter((runId) => runId === ORG),
    topicsUnheard,
  })()

const counting = (count: number) => ({ metrics: { ApprovalsWaitingOverADay: count, TopicsUnheard: 0 } })

describe('a question', () => {
  it.each([
    ['that was put just now', 0, 0],
    ['that has stood for a day to the millisecond', 24, 0],
    ['that has stood for longer than a day', 24.001, 1],
    ['that nobody answers for a week', 167, 1],
  ])('%s: after %s hours %s is counted', async (_, hours, count) => {
    expect(await countOf(await openWaiting(), hours)).toEqual(counting(count))
  })

  it('is as old as its plan, in whatever form the date is that a plan is read with', async () => {
    const { store } = await openWaiting()
    const plan = JSON.parse((await store.get(runKey(RUN, 'plan.json'))) ?? '')
    const createdAt = `${NOW.toISOString().slice(0, 19)}.0000000000Z`
    await store.put(runKey('run-2', 'plan.json'), JSON.stringify({ ...plan, runId: 'run-2', createdAt }))
    expect(await countOf({ store }, 24, ['run-2'])).toEqual(counting(0))
    expect(await countOf({ store }, 24.001, ['run-2'])).toEqual(counting(1))
  })

  it('that was answered is not counted, while the run still works', async () => {
    const waiting = await openWaiting()
    await waiting.answer({ answer: 'reject' })
    expect(await countOf(waiting, 25)).toEqual(counting(0))
  })

  it('of a run that was stopped by hand went with it: that run is not open', async () => {
    expect(await countOf(await openWaiting(), 25, [])).toEqual(counting(0))
  })
})

describe('a question of an organization run', () => {
  const { plan, ...parts } = organizationOf({ createdAt: NOW.toISOString() })
  it.each<[string, number, Partial<OrganizationParts>, number]>([
    ['that has stood for a day to the millisecond', 24, { plan, decision: null }, 0],
    ['that has stood for longer than a day', 24.001, { plan, decision: null }, 1],
    ['that was answered', 25, { plan }, 0],
    [
      'that was never put',
      25,
      { ...organizationOf({ createdAt: NOW.toISOString(), next: 'change' }), decision: null },
      0,
    ],
    ['of which there is no plan yet', 25, { plan: null, decision: null }, 0],
  ])('%s: after %s hours', async (_, hours, fields, count) => {
    const store = await storeWith({ ...parts, plan, ...fields })
    expect(await countOf({ store }, hours, [ORG])).toEqual(counting(count))
    expect(await countOf({ store }, hours, [])).toEqual(counting(0))
  })
  it('is counted beside the other questions', async () => {
    const { store } = await openWaiting()
    await putOrganization(store, { ...parts, plan, decision: null })
    expect(await countOf({ store }, 25, [RUN, ORG])).toEqual(counting(2))
  })
  it('that cannot be read is no "nobody waits"', async () => {
    const { store } = await openWaiting()
    await store.put('orgs/org-1/plan.json', '{')
    await expect(countOf({ store }, 25, [ORG])).rejects.toThrow(StoreDamaged)
  })
})

describe('the topics that nobody listens to', () => {
  it.each([0, 1, 2])('are counted beside the questions: %s', async (unheard) => {
    const { metrics } = await countOf(await openWaiting(), 25, [RUN], async () => unheard)
    expect(metrics).toEqual({ ApprovalsWaitingOverADay: 1, TopicsUnheard: unheard })
  })
  it('are not counted where that cannot be read; the questions are', async () => {
    const unreadable = async () => {
      throw new NoticeFailed('no answer')
    }
    const { metrics } = await countOf(await openWaiting(), 25, [RUN], unreadable)
    expect(metrics).toEqual({ ApprovalsWaitingOverADay: 1 })
  })
  it('hide no fault of our own', async () => {
    const broken = async () => {
      throw new TypeError('broken')
    }
    await expect(countOf(await openWaiting(), 25, [RUN], broken)).rejects.toThrow(TypeError)
  })
})

describe('an open run', () => {
  it('that has no plan yet, or an invalid name in the run store, asks nobody', async () => {
    const open = ['run-2', 'a run of another kind']
    expect(await countOf(await openWaiting(), 25, open)).toEqual(counting(0))
  })

  it('of an organization is none under a name that the run store does not have', async () => {
    const { store } = await openWaiting()
    const count = makeCountWaiting({
      ...{ store, now: () => NOW, openRuns: async () => [], topicsUnheard: async () => 0 },
      openOrganizationRuns: async () => ['org.1', 'an organization run of another kind'],
    })
    expect(await count()).toEqual(counting(0))
  })

  it('is read beside nine others at the most, however many there are', async () => {
    const { store } = await openWaiting()
    const { counted, most } = countAtOnce()
    const get = counted(store.get)
    const open = [RUN, ...Array.from({ length: 40 }, (_, index) => `run-${index + 2}`)]
    expect(await countOf({ store: { ...store, get } }, 25, open)).toEqual(counting(1))
    expect(most()).toBe(10)
  })

  it('that continues by itself asks nobody, however long it takes', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: 'mode: apply' })
    await world.run()
    expect(await world.ports.store.get(runKey('run-1', 'plan.json'))).toContain('"next":"deactivate"')
    expect(await countOf(world.ports, 25)).toEqual(counting(0))
  })
})

it('what cannot be read is no "nobody waits": the count fails, and its silence is an alarm', async () => {
  const { store } = await openWaiting()
  await store.put(runKey('run-2', 'plan.json'), '{')
  await expect(countOf({ store }, 25, ['run-2'])).rejects.toThrow(PlanRefused)
  expect(() => openRunsPort({})).toThrow(/KEYSWEEP_MACHINE/)
})
