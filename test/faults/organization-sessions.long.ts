// What can become of the way into one account while a run is under way, and what is used for another run or account than it was
// made for.
import { describe, expect, it } from '@jest/globals'
import type { Account } from '../../demo/account.ts'
import { wakeIn } from '../../local/local-run.ts'
import '../io/no-backoff.ts'
import { keyIn, MEMBERS, SWEPT } from './organization-accounts.ts'
import { complaints, written } from './organization-judge.ts'
import {
  type OrganizationEnd,
  type OrganizationScene,
  openOrganizationScene,
  organizationSceneIn,
} from './organization-scenes.ts'

const [FIRST, MIDDLE, LAST] = MEMBERS
const MINUTE = 60_000

const endsOf = ({ record }: OrganizationEnd) =>
  Object.fromEntries(
    record?.accounts.filter(({ account }) => SWEPT.includes(account)).map(({ account, end }) => [account, end]) ?? [],
  )
const ALL_CHANGED = Object.fromEntries(SWEPT.map((account) => [account, 'changed']))

/** Lets something happen right before the nth call of an action in the account in the middle. */
const rightBefore = (
  { world }: OrganizationScene,
  action: Parameters<OrganizationScene['world']['endpoint']['on']>[0],
  nth: number,
  happens: (account: Account) => void,
) => void world.endpoint.on(action, nth, happens, (_, account) => account === MIDDLE)

/** Its sessions sign nothing any more. */
function revoke(account: Account): void {
  account.sessions = {}
}

const inMiddle = (scene: OrganizationScene) => written(scene).filter(({ account }) => account === MIDDLE).length

describe('the way into an account', () => {
  it.each<[string, (scene: OrganizationScene) => void, string, number]>([
    [
      'whose roles are removed between two keys',
      (scene) => rightBefore(scene, 'GetUser', 2, (account) => void account.roles.splice(0)),
      'failed',
      1,
    ],
    ['whose session is revoked in the survey', (scene) => rightBefore(scene, 'ListAccessKeys', 1, revoke), 'failed', 0],
    [
      'whose session is revoked right before the write',
      (scene) => rightBefore(scene, 'GetUser', 2, revoke),
      'failed',
      1,
    ],
    [
      'that leads into another account from the second key on',
      ({ world }) =>
        void world.endpoint.fault({
          ...{ action: 'AssumeRole', account: MIDDLE, nth: [4, 5, 6, 7, 8] },
          ...{ kind: 'other account', answers: FIRST },
        }),
      'failed',
      1,
    ],
  ])('%s: it fails the run, and the others are changed', async (_, happens, end, writes) => {
    const scene = await openOrganizationScene('apply')
    happens(scene)
    const ended = await scene.run()
    expect(await complaints(scene, ended)).toEqual([])
    expect(endsOf(ended)).toEqual({ ...ALL_CHANGED, [MIDDLE]: end })
    expect([ended.result.status, ended.record?.status, inMiddle(scene)]).toEqual([
      'FAILED',
      'some accounts failed',
      writes,
    ])
  })
  it.each(['GenerateCredentialReport', 'ListAccessKeys'] as const)(
    'that ended after 15 minutes, at %s, is opened and confirmed anew',
    async (action) => {
      const scene = await openOrganizationScene('apply')
      rightBefore(scene, action, 1, () => scene.world.pass(16 * MINUTE))
      const ended = await scene.run({ input: { organization: { onlyAccounts: [MIDDLE] } } })
      expect(await complaints(scene, ended)).toEqual([])
      expect(endsOf(ended)).toMatchObject({ [MIDDLE]: 'changed', [FIRST]: 'excluded' })
      const sessions = scene.world.endpoint.calls.filter(
        (call) => call.action === 'AssumeRole' && call.account === MIDDLE,
      )
      // One for the reads of each of its two runs, and one for each of its two keys.
      expect(sessions.length).toBeGreaterThan(4)
    },
  )
  it('that ended right before an update: it is not sent, because its facts are too old by then', async () => {
    const scene = await openOrganizationScene('apply')
    rightBefore(scene, 'GetUser', 1, () => scene.world.pass(16 * MINUTE))
    const ended = await scene.run({ input: { organization: { onlyAccounts: [MIDDLE] } } })
    expect(await complaints(scene, ended)).toEqual([])
    expect(ended.record?.accounts.find(({ account }) => account === MIDDLE)).toMatchObject({
      end: 'failed',
      deactivated: 1,
      failed: 1,
    })
    expect(inMiddle(scene)).toBe(1)
  })
})

describe('a task token', () => {
  it('alone, without an answer in the store, changes nothing', async () => {
    const scene = await openOrganizationScene('approve')
    const ended = await scene.run({ whenAsked: (message, execution) => wakeByTokenOf(scene, message.runId, execution) })
    expect(await complaints(scene, ended)).toEqual([])
    expect([ended.result.status, written(scene)]).toEqual(['FAILED', []])
  })
  it('of another run wakes nobody, and that run’s decision is none for this one', async () => {
    const { world } = await openOrganizationScene('approve')
    const first = organizationSceneIn('approve', world, 'org-0')
    await first.run({ whenAsked: (message, execution) => wakeByTokenOf(first, message.runId, execution) })
    const scene = organizationSceneIn('approve', world)
    const woken: boolean[] = []
    const ended = await scene.run({
      whenAsked: async (message, execution) => {
        const decision = { runId: message.runId, plan: 'f00d', answer: 'approve', by: 'ann', userId: 'AROA:ann' }
        const at = world.now().toISOString()
        const rest = { at, reason: null, leftOut: [], leftOutAccounts: [] }
        await world.raw.put(`orgs/${message.runId}/decision.json`, JSON.stringify({ ...decision, ...rest }))
        const [token = ''] = await tokensOf(first, 'org-0')
        woken.push(await wakeIn(execution())(token))
        await wakeByTokenOf(scene, message.runId, execution)
      },
    })
    expect(woken).toEqual([false])
    expect([ended.result.status, written(scene)]).toEqual(['FAILED', []])
  })
})

const tokensOf = async ({ world: { raw } }: OrganizationScene, runId: string): Promise<string[]> =>
  Promise.all((await raw.list(`tokens/orgs/${runId}/`)).map(async (key) => (await raw.get(key)) ?? ''))

async function wakeByTokenOf(
  scene: OrganizationScene,
  runId: string,
  execution: () => Parameters<typeof wakeIn>[0],
): Promise<void> {
  for (const token of await tokensOf(scene, runId)) await wakeIn(execution())(token)
}

describe('the record of an account', () => {
  it('has the key that was changed before the account broke', async () => {
    const scene = await openOrganizationScene('apply')
    rightBefore(scene, 'GetUser', 2, (account) => void account.roles.splice(0))
    const { record } = await scene.run()
    const line = record?.accounts.find(({ account }) => account === MIDDLE)
    expect(line).toMatchObject({ end: 'failed', deactivated: 1, failed: 1 })
    expect(line?.why).toContain(`org-1-change-${MIDDLE}`)
    const undo = organizationSceneIn('undo', scene.world)
    const undone = await undo.run()
    expect(await complaints(undo, undone)).toEqual([])
    // Its role is still missing: it stays changed, and the undo says so.
    expect(undone.record?.accounts.find(({ account }) => account === MIDDLE)).toMatchObject({ end: 'failed' })
    expect(endsOf(undone)).toMatchObject({ [FIRST]: 'changed', [LAST]: 'changed' })
    expect(written(undo).map(({ accessKeyId }) => accessKeyId)).not.toContain(keyIn(MIDDLE, 'idle'))
  })
})
