import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { outcomeReasonText } from '../../core/texts/outcome-text.ts'
import { accessKeyId, newKey, newUser, usedAt } from '../../demo/account.ts'
import { errorWith, factsIn } from '../support/error-facts.ts'
import { AT, accountOf, DAY, daysAgo, keyUsed, openWorld, statusesOf } from '../support/world.ts'

const TO_THE_PLAN = [
  'Take input',
  'Start run',
  'What is asked?',
  'Generate report',
  'Report ready?',
  'Wait for report',
  'Generate report',
  'Report ready?',
  'Parse report',
  'Check suspects',
  'All checked?',
  'Read key events',
  'All events read?',
  'Make plan',
  'Next step?',
]
const THE_END = ['Write record', 'How did it end?']

describe('a run that applies', () => {
  it('deactivates what is stale, leaves what is in use, and records both', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200, never: null, used: 2, soon: 80 }) })
    const { result, path, record } = await world.run()
    expect(result.status).toBe('SUCCEEDED')
    expect(path).toEqual([...TO_THE_PLAN, 'Deactivate keys', ...THE_END, 'Done'])
    expect(statusesOf(world)).toEqual({
      operator: ['Active'],
      idle: ['Inactive'],
      never: ['Inactive'],
      used: ['Active'],
      soon: ['Active'],
    })
    expect(record).toMatchObject({
      runId: 'run-1',
      account: '111122223333',
      mode: 'apply',
      status: 'deactivated',
      counts: {
        users: 5,
        suspects: 3,
        activeKeys: 5,
        stale: 2,
        kept: 3,
        deactivated: 2,
        skipped: 0,
        failed: 0,
        leftForNextRun: 0,
      },
      plan: { keys: 2 },
      decision: null,
      error: null,
    })
    expect(record?.keys.map((key) => [key.user, key.verdict, key.reason, key.staleOn, key.outcome])).toEqual([
      ['idle', 'stale', 'unused since 2026-02-23', null, 'deactivated'],
      ['never', 'stale', 'never used, created 2025-09-11', null, 'deactivated'],
      ['soon', 'kept', 'in use', '2026-09-21', null],
    ])
  })
  it('takes one key of a user and leaves the other', async () => {
    const both = newUser('both', { keys: [keyUsed('both/new', 1), keyUsed('both/old', 300)] })
    const world = await openWorld({ account: accountOf({}, [both]) })
    await world.run()
    expect(statusesOf(world).both).toEqual(['Active', 'Inactive'])
  })
  it('takes both of two idle keys, in whatever order', async () => {
    const both = newUser('both', { keys: [keyUsed('both/a', 150), keyUsed('both/b', 300)] })
    const world = await openWorld({ account: accountOf({}, [both]) })
    expect((await world.run()).record?.status).toBe('deactivated')
    expect(statusesOf(world).both).toEqual(['Inactive', 'Inactive'])
  })
  it('has nothing to do where nothing is stale', async () => {
    const world = await openWorld({ account: accountOf({ used: 2 }) })
    const { path, record } = await world.run()
    expect(path).toEqual([...TO_THE_PLAN, ...THE_END, 'Done'])
    expect(record).toMatchObject({ status: 'nothing to do', keys: [], counts: { suspects: 0, kept: 2 } })
  })
  it('writes nothing the second time', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await world.run()
    const again = await world.run({ runId: 'run-2' })
    expect(again.record?.status).toBe('nothing to do')
    expect(world.endpoint.writes).toHaveLength(1)
  })
  it('skips a key that was used between the plan and the write', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    world.endpoint.on('ListAccessKeys', 2, (account) => {
      const key = account.users.find((user) => user.name === 'idle')?.keys[0]
      if (key) key.lastUsed = usedAt(AT)
    })
    const { record } = await world.run()
    expect(world.endpoint.writes).toEqual([])
    expect(record).toMatchObject({ status: 'nothing to do', keys: [{ outcome: 'skipped', outcomeReason: 'in use' }] })
  })
  it('skips a key that somebody else deactivated or deleted in the meantime', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 200, c: 200 }) })
    world.endpoint.on('UpdateAccessKey', 1, () => {})
    world.endpoint.on('ListAccessKeys', 4, (account) => {
      for (const key of account.users.find((user) => user.name === 'a')?.keys ?? []) key.status = 'Inactive'
      account.users.find((user) => user.name === 'b')?.keys.splice(0)
      account.users.splice(
        account.users.findIndex((user) => user.name === 'c'),
        1,
      )
    })
    const { record } = await world.run()
    expect(record?.keys.map((key) => [key.user, key.outcome, key.outcomeReason])).toEqual([
      ['a', 'skipped', 'not active: Inactive'],
      ['b', 'skipped', outcomeReasonText({ why: 'key-deleted' })],
      ['c', 'skipped', outcomeReasonText({ why: 'key-deleted' })],
    ])
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('a run that only plans', () => {
  it('writes nothing to IAM and says what it would take', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: '' })
    const { result, path, record } = await world.run()
    expect(result.status).toBe('SUCCEEDED')
    expect(path).toEqual([...TO_THE_PLAN, ...THE_END, 'Done'])
    expect(record).toMatchObject({
      mode: 'plan',
      status: 'planned',
      counts: { stale: 1, deactivated: 0 },
      keys: [{ outcome: null }],
    })
    expect(world.endpoint.calls.some((call) => call.action === 'UpdateAccessKey')).toBe(false)
  })
})

