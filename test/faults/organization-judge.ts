// Judges an organization run by the endpoint's own log and by the accounts as they stand; what was written down is the accused,
// never the witness. The rules are stated here once more, without the product's own code.
import { createHash } from 'node:crypto'
import { exitCodeOfOrganization } from '../../cli/exit-code.ts'
import type { OrganizationRecord, RecordedAccount } from '../../core/model/documents/organization-record.ts'
import type { RunRecord } from '../../core/model/documents/record.ts'
import type { Write } from '../../demo/actions.ts'
import type { LoggedCall } from '../../demo/service.ts'
import { readOrganizationRecord } from '../../views/organization-record.ts'
import { readRecord } from '../../views/runs.ts'
import { secretsIn } from '../support/canaries.ts'
import { HUB } from './organization-accounts.ts'
import { type OrganizationEnd, type OrganizationScene, statusById } from './organization-scenes.ts'

/** The ends of an account that fail the run. */
const FAILING = ['failed', 'unreachable']
const FAILED_RUN = ['some accounts failed', 'refused', 'expired', 'interrupted']

/** Everything that is wrong with how a run ended, one line each; none where all is well. */
export async function complaints(scene: OrganizationScene, { result, record }: OrganizationEnd): Promise<string[]> {
  await lateCallsEnded(scene)
  const noRecord = result.status === 'FAILED' ? [] : [`no record, and the execution is ${result.status}`]
  return [
    ...(await harm(scene)),
    ...(record === null ? noRecord : badEnd(record, result.status)),
    ...(await untrueRecord(scene, record)),
  ]
}

/** What `keysweep show` makes of a run that broke off, held against the accounts. */
export const afterCrash = async (scene: OrganizationScene): Promise<string[]> => [
  ...(await harm(scene)),
  ...(await untrueRecord(scene, null)),
]

async function harm(scene: OrganizationScene): Promise<string[]> {
  return [
    ...touchedKeys(scene),
    ...unconfirmed(scene.world.endpoint.calls),
    ...unlimited(scene),
    ...(await Promise.all(uniqueWrites(scene).map((write) => unplanned(scene, write)))).flat(),
    ...(await leaks(scene)),
  ]
}

/** Writes that the endpoint carried out in this run, and its calls. */
export const written = ({ world, writesBefore }: OrganizationScene): Write[] =>
  world.endpoint.writes.slice(writesBefore)
const callsOf = ({ world, callsBefore }: OrganizationScene): LoggedCall[] => world.endpoint.calls.slice(callsBefore)

const uniqueWrites = (scene: OrganizationScene): Write[] => [
  ...new Map(written(scene).map((write) => [write.accessKeyId, write])).values(),
]

/** A call that the caller gave up may still be carried out. So the state at the end counts. */
async function lateCallsEnded({ world }: OrganizationScene): Promise<void> {
  const pending = () => world.endpoint.calls.some(({ outcome, status }) => status === null && /late|slow/.test(outcome))
  while (pending()) await new Promise(setImmediate)
}

/** Writes to keys that should live, to another status, or in another account; and statuses that changed. */
function touchedKeys(scene: OrganizationScene): string[] {
  const { mayTake, to, world, statusesBefore } = scene
  const may = ({ account, accessKeyId }: Write) => mayTake.some(([one, id]) => one === account && id === accessKeyId)
  const ids = new Set(mayTake.map(([, id]) => id))
  return [
    ...written(scene)
      .filter((write) => !may(write) || write.to !== to)
      .map(({ account, user, to }) => `a key of ${user} of ${account} was written to: ${to}`),
    ...[...statusById(world)]
      .filter(([id, status]) => !ids.has(id) && statusesBefore.get(id) !== status)
      .map(([id, status]) => `${id} is ${status} now`),
  ]
}

/** Whether GetCallerIdentity answered with the caller's own account. The other account of a fault is the hub. */
const isTrue = ({ outcome, account }: LoggedCall): boolean =>
  ['answered', 'fault:slow'].includes(outcome) || (outcome === 'fault:other account' && account === HUB)

/**
 * A session is used for nothing before STS has confirmed its account to it. Each update is signed with a session that is for
 * this key alone.
 */
export function unconfirmed(calls: readonly LoggedCall[]): string[] {
  const confirmed = new Set<string>()
  const updated = new Map<string | null, string>()
  return calls.flatMap((call) => {
    const { action, account, signedWith, params, status } = call
    const key = `${signedWith} ${account}`
    const { AccessKeyId = '' } = params
    const isConfirmed = confirmed.has(key)
    if (action === 'GetCallerIdentity' && status === 200 && isTrue(call)) confirmed.add(key)
    const isOfSession = signedWith?.startsWith('ASIA') && action !== 'GetCallerIdentity'
    const what = `${action} ${AccessKeyId} in ${account}`
    const wrong = isOfSession && !isConfirmed ? [`${what} with an identity that was not confirmed`] : []
    // A call whose caller the endpoint did not know was refused.
    if (action !== 'UpdateAccessKey' || signedWith === null) return wrong
    const before = updated.get(signedWith) ?? AccessKeyId
    updated.set(signedWith, AccessKeyId)
    return [
      ...wrong,
      ...(before === AccessKeyId ? [] : [`${what} with the session of another key`]),
      ...(isOfSession ? [] : [`${what} with ${signedWith}, which is no session`]),
    ]
  })
}

