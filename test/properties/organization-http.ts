// Organization runs by chance over HTTP, with faults on the wire and a death at any step: no call is made in an account before
// STS confirmed whose it is, every account has exactly one true end, and an undo gives back exactly what was taken.
import fc from 'fast-check'
import { type Account, accessKeyId, newAccount, newKey, newUser, usedAt } from '../../demo/account.ts'
import type { Fault } from '../../demo/faults.ts'
import { newMember, newOrganization, type Organization } from '../../demo/organization.ts'
import { Crash } from '../faults/crash.ts'
import { HUB, keyIn, MANAGEMENT, OPERATOR, ORGANIZATION, rolesOf } from '../faults/organization-accounts.ts'
import { faultsOf, OF_ACCOUNTS, OF_ORGANIZATIONS, ORGANIZATION_FAULTS } from '../faults/organization-cells.ts'
import { withSteps } from '../faults/organization-crash.ts'
import { afterCrash, complaints, written } from '../faults/organization-judge.ts'
import {
  approve,
  lastCallsArrived,
  type OrganizationEnd,
  type OrganizationScene,
  openOrganizationWorld,
  organizationSceneIn,
  type RunOptions,
  statusById,
} from '../faults/organization-scenes.ts'
import { DAY } from '../support/world.ts'
import type { Cases } from './seeds.ts'

/** How many are tried of each seed. */
export const CASES = 600

