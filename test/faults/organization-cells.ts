// The matrix over an organization run: the calls of Organizations, and those of one account of many (STS, IAM, CloudTrail), the
// first, one in the middle or the last, with every fault, at the first, middle and last call, once or from then on for good.
import { expect } from '@jest/globals'
import type { ActionName } from '../../demo/actions.ts'
import type { Fault } from '../../demo/faults.ts'
import type { Occasion } from '../../demo/occasions.ts'
import { HUB, MEMBERS } from './organization-accounts.ts'
import { complaints, disturbed, endsIn, written } from './organization-judge.ts'
import { type OrganizationScene, type OrganizationSceneName, openOrganizationScene } from './organization-scenes.ts'

const PLACES = ['first', 'middle', 'last'] as const

export interface OrganizationCell {
  scene: OrganizationSceneName
  action: ActionName
  fault: string
  /** The broken account; null: the call is of the whole Organization. */
  account: string | null
  place: (typeof PLACES)[number]
  lasting: 'once' | 'for good'
}

type Kind<F = Fault> = F extends Fault ? Omit<F, keyof Occasion> : never

interface OrganizationFault {
  kind: Kind
  /** Only these actions can show it; default all. */
  actions?: ActionName[]
  /** Another try makes it good. */
  passes: boolean
  /** The caller is kept waiting. */
  silent?: boolean
}

/** The time limit of one call, in real milliseconds, where an answer is not to come within it. */
const IMPATIENT_MILLISECONDS = 400
const TOO_LATE_MILLISECONDS = 800

export const OF_ORGANIZATIONS: ActionName[] = ['DescribeOrganization', 'ListAccounts', 'ListTagsForResource']
const STS: ActionName[] = ['AssumeRole', 'GetCallerIdentity']
const WRITE: ActionName[] = ['UpdateAccessKey']
const PAGED: ActionName[] = ['ListAccounts', 'ListTagsForResource', 'ListAccessKeys', 'ListUserTags']
export const OF_ACCOUNTS: Record<OrganizationSceneName, ActionName[]> = {
  apply: [
    ...STS,
    ...(['GenerateCredentialReport', 'GetCredentialReport', 'ListAccessKeys', 'GetAccessKeyLastUsed'] as const),
    ...(['ListUserTags', 'LookupEvents', 'GetUser', 'UpdateAccessKey'] as const),
  ],
  approve: STS,
  undo: [...STS, 'ListAccessKeys', 'UpdateAccessKey'],
}
const TOLD_BY_ACCOUNT = OF_ACCOUNTS.apply.filter((action) => !['UpdateAccessKey', 'LookupEvents'].includes(action))

const error = (code: Extract<Kind, { kind: 'error' }>['error'], passes: boolean): OrganizationFault => ({
  kind: { kind: 'error', error: code },
  passes,
})
const passing = (kind: Kind, rest: Partial<OrganizationFault> = {}): OrganizationFault => ({
  kind,
  passes: true,
  ...rest,
})

export const ORGANIZATION_FAULTS: Record<string, OrganizationFault> = {
  Throttling: error('Throttling', true),
  '500 ServiceFailure': error('ServiceFailure', true),
  '503 ServiceUnavailable': error('ServiceUnavailable', true),
  AccessDenied: error('AccessDenied', false),
  ExpiredToken: error('ExpiredToken', false),
  'a session that was revoked': error('InvalidClientTokenId', false),
  'no Organization': { ...error('AWSOrganizationsNotInUse', false), actions: OF_ORGANIZATIONS },
  'reset before the call': passing({ kind: 'reset before' }),
  'reset after the call was done': passing({ kind: 'reset after' }),
  'a socket that hangs': passing({ kind: 'hang' }, { silent: true }),
  'a socket that hangs after it was done': passing(
    { kind: 'hang', carriedOut: true },
    { silent: true, actions: WRITE },
  ),
  'an answer that stalls in its body': passing({ kind: 'stall' }, { silent: true }),
  'an answer slower than the limit': passing({ kind: 'slow', milliseconds: TOO_LATE_MILLISECONDS }, { silent: true }),
  'half an answer': passing({ kind: 'truncated' }),
  'HTML 200': passing({ kind: 'html' }),
  'empty 200': passing({ kind: 'empty' }),
  'an answer to another action': passing({ kind: 'other action' }),
  'the answer of another account': {
    kind: { kind: 'other account', answers: HUB },
    ...{ passes: false, actions: TOLD_BY_ACCOUNT },
  },
  'a page that repeats': { kind: { kind: 'endless pages' }, passes: false, actions: PAGED },
}

/** The faults that can show at an action. */
export const faultsOf = (action: ActionName): string[] =>
  Object.entries(ORGANIZATION_FAULTS)
    .filter(([, { actions }]) => actions?.includes(action) ?? true)
    // That other action is GetCallerIdentity.
    .filter(([name]) => !(action === 'GetCallerIdentity' && name === 'an answer to another action'))
    .map(([name]) => name)

type Tried = [
  account: string | null,
  places: readonly (typeof PLACES)[number][],
  lasting: readonly ('once' | 'for good')[],
]

