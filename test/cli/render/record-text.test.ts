// The last lines of a record, for every way in which a run can end.
import { describe, expect, it } from '@jest/globals'
import { exitCodeOf } from '../../../cli/exit-code.ts'
import { recordText } from '../../../cli/render/record-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import type { RecordedKey, RunRecord } from '../../../core/model/documents/record.ts'
import { DECISION, RUN_ENDINGS, endOf as recordOf, UNDO_ENDINGS } from '../../support/endings.ts'
import { factsIn } from '../../support/error-facts.ts'

const stale = (fields: Partial<RecordedKey> = {}) =>
  ({
    user: 'idle',
    accessKeyId: 'AKIAIDLEIDLEIDLEIDLE',
    createdAt: '2025-01-01T00:00:00Z',
    lastUsedAt: '2026-01-01T00:00:00Z',
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    verdict: 'stale',
    reason: 'unused since 2026-01-01',
    staleOn: null,
    owner: null,
    outcome: null,
    outcomeReason: null,
    at: null,
    leftForNextRun: false,
    row: 'unused',
    values: { since: '2026-01-01T00:00:00Z', neverUsed: false },
    ...fields,
  }) as RecordedKey

const textOf = (record: RunRecord): string =>
  recordText(record, { columns: 120, colours: coloursFor({ write: () => {} }, {}) })

const lastLinesOf = (record: RunRecord): string[] => (textOf(record).split('\n\n').at(-1) ?? '').split('\n')

const REPORT = { generatedAt: '2026-09-11T11:00:00Z', sha256: 'f'.repeat(64), users: 30 }

describe('the last lines of a record', () => {
  it.each(RUN_ENDINGS)('say how a run ended: $fields', ({ fields, facts, exitCode }) => {
    const record = recordOf(fields)
    const [last = '', run] = lastLinesOf(record)
    expect(last).toEqual(factsIn(...facts))
    expect(last.includes('IAM')).toBe(facts.includes('IAM'))
    expect(run).toBe('Run          run-1 on account 111122223333, mode apply')
    expect(exitCodeOf(record)).toBe(exitCode)
  })

  it.each(UNDO_ENDINGS)('say how an undo ended: $fields', ({ fields, facts, exitCode }) => {
    const record = recordOf(fields)
    const [last = '', run] = lastLinesOf(record)
    expect(last).toEqual(factsIn(...facts))
    expect(run).toMatch(fields.undo ? / account 111122223333, undo of run monday$/ : /, mode apply$/)
    expect(exitCodeOf(record)).toBe(exitCode)
  })

  it('say of each ending something of its own, and of an undo nothing that is true of a run alone', () => {
    const [runs, undos] = [RUN_ENDINGS, UNDO_ENDINGS].map((endings) =>
      endings.map(({ fields }) => lastLinesOf(recordOf(fields))[0] ?? ''),
    )
    for (const last of undos ?? []) expect(runs).not.toContain(last)
  })

  it('name the decision, its reason and what was left out', () => {
    const leftOut = ['AKIAIDLEIDLEIDLEIDLE']
    const text = textOf(recordOf({ decision: { ...DECISION, answer: 'approve', leftOut } }))
    expect(text).toContain(
      'Decision     approved by ann at 2026-09-11T12:00:00Z, leaving out AKIAIDLEIDLEIDLEIDLE: payroll\n',
    )
  })
})

describe('exemptions that do not hold', () => {
  it('are named: those of the policy that match no user, and those of users that have ended', () => {
    const exemptionEnded = { until: '2026-09-10', text: 'leave' }
    const keys = [
      stale({ user: 'ann', exemptionEnded }),
      stale({ user: 'ann', exemptionEnded }),
      stale({ user: 'bob' }),
    ]
    const text = textOf(recordOf({ keys, unmatchedExemptions: { users: ['vi*'], paths: ['/break_glass/'] } }))
    expect(text).toMatch(/\n\S.*: 2, .*\n {2}user {2}vi\*\n {2}path {2}\/break_glass\/\n/)
    expect(text).toMatch(/\n\S.*: 1 user.*\n {2}ann {2}2026-09-10, leave\n\n/)
  })
  it('are not mentioned if there are none, or in an undo: its keys are as the undone plan had them', () => {
    const keys = [stale({ exemptionEnded: { until: '2026-09-10', text: 'leave' }, outcome: 'reactivated' })]
    const undo = { run: 'monday', keys: null }
    expect(textOf(recordOf({ keys, undo, status: 'reactivated' }))).not.toMatch(/xempt/)
    expect(textOf(recordOf({ keys: [stale()] }))).not.toMatch(/xempt/)
  })
})

