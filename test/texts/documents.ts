// Whole documents as people get them, where the whole text is the point: one file for each, which `npm run catalogue`
// writes anew. Its diff is reviewed as the catalogue's is.
import { readFileSync, writeFileSync } from 'node:fs'
import { headline } from '../../cli/render/headline.ts'
import type { ApprovalWanted, Message } from '../../core/model/messages.ts'
import type { OutcomeReason } from '../../core/model/outcome-reason.ts'
import { FACT_DOUBTS } from '../../core/model/verdict.ts'
import { runEnded } from '../../core/notify/message.ts'
import { EVERY_PLAN_ASKS, onlyOldText, overCapText } from '../../core/texts/approval-text.ts'
import { messageSubject, messageText } from '../../core/texts/message-text.ts'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { verdictText } from '../../core/texts/verdict-text.ts'
import { noWitnessOf } from '../../core/texts/witness-text.ts'
import { endOf, RUN_ENDINGS, UNDO_ENDINGS } from '../support/endings.ts'
import { BACK, FAILED, recordOf, refusedRecord, SOON, TAKEN } from '../support/records.ts'
import { doubted, WAYS_TO_DECIDE } from '../support/rows.ts'

const COMMAND = 'npm run -s keysweep -- show run-1 --store s3://runs'
const CLONE = ', in a clone of keysweep'

const WANTED: ApprovalWanted = {
  kind: 'approval wanted',
  runId: 'run-1',
  account: '111122223333',
  plan: 'cafe',
  keys: 2,
  users: 1,
  longestIdle: { createdAt: '2025-08-07T00:00:00Z', lastUsedAt: null },
  mostRecent: { createdAt: '2024-01-01T00:00:00Z', lastUsedAt: '2026-02-23T00:00:00Z' },
  why: [EVERY_PLAN_ASKS, onlyOldText(2)],
  noWitness: null,
  expiresAt: '2026-09-18T12:00:00Z',
  command: 'sweep approve run-1',
}

/** Each reason once, and those that say more by what is in them. */
const REASONS: OutcomeReason[] = [
  { why: 'key-deleted' },
  { why: 'run-closed' },
  { why: 'used-since-plan', planned: 'unused' },
  { why: 'kept', verdict: WAYS_TO_DECIDE[0]?.[0] ?? { row: 'changed', values: { change: null } } },
  { why: 'reactivated-since' },
  { why: 'other-status', status: 'Expired' },
  { why: 'already-active' },
  { why: 'undo-refused', refusal: { why: 'not-deactivated' } },
  { why: 'undo-refused', refusal: { why: 'reactivated', by: null } },
  { why: 'undo-refused', refusal: { why: 'reactivated', by: 'run-2' } },
  { why: 'undo-refused', refusal: { why: 'deactivated-again', by: 'run-3' } },
  {
    why: 'error',
    error: 'IamDenied',
    message: 'UpdateAccessKey of AKIAIDLEIDLEIDLEIDLE of user bob: AccessDenied: no',
  },
  { why: 'interrupted', when: 'before' },
  { why: 'interrupted', when: 'refused' },
  { why: 'left-out', by: 'arn:aws:iam::111122223333:user/ann' },
  { why: 'left-out', by: null },
  { why: 'no-outcome' },
  { why: 'not-confirmed', because: { why: 'key-deleted' } },
  { why: 'not-confirmed', because: { why: 'interrupted', when: null } },
]

const DENIED = { complete: false, why: 'denied', detail: 'AccessDenied' } as const

const WOULD_STOP = {
  step: 'stop' as const,
  why: [overCapText({ cap: 'maxPercent', stale: 35, activeKeys: 61, allowed: 25 })],
}

const mail = (message: Message, where = ''): string =>
  `Subject: ${messageSubject(message)}\n\n${messageText(message, where)}\n`

/** One sample below another. */
const mails = (...samples: string[]): string => samples.join('\n----\n\n')

const counts = { ...recordOf().counts, reactivated: 2, skipped: 3, failed: 1, leftForNextRun: 4 }

const DOCUMENTS: Record<string, () => string> = {
  'mail-run-ended': () =>
    mails(
      mail(runEnded(recordOf(), COMMAND, 'b7e1c2d3f4a5968778695a4b3c2d1e0fb7e1c2d3f4a5968778695a4b3c2d1e0f')),
      mail(runEnded(recordOf({ counts, keys: [TAKEN, BACK, FAILED, { ...SOON, owner: null }] }), COMMAND), CLONE),
      mail(runEnded(refusedRecord(), COMMAND)),
      mail(runEnded({ ...refusedRecord(), incomplete: true }, COMMAND)),
      mail(runEnded(recordOf({ mode: 'plan', status: 'planned', ifApplied: WOULD_STOP, keys: [] }), COMMAND)),
    ),
  'mail-approval': () =>
    mails(
      mail(WANTED),
      mail({ ...WANTED, keys: 1, why: WANTED.why.slice(0, 1) }, CLONE),
      mail({ ...WANTED, noWitness: noWitnessOf({ witness: DENIED }) }),
    ),
  headlines: () => [...RUN_ENDINGS, ...UNDO_ENDINGS].map(({ fields }) => `${headline(endOf(fields))}\n`).join(''),
  'outcome-reasons': () => REASONS.map((reason) => `${outcomeReasonText(reason)}\n`).join(''),
  verdicts: () =>
    [...WAYS_TO_DECIDE.map(([row]) => row), ...FACT_DOUBTS.map((doubt) => doubted(doubt, 'x"'))]
      .map((row) => `${verdictText(row)}\n`)
      .join(''),
}

export const documentNames = Object.keys(DOCUMENTS)

/** The text of the document as it is now. */
export const documentText = (name: string): string => DOCUMENTS[name]?.() ?? ''

/** Where the reviewed text is kept. */
export const documentFile = (name: string): string => `test/texts/${name}.txt`

/** The reviewed text. */
export const reviewedText = (name: string): string => readFileSync(documentFile(name), 'utf8')

if (import.meta.main) for (const name of documentNames) writeFileSync(documentFile(name), documentText(name))
