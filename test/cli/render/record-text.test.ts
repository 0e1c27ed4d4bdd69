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
  decision: null,
  error: null,
  keys: [],
  ...fields,
})

const textOf = (record: RunRecord): string =>
  recordText(record, { columns: 80, colours: coloursFor({ write: () => {} }, {}) })

const lastLinesOf = (record: RunRecord): string[] => (textOf(record).split('\n\n').at(-1) ?? '').split('\n')

const REPORT = { generatedAt: '2026-09-11T11:00:00Z', sha256: 'f'.repeat(64), users: 30 }

const decision = { by: 'ann', at: '2026-09-11T12:00:00Z', reason: 'payroll', leftOut: [] }
const error = { name: 'X', message: 'why it ended' }

describe('the last lines of a record', () => {
  it.each<[RunRecord['status'], Parameters<typeof recordOf>[0], string, number]>([
    ['planned', {}, '1 key would be deactivated. Nothing was written to IAM.', 0],
    ['nothing to do', { counts: { stale: 0 } }, 'Nothing to do: no key is stale.', 0],
    ['nothing to do', {}, 'Nothing done: none of 1 key was still to be taken.', 0],
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
      'Over a cap: 9 stale keys of 30 active, maxPercent allows 25 %. Nothing was written to IAM.',
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
    ['nothing to do', {}, 'Nothing done: none of 1 key was still to be brought back.', 0],
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
    expect(textOf(recordOf({ keys: [stale()], report: REPORT }))).toMatch(/^Would be deactivated: 1 key/)
    expect(textOf(recordOf({ keys: [stale({ outcome: 'reactivated' })] }))).toMatch(
      /^Reactivated: 1 key, with the reasons of the run that took them\n/,
    )
  })

  it('has as many columns as there is room for', () => {
    const keys = [stale({ outcome: 'deactivated' })]
    const heads = (columns: number) =>
      recordText(recordOf({ keys, report: REPORT }), { columns, colours: coloursFor({ write: () => {} }, {}) })
        .split('\n')[1]
        ?.trim()
        .split(/ {2,}/)
    expect(heads(80)).toEqual(['User', 'Access key', 'Why'])
    expect(heads(90)).toEqual(['User', 'Access key', 'Last used', 'Why'])
    expect(heads(100)).toEqual(['User', 'Access key', 'Created', 'Last used', 'Why'])
    expect(heads(120)).toEqual(['User', 'Access key', 'Created', 'Last used', 'Why', 'Outcome'])
  })
})