/** The session of each update has the role for it, and a policy that names this user alone. */
function unlimited(scene: OrganizationScene): string[] {
  const { world, to } = scene
  const sessions = world.organization.accounts.flatMap(({ account }) => Object.entries(account.sessions))
  const role = to === 'Inactive' ? 'keysweep-deactivate' : 'keysweep-reactivate'
  return callsOf(scene).flatMap(({ action, account, signedWith, params: { UserName } }) => {
    const [, session] = sessions.find(([id]) => id === signedWith) ?? []
    // A session that the test revoked is gone.
    if (action !== 'UpdateAccessKey' || session === undefined) return []
    const users = session.issued?.policy?.Statement.flatMap(({ Resource }) => Resource ?? []) ?? []
    const isForUser = users.length > 0 && users.every((arn) => arn.endsWith(`/${UserName}`))
    return session.role === role && isForUser
      ? []
      : [`${UserName} of ${account}, by a session of ${session.role} for ${users.join()}`]
  })
}

const sha256 = (text: string | null): string =>
  createHash('sha256')
    .update(text ?? '')
    .digest('hex')

/** A key that was written to, held against the documents from the intent up to the decision. */
async function unplanned(scene: OrganizationScene, { account, accessKeyId }: Write): Promise<string[]> {
  const { world, runId, name } = scene
  const { raw } = world
  const phase = name === 'undo' ? 'undo' : 'change'
  const child = `${runId}-${phase}-${account}`
  const json = async (key: string) => JSON.parse((await raw.get(key)) ?? 'null')
  const said = (what: string) => `${accessKeyId} of ${account} was written to ${what}`
  const keys: { accessKeyId: string }[] =
    (await json(`runs/${child}/${name === 'undo' ? 'undo' : 'plan'}.json`))?.keys ?? []
  const wrong = [
    ...((await raw.get(`keys/${accessKeyId}/${child}.intent.json`)) === null ? [said('without an intent')] : []),
    ...(keys.some((key) => key.accessKeyId === accessKeyId) ? [] : [said('outside the plan of its run')]),
  ]
  if (name === 'undo') return wrong
  const [plan, text] = [await json(`orgs/${runId}/plan.json`), await raw.get(`orgs/${runId}/plan.json`)]
  const surveyed = await raw.get(`runs/${runId}-survey-${account}/plan.json`)
  const line = plan?.accounts.find((one: { account: string }) => one.account === account)
  if (line?.plan !== sha256(surveyed) || !surveyed?.includes(accessKeyId))
    wrong.push(said('outside the organization plan'))
  if (name !== 'approve') return wrong
  const decision = await json(`orgs/${runId}/decision.json`)
  if (decision?.answer !== 'approve' || decision.plan !== sha256(text)) wrong.push(said('without an approval'))
  return wrong
}

/** Execution, record and exit code say the same. */
function badEnd(record: OrganizationRecord, execution: string): string[] {
  const failing = record.accounts.filter(({ end }) => FAILING.includes(end)).length
  const shouldFail = FAILED_RUN.includes(record.status)
  const isClean = exitCodeOfOrganization(record) === 0
  return [
    ...(shouldFail === (execution === 'FAILED') ? [] : [`${record.status}, but ${execution}`]),
    ...(failing > 0 && !shouldFail ? [`${record.status}, with ${failing} failed accounts`] : []),
    ...(isClean && (shouldFail || failing > 0) ? [`${record.status}, and exit code 0`] : []),
  ]
}

/** What the record, or what `keysweep show` makes of a run without one, says of each account and key. */
async function untrueRecord(scene: OrganizationScene, record: OrganizationRecord | null): Promise<string[]> {
  const shown = record ?? (await shownRecord(scene))
  if (shown === null) return written(scene).length > 0 ? ['writes without any trace of a run'] : []
  const runs = await childrenOf(scene, shown)
  return [
    ...(await missingAccounts(scene, shown)),
    ...shown.accounts.flatMap((account) => untrueAccount(scene, account)),
    ...runs.flatMap((run) => untrueRun(scene, run)),
    ...badCounts(shown),
  ]
}

export async function shownRecord({ world: { raw }, runId }: OrganizationScene): Promise<OrganizationRecord | null> {
  if ((await raw.list(`orgs/${runId}/`)).length === 0) return null
  return (await readOrganizationRecord(raw, runId)).record
}

/** Every account of the stored list has exactly one end. */
async function missingAccounts(
  { world: { raw }, runId }: OrganizationScene,
  shown: OrganizationRecord,
): Promise<string[]> {
  const list: { accounts: { account: string }[] } | null = JSON.parse(
    (await raw.get(`orgs/${runId}/accounts.json`)) ?? 'null',
  )
  if (list === null || shown.incomplete) return []
  const [listed, ended] = [list.accounts, shown.accounts].map((ones) =>
    ones
      .map(({ account }) => account)
      .sort()
      .join(),
  )
  return listed === ended ? [] : [`the accounts ${listed}, and the ends of ${ended}`]
}

