// Whole documents of the run store, as keysweep writes them. A test says what is different.

import type { Intent, KeyOutcome } from '../../core/model/documents/key.ts'
import type { Plan } from '../../core/model/documents/plan.ts'
import type { StoredSuspects, Suspect } from '../../core/model/documents/suspects.ts'
import { textOf } from '../../steps/run-documents.ts'
import { ago } from './facts.ts'

/** A plan's bytes. */
export const textOfPlan = (plan: Plan): string => textOf(plan)

const KEY = { runId: 'run-1', user: 'a', accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }

export const intentOf = (fields: Partial<Intent> = {}): Intent => ({
  ...KEY,
  action: 'deactivate',
  at: ago(0),
  attempt: 'an attempt',
  ...fields,
})

export const keyOutcomeOf = (fields: Partial<KeyOutcome> = {}): KeyOutcome => ({
  ...KEY,
  outcome: 'deactivated',
  reason: null,
  sent: true,
  at: ago(0),
  ...fields,
})

export const suspectOf = (user: string, fields: Partial<Suspect> = {}): Suspect => ({
  user,
  path: '/',
  activeInReport: 1,
  slots: [],
  userCreatedAt: null,
  ...fields,
})

export const suspectsOf = (fields: Partial<StoredSuspects> = {}): StoredSuspects => ({
  generatedAt: ago(0, 3_600_000),
  sha256: 'f00d',
  users: 60,
  suspects: fields.list?.length ?? 0,
  activeKeys: 75,
  activeKeysInUse: 70,
  unmatchedExemptions: { users: [], paths: [] },
  rootKeys: [],
  list: [],
  ...fields,
})
