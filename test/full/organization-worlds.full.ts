// One organization run in two engines, ours and moto's interpreter, over the 25 accounts of one organization in moto: survey,
// approval, change and undo, judged by what moto's IAM says of every key in the end.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { makeS3Store } from '../../io/store/s3-store.ts'
import { allBridges, type BridgedMoto, bridgeTo } from './bridged-moto.ts'
import { MAKER } from './iam-target.ts'
import { MEMBERS, ORGANIZATION_SETTINGS } from './members.ts'
import { query, statusesAfter, statusesBefore } from './moto-account.ts'
import { type MotoEngine, startMotoEngine } from './moto-machine.ts'
import { MANAGEMENT, type MotoOrganization, makeMotoOrganization } from './moto-organization.ts'
import { type MotoWithClock, STORE_PATIENCE, startMotoWithClock } from './moto-server.ts'
import {
  type OrganizationRequest,
  type RanOrganization,
  RUN_MILLISECONDS,
  runOrganization,
} from './organization-run.ts'
import { makeOurEngine } from './our-engine.ts'
import { countTaken, OPERATOR } from './people.ts'
import { withoutTimes } from './seen.ts'

const AT = new Date('2026-09-11T12:00:00Z')
/** Whose keys stay as they are. */
const SPARED = ['left-out', 'excluded', 'closed', 'roleless']

let clocked: MotoWithClock
let engine: MotoEngine
let made: MotoOrganization
let bridged: BridgedMoto
const ours: Ran[] = []
const theirs: Ran[] = []

type Statuses = Awaited<ReturnType<MotoOrganization['statuses']>>
interface Ran {
  run: RanOrganization
  statuses: Statuses
}

beforeAll(async () => {
  clocked = await startMotoWithClock(AT)
  engine = await startMotoEngine()
  made = await makeMotoOrganization(clocked, AT, MEMBERS)
  bridged = await bridgeTo(clocked.url, allBridges(), clocked.now, {
    management: MANAGEMENT,
    roleless: [MANAGEMENT, idOf('roleless')],
  })
  // A first report takes longer, and each engine would find another one.
  for (const account of [...made.accounts.values()].flatMap(({ account }) => [account, account])) {
    await query(clocked.url, MAKER.accessKeyId, 'GenerateCredentialReport', {}, account)
  }
  // One after the other: the undo of the first leaves the accounts as the second finds them.
  ours.push(...(await runAll('ours')))
  theirs.push(...(await runAll('moto')))
}, 2 * RUN_MILLISECONDS)
afterAll(async () => {
  await bridged.stop()
  await engine.stop()
  await clocked.stop()
})

const idOf = (name: string) => made.accounts.get(name)?.account ?? ''

/** One key of an account that has others to lose. */
const sparedKey = () => made.accounts.get('team-01')?.keyIds('never')[0] ?? ''

const requests = (): OrganizationRequest[] => [
  { runId: 'plan-1', input: { mode: 'plan' } },
  { runId: 'org-1', leaveOut: [idOf('left-out'), sparedKey()] },
  { runId: 'undo-1', input: { undo: { run: 'org-1' } } },
]

async function runAll(whose: 'ours' | 'moto'): Promise<Ran[]> {
  const bucket = `organization-${whose}`
  await new S3Client({ ...engine.where, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }))
  const world = {
    engine: whose === 'ours' ? makeOurEngine() : engine,
    store: makeS3Store({ bucket, ...engine.where, ...STORE_PATIENCE }),
    url: bridged.url,
    hub: idOf('hub'),
    credentials: made.accounts.get('hub')?.credentials(OPERATOR.name) ?? { accessKeyId: '', secretAccessKey: '' },
    settings: ORGANIZATION_SETTINGS,
    now: clocked.now,
  }
  const ran: Ran[] = []
  for (const request of requests()) {
    ran.push({ run: await runOrganization(world, request), statuses: await made.statuses() })
  }
  return ran
}

const untouched = (): Statuses => Object.fromEntries(MEMBERS.map(({ name, people }) => [name, statusesBefore(people)]))
const swept = (): Statuses => {
  const all = MEMBERS.map(({ name, people }) => [
    name,
    (SPARED.includes(name) ? statusesBefore : statusesAfter)(people),
  ])
  const statuses: Statuses = Object.fromEntries(all)
  return { ...statuses, 'team-01': { ...statuses['team-01'], never: ['Active'] } }
}
const peopleOf = (isMeant: (name: string) => boolean) =>
  MEMBERS.filter(({ name }) => isMeant(name)).flatMap(({ people }) => people)
const taken = () => countTaken(peopleOf((name) => !SPARED.includes(name))) - 1
/** A person leaves an account and a key out after the survey. */
const surveyed = () => countTaken(peopleOf((name) => name === 'left-out' || !SPARED.includes(name)))

/** What must be alike, with every time, hash and bucket replaced. */
const alike = ({ run, statuses }: Ran) => ({
  ...JSON.parse(withoutTimes(JSON.stringify(run)).replaceAll(/organization-(ours|moto)/g, '<bucket>')),
  statuses,
})

describe.each([
  ['plan', 0],
  ['change', 1],
  ['undo', 2],
])('%s', (_, index) => {
  it('is the same in both engines', () => {
    expect(alike(theirs[index] as Ran)).toEqual(alike(ours[index] as Ran))
  })
})

describe('by moto’s own word', () => {
  it('a plan changes no key', () => {
    expect(ours[0]?.statuses).toEqual(untouched())
    expect(ours[0]?.run.record).toMatchObject({ counts: { accounts: 25, stale: surveyed(), deactivated: 0 } })
  })

  it('a change takes every stale key of the accounts that it may enter, and no other', () => {
    expect(ours[1]?.statuses).toEqual(swept())
    expect(ours[1]?.run.calls.filter((call) => call.startsWith('DeactivateKeyArn'))).toHaveLength(taken())
    expect(ours[1]?.run.record).toMatchObject({
      status: 'some accounts failed',
      counts: { accounts: 25, deactivated: taken(), failed: 0 },
    })
  })

  it('every account ends once, and the one without the role fails the run', () => {
    const { run } = ours[1] as Ran
    const ends = Object.fromEntries(run.record?.accounts.map(({ name, end }) => [name, end]) ?? [])
    expect(run.record?.accounts).toHaveLength(25)
    expect(ends).toMatchObject({
      master: 'management account',
      hub: 'changed',
      clean: 'nothing to do',
      'left-out': 'left out',
      excluded: 'excluded',
      closed: 'not active',
      roleless: 'unreachable',
      'team-01': 'changed',
      'team-18': 'changed',
    })
    expect([run.status, run.path.at(-1)]).toEqual(['FAILED', 'Failed'])
  })

  it('an undo reactivates what was taken, and nothing else', () => {
    expect(ours[2]?.statuses).toEqual(untouched())
    expect(ours[2]?.run.record).toMatchObject({ status: 'changed', counts: { reactivated: taken(), failed: 0 } })
    expect(ours[2]?.run.status).toBe('SUCCEEDED')
  })
})