describe('a plan that must not go ahead', () => {
  const pair = () =>
    newUser('pair', {
      keys: [keyUsed('pair/old', 1), newKey(accessKeyId('pair/new'), daysAgo(30), { lastUsed: usedAt(daysAgo(1)) })],
    })
  it.each([
    ['over a cap, with nobody to ask', '{ mode: apply, approval: never, policy: { maxKeys: 1 } }', 'over cap', 2],
    ['with a cap of zero', '{ mode: apply, approval: never, policy: { maxKeys: 0 } }', 'over cap', 2],
    [
      'with keys in use that are only old, and nobody to ask',
      '{ mode: apply, approval: never, policy: { rotationDays: 180 } }',
      'approval needed',
      3,
    ],
  ])('%s, ends with zero writes', async (_, settings, status, keys) => {
    const world = await openWorld({ account: accountOf({ idle: 200, idler: 300 }, [pair()]), settings })
    const { result, path, record } = await world.run()
    expect(result.status).toBe('SUCCEEDED')
    expect(path).toEqual([...TO_THE_PLAN, ...THE_END, 'Done'])
    expect(record).toMatchObject({ status, plan: { keys }, counts: { stale: keys, deactivated: 0 } })
    expect(world.endpoint.writes).toEqual([])
  })
  it.each([
    ['over a cap', '{ mode: apply, policy: { maxKeys: 1 } }'],
    ['with approval for every plan', '{ mode: apply, approval: always }'],
    ['with keys in use that are only old', '{ mode: apply, policy: { rotationDays: 180 } }'],
  ])('%s, asks a person, and no answer means no', async (_, settings) => {
    const world = await openWorld({ account: accountOf({ idle: 200, idler: 300 }, [pair()]), settings })
    const { result, path, record } = await world.run()
    expect(result).toMatchObject({ status: 'FAILED', error: 'ApprovalExpired' })
    expect(path).toEqual([
      ...TO_THE_PLAN,
      'Ask for approval',
      'Read decision',
      'Events too old?',
      'Go ahead?',
      ...THE_END,
      'Failed',
    ])
    expect(record).toMatchObject({
      status: 'expired',
      decision: { answer: 'expired', by: null },
      counts: { deactivated: 0 },
    })
    expect(world.endpoint.writes).toEqual([])
  })
})

describe('bad input is refused with a record and zero writes', () => {
  it.each<[string, unknown, (string | number)[]]>([
    ['a field we do not know', { dryRun: true }, ['"dryRun"']],
    ['a shorter term than was deployed', { policy: { unusedDays: 1 } }, ['unusedDays', 1, 90]],
    ['a bare string', 'apply', ['object', '"apply"']],
    ['null', null, ['object', 'null']],
    ['a list', [], ['object', '[]']],
  ])('%s', async (_, input, facts) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const { result, path, record } = await world.run({ input })
    expect(result).toMatchObject({ status: 'FAILED', error: 'InputRefused', cause: factsIn(...facts) })
    expect(path).toEqual(['Take input', 'Start run', ...THE_END, 'Failed'])
    expect(record).toMatchObject({
      status: 'refused',
      error: errorWith('InputRefused', ...facts),
    })
    expect(world.endpoint.calls).toEqual([])
  })
  it('settings that break a rule', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), settings: 'policy: { maxKeys: -1 }' })
    expect((await world.run()).record).toMatchObject({ status: 'refused', error: { name: 'SettingsRefused' } })
  })
})