const LASTING = ['once', 'for good'] as const
const [FIRST, MIDDLE, LAST] = MEMBERS
const IN_APPLY: Tried[] = [
  [FIRST, ['first'], ['for good']],
  [MIDDLE, PLACES, LASTING],
  [LAST, ['last'], ['for good']],
]
const IN_OTHERS: Tried[] = [[MIDDLE, ['first', 'last'], LASTING]]
const AS_A_WHOLE: Tried[] = [[null, PLACES, LASTING]]

/** Every cell of a run's matrix. */
export function organizationCells(scene: OrganizationSceneName): OrganizationCell[] {
  const cellsOf = (actions: ActionName[], tried: Tried[]) =>
    actions.flatMap((action) =>
      faultsOf(action).flatMap((fault) =>
        tried.flatMap(([account, places, lastings]) =>
          places.flatMap((place) => lastings.map((lasting) => ({ scene, action, fault, account, place, lasting }))),
        ),
      ),
    )
  return [
    ...(scene === 'apply' ? cellsOf(OF_ORGANIZATIONS, AS_A_WHOLE) : []),
    ...cellsOf(OF_ACCOUNTS[scene], scene === 'apply' ? IN_APPLY : IN_OTHERS),
  ]
}

export const nameOf = ({ scene, action, fault, account, place, lasting }: OrganizationCell): string =>
  `${scene}: ${action}${account === null ? '' : ` in ${account}`}, ${fault}, at the ${place} call, ${lasting}`

interface Baseline {
  counts: Map<string, number>
  ends: Map<string, string>
}

const baselines = new Map<OrganizationSceneName, Promise<Baseline>>()

/** A run without a fault: how often it asks what of which account, and how each account ends. */
export function organizationBaseline(name: OrganizationSceneName): Promise<Baseline> {
  const known = baselines.get(name) ?? measure(name)
  baselines.set(name, known)
  return known
}

async function measure(name: OrganizationSceneName): Promise<Baseline> {
  const scene = await openOrganizationScene(name)
  const end = await scene.run()
  expect(await complaints(scene, end)).toEqual([])
  expect(end.result.status).toBe('SUCCEEDED')
  const counts = new Map<string, number>()
  for (const { action, account } of scene.world.endpoint.calls.slice(scene.callsBefore)) {
    for (const key of [`${action} null`, `${action} ${account}`]) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return { counts, ends: endsIn(scene, end.record) }
}

const MANY = 500

/** Runs one cell; judged by the endpoint and the accounts. @returns what is wrong, none where all is well */
export async function runOrganizationCell(cell: OrganizationCell): Promise<string[]> {
  const wrong = await tryCell(cell)
  // On a busy machine a call may be too slow, which is another fault than the one set: one more run.
  return wrong.length > 0 && ORGANIZATION_FAULTS[cell.fault]?.silent ? tryCell(cell) : wrong
}

async function tryCell(cell: OrganizationCell): Promise<string[]> {
  const { scene: name, action, account, place, lasting } = cell
  const fault = ORGANIZATION_FAULTS[cell.fault] as OrganizationFault
  const { counts, ends } = await organizationBaseline(name)
  const count = counts.get(`${action} ${account}`) ?? 0
  const nth = { first: 1, middle: Math.ceil(count / 2), last: count }[place]
  const scene = await openOrganizationScene(name, fault.silent ? { timeoutMilliseconds: IMPATIENT_MILLISECONDS } : {})
  const every = Array.from({ length: MANY }, (_, index) => nth + index)
  const when = { action, nth: lasting === 'once' ? nth : every, ...(account !== null && { account }) }
  scene.world.endpoint.fault({ ...when, ...fault.kind } as Fault)
  const end = await scene.run()
  const heals = lasting === 'once' && fault.passes
  return [...(await complaints(scene, end)), ...(await asItShould(scene, end, { cell, heals, ends }))].map(
    (line) => `${nameOf(cell)}: ${line}`,
  )
}

/** Without an answer to these, from the first call on, nothing can be changed in an account. */
const NEEDED: ActionName[] = [...STS, 'GetCredentialReport']

/** An update whose answer is lost may have been done, and is seen done. */
const refusesWrite = (fault: string): boolean => ORGANIZATION_FAULTS[fault]?.kind.kind === 'error'

interface Expected {
  cell: OrganizationCell
  heals: boolean
  ends: Map<string, string>
}

async function asItShould(
  scene: OrganizationScene,
  end: Awaited<ReturnType<OrganizationScene['run']>>,
  { cell: { account, action, place, lasting, fault }, heals, ends }: Expected,
): Promise<string[]> {
  if (heals) return disturbed(scene, end, ends, 'none', false)
  if (account !== null) {
    const isNeeded = action === 'UpdateAccessKey' ? refusesWrite(fault) : place === 'first' && NEEDED.includes(action)
    return disturbed(scene, end, ends, account, lasting === 'for good' && isNeeded)
  }
  if (lasting === 'once') return []
  const wrote = written(scene).length
  return end.result.status === 'FAILED' && wrote === 0
    ? []
    : [`${end.result.status}, with ${wrote} writes, without Organizations`]
}
