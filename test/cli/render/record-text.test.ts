// The last lines of a record, for every way in which a run can end.
import { describe, expect, it } from '@jest/globals'
import { exitCodeOf } from '../../../cli/exit-code.ts'
import { recordText } from '../../../cli/render/record-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import type { RecordedKey, RunRecord } from '../../../core/model/documents/record.ts'
import { NOW, policyOf } from '../../support/facts.ts'

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
    row: 'unused',
    values: { since: '2026-01-01T00:00:00Z', neverUsed: false },
    ...fields,
  }) as RecordedKey

const COUNTS = { users: 30, suspects: 1, activeKeys: 30, stale: 1, kept: 0, deactivated: 0 }
const NO_OUTCOMES = { reactivated: 0, skipped: 0, failed: 0, leftForNextRun: 0 }

const recordOf = ({
  counts,
  ...fields
}: Partial<Omit<RunRecord, 'counts'>> & { counts?: Partial<RunRecord['counts']> }): RunRecord => ({
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  status: 'deactivated',
  startedAt: NOW.toISOString(),
  endedAt: NOW.toISOString(),
  report: null,
  policy: policyOf(),
  counts: { ...COUNTS, ...NO_OUTCOMES, ...counts },
  plan: null,
  ifApplied: null,
  decision: null,
  error: null,
  documents: [],
  keys: [],
  ...fields,
})

const textOf = (record: RunRecord): string =>
  recordText(record, { columns: 120, colours: coloursFor({ write: () => {} }, {}) })

const lastLinesOf = (record: RunRecord): string[] => (textOf(record).split('\n\n').at(-1) ?? '').split('\n')

/** More stale keys than one run takes. */
const MANY = { counts: { stale: 812, leftForNextRun: 312 }, plan: { sha256: 'cafe', keys: 500 } }

const REPORT = { generatedAt: '2026-09-11T11:00:00Z', sha256: 'f'.repeat(64), users: 30 }

const decision = { by: 'ann', at: '2026-09-11T12:00:00Z', reason: 'payroll', leftOut: [] }
const error = { name: 'X', message: 'why it ended' }

