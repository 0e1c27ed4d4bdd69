// Records for tests of what is told of them.
import type { RecordedKey, RunRecord } from '../../core/model/documents/record.ts'
import { ago, NOW, policyOf } from './facts.ts'
import { IN_USE, UNUSED } from './rows.ts'

export const recordedKey = (fields: Partial<RecordedKey> = {}) =>
  ({
    user: 'bot',
    accessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
    createdAt: ago(400),
    lastUsedAt: ago(200),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
    verdict: 'stale',
    reason: 'unused since 2026-02-23',
    staleOn: null,
    owner: 'ann',
    outcome: null,
    outcomeReason: null,
    at: null,
    leftForNextRun: false,
    ...(fields.verdict === 'kept' ? IN_USE : UNUSED),
    ...fields,
  }) as RecordedKey

export const ID = {
  taken: 'AKIATAKENTAKENTAKEN1',
  back: 'AKIABACKBACKBACKBAC1',
  soon: 'AKIASOONSOONSOONSOO1',
  later: 'AKIALATERLATERLATER1',
  failed: 'AKIAFAILEDFAILEDFAI1',
}

export const TAKEN = recordedKey({ accessKeyId: ID.taken, outcome: 'deactivated', at: ago(0, 30_000) })
export const BACK = recordedKey({ accessKeyId: ID.back, outcome: 'reactivated', at: ago(0, 30_000) })
export const FAILED = recordedKey({ accessKeyId: ID.failed, outcome: 'failed', outcomeReason: 'IamDenied: no' })
export const SOON = recordedKey({
  accessKeyId: ID.soon,
  verdict: 'kept',
  reason: 'in use',
  staleOn: new Date(NOW.getTime() + 5 * 86_400_000).toISOString().slice(0, 10),
})
export const LATER = recordedKey({ accessKeyId: ID.later, verdict: 'kept', reason: 'in use', staleOn: '2099-01-01' })

const NO_COUNTS = {
  users: 0,
  suspects: 0,
  activeKeys: 0,
  stale: 0,
  kept: 0,
  deactivated: 0,
  reactivated: 0,
  skipped: 0,
  failed: 0,
  leftForNextRun: 0,
}

/** A run that deactivated what is among its keys. */
export function recordOf(fields: Partial<RunRecord> = {}): RunRecord {
  const keys = fields.keys ?? [TAKEN, SOON, LATER]
  const having = (outcome: RecordedKey['outcome']) => keys.filter((key) => key.outcome === outcome).length
  return {
    runId: 'run-1',
    account: '111122223333',
    accountAlias: null,
    mode: 'apply',
    undo: null,
    apply: null,
    organizationRun: null,
    status: 'deactivated',
    startedAt: ago(0, 60_000),
    endedAt: ago(0),
    report: { generatedAt: ago(0, 120_000), sha256: 'f00d', users: 60 },
    policy: policyOf({ warnDays: 14 }),
    unmatchedExemptions: { users: [], paths: [] },
    counts: {
      ...NO_COUNTS,
      users: 60,
      activeKeys: 75,
      stale: 1,
      deactivated: having('deactivated'),
      reactivated: having('reactivated'),
      skipped: having('skipped'),
      failed: having('failed'),
    },
    plan: { sha256: 'cafe', keys: 1 },
    ifApplied: { step: 'go', why: [] },
    decision: null,
    keyEvents: null,
    error: null,
    documents: [],
    incomplete: false,
    keys,
    ...fields,
  }
}

/** A run that was refused before it knew anything. */
export const refusedRecord = (fields: Partial<RunRecord> = {}): RunRecord =>
  recordOf({
    account: null,
    mode: null,
    status: 'refused',
    report: null,
    policy: null,
    counts: NO_COUNTS,
    plan: null,
    ifApplied: null,
    error: { name: 'InputRefused', message: 'Input refused: unknown field "dryRun"' },
    keys: [],
    ...fields,
  })
