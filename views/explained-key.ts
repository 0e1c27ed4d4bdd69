// One key's facts, read from IAM now, and each row of the verdict table.

import { endedExemption, exemptionInReport } from '../core/judge/exemption.ts'
import { type KeyHistoryOfEvents, withKeyEvents } from '../core/judge/key-events.ts'
import { parseReport } from '../core/judge/report.ts'
import { countActive, findSuspects, pathOf } from '../core/judge/suspects.ts'
import { type Judgement, VERDICT_TABLE } from '../core/judge/verdict.ts'
import { IamDenied, NoSuchEntity, ReportExpired, ReportInProgress, ReportNotPresent } from '../core/model/errors.ts'
import {
  type Caller,
  type KeyFacts,
  type ReportRow,
  type ReportSlot,
  signerIn,
  type UserFacts,
} from '../core/model/facts.ts'
import { ACCESS_KEY_ID, isUserName } from '../core/model/ids.ts'
import type { Witness } from '../core/model/key-events.ts'
import type { Policy } from '../core/model/policy.ts'
import type { Explained } from '../core/model/printed.ts'
import { EXEMPT_UNTIL_TAG } from '../core/model/tags.ts'
import type { ExemptionEnded } from '../core/model/verdict.ts'
import { endedText, ROW_NAMES, verdictText } from '../core/texts/verdict-text.ts'
import { noWitnessText } from '../core/texts/witness-text.ts'
import type { Iam } from '../io/iam/iam.ts'
import { type AccountRun, READ } from '../io/sts/iam-use.ts'
import { readJournal, whenReactivated } from '../steps/key-journal.ts'
import type { Ports } from '../steps/ports.ts'
import { readUser } from '../steps/user-facts.ts'
import { explainUnread } from './explained-exempt.ts'

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
  try {
    return await judgedNow(ports, iam, { ...question, caller, user, report })
  } catch (error) {
    if (exempt === null || !(error instanceof IamDenied)) throw error
    return explainUnread({ ...question, caller, user, exempt, denied: error })
  }
}

/** @throws NoSuchEntity if the key was deleted meanwhile, and the errors of IAM and the run store */
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
  const rows = tryRows({ facts: known, key: judged, policy, caller, now: at })
  const last = rows.at(-1)?.fits ?? 'no row fits'
  return {
    accessKeyId,
    user,
    verdict: last,
    note: [...notesOn(report, policy, at), ...endedNote(endedExemption(facts, accessKeyId, policy, at))],
    facts: [
      ...factLines(facts, { ...key, reactivatedAt }, report, caller, store.location),
      eventLine(judged, events.witness),
    ],
    rows,
  }
}

function tryRows(judgement: Judgement): Explained['rows'] {
  const tried: Explained['rows'] = []
  for (const { row, fits } of VERDICT_TABLE) {
    const verdict = fits(judgement)
    if (verdict === null) tried.push({ row: ROW_NAMES[row], fits: null })
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

export interface SeenReport {
  row: ReportRow | null
  path: string | null
  shown: UserFacts['report']
  /** Why `row` is null. */
  missing: string
}

const NO_REPORT: UserFacts['report'] = { generatedAt: '', activeKeys: 0, slots: [], userCreatedAt: null }

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

/** @throws the errors of IAM, and ReportRefused */
export async function newestReport(iam: Iam, user: string, accountId: string): Promise<SeenReport> {
  const none = (missing: string): SeenReport => ({ row: null, path: null, shown: NO_REPORT, missing })
  try {
    const { content, generatedAt } = await iam.getReport()
    const row = parseReport(content, accountId).rows.find((row) => row.user === user)
    if (row === undefined) return none(`the report of ${generatedAt} does not have this user`)
    const { slots, userCreatedAt } = row
    const shown = { generatedAt, activeKeys: countActive(row), slots, userCreatedAt }
    return { row, path: pathOf(row.arn), shown, missing: '' }
  } catch (error) {
    if (error instanceof ReportInProgress) return none('IAM is still making it. Try again in a minute')
    if (!(error instanceof ReportNotPresent || error instanceof ReportExpired)) throw error
    await iam.generateReport()
    return none('IAM had none and is making one now. Try again in a minute')
  }
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

function factLines(
  facts: UserFacts,
  key: KeyFacts,
  { shown, missing, path }: SeenReport,
  caller: Caller,
  store: string,
): Explained['facts'] {
  const others = facts.keys.filter((other) => other.accessKeyId !== key.accessKeyId)
  const tags = Object.entries(facts.tags ?? {}).map(([name, value]) => `${name}=${value}`)
  const list = (parts: string[]) => parts.join(', ') || 'none'
  return [
    { fact: 'user', value: facts.user, from: 'GetAccessKeyLastUsed' },
    { fact: 'status', value: key.status, from: 'ListAccessKeys' },
    { fact: 'created', value: key.createdAt ?? 'missing', from: 'ListAccessKeys' },
    { fact: 'other keys', value: list(others.map((o) => `${o.accessKeyId} ${o.status}`)), from: 'ListAccessKeys' },
    { fact: 'last used', value: lastUse(key), from: 'GetAccessKeyLastUsed' },
    {
      fact: 'tags',
      value: facts.tags === null ? 'not read: needed only if a key would be stale' : list(tags),
      from: 'ListUserTags',
    },
    {
      fact: 'reactivated',
      value:
        key.reactivatedAt ?? (key.status === 'Active' ? 'no run deactivated it' : 'not read: the key is not Active'),
      from: `run store ${store}`,
    },
    { fact: 'user created', value: shown.userCreatedAt ?? 'not known', from: 'GetCredentialReport' },
    { fact: 'path', value: path ?? 'not known', from: 'GetCredentialReport' },
    {
      fact: 'in the report',
      value: missing || `${shown.activeKeys} active, made at ${shown.generatedAt}`,
      from: 'GetCredentialReport',
    },
    { fact: 'caller', value: caller.arn, from: 'GetCallerIdentity' },
  ]
}

function eventLine({ events }: KeyFacts, witness: Witness): Explained['facts'][number] {
  const activated = events?.activated ?? null
  const none = witness.complete ? 'no event in 90 days' : noWitnessText(witness)
  const value = activated === null ? (events?.problem ?? none) : `${activated.at} by ${activated.by}`
  return { fact: 'set Active', value, from: 'LookupEvents' }
}

function lastUse({ lastUsed, status }: KeyFacts): string {
  if (!lastUsed.known) return status === 'Active' ? 'unknown' : 'not read: the key is not Active'
  return lastUsed.at === null ? 'never' : `${lastUsed.at}, ${lastUsed.service} in ${lastUsed.region}`
}
