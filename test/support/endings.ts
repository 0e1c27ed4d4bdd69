// Records for every way in which a run can end, each with the facts that its headline must name and the exit code.
import type { RunRecord } from '../../core/model/documents/record.ts'
import { NOW, policyOf } from './facts.ts'
import { recordedKey } from './records.ts'

const COUNTS = { users: 30, suspects: 1, activeKeys: 30, stale: 1, kept: 0, deactivated: 0 }
const NO_OUTCOMES = { reactivated: 0, skipped: 0, failed: 0, leftForNextRun: 0 }

export type EndFields = Partial<Omit<RunRecord, 'counts'>> & { counts?: Partial<RunRecord['counts']> }

/** A run of 30 users, one of whose keys is stale. */
export const endOf = ({ counts, ...fields }: EndFields = {}): RunRecord => ({
  runId: 'run-1',
  account: '111122223333',
  accountAlias: null,
  mode: 'apply',
  undo: null,
  apply: null,
  organizationRun: null,
  status: 'deactivated',
  startedAt: NOW.toISOString(),
  endedAt: NOW.toISOString(),
  report: null,
  policy: policyOf(),
  unmatchedExemptions: { users: [], paths: [] },
  counts: { ...COUNTS, ...NO_OUTCOMES, ...counts },
  plan: null,
  ifApplied: null,
  decision: null,
  keyEvents: null,
  incomplete: false,
  error: null,
  documents: [],
  keys: [],
  ...fields,
})

/** More stale keys than one run takes. */
const MANY = { counts: { stale: 812, leftForNextRun: 312 }, plan: { sha256: 'cafe', keys: 500 } }

export const DECISION = { by: 'ann', at: '2026-09-11T12:00:00Z', reason: 'payroll', leftOut: [] }
const ERROR = { name: 'X', message: 'why it ended' }
const CAP = '35 of 61 active keys, maxPercent allows 25 %'

export interface Ending {
  fields: EndFields
  facts: (string | number)[]
  exitCode: number
}

/** "IAM" is named by those that say that nothing was written to it. */
const ending = (fields: EndFields, facts: Ending['facts'], exitCode = 0): Ending => ({ fields, facts, exitCode })

export const RUN_ENDINGS: Ending[] = [
  ending({ status: 'planned', ifApplied: { step: 'go', why: [] } }, [1, 'deactivated', 'IAM']),
  ending({ ...MANY, status: 'planned', ifApplied: { step: 'go', why: [] } }, [500, 812, 'deactivated', 312, 'IAM']),
  ending({ ...MANY, status: 'planned', ifApplied: { step: 'ask', why: ['a cap', 'keys in use'] } }, [
    ...[500, 812, 'a cap', 'keys in use', 'IAM'],
  ]),
  ending({ status: 'planned', ifApplied: { step: 'stop', why: [CAP] } }, [CAP, 'IAM']),
  // Version 0.1.0 did not record it.
  ending({ status: 'planned', ifApplied: null }, [1, 'IAM']),
  ending({ status: 'nothing to do', counts: { stale: 0 } }, []),
  ending({ status: 'nothing to do' }, [0, 1, 'deactivated']),
  ending({ status: 'deactivated', counts: { deactivated: 2, leftForNextRun: 3 } }, [2, 'deactivated', 3]),
  ending({ status: 'some keys failed', counts: { deactivated: 1, failed: 1 } }, ['1 key deactivated', '1 failed'], 1),
  ending({ status: 'over cap', counts: { stale: 9 } }, [9, 30, 'maxPercent', 25, 'IAM'], 3),
  ending(
    { status: 'over cap', ifApplied: { step: 'stop', why: ['a cap', 'keys in use'] } },
    ['a cap', 'keys in use', 'IAM'],
    3,
  ),
  ending({ status: 'approval needed' }, [1, 'deactivated', 'IAM'], 3),
  ending({ status: 'rejected', decision: { ...DECISION, answer: 'reject' } }, ['ann', 'IAM'], 3),
  ending({ status: 'expired' }, ['IAM'], 3),
  ending({ status: 'another run is open', error: ERROR }, ['why it ended', 'IAM'], 3),
  ending({ status: 'switched off', error: { ...ERROR, name: 'SwitchedOff' } }, ['off', 'IAM'], 3),
  ending({ status: 'refused', error: ERROR }, ['why it ended', 'IAM'], 1),
  // A whole record of keys that were changed before the run failed, and one that cannot say which keys were changed.
  ending(
    { status: 'refused', error: ERROR, counts: { deactivated: 1, stale: 1 } },
    ['why it ended', 1, 'deactivated'],
    1,
  ),
  ending({ status: 'refused', error: { ...ERROR, name: 'StoreDamaged' }, incomplete: true }, ['why it ended'], 1),
  ending({ status: 'refused', error: { ...ERROR, name: 'SettingsRefused' } }, ['why it ended', 'IAM'], 2),
  ending({ status: 'interrupted' }, ['no key', 'deactivated'], 130),
]

const UNDO = { run: 'monday', keys: null }
const A_KEY = 'AKIAIDLEIDLEIDLEIDLE'
const undo = { undo: UNDO, keys: [recordedKey()] }

export const UNDO_ENDINGS: Ending[] = [
  ending({ ...undo, status: 'reactivated', counts: { reactivated: 2 } }, [2, 'reactivated']),
  ending({ ...undo, status: 'nothing to do' }, [0, 1, 'reactivated']),
  ending({ undo: UNDO, status: 'nothing to do', counts: { stale: 0 } }, ['monday', 'no key', 'deactivated']),
  ending({ undo: { ...UNDO, keys: [A_KEY] }, status: 'nothing to do', counts: { stale: 0 } }, ['monday', A_KEY]),
  ending({ undo: { ...UNDO, keys: [A_KEY, 'b'] }, status: 'nothing to do', counts: { stale: 0 } }, ['monday', 2]),
  ending({ ...undo, status: 'some keys failed', counts: { failed: 1 } }, [0, 'reactivated', '1 failed'], 1),
  ending({ ...undo, status: 'interrupted' }, ['no key', 'reactivated'], 130),
  ending({ undo: UNDO, status: 'interrupted', counts: { stale: 0 } }, ['no key', 'reactivated'], 130),
  ending(
    { ...undo, status: 'interrupted', counts: { reactivated: 1, skipped: 1 } },
    ['1 key reactivated', '1 skipped'],
    130,
  ),
  // Version 0.1.0 did not record that it is one.
  ending({ ...undo, undo: null, apply: null, status: 'reactivated', counts: { reactivated: 2 } }, [2, 'reactivated']),
]
