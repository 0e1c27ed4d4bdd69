import { describe, expect, it } from '@jest/globals'
import type { Plan } from '../../../core/model/documents/plan.ts'
import {
  askedMetrics,
  checkMetrics,
  hourlyMetrics,
  NAMESPACE,
  planMetrics,
  recordMetrics,
  SERVICE,
  UNITS,
} from '../../../core/notify/metrics.ts'
import { BACK, FAILED, recordedKey, recordOf, refusedRecord, TAKEN } from '../../support/records.ts'
import { plannedKeyOf } from '../../support/waiting.ts'

const AT = '2026-09-11T12:00:00.000Z'
const planOf = (fields: Partial<Plan> = {}): Plan => ({
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'over-cap',
  createdAt: AT,
  source: null,
  witness: null,
  organization: null,
  keys: [plannedKeyOf(1), plannedKeyOf(2)],
  leftForNextRun: 0,
  overCaps: [],
  approvalReasons: [],
  ifApplied: 'go',
  next: 'deactivate',
  ...fields,
})

describe('a plan counts', () => {
  it.each<[string, Partial<Plan>, object]>([
    ['the keys it found', {}, { PlansMade: 1, KeysFound: 2, OverCap: 0 }],
    ['the keys beyond one run too', { leftForNextRun: 3 }, { KeysFound: 5 }],
    ['itself, when it is empty', { keys: [] }, { PlansMade: 1, KeysFound: 0 }],
    ['that it is over a cap', { overCaps: ['a cap'] }, { OverCap: 1 }],
    ['no cap in mode plan, where nothing is changed', { mode: 'plan', overCaps: ['a cap'] }, { OverCap: 0 }],
  ])('%s', (_, fields, values) => {
    expect(planMetrics(planOf(fields), AT)).toMatchObject(values)
  })
  it.each([
    ['2026-09-11T12:00:00Z', 0],
    ['2026-09-11T11:00:00Z', 1],
    ['2026-09-11T08:15:00Z', 3.75],
    ['2026-09-10T12:00:00Z', 24],
  ])('the age of the report of %s as %s hours', (generatedAt, hours) => {
    expect(planMetrics(planOf(), generatedAt).ReportAgeHours).toBe(hours)
  })
  it('no age of a report whose date cannot be read', () => {
    expect(planMetrics(planOf(), 'yesterday')).not.toHaveProperty('ReportAgeHours')
    expect(planMetrics(planOf({ createdAt: 'today' }), AT)).not.toHaveProperty('ReportAgeHours')
  })
})

describe('a record counts', () => {
  it('the outcomes of the keys, zeros too: an alarm must see that it is over', () => {
    const keys = [TAKEN, TAKEN, BACK, FAILED, recordedKey({ outcome: 'skipped' })]
    expect(recordMetrics(recordOf({ keys }), 0)).toEqual({
      KeysDeactivated: 2,
      KeysReactivated: 1,
      KeysSkipped: 1,
      KeysFailed: 1,
      NoticesFailed: 0,
      ApprovalsWaiting: 0,
    })
    expect(recordMetrics(recordOf({ keys: [] }), 0)).toMatchObject({ KeysDeactivated: 0, KeysFailed: 0 })
  })
  it('that nobody heard of it', () => {
    expect(recordMetrics(recordOf(), 2)).toMatchObject({ NoticesFailed: 2 })
  })
  it('that nobody is waited for any more, where somebody may have been', () => {
    const decision = { answer: 'expired', by: null, at: AT, reason: null, leftOut: [] } as const
    const waited = { ApprovalsWaiting: 0 }
    expect(recordMetrics(recordOf({ decision: { ...decision, leftOut: [] } }), 0)).toMatchObject(waited)
    const error = { name: 'StoreUnavailable', message: 'no' }
    expect(recordMetrics(recordOf({ status: 'refused', decision: null, error }), 0)).toMatchObject(waited)
    expect(recordMetrics(refusedRecord({ status: 'another run is open' }), 0)).not.toHaveProperty('ApprovalsWaiting')
  })
})

it('a question that was put counts as one approval that waits', () => {
  expect(askedMetrics()).toEqual({ ApprovalsWaiting: 1 })
})

it('every hour the runs that wait are counted, and the topics if that is known', () => {
  expect(hourlyMetrics(2, 1)).toEqual({ ApprovalsWaitingOverADay: 2, TopicsUnheard: 1 })
  expect(hourlyMetrics(2, null)).toEqual({ ApprovalsWaitingOverADay: 2 })
})

it('every value that is counted has a unit', () => {
  const counted = [
    checkMetrics(1),
    planMetrics(planOf(), AT),
    askedMetrics(),
    recordMetrics(recordOf(), 0),
    hourlyMetrics(0, 0),
  ]
  expect([...new Set(counted.flatMap((values) => Object.keys(values)))].sort()).toEqual(Object.keys(UNITS).sort())
})

it('the metrics have the names and dimensions that the alarms of a deploy use', () => {
  expect([NAMESPACE, SERVICE]).toEqual(['keysweep', 'keysweep'])
})