describe('the last lines of a record', () => {
  it.each<[RunRecord['status'], Parameters<typeof recordOf>[0], string, number]>([
    ['planned', { ifApplied: { step: 'go', why: [] } }, '1 key would be deactivated. Nothing was written to IAM.', 0],
    [
      'planned',
      { ...MANY, ifApplied: { step: 'go', why: [] } },
      '500 of 812 stale keys would be deactivated, and 312 left for the next run. Nothing was written to IAM.',
      0,
    ],
    [
      'planned',
      { ...MANY, ifApplied: { step: 'ask', why: ['a cap', 'keys in use'] } },
      'Would ask a person about 500 of 812 stale keys: a cap; keys in use. Nothing was written to IAM.',
      0,
    ],
    [
      'planned',
      { ifApplied: { step: 'stop', why: ['35 of 61 active keys, maxPercent allows 25 %'] } },
      'Would stop: 35 of 61 active keys, maxPercent allows 25 %. Nothing was written to IAM.',
      0,
    ],
    // Version 0.1.0 did not record it.
    ['planned', { ifApplied: null }, '1 stale key planned. Nothing was written to IAM.', 0],
    ['nothing to do', { counts: { stale: 0 } }, 'Nothing to do: no key is stale.', 0],
    ['nothing to do', {}, 'Nothing done: 0 of 1 key deactivated.', 0],
    [
      'deactivated',
      { counts: { deactivated: 2, leftForNextRun: 3 } },
      '2 keys deactivated, 3 left for the next run.',
      0,
    ],
    ['some keys failed', { counts: { deactivated: 1, failed: 1 } }, '1 key deactivated, 1 failed.', 1],
    [
      'over cap',
      { counts: { stale: 9 } },
      'Over a cap: 9 of 30 active keys, maxPercent allows 25 %. Nothing was written to IAM.',
      3,
    ],
    [
      'over cap',
      { ifApplied: { step: 'stop', why: ['a cap', 'keys in use'] } },
      'Over a cap: a cap; keys in use. Nothing was written to IAM.',
      3,
    ],
    ['approval needed', {}, 'Approval needed: 1 key would be deactivated. Nothing was written to IAM.', 3],
    ['rejected', { decision: { ...decision, answer: 'reject' } }, 'Rejected by ann. Nothing was written to IAM.', 3],
    ['expired', {}, 'Nobody answered in time, and no answer is no. Nothing was written to IAM.', 3],
    ['another run is open', { error }, 'Another run is open: why it ended. Nothing was written to IAM.', 3],
    ['refused', { error }, 'Refused, nothing was written to IAM: why it ended', 1],
    [
      'refused',
      { error: { ...error, name: 'SettingsRefused' } },
      'Refused, nothing was written to IAM: why it ended',
      2,
    ],
    ['interrupted', {}, 'Interrupted: no key was deactivated.', 130],
  ])('say of a run that ended as %s with %j: %s', (status, fields, sentence, exitCode) => {
    const record = recordOf({ status, ...fields })
    const [last, run] = lastLinesOf(record)
    expect(last).toBe(sentence)
    expect(run).toBe('Run          run-1 on account 111122223333, mode apply')
    expect(exitCodeOf(record)).toBe(exitCode)
  })

  it.each<[RunRecord['status'], Partial<RunRecord['counts']>, string, number]>([
    ['reactivated', { reactivated: 2 }, '2 keys reactivated.', 0],
    ['nothing to do', {}, 'Nothing done: 0 of 1 key reactivated.', 0],
    ['some keys failed', { failed: 1 }, '0 keys reactivated, 1 failed.', 1],
    ['interrupted', {}, 'Interrupted: no key was reactivated.', 130],
    ['interrupted', { reactivated: 1, skipped: 1 }, 'Interrupted: 1 key reactivated, 1 skipped.', 130],
  ])('say of an undo that ended as %s with %j: %s', (status, counts, sentence, exitCode) => {
    // An undo has keys, and neither a report nor a plan of its own.
    const record = recordOf({ status, counts, keys: [stale()] })
    expect(lastLinesOf(record)[0]).toBe(sentence)
    expect(exitCodeOf(record)).toBe(exitCode)
  })

  it('name the decision, its reason and what was left out', () => {
    const leftOut = ['AKIAIDLEIDLEIDLEIDLE']
    const text = textOf(recordOf({ decision: { ...decision, answer: 'approve', leftOut } }))
    expect(text).toContain(
      'Decision     approve by ann at 2026-09-11T12:00:00Z, leaving out AKIAIDLEIDLEIDLEIDLE: payroll\n',
    )
  })
})

describe('the table of stale keys', () => {
  it('is titled by what became of them', () => {
    const go: Partial<RunRecord> = { status: 'planned', ifApplied: { step: 'go', why: [] } }
    const planned = { keys: [stale()], report: REPORT }
    expect(textOf(recordOf({ ...planned, ...go }))).toMatch(/^Would be deactivated: 1 key,/)
    expect(textOf(recordOf({ keys: [stale({ outcome: 'reactivated' })] }))).toMatch(
      /^Reactivated: 1 key, with the reasons of the run that deactivated them\n/,
    )
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
    const left = stale({ user: 'left', outcomeReason: 'left for the next run' })
    const keys = [stale(), stale({ user: 'second' }), left]
    const counts = { stale: 3, leftForNextRun: 1 }
    const plan = { sha256: 'cafe', keys: 2 }
    const text = textOf(recordOf({ status: 'planned', ifApplied: { step: 'go', why: [] }, keys, counts, plan }))
    const [planned = '', next = ''] = text.split('\n\n')
    expect(planned).toMatch(/^Would be deactivated: 2 of 3 stale keys,/)
    expect(planned).not.toContain('left')
    expect(next).toMatch(/^Left for the next run: 1 key\n.*\n {2}left /)
    const done = keys.slice(0, 2).map((key) => ({ ...key, outcome: 'deactivated' as const }))
    expect(textOf(recordOf({ keys: [...done, left], counts, plan }))).toMatch(/^Deactivated: 2 keys,/)
  })
})