const drawnAccount = fc.record({
  users: fc.array(
    fc.record({ idleDays: fc.constantFrom(1, 80, 95, 200, 200, 400), isExempt: fc.constantFrom(false, false, true) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  role: fc.constantFrom('there', 'there', 'there', 'there', 'missing'),
  state: fc.constantFrom('ACTIVE', 'ACTIVE', 'ACTIVE', 'ACTIVE', 'SUSPENDED'),
  isExcepted: fc.constantFrom(false, false, false, true),
  isNew: fc.constantFrom(false, false, true),
  isLeftOut: fc.constantFrom(false, false, true),
})

const loud = Object.keys(ORGANIZATION_FAULTS).filter((name) => !ORGANIZATION_FAULTS[name]?.silent)
const drawnFault = fc.record({
  fault: fc.constantFrom(...loud),
  action: fc.constantFrom(
    ...OF_ORGANIZATIONS,
    ...OF_ACCOUNTS.apply,
    'AssumeRole' as const,
    'GetCallerIdentity' as const,
  ),
  /** Of the accounts; null: whichever calls. */
  account: fc.option(fc.nat(3), { nil: null, freq: 4 }),
  nth: fc.integer({ min: 1, max: 8 }),
  isForGood: fc.constantFrom(false, false, true),
})

const drawnOrganization = fc.record({
  accounts: fc.array(drawnAccount, { minLength: 2, maxLength: 4 }),
  approval: fc.constantFrom('over-cap', 'over-cap', 'always', 'never'),
  maxKeys: fc.constantFrom(1, 500, 500, 500),
  isAnswered: fc.constantFrom(true, true, true, false),
  faults: fc.array(drawnFault, { maxLength: 2 }),
  /** The step, counted from the first, at which the process dies; null: none. */
  diesAt: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null, freq: 2 }),
})

type Drawn = typeof drawnOrganization extends fc.Arbitrary<infer T> ? T : never
type DrawnAccount = Drawn['accounts'][number]

/** The first account is the hub. */
const idAt = (at: number): string => (at === 0 ? HUB : String(300_000_000_000 + at))
const userAt = (at: number): string => `user-${at}`

export interface TriedOverHttp {
  writes: number
  asked: number
  deaths: number
}

/** @throws fast-check's report of the smallest organization that is complained of */
export async function tryOverHttp(cases: Cases): Promise<TriedOverHttp> {
  const tried: TriedOverHttp = { writes: 0, asked: 0, deaths: 0 }
  const property = fc.asyncProperty(drawnOrganization, async (drawn) => {
    const world = await openOrganizationWorld({ organizationAt: (now) => organizationOf(drawn, now) })
    try {
      const ended = await run(drawn, organizationSceneIn('apply', world))
      const { scene } = ended
      tried.writes += written(scene).length
      tried.asked += scene.name === 'approve' ? 1 : 0
      tried.deaths += ended.end === null ? 1 : 0
      const wrong = ended.end === null ? await afterCrash(scene) : await complaints(scene, ended.end)
      const isOverCap = scene.name === 'apply' && written(scene).length > drawn.maxKeys
      const all = [...wrong, ...(isOverCap ? ['over a cap of the organization'] : []), ...(await undoneOf(scene))]
      if (all.length > 0) throw new Error(all.join('\n'))
    } finally {
      await world.endpoint.stop()
    }
  })
  await fc.assert(property, cases)
  return tried
}

/** Runs to the end, or to the death. @returns the scene as it is to be judged; `end` null: it died */
async function run(
  drawn: Drawn,
  scene: OrganizationScene,
): Promise<{ scene: OrganizationScene; end: OrganizationEnd | null }> {
  const { world } = scene
  const setFaults = drawn.faults.flatMap((one) => faultOf(one, drawn.accounts.length))
  const removers = setFaults.map((fault) => world.endpoint.fault(fault))
  let left = drawn.diesAt ?? Number.POSITIVE_INFINITY
  const alive = () => {
    if (left <= 0) throw new Crash('dead')
  }
  const mend = withSteps(
    scene,
    () => {
      left -= 1
      alive()
    },
    alive,
  )
  let isAsked = false
  const whenAsked: RunOptions['whenAsked'] = async (message, execution) => {
    isAsked = true
    const plan = JSON.parse((await world.raw.get(`orgs/${message.runId}/plan.json`)) ?? '') as PlanLines
    const planned = plan.accounts.filter(({ keys, end }) => keys > 0 && end === null).map(({ account }) => account)
    const leaveOut = planned.filter((id) => accountWith(drawn, id)?.isLeftOut)
    if (drawn.isAnswered) await approve(world, message, execution, leaveOut)
    // Whoever has a token can end the wait.
    else
      for (const key of await world.raw.list('tokens/'))
        execution().sendTaskSuccess((await world.raw.get(key)) ?? '', '{}')
  }
  const end = await scene.run({ settings: settingsOf(drawn), onEvent: alive, whenAsked }).catch((error: unknown) => {
    if (error instanceof Crash) return null
    throw error
  })
  mend()
  await lastCallsArrived(world)
  for (const remove of removers) remove()
  const name = isAsked ? 'approve' : 'apply'
  return { scene: { ...scene, name, mayTake: isAsked && !drawn.isAnswered ? [] : mayTake(drawn, isAsked) }, end }
}

interface PlanLines {
  accounts: { account: string; keys: number; end: string | null }[]
}

/** An undo, without faults: every key that was taken is back, and nothing else was written. */
async function undoneOf(taken: OrganizationScene): Promise<string[]> {
  const { world } = taken
  const keys = [...new Map(written(taken).map(({ account, accessKeyId: id }) => [id, [account, id] as const])).values()]
  const scene = { ...organizationSceneIn('undo', world), mayTake: keys }
  const wrong = await complaints(scene, await scene.run())
  const statuses = statusById(world)
  const lost = keys
    .filter(([, id]) => statuses.get(id) !== 'Active')
    .map(([account, id]) => `${id} of ${account} is not back`)
  return [...wrong.map((line) => `undo: ${line}`), ...lost]
}

const accountWith = ({ accounts }: Drawn, id: string): DrawnAccount | undefined =>
  accounts.find((_, at) => idAt(at) === id)

/** By the facts alone: idle for longer than the term, in an account that the run may enter. */
const mayTake = ({ accounts }: Drawn, isAsked: boolean) =>
  accounts.flatMap(({ users, role, state, isExcepted, isLeftOut }, at) => {
    if (role !== 'there' || (at > 0 && (state !== 'ACTIVE' || isExcepted)) || (isAsked && isLeftOut)) return []
    return users.flatMap(({ idleDays, isExempt }, user) =>
      idleDays >= 90 && !isExempt ? [[idAt(at), keyIn(idAt(at), userAt(user))] as const] : [],
    )
  })

const settingsOf = ({ approval, maxKeys }: Drawn) => ({
  ...{ mode: 'apply', approval, policy: { maxPercent: 100, concurrency: 1 } },
  organization: { maxPercent: 100, maxKeys, exceptTags: ['keysweep=no'] },
})

function faultOf({ fault, action, account, nth, isForGood }: Drawn['faults'][number], accounts: number): Fault[] {
  const { kind } = ORGANIZATION_FAULTS[fault] ?? {}
  if (kind === undefined || !faultsOf(action).includes(fault)) return []
  const every = Array.from({ length: 500 }, (_, at) => nth + at)
  const ofAccount = account !== null && !OF_ORGANIZATIONS.includes(action) ? { account: idAt(account % accounts) } : {}
  return [{ action, nth: isForGood ? every : nth, ...ofAccount, ...kind } as Fault]
}

function organizationOf({ accounts }: Drawn, now: Date): { hub: Account; organization: Organization } {
  const [hub, ...members] = accounts.map((drawn, at) => {
    // The hub is open, or nothing runs.
    const { state, isExcepted } = at === 0 ? { state: 'ACTIVE', isExcepted: false } : drawn
    return newMember(accountOf(drawn, at, now), `name-${at}`, {
      ...(state === 'SUSPENDED' && { state }),
      ...(drawn.isNew && { joinedAt: new Date(now.getTime() - DAY / 2) }),
      tags: isExcepted ? { keysweep: 'no' } : {},
    })
  })
  if (hub === undefined) throw new TypeError('Expected a hub')
  const management = newMember(newAccount(MANAGEMENT, {}), 'management')
  const organization = newOrganization(management, {
    ...{ id: ORGANIZATION, delegatedAdministrators: [HUB], accounts: [hub, ...members] },
  })
  return { hub: hub.account, organization }
}

function accountOf({ users, role }: DrawnAccount, at: number, now: Date): Account {
  const id = idAt(at)
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY)
  const key = (keyId: string, days: number) => newKey(keyId, daysAgo(500), { lastUsed: usedAt(daysAgo(days)) })
  const operator = newUser('operator', { keys: [key(OPERATOR, 1)] })
  const others = users.map(({ idleDays, isExempt }, user) =>
    newUser(userAt(user), {
      keys: [key(accessKeyId(`${id}/${userAt(user)}`), idleDays)],
      tags: isExempt ? { 'keysweep-exempt': 'true' } : {},
    }),
  )
  return newAccount(id, {
    users: at === 0 ? [operator, ...others] : others,
    roles: role === 'there' ? rolesOf(id) : [],
  })
}