describe('a report that cannot be trusted gives zero writes', () => {
  const edits: [string, (csv: string) => string, (string | number)[]][] = [
    ['empty but for its header', (csv) => csv.split('\n')[0] ?? '', []],
    ['cut in the middle', (csv) => csv.slice(0, csv.length / 2), []],
    [
      'of another account',
      (csv) => csv.replaceAll('111122223333', '444455556666'),
      ['111122223333', 'arn:aws:iam::444455556666:root'],
    ],
    ['with a header we do not know', (csv) => csv.replace('access_key_1_active', 'key_1'), [22, 'access_key_1_active']],
    ['a web page', () => '<html><body>Sign in</body></html>', [1, 'user', 'arn']],
  ]
  it.each(edits)('%s', async (_, edit, facts) => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    world.endpoint.fault({ action: 'GetCredentialReport', kind: 'edited report', edit })
    const { result, record } = await world.run()
    expect(result).toMatchObject({ status: 'FAILED', error: 'ReportRefused' })
    expect(record).toMatchObject({
      status: 'refused',
      error: errorWith('ReportRefused', ...facts),
    })
    expect(world.endpoint.writes).toEqual([])
  })
  it('older than a day', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    world.endpoint.fault({ action: 'GetCredentialReport', kind: 'skew', milliseconds: -DAY - 60_000 })
    expect((await world.run()).record).toMatchObject({
      status: 'refused',
      error: errorWith('ReportRefused', 1),
    })
    expect(world.endpoint.writes).toEqual([])
  })
  it('never complete: the loop ends after 60 attempts', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }), reportSeconds: Number.POSITIVE_INFINITY })
    const { result, path, record } = await world.run()
    expect(result).toMatchObject({ status: 'FAILED', error: 'ReportNotReady' })
    expect(path.filter((state) => state === 'Generate report')).toHaveLength(61)
    expect(world.endpoint.calls.filter((call) => call.action === 'GenerateCredentialReport')).toHaveLength(60)
    expect(record?.status).toBe('refused')
  })
  it.each(['ReportExpired', 'ReportNotPresent', 'ReportInProgress'] as const)(
    '%s once: it is generated again',
    async (error) => {
      const world = await openWorld({ account: accountOf({ idle: 200 }) })
      world.endpoint.fault({ action: 'GetCredentialReport', kind: 'error', error, nth: 1 })
      const { path, record } = await world.run()
      expect(path.slice(8, 12)).toEqual(['Parse report', 'Wait for report', 'Generate report', 'Report ready?'])
      expect(record?.status).toBe('deactivated')
    },
  )
})

describe('suspects that cannot be read', () => {
  const idle = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`idle-${String(index).padStart(2, '0')}`, 200]))
  const settings = '{ mode: apply, policy: { maxPercent: 100 } }'

  it('more than 5 %: nothing is written, for a blind sweep must not look green', async () => {
    const world = await openWorld({ account: accountOf(idle(19)), settings })
    world.endpoint.fault({
      action: 'ListAccessKeys',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === 'idle-03',
    })
    const { result, record } = await world.run()
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'FactsUnreadable',
      cause: factsIn('1 of 19'),
    })
    expect(record).toMatchObject({ status: 'refused', error: { name: 'FactsUnreadable' } })
    expect(world.endpoint.writes).toEqual([])
  })
  it('exactly 5 %: they are kept, and the record says why', async () => {
    const world = await openWorld({ account: accountOf(idle(20)), settings })
    world.endpoint.fault({
      action: 'GetAccessKeyLastUsed',
      kind: 'html',
      match: ({ AccessKeyId }) => AccessKeyId === accessKeyId('idle-03'),
    })
    const { record } = await world.run()
    expect(record).toMatchObject({ status: 'deactivated', counts: { stale: 19, deactivated: 19 } })
    expect(record?.keys.find((key) => key.user === 'idle-03')).toMatchObject({
      verdict: 'kept',
      reason: expect.stringMatching(/^unknown: IamAnswerError/),
    })
    expect(statusesOf(world)['idle-03']).toEqual(['Active'])
  })
})