/** An end, and its counts of keys, by what was written in the account. */
function untrueAccount(scene: OrganizationScene, { account, end, ...counts }: RecordedAccount): string[] {
  const wrote = uniqueWrites(scene).filter((write) => write.account === account)
  const done = counts.deactivated + counts.reactivated
  const statuses = statusById(scene.world)
  const areDone = wrote.every(({ accessKeyId }) => statuses.get(accessKeyId) === scene.to)
  const said = `${account} ended as ${end}, with ${done} keys done, and ${wrote.length} were written to`
  if (end === 'changed') return wrote.length > 0 && areDone && done === wrote.length ? [] : [said]
  if (end === 'failed') return done <= wrote.length ? [] : [said]
  return wrote.length === 0 && done === 0 ? [] : [said]
}

/** The runs that changed, or were to change, keys. */
async function childrenOf(
  { world: { raw } }: OrganizationScene,
  { accounts }: OrganizationRecord,
): Promise<RunRecord[]> {
  const ids = accounts.flatMap(({ runs }) => runs).filter((run) => !run.includes('-survey-'))
  return Promise.all(ids.map(async (run) => (await readRecord(raw, run)).record))
}

function untrueRun(scene: OrganizationScene, { account, keys }: RunRecord): string[] {
  const wrote = written(scene).filter((write) => write.account === account)
  const statuses = statusById(scene.world)
  const lines = keys.flatMap(({ accessKeyId, outcome, outcomeReason }) => {
    const isWritten = wrote.some((write) => write.accessKeyId === accessKeyId)
    const said = `${accessKeyId} of ${account} is said to be ${outcome} (${outcomeReason})`
    if (outcome === 'deactivated' || outcome === 'reactivated')
      return isWritten && statuses.get(accessKeyId ?? '') === scene.to
        ? []
        : [`${said}, and is ${statuses.get(accessKeyId ?? '')}`]
    if (outcome === 'failed' && /^(sent, not confirmed|no outcome)/.test(outcomeReason ?? '')) return []
    return isWritten ? [`${said}, and was written to`] : []
  })
  const lost = wrote.filter(({ accessKeyId }) => !keys.some((key) => key.accessKeyId === accessKeyId))
  return [...lines, ...lost.map(({ accessKeyId }) => `${accessKeyId} was written to and is not in the record`)]
}

function badCounts({ counts, accounts }: OrganizationRecord): string[] {
  const names = ['deactivated', 'reactivated', 'skipped', 'failed'] as const
  const sumOfEnds = Object.values(counts.ends).reduce((sum, count) => sum + count, 0)
  return [
    ...names
      .filter((name) => counts[name] !== accounts.reduce((sum, one) => sum + one[name], 0))
      .map((name) => `counts.${name}`),
    ...(sumOfEnds === accounts.length && counts.accounts === accounts.length ? [] : [`counts.ends of ${sumOfEnds}`]),
  ]
}

/** Secrets in whatever came out: events, messages, every object but the tokens themselves. */
async function leaks({ world }: OrganizationScene): Promise<string[]> {
  const { raw, told, organization } = world
  const readAll = async (prefix: string) => Promise.all((await raw.list(prefix)).map((key) => raw.get(key)))
  const sessions = organization.accounts.flatMap(({ account }) => Object.values(account.sessions))
  const tokens = [...(await readAll('tokens/')), ...sessions.map(({ issued }) => issued?.token)]
  const objects = [...(await readAll('runs/')), ...(await readAll('keys/')), ...(await readAll('orgs/'))]
  const text = [JSON.stringify(told), ...objects].join('\n')
  return secretsIn(
    text,
    tokens.map((token) => token ?? ''),
  ).map((secret) => `leaked: ${secret.slice(0, 12)}…`)
}

/** Of each account: how it ended, and which keys were written to. */
export function endsIn(scene: OrganizationScene, record: OrganizationRecord | null): Map<string, string> {
  const wrote = (id: string) =>
    uniqueWrites(scene)
      .filter(({ account }) => account === id)
      .map(({ accessKeyId }) => accessKeyId)
  return new Map(record?.accounts.map(({ account, end }) => [account, `${end}: ${wrote(account).sort().join()}`]))
}

/** One broken account of many: it alone ends otherwise than without the fault. */
export function disturbed(
  scene: OrganizationScene,
  { record, result }: OrganizationEnd,
  usual: Map<string, string>,
  broken: string,
  mustFail: boolean,
): string[] {
  const ends = endsIn(scene, record)
  const others = [...usual].filter(([account, end]) => account !== broken && ends.get(account) !== end)
  const end = record?.accounts.find(({ account }) => account === broken)?.end ?? 'none'
  const hasFailed = FAILING.includes(end) && result.status === 'FAILED'
  return [
    ...others.map(([account, end]) => `${account} ended as "${ends.get(account)}", and without the fault as "${end}"`),
    ...(mustFail && !hasFailed ? [`the broken ${broken} ended as ${end}, and the run as ${result.status}`] : []),
  ]
}
