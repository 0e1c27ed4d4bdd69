// An upgrade while organization runs wait, as in upgrade.test.ts: each is continued with the functions of this version, by the
// definition as it was and by today's. Its runs in accounts that have not begun are runs of this version.
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { AccountEnd, OrganizationStatus } from '../../core/model/closed-sets.ts'
import today from '../../statemachine/organization.asl.json' with { type: 'json' }
import { need, organizationDocuments } from '../../steps/run-documents.ts'
import { newFolder } from '../support/folders.ts'
import {
  type Definition,
  HUB,
  keysOf,
  MEMBER,
  openWaitingOrganization,
  TOKEN,
  type Waiting,
  type WaitingOrganization,
} from './waiting-organization.ts'

const VERSION = '0.2.0'
const FIXTURES = fileURLToPath(new URL(`../fixtures/waiting-organizations-${VERSION}`, import.meta.url))
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Other settings than those of the runs: a run that waits keeps its own. */
const SETTINGS = '{ mode: apply, approval: always, policy: { unusedDays: 3650 }, organization: { maxAccounts: 0 } }'

const readJson = (file: string) => JSON.parse(readFileSync(`${FIXTURES}/${file}`, 'utf8'))

const asItWas: Definition = readJson('organization.asl.json')

const opened: WaitingOrganization[] = []
afterEach(async () => {
  for (const { endpoint } of opened.splice(0)) await endpoint.stop()
})

/** The store and the accounts as the earlier version left them. @param at the time; by default a minute later */
async function leftWaiting(name: string, later: number | 'now' = MINUTE) {
  const { at, inactive, ...waiting } = readJson(`states/${name}.json`) as Waiting & { at: string; inactive: string[] }
  const directory = newFolder()
  cpSync(`${FIXTURES}/stores/${name}`, directory, { recursive: true })
  const time = later === 'now' ? new Date() : new Date(Date.parse(at) + later)
  const world = await openWaitingOrganization({ directory, at: time, settings: SETTINGS, inactive })
  opened.push(world)
  return { world, waiting }
}

const [HUB_KEYS, MEMBER_KEYS] = [keysOf(HUB), keysOf(MEMBER)]
const ALL = [...HUB_KEYS, ...MEMBER_KEYS]

interface End {
  status: OrganizationStatus
  ends: [hub: AccountEnd, member: AccountEnd]
  inactive: string[]
  /** Updates that were sent after the upgrade. */
  writes: number
  later?: number | 'now'
  before?: (world: WaitingOrganization) => Promise<unknown>
}

const CHANGED: End = { status: 'changed', ends: ['changed', 'changed'], inactive: ALL, writes: 4 }

const ENDS: Record<string, End> = {
  // The report is made at the time of the machine.
  surveys: { ...CHANGED, later: 'now' },
  'makes-plan': CHANGED,
  asks: {
    ...CHANGED,
    later: 3 * DAY,
    before: async (world) => expect(await world.answer('waiting', { answer: 'approve' })).toEqual([TOKEN]),
  },
  approved: {
    status: 'changed',
    ends: ['left out', 'changed'],
    inactive: MEMBER_KEYS.slice(0, 1),
    writes: 1,
    later: DAY,
  },
  rejected: { status: 'rejected', ends: ['planned', 'planned'], inactive: [], writes: 0, later: DAY },
  changes: { ...CHANGED, writes: 2 },
  unrecorded: { ...CHANGED, writes: 0 },
  undoes: { ...CHANGED, inactive: [], writes: 2 },
}

it('every organization run that waits is continued', () => {
  const waiting = readdirSync(`${FIXTURES}/states`).map((file) => file.replace('.json', ''))
  expect(Object.keys(ENDS).toSorted()).toEqual(waiting)
})

it('every function that the earlier definition calls is still there', async () => {
  const { world } = await leftWaiting('surveys')
  const called = [...JSON.stringify(asItWas).matchAll(/\$\{(\w+Arn)\}/g)].map(([, name = '']) => name)
  expect([...Object.keys(world.handlers), 'AccountMachineArn']).toEqual(expect.arrayContaining(called))
})

describe.each([
  ['the definition as it was', asItWas],
  ["today's definition", today],
])(`an organization run of ${VERSION} is continued by %s`, (_, definition) => {
  it.each(Object.entries(ENDS))('%s', async (name, { status, ends, inactive, writes, later, before }) => {
    const { world, waiting } = await leftWaiting(name, later)
    await before?.(world)
    expect((await world.goOn(definition, waiting)).status).toBe('SUCCEEDED')
    const record = await need(world.store, organizationDocuments.record('waiting'))
    expect(record).toMatchObject({ status, incomplete: false, error: null })
    const endOf = new Map(record.accounts.map(({ account, end }) => [account, end]))
    expect([endOf.get(HUB), endOf.get(MEMBER)]).toEqual(ends)
    expect(world.inactive().toSorted()).toEqual(inactive.toSorted())
    expect(world.endpoint.writes).toHaveLength(writes)
  })
})

it('an organization run of an earlier version that nobody answers expires under this one', async () => {
  const { world, waiting } = await leftWaiting('asks', 8 * DAY)
  expect(await world.goOn(asItWas, waiting)).toMatchObject({ status: 'FAILED', error: 'ApprovalExpired' })
  expect(await need(world.store, organizationDocuments.record('waiting'))).toMatchObject({ status: 'expired' })
  expect(world.endpoint.writes).toEqual([])
})
