import { expect, it } from '@jest/globals'
import { runList } from '../../../cli/render/run-list.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { isUndo } from '../../../core/run/record.ts'
import { recordOf } from '../../support/records.ts'

const RUN = '2026-11-27T045225Z-202f83'
const { counts } = recordOf()
const NONE = { deactivated: 0, reactivated: 0, skipped: 0, failed: 0 }

const listed = (record: RunRecord, columns = 120): string[] =>
  runList([{ ...record, isUndo: isUndo(record), life: null }], {
    columns,
    colours: coloursFor({ write: () => {} }, {}),
  })

it.each<[RunRecord['status'], Partial<RunRecord['counts']>, string]>([
  ['planned', {}, 'planned'],
  ['deactivated', { deactivated: 18, skipped: 2 }, '18 deactivated'],
  ['reactivated', { reactivated: 1 }, '1 reactivated'],
  ['some keys failed', { deactivated: 3, failed: 2 }, '3 deactivated, 2 failed'],
  ['some keys failed', { failed: 2 }, '2 failed'],
  ['interrupted', { deactivated: 3 }, 'interrupted, 3 deactivated'],
  ['interrupted', {}, 'interrupted'],
])('a run that ended as %s with %j: %s', (status, outcomes, result) => {
  const [, line = ''] = listed(recordOf({ runId: RUN, status, counts: { ...counts, ...NONE, ...outcomes } }))
  expect(line.split(/ {2,}/).slice(4)).toEqual([result])
})

it('an undo has no stale keys of its own', () => {
  const [, line = ''] = listed(recordOf({ undo: { run: 'monday', keys: null } }))
  expect(line.split(/ {2,}/).slice(2, 4)).toEqual(['undo', '–'])
})

it('the list fits 80 columns, also with the longest ends', () => {
  const lines = listed(
    recordOf({ runId: RUN, status: 'another run is open', counts: { ...counts, stale: 12_000 } }),
    80,
  )
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
})