describe('the table of stale keys', () => {
  it('is titled by their outcome', () => {
    const go: Partial<RunRecord> = { status: 'planned', ifApplied: { step: 'go', why: [] } }
    const planned = { keys: [stale()], report: REPORT }
    expect(textOf(recordOf({ ...planned, ...go }))).toMatch(/^Would be deactivated: 1 key,/)
    expect(textOf(recordOf({ keys: [stale({ outcome: 'reactivated' })] }))).toMatch(/^Reactivated: 1 key, .+\n/)
  })

  it.each<[RunRecord['status'], RunRecord['ifApplied']]>([
    ['planned', { step: 'stop', why: ['a cap'] }],
    ['planned', { step: 'ask', why: ['a cap'] }],
    ['planned', null],
    ['over cap', { step: 'stop', why: ['a cap'] }],
    ['rejected', { step: 'go', why: [] }],
  ])('says only that keys are stale where they would not just be deactivated: %s, %j', (status, ifApplied) => {
    const text = textOf(recordOf({ status, ifApplied, keys: [stale()], report: REPORT }))
    expect(text).toMatch(/^Stale: 1 key,/)
    expect(text).not.toMatch(/would be deactivated/i)
  })

  it('counts the keys of this run alone, and lists those that are left for the next one apart', () => {
    const left = stale({ user: 'left', leftForNextRun: true })
    const keys = [stale(), stale({ user: 'second' }), left]
    const counts = { stale: 3, leftForNextRun: 1 }
    const plan = { sha256: 'cafe', keys: 2 }
    const text = textOf(recordOf({ status: 'planned', ifApplied: { step: 'go', why: [] }, keys, counts, plan }))
    const [planned = '', next = ''] = text.split('\n\n')
    expect(planned).toMatch(/^Would be deactivated: 2 of 3 stale keys,/)
    expect(planned).not.toContain('left')
    expect(next).toMatch(/^\S.*: 1 key\n.*\n {2}left /)
    const done = keys.slice(0, 2).map((key) => ({ ...key, outcome: 'deactivated' as const }))
    expect(textOf(recordOf({ keys: [...done, left], counts, plan }))).toMatch(/^Deactivated: 2 keys,/)
  })
})

describe('the key events of a record', () => {
  const witness = { complete: false, why: 'denied', detail: 'LookupEvents in us-east-1: AccessDenied' } as const
  const other = {
    version: '0.2.0',
    store: 's3://b\u202e',
    runs: ['r'],
    accessKeyIds: ['A', 'B'],
    lastAt: '2026-09-10T00:00:00Z',
  }
  const said = (keyEvents: RunRecord['keyEvents']) => lastLinesOf(recordOf({ keyEvents })).join(' ')

  it('say that there is no second witness, and why', () => {
    expect(said({ witness, otherSweepers: [] })).toEqual(factsIn('no second witness', 'LookupEvents', 'AccessDenied'))
  })
  it('name another keysweep, its store made safe to print', () => {
    const text = said({ witness: { complete: true }, otherSweepers: [other] })
    expect(text).toEqual(factsIn('0.2.0', 's3://b', '2 keys', '2026-09-10T00:00:00Z'))
    expect(text).not.toContain('\u202e')
  })
  it('say nothing where all is well, or where none were read', () => {
    const silent = said(null)
    expect(said({ witness: { complete: true }, otherSweepers: [] })).toBe(silent)
  })
})
