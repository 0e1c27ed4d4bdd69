// What a record is joined from: a run that took two of three keys. A test says what is different.

import type { StoredDecision } from '../../core/model/documents/decision.ts'
import type { KeyOutcome } from '../../core/model/documents/key.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import type { KeyVerdict } from '../../core/model/verdict.ts'
import { makeRecord, type RecordParts } from '../../core/run/record.ts'
import { ago, CALLER, policyOf } from './facts.ts'
import { IN_USE, UNUSED } from './rows.ts'

export const A = 'AKIAAAAAAAAAAAAAAAAA'
export const B = 'AKIABBBBBBBBBBBBBBBB'

export const verdict = (accessKeyId: string, fields: Partial<KeyVerdict> = {}) =>
  ({
    user: 'bot',
    accessKeyId,
    createdAt: ago(400),
    lastUsedAt: ago(200),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    verdict: 'stale',
    rule: 'unused',
    reason: 'unused since 2026-02-23',
    idleSince: ago(200),
    staleOn: null,
    owner: 'ann',
    ...(fields.verdict === 'kept' ? IN_USE : UNUSED),
    ...fields,
  }) as KeyVerdict
export const planOf = (fields: Partial<Plan> = {}): Plan => ({
  runId: 'run-1',
  account: '111122223333',
  mode: 'apply',
  approval: 'over-cap',
  createdAt: ago(0),
  source: null,
  witness: null,
  organization: null,
  keys: [A, B].map((accessKeyId) => ({ accessKeyId, user: 'bot' })) as Plan['keys'],
  leftForNextRun: 0,
  overCaps: [],
  approvalReasons: [],
  ifApplied: 'go',
  next: 'deactivate',
  ...fields,
})
export const outcome = (accessKeyId: string, fields: Partial<KeyOutcome> = {}) => ({
  accessKeyId,
  intent: null,
  outcome: {
    runId: 'run-1',
    user: 'bot',
    accessKeyId,
    outcome: 'deactivated',
    reason: null,
    sent: true,
    at: ago(0),
    ...fields,
  } as KeyOutcome,
})
export const partsOf = (fields: Partial<RecordParts> = {}): RecordParts => ({
  runId: 'run-1',
  startedAt: ago(0, 60_000),
  endedAt: ago(0),
  input: {
    account: '111122223333',
    caller: CALLER,
    mode: 'apply',
    policy: policyOf(),
    undo: null,
    apply: null,
    organizationRun: null,
  },
  report: {
    generatedAt: ago(0, 120_000),
    sha256: 'f00d',
    users: 60,
    suspects: 1,
    activeKeys: 75,
    activeKeysInUse: 70,
    unmatchedExemptions: { users: [], paths: [] },
  },
  verdicts: [verdict(A), verdict(B), verdict('AKIACCCCCCCCCCCCCCCC', { verdict: 'kept', reason: 'in use' })],
  plan: { plan: planOf(), sha256: 'cafe' },
  decision: null,
  keyEvents: null,
  undo: null,
  histories: [outcome(A), outcome(B)],
  documents: [],
  incomplete: false,
  error: null,
  ...fields,
})
export const decisionOf = (fields: Partial<StoredDecision> = {}): StoredDecision => ({
  runId: 'run-1',
  plan: 'cafe',
  answer: 'approve',
  by: 'ann',
  userId: 'AROAXXXX:ann',
  at: ago(0),
  reason: null,
  leftOut: [],
  ...fields,
})
export const asked = (decision: Partial<StoredDecision>) => ({
  plan: { plan: planOf({ next: 'approval' }), sha256: 'cafe' },
  decision: decisionOf(decision),
})
export const recordOf = (fields: Partial<RecordParts> = {}) => makeRecord(partsOf(fields))
export const idle = (fields: Partial<Plan>) => ({
  plan: { plan: planOf({ next: 'record', ...fields }), sha256: 'cafe' },
  histories: [],
})
