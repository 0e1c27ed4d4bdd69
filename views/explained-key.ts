// One key's facts, read from IAM now, and each row of the verdict table.

import { endedExemption, exemptionInReport } from '../core/judge/exemption.ts'
import { type KeyHistoryOfEvents, withKeyEvents } from '../core/judge/key-events.ts'
import { findSuspects } from '../core/judge/suspects.ts'
import { type Judgement, VERDICT_TABLE } from '../core/judge/verdict.ts'
import { IamDenied, NoSuchEntity, StoreDamaged, StoreRefused } from '../core/model/errors.ts'
import { type Caller, type ReportSlot, signerIn, type UserFacts } from '../core/model/facts.ts'
import { ACCESS_KEY_ID, isUserName } from '../core/model/ids.ts'
import type { Policy } from '../core/model/policy.ts'
import type { Explained } from '../core/model/printed.ts'
import { EXEMPT_UNTIL_TAG } from '../core/model/tags.ts'
import type { ExemptionEnded } from '../core/model/verdict.ts'
import { endedText, ROW_NAMES, verdictText } from '../core/texts/verdict-text.ts'
import type { Iam } from '../io/iam/iam.ts'
import type { RunStore } from '../io/store/run-store.ts'
import { type AccountRun, READ } from '../io/sts/iam-use.ts'
import { readJournal, whenReactivated } from '../steps/key-journal.ts'
import type { Ports } from '../steps/ports.ts'
import { readUser } from '../steps/user-facts.ts'
import { explainUnread } from './explained-exempt.ts'
import { eventLine, factLines } from './explained-facts.ts'
import { newestReport, type SeenReport } from './seen-report.ts'

export interface Question {
  accessKeyId: string
  policy: Policy
  /** The account of the key, and who asks. */
  run: AccountRun
  /** What CloudTrail's event history says of keys. */
  events: KeyHistoryOfEvents
}

/**
 * The key of this id, or the keys of the user of this name.
 * @throws NoSuchEntity if there is neither, and the errors of IAM
 */
export async function keysNamed(iam: Iam, named: string): Promise<{ keys: string[]; isUser: boolean }> {
  const ofUser = async () => ({
    keys: (await iam.listAccessKeys(named)).map(({ accessKeyId }) => accessKeyId),
    isUser: true,
  })
  if (!ACCESS_KEY_ID.test(named)) return ofUser()
  try {
    await iam.ownerOf(named)
    return { keys: [named], isUser: false }
  } catch (noSuchKey) {
    if (!(noSuchKey instanceof NoSuchEntity && isUserName(named))) throw noSuchKey
    return ofUser().catch((error) => {
      throw error instanceof NoSuchEntity ? noSuchKey : error
    })
  }
}

/** Reads and judges as a run does; writes nothing. @throws NoSuchEntity if no user has this key, and the errors of IAM and the run store. */
export async function explainKey(
  ports: Pick<Ports, 'patientIamOf' | 'store' | 'now'>,
  question: Question,
): Promise<Explained> {
  const iam = ports.patientIamOf(question.run, READ)
  const user = await iam.ownerOf(question.accessKeyId)
  const report = await newestReport(iam, user, question.run.account)
  const exempt = exemptionInReport({ user, path: report.path ?? '/' }, question.policy)
  const caller = signerIn(question.run)
  const asked = { ...question, caller, user, report }
  try {
    return await judgedNow(ports, iam, asked)
  } catch (error) {
    if (error instanceof StoreDamaged || error instanceof StoreRefused)
      return judgedNow({ ...ports, store: withoutKeys(ports.store) }, iam, asked, error.message)
    if (exempt === null || !(error instanceof IamDenied)) throw error
    return explainUnread({ ...question, caller, user, exempt, denied: error })
  }
}

const withoutKeys = (store: RunStore): RunStore => ({ ...store, list: async () => [] })

/**
 * @param unread why the documents about keys cannot be read, and are left out. A run would end here, if the key would be stale.
 * @throws NoSuchEntity if the key was deleted meanwhile, and the errors of IAM and the run store
 */