describe('a key that fails', () => {
  it('permanently does not stop the others, and fails the run', async () => {
    const world = await openWorld({ account: accountOf({ a: 200, b: 200, c: 200 }) })
    world.endpoint.fault({
      action: 'UpdateAccessKey',
      kind: 'error',
      error: 'AccessDenied',
      match: ({ UserName }) => UserName === 'b',
    })
    const { result, record } = await world.run()
    expect(statusesOf(world)).toMatchObject({ a: ['Inactive'], b: ['Active'], c: ['Inactive'] })
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'SomeKeysFailed',
      cause: expect.stringContaining('1 of 3 keys failed'),
    })
    expect(record).toMatchObject({ status: 'some keys failed', counts: { deactivated: 2, failed: 1 } })
    expect(record?.keys[1]).toMatchObject({
      outcome: 'failed',
      outcomeReason: expect.stringMatching(/^IamDenied: UpdateAccessKey/),
    })
  })
  it('and was certainly not sent is taken by the next run', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    const heal = world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'AccessDenied' })
    await world.run()
    heal()
    expect((await world.run({ runId: 'run-2' })).record?.status).toBe('deactivated')
  })
  it('at first is tried again, and every attempt starts from the facts', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: 'Throttling', nth: [1, 2] })
    const { events, record } = await world.run()
    expect(events.filter((event) => event.type === 'StateRetried')).toHaveLength(2)
    expect(record?.status).toBe('deactivated')
    expect(world.endpoint.calls.filter((call) => call.action === 'GetAccessKeyLastUsed')).toHaveLength(4)
  })
  it('after it was done counts as done', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'reset after' })
    expect((await world.run()).record?.keys[0]).toMatchObject({ outcome: 'deactivated', outcomeReason: null })
  })
  it('to show its new status for a while is read again, patiently', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'stale read', reads: 4 })
    expect((await world.run()).record?.keys[0]).toMatchObject({ outcome: 'deactivated' })
    expect(world.endpoint.writes).toHaveLength(1)
  })
  it('and was answered with a web page is failed: sent, not confirmed', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    world.endpoint.fault({ action: 'UpdateAccessKey', kind: 'html' })
    const { record } = await world.run()
    expect(record?.keys[0]).toMatchObject({
      outcome: 'failed',
      outcomeReason: expect.stringMatching(/^sent, not confirmed/),
    })
  })
})

describe('a key that somebody reactivated', () => {
  it('is left alone for a full term from the day it is first seen again', async () => {
    const world = await openWorld({ account: accountOf({ a: 200 }) })
    await world.run()
    world.pass(100 * DAY)
    const key = world.endpoint.account.users.find((user) => user.name === 'a')?.keys[0]
    if (key) key.status = 'Active'
    expect((await world.run({ runId: 'run-2' })).record?.keys.find((one) => one.user === 'a')).toMatchObject({
      verdict: 'kept',
      staleOn: '2027-03-20',
    })
    world.pass(89 * DAY)
    expect((await world.run({ runId: 'run-3' })).record?.keys.find((one) => one.user === 'a')).toMatchObject({
      verdict: 'kept',
    })
    world.pass(DAY)
    expect((await world.run({ runId: 'run-4' })).record?.keys.find((one) => one.user === 'a')).toMatchObject({
      verdict: 'stale',
      outcome: 'deactivated',
    })
  })
})

describe('the run store', () => {
  it('that cannot be written ends the run before anything else, naming what and why', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    await mkdir(dirname(world.directory), { recursive: true })
    await writeFile(world.directory, 'in the way')
    const { result, record } = await world.run()
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'StoreRefused',
      cause: expect.stringContaining(world.directory),
    })
    expect(record).toBeNull()
    expect(world.endpoint.writes).toEqual([])
    await chmod(world.directory, 0o600)
  })
  it('holds the first run of an id; a second of that id is refused and changes nothing', async () => {
    const world = await openWorld({ account: accountOf({ idle: 200 }) })
    const first = await world.run()
    world.pass(1000)
    const second = await world.run()
    expect(second.result).toMatchObject({ status: 'FAILED', error: 'RunIdTaken' })
    expect(second.record).toEqual(first.record)
  })
})