async function judgedNow(
  { store, now }: Pick<Ports, 'store' | 'now'>,
  iam: Iam,
  {
    accessKeyId,
    policy,
    caller,
    events,
    user,
    report,
  }: Question & { caller: Caller; user: string; report: SeenReport },
  unread: string | null = null,
): Promise<Explained> {
  const { facts, at } = await readUser(store, iam, {
    user,
    path: report.path ?? '/',
    report: report.row === null ? await asReported(iam, user) : report.shown,
    runId: null,
    policy,
    caller,
    now,
  })
  const key = facts.keys.find((key) => key.accessKeyId === accessKeyId)
  if (key === undefined) {
    const received = facts.keys.map((key) => key.accessKeyId).join(', ') || 'none'
    throw new NoSuchEntity(`Key ${accessKeyId} of user ${user} no longer exists. The user has: ${received}.`)
  }
  // A key that is not Active was not reactivated.
  const reactivatedAt =
    key.status === 'Active' ? (await whenReactivated(store, await readJournal(store, accessKeyId), at, null)).at : null
  const known = withKeyEvents(facts, events)
  const judged = known.keys.find((key) => key.accessKeyId === accessKeyId) ?? key
  const rows = tryRows({ facts: known, key: judged, policy, caller, now: at }, unread === null)
  const last = rows.at(-1)?.fits ?? 'no row fits'
  return {
    accessKeyId,
    user,
    verdict: last,
    note: [
      ...unreadNote(unread),
      ...notesOn(report, policy, at),
      ...endedNote(endedExemption(facts, accessKeyId, policy, at)),
    ],
    facts: [
      ...factLines(facts, { ...key, reactivatedAt }, report, caller, { store: store.location, unread }),
      eventLine(judged, events.witness),
    ],
    rows,
  }
}

function tryRows(judgement: Judgement, isHistoryKnown: boolean): Explained['rows'] {
  const tried: Explained['rows'] = []
  for (const { row, fits } of VERDICT_TABLE) {
    const verdict = fits(judgement)
    if (verdict === null) tried.push({ row: ROW_NAMES[row], fits: null })
    else if (verdict.verdict === 'stale' && !isHistoryKnown) return [...tried, { row: ROW_NAMES[row], fits: NOT_KNOWN }]
    else {
      const staleOn =
        verdict.staleOn === null
          ? ''
          : `, stale on ${verdict.staleOn}${judgement.policy.rotationDays === null ? ' unless used' : ''}`
      return [...tried, { row: ROW_NAMES[row], fits: `${verdict.verdict}: ${verdictText(verdict)}${staleOn}` }]
    }
  }
  return tried
}

const NOT_KNOWN = 'not known: what earlier runs did to the key cannot be read'

const unreadNote = (unread: string | null): string[] =>
  unread === null ? [] : [`A run that needs this document ends without a change. ${unread}`]

/** What a report made now would show: used without a report, so that it contradicts no live fact. */
async function asReported(iam: Iam, user: string): Promise<UserFacts['report']> {
  const active = (await iam.listAccessKeys(user)).filter(({ status }) => status === 'Active')
  const slots = active.map(
    ({ createdAt }, index): ReportSlot => ({
      slot: index === 0 ? 1 : 2,
      active: true,
      lastRotatedAt: createdAt,
      lastUsedAt: null,
      lastUsedService: null,
      unknown: [],
    }),
  )
  return { generatedAt: '', activeKeys: active.length, slots, userCreatedAt: null }
}

const endedNote = (past: ExemptionEnded | null): string[] =>
  past === null ? [] : [`The tag ${EXEMPT_UNTIL_TAG} does not exempt this user any more: ${endedText(past)}.`]

function notesOn({ row, missing }: SeenReport, policy: Policy, now: Date): string[] {
  if (row === null)
    return [
      `No credential report: ${missing}. Not checked: changes since the report, exempt paths, reactivation by hand.`,
    ]
  const { suspects } = findSuspects([row], policy, now)
  return suspects.length > 0
    ? []
    : ['A run would not check this user: in the report, no key of the user is stale or soon will be.']
}
