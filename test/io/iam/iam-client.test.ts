import { afterEach, describe, expect, it } from '@jest/globals'
import type { Caller } from '../../../core/model/facts.ts'
import { instantOf } from '../../../core/model/instants.ts'
import { findUser, newKey } from '../../../demo/account.ts'
import type { Fault } from '../../../demo/faults.ts'
import { makeCaller } from '../../../io/iam/caller.ts'
import type { Iam } from '../../../io/iam/iam.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { AT, DAY, KEYS, type Local, localEndpoint } from '../../demo/local-endpoint.ts'
import type { AskedAction } from '../../faults/asked-actions.ts'
import { errorWith, factsIn } from '../../support/error-facts.ts'
import { CREDENTIALS, stalling, startLoopbackAws } from '../../support/loopback-aws.ts'
import '../no-backoff.ts'

/** Patient, for the machine may be busy; and short where the answer never comes whole. */
const PATIENT_MILLISECONDS = 10_000
const SHORT_MILLISECONDS = 300
const patienceFor = ({ kind }: { kind: string }) =>
  /^(hang|stall)/.test(kind) ? SHORT_MILLISECONDS : PATIENT_MILLISECONDS

/** IAM, and who asks it. */
type IamWithCaller = Iam & { caller: () => Promise<Caller> }

const iamOf = (
  { endpoint }: Local,
  attempts = 1,
  timeoutMilliseconds = PATIENT_MILLISECONDS,
  accessKeyId = KEYS.alice,
): IamWithCaller => {
  const where = {
    attempts,
    timeoutMilliseconds,
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'secret-canary', sessionToken: 'token-canary' },
  }
  return { ...makeIam({ account: '111122223333', ...where }), caller: makeCaller(where) }
}

/** Every call, by the action it makes. */
const CALLS: Record<Exclude<AskedAction, 'LookupEvents'>, (iam: IamWithCaller) => Promise<unknown>> = {
  GenerateCredentialReport: (iam) => iam.generateReport(),
  GetCredentialReport: (iam) => iam.getReport(),
  ListAccessKeys: (iam) => iam.listAccessKeys('bob'),
  GetAccessKeyLastUsed: (iam) => iam.lastUsed(KEYS.bobOld, 'bob'),
  ListUserTags: (iam) => iam.listTags('bob'),
  GetUser: (iam) => iam.user('bob'),
  UpdateAccessKey: (iam) => iam.setStatus('bob', KEYS.bobOld, 'Inactive'),
  GetCallerIdentity: (iam) => iam.caller(),
}
const ACTIONS = Object.keys(CALLS) as (keyof typeof CALLS)[]

/** With a report that is there, for the call that asks for it. */
async function readyFor(action: Fault['action']): Promise<Local> {
  const local = await localEndpoint({ reportSeconds: 0 })
  if (action !== 'GetCredentialReport') return local
  const iam = iamOf(local)
  await iam.generateReport()
  await iam.generateReport()
  return local
}

/** How many calls of this action there were. */
const callsOf = (action: Fault['action'], { endpoint }: Local) =>
  endpoint.calls.filter((call) => call.action === action).length

describe('what IAM says', () => {
  it('of keys: their id, status and creation', async () => {
    const local = await localEndpoint()
    expect(await iamOf(local).listAccessKeys('bob')).toEqual([
      { accessKeyId: KEYS.bobOld, status: 'Active', createdAt: '2025-11-15T13:15:19Z' },
      { accessKeyId: KEYS.bobNew, status: 'Active', createdAt: '2026-09-01T13:15:19Z' },
    ])
  })
  it('of a use: when, where and for what', async () => {
    expect(await iamOf(await localEndpoint()).lastUsed(KEYS.alice, 'alice')).toEqual({
      known: true,
      at: '2026-09-10T13:15:19Z',
      service: 'iam',
      region: 'us-east-1',
    })
  })
  it('of no use: never', async () => {
    expect(await iamOf(await localEndpoint()).lastUsed(KEYS.bobOld, 'bob')).toEqual({
      known: true,
      at: null,
      service: null,
      region: null,
    })
  })
  it('of tags, over several pages', async () => {
    const local = await localEndpoint({ pageSize: 1 })
    expect(await iamOf(local).listTags('bob')).toEqual({ owner: 'team-b', email: 'bob@example.com', note: 'x' })
    expect(callsOf('ListUserTags', local)).toBe(3)
  })
  it('of a user by name: path and tags', async () => {
    const iam = iamOf(await localEndpoint())
    expect(await iam.user('alice')).toMatchObject({ path: '/people/', tags: await iam.listTags('alice') })
    const createdAt = instantOf(AT.getTime() - 300 * DAY)
    expect(await iam.user('bob')).toEqual({ path: '/', createdAt, tags: await iam.listTags('bob') })
  })
  it('of a user without keys and tags: none of either', async () => {
    const iam = iamOf(await localEndpoint())
    expect([await iam.listAccessKeys('carol'), await iam.listTags('carol')]).toEqual([[], {}])
    expect((await iam.user('carol')).tags).toEqual({})
  })
  it('of a report: its text and when it was made', async () => {
    const { content, generatedAt } = await iamOf(await readyFor('GetCredentialReport')).getReport()
    expect(content.split('\n')[0]).toMatch(/^user,arn,/)
    expect(generatedAt).toBe('2026-09-11T13:15:19Z')
  })
  it.each(['STARTED', 'INPROGRESS', 'COMPLETE'])('of a report that is asked for: %s', async (state) => {
    const local = await localEndpoint()
    const edit = (xml: string) => xml.replace(/<State>.*<\/State>/, `<State>${state}</State>`)
    local.endpoint.fault({ kind: 'edited', edit, action: 'GenerateCredentialReport' })
    expect(await iamOf(local).generateReport()).toBe(state)
  })
  it('of the caller: the user, and the key that signs', async () => {
    expect(await iamOf(await localEndpoint()).caller()).toEqual({
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/people/alice',
      userName: 'alice',
      accountAlias: null,
      sourceKeyIds: [],
      accessKeyId: KEYS.alice,
    })
  })
  it('of a caller whose user has no path', async () => {
    const local = await localEndpoint({ signedBy: KEYS.bobOld })
    const { userName, arn } = await iamOf(local, 1, PATIENT_MILLISECONDS, KEYS.bobOld).caller()
    expect([userName, arn]).toEqual(['bob', 'arn:aws:iam::111122223333:user/bob'])
  })
  it('of a caller that is a role: no user', async () => {
    const local = await localEndpoint()
    const { userName, arn } = await iamOf(local, 1, PATIENT_MILLISECONDS, 'ASIAAAAAAAAAAAAAAAAA').caller()
    expect([userName, arn]).toEqual([null, 'arn:aws:sts::111122223333:assumed-role/keysweep/run-1'])
  })
  it('of a key by its id alone: whose it is', async () => {
    expect(await iamOf(await localEndpoint()).ownerOf(KEYS.bobOld)).toBe('bob')
  })
  it('of an account in another partition', async () => {
    const local = await localEndpoint()
    local.endpoint.account.partition = 'aws-cn'
    expect((await iamOf(local).caller()).arn).toBe('arn:aws-cn:iam::111122223333:user/people/alice')
  })
  it('after a write: the status that was asked for', async () => {
    const local = await localEndpoint()
    await iamOf(local).setStatus('bob', KEYS.bobOld, 'Inactive')
    expect(local.endpoint.writes).toMatchObject([
      { user: 'bob', accessKeyId: KEYS.bobOld, from: 'Active', to: 'Inactive' },
    ])
  })
})

/** A fault at any action. */
type Kind = Fault extends infer F ? (F extends Fault ? Omit<F, 'action'> : never) : never

/** What each fault is called, by any call that it meets. */
const FAULTS: [string, Kind, string][] = [
  ['a throttle', { kind: 'error', error: 'Throttling' }, 'IamThrottled'],
  [
    'a throttle in other services’ words',
    { kind: 'error', error: { code: 'ThrottlingException', status: 400, message: 'Rate exceeded' } },
    'IamThrottled',
  ],
  ['a 429', { kind: 'error', error: { code: 'Other', status: 429, message: 'Slow down' } }, 'IamThrottled'],
  ['a limit', { kind: 'error', error: 'LimitExceeded' }, 'IamThrottled'],
  [
    'a request that timed out on the way',
    { kind: 'error', error: { code: 'RequestTimeoutException', status: 408, message: 'Timed out' } },
    'IamUnavailable',
  ],
  [
    'an aborted request',
    { kind: 'error', error: { code: 'RequestAbortedException', status: 400, message: 'Aborted' } },
    'IamUnavailable',
  ],
  [
    'a bare 408 of a proxy',
    { kind: 'error', error: { code: 'Other', status: 408, message: 'Timed out' } },
    'IamUnavailable',
  ],
  ['not authorized', { kind: 'error', error: { code: 'NotAuthorized', status: 401, message: 'No' } }, 'IamDenied'],
  ['a 500', { kind: 'error', error: 'ServiceFailure' }, 'IamUnavailable'],
  ['a 503', { kind: 'error', error: 'ServiceUnavailable' }, 'IamUnavailable'],
  ['a reset before it was done', { kind: 'reset before' }, 'IamUnavailable'],
  ['a reset after it was done', { kind: 'reset after' }, 'IamUnavailable'],
  ['a socket that hangs', { kind: 'hang' }, 'IamUnavailable'],
  ['an answer that stalls in its body', { kind: 'stall' }, 'IamUnavailable'],
  ['access denied', { kind: 'error', error: 'AccessDenied' }, 'IamDenied'],
  ['an expired token', { kind: 'error', error: 'ExpiredToken' }, 'IamDenied'],
  ['an invalid key', { kind: 'error', error: 'InvalidClientTokenId' }, 'IamDenied'],
  ['a validation error', { kind: 'error', error: 'ValidationError' }, 'IamRefused'],
]
const JUNK: [string, Kind][] = [
  ['HTML with a 200', { kind: 'html' }],
  ['an empty 200', { kind: 'empty' }],
  ['truncated XML', { kind: 'truncated' }],
]

/** The error of a call, or 'no error'. */
const errorOf = async (call: Promise<unknown>): Promise<{ name: string; message: string }> =>
  call.then(
    () => ({ name: 'no error', message: '' }),
    (error: Error) => error,
  )

describe.each(ACTIONS)('%s meets', (action) => {
  it.each(FAULTS)('%s', async (_, fault, name) => {
    const local = await readyFor(action)
    const before = callsOf(action, local)
    local.endpoint.fault({ ...fault, action } as Fault)
    const error = await errorOf(CALLS[action](iamOf(local, 1, patienceFor(fault))))
    expect(error.name).toBe(name)
    expect(error.message).toContain(action)
    expect(error.message).not.toContain('canary')
    // With one attempt there is one call: the state machine retries.
    expect(callsOf(action, local)).toBe(before + 1)
  })
})

// An update has nothing in its answer to check: Deactivate key reads the key back.
describe.each(ACTIONS.filter((action) => action !== 'UpdateAccessKey'))('%s does not take for success', (action) => {
  it.each(JUNK)('%s', async (_, fault) => {
    const local = await readyFor(action)
    local.endpoint.fault({ ...fault, action } as Fault)
    expect((await errorOf(CALLS[action](iamOf(local)))).name).toBe('IamAnswerError')
  })
  it('a right answer to another action', async () => {
    const local = await readyFor(action)
    local.endpoint.fault({
      kind: 'other action',
      action,
      answer: action === 'GetCallerIdentity' ? 'GenerateCredentialReport' : 'GetCallerIdentity',
    })
    expect((await errorOf(CALLS[action](iamOf(local)))).name).toBe('IamAnswerError')
  })
})

describe('an answer is refused', () => {
  it.each(['ListAccessKeys', 'GetAccessKeyLastUsed', 'GetUser'] as const)(
    'when %s speaks of another user',
    async (action) => {
      const local = await localEndpoint()
      local.endpoint.fault({ kind: 'other user', user: 'alice', action })
      expect((await errorOf(CALLS[action](iamOf(local)))).name).toBe('IamAnswerError')
    },
  )
  it.each(['ListAccessKeys', 'ListUserTags'] as const)('when the pages of %s never end', async (action) => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'endless pages', action })
    expect(await errorOf(CALLS[action](iamOf(local)))).toEqual(errorWith('IamAnswerError', action, 'bob', 'Marker'))
  })
  it.each([
    ['"never used" is told without service N/A', (xml: string) => xml.replace('<ServiceName>N/A</ServiceName>', '')],
    ['the user of a last use is missing', (xml: string) => xml.replace('<UserName>bob</UserName>', '')],
    [
      'the whole AccessKeyLastUsed is missing',
      (xml: string) => xml.replace(/<AccessKeyLastUsed>.*<\/AccessKeyLastUsed>/s, ''),
    ],
  ])('when %s', async (_, edit) => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'edited', edit, action: 'GetAccessKeyLastUsed' })
    expect((await errorOf(iamOf(local).lastUsed(KEYS.bobOld, 'bob'))).name).toBe('IamAnswerError')
  })
  it.each([
    ['names the user in another case', (xml: string) => xml.replace('<UserName>bob<', '<UserName>Bob<')],
    ['names no user', (xml: string) => xml.replace('<UserName>bob</UserName>', '')],
    ['has no path', (xml: string) => xml.replace('<Path>/</Path>', '')],
    ['has a path that does not begin', (xml: string) => xml.replace('<Path>/</Path>', '<Path>people/</Path>')],
    ['has a path that does not end', (xml: string) => xml.replace('<Path>/</Path>', '<Path>/people</Path>')],
    ['has no creation date', (xml: string) => xml.replace(/<CreateDate>.*?<\/CreateDate>/, '')],
    ['has a tag without a key', (xml: string) => xml.replace('<Key>owner</Key>', '')],
  ])('when GetUser %s', async (_, edit) => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'edited', edit, action: 'GetUser' })
    expect((await errorOf(iamOf(local).user('bob'))).name).toBe('IamAnswerError')
  })
  it.each([
    ['an account of 13 digits', (xml: string) => xml.replace(/<Account>/, '<Account>1')],
    ['an account with more behind', (xml: string) => xml.replace(/<\/Account>/, 'x</Account>')],
    ['no account', (xml: string) => xml.replace(/<Account>.*<\/Account>/, '')],
    ['an ARN that is none', (xml: string) => xml.replace('<Arn>arn:', '<Arn>')],
  ])('when GetCallerIdentity tells %s', async (_, edit) => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'edited', edit, action: 'GetCallerIdentity' })
    expect((await errorOf(iamOf(local).caller())).name).toBe('IamAnswerError')
  })
  it('when a report is in a state that is not known', async () => {
    const local = await localEndpoint()
    const edit = (xml: string) => xml.replace(/<State>.*<\/State>/, '<State>WAITING</State>')
    local.endpoint.fault({ kind: 'edited', edit, action: 'GenerateCredentialReport' })
    expect((await errorOf(iamOf(local).generateReport())).name).toBe('IamAnswerError')
  })
  it('when a report is empty', async () => {
    const local = await readyFor('GetCredentialReport')
    local.endpoint.fault({ kind: 'edited report', edit: () => '', action: 'GetCredentialReport' })
    expect((await errorOf(iamOf(local).getReport())).name).toBe('IamAnswerError')
  })
  it('when a key has no owner', async () => {
    const local = await localEndpoint()
    const edit = (xml: string) => xml.replace('<UserName>bob</UserName>', '')
    local.endpoint.fault({ kind: 'edited', edit, action: 'GetAccessKeyLastUsed' })
    expect(await errorOf(iamOf(local).ownerOf(KEYS.bobOld))).toEqual(
      errorWith('IamAnswerError', 'GetAccessKeyLastUsed', KEYS.bobOld, 'UserName', '["AccessKeyLastUsed"]'),
    )
  })
  it('when one key of several is of another user', async () => {
    const local = await localEndpoint()
    const edit = (xml: string) => xml.replace(/(.*)<UserName>bob</s, '$1<UserName>alice<')
    local.endpoint.fault({ kind: 'edited', edit, action: 'ListAccessKeys' })
    expect(await errorOf(iamOf(local).listAccessKeys('bob'))).toEqual(
      errorWith('IamAnswerError', 'ListAccessKeys', '"bob"', '"alice"'),
    )
  })
  it('in one line, whatever it holds', async () => {
    const local = await localEndpoint()
    const edit = (xml: string) => xml.replace(/<CreateDate>.*?</s, '<CreateDate>so\non<')
    local.endpoint.fault({ kind: 'edited', edit, action: 'ListAccessKeys' })
    expect((await errorOf(iamOf(local).listAccessKeys('bob'))).message).toMatch(/^[^\n]* 200: Invalid .* format so$/)
  })
  it('in one short line, when it is not what AWS writes', async () => {
    const local = await localEndpoint()
    const edit = () => `<a><${'b'.repeat(300)}></a>`
    local.endpoint.fault({ kind: 'edited', edit, action: 'ListUserTags' })
    const { name, message } = await errorOf(iamOf(local).listTags('bob'))
    expect(name).toBe('IamAnswerError')
    expect(message).toMatch(/^ListUserTags of user bob: .* 200: .{120}$/)
  })
  it('when a date is none', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({
      kind: 'edited',
      edit: (xml) => xml.replace(/<CreateDate>.*?<\/CreateDate>/s, '<CreateDate>soon</CreateDate>'),
      action: 'ListAccessKeys',
    })
    expect((await errorOf(iamOf(local).listAccessKeys('bob'))).name).toBe('IamAnswerError')
  })
  it.each(['AK/AIOSFODNN7EXAMPLE', 'AKIASHORT', `AKIA${'X'.repeat(125)}`, '..'])(
    'when a key has the id %s',
    async (id) => {
      const local = await localEndpoint()
      const edit = (xml: string) => xml.replaceAll(/<AccessKeyId>.*?</g, `<AccessKeyId>${id}<`)
      local.endpoint.fault({ kind: 'edited', edit, action: 'ListAccessKeys' })
      expect((await errorOf(iamOf(local).listAccessKeys('bob'))).name).toBe('IamAnswerError')
    },
  )
  it('but a user without a list of tags in the answer has none', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'edited', edit: (xml) => xml.replace(/<Tags>.*<\/Tags>/s, ''), action: 'GetUser' })
    expect(await iamOf(local).user('bob')).toMatchObject({ path: '/', tags: {} })
  })
  it('but a key without a creation date is let through, for the verdict to name', async () => {
    const local = await localEndpoint()
    local.endpoint.fault({
      kind: 'edited',
      edit: (xml) => xml.replace(/<CreateDate>.*?<\/CreateDate>/s, ''),
      action: 'ListAccessKeys',
    })
    expect((await iamOf(local).listAccessKeys('bob'))[0]?.createdAt).toBeNull()
  })
})

describe('without an endpoint of its own', () => {
  const before = { ...process.env }
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
  const credentials = { accessKeyId: KEYS.alice, secretAccessKey: 'secret-canary' }
  const where = { attempts: 1, region: 'us-east-1', credentials }

  it('a client calls the endpoint that the environment names', async () => {
    const local = await localEndpoint()
    process.env.AWS_ENDPOINT_URL = local.endpoint.url
    expect(await makeIam({ account: '111122223333', ...where }).listAccessKeys('carol')).toEqual([])
    expect(callsOf('ListAccessKeys', local)).toBe(1)
  })
  it('a client leaves it at the FIPS endpoints that the environment asks for', async () => {
    const local = await localEndpoint()
    Object.assign(process.env, { AWS_ENDPOINT_URL: local.endpoint.url, AWS_USE_FIPS_ENDPOINT: 'true' })
    // The SDK has no FIPS endpoint there, and asks no other.
    expect((await errorOf(makeIam({ account: '111122223333', ...where }).listAccessKeys('carol'))).message).toContain(
      'FIPS',
    )
    expect(callsOf('ListAccessKeys', local)).toBe(0)
  })
  it('but with one it asks there, whatever endpoints the environment asks for', async () => {
    const local = await localEndpoint()
    Object.assign(process.env, { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' })
    expect(await iamOf(local).listAccessKeys('carol')).toEqual([])
  })
})

describe('the names of things that are not there', () => {
  it.each([
    ['a user', (iam: Iam) => iam.listAccessKeys('nobody')],
    ["a user's tags", (iam: Iam) => iam.listTags('nobody')],
    ["a user's path", (iam: Iam) => iam.user('nobody')],
    ["a key's owner", (iam: Iam) => iam.ownerOf('AKIANOBODYNOBODYNOBO')],
    ['a key', (iam: Iam) => iam.setStatus('bob', 'AKIANOBODYNOBODYNOBO', 'Inactive')],
  ])('%s: NoSuchEntity', async (_, call) => {
    expect((await errorOf(call(iamOf(await localEndpoint())))).name).toBe('NoSuchEntity')
  })
  it.each([
    ['ReportNotPresent', 'ReportNotPresent'],
    ['ReportExpired', 'ReportExpired'],
    ['ReportInProgress', 'ReportInProgress'],
  ] as const)('a report: %s', async (error, name) => {
    const local = await localEndpoint()
    local.endpoint.fault({ kind: 'error', error, action: 'GetCredentialReport' })
    expect((await errorOf(iamOf(local).getReport())).name).toBe(name)
  })
})

describe('attempts', () => {
  // test/io/iam/pace.test.ts has throttles.
  it.each(['error', 'html', 'empty', 'truncated', 'reset before', 'stall'] as const)(
    '%s: a second one, if nothing else retries',
    async (kind) => {
      const local = await localEndpoint()
      local.endpoint.fault({ kind, error: 'ServiceFailure', action: 'ListUserTags', nth: 1 } as Fault)
      // Not so short that a busy machine's good answer comes too late.
      const patience = patienceFor({ kind }) === SHORT_MILLISECONDS ? 500 : PATIENT_MILLISECONDS
      expect(await iamOf(local, 3, patience).listTags('bob')).toMatchObject({ owner: 'team-b' })
      expect(callsOf('ListUserTags', local)).toBe(2)
    },
  )
})

describe('an answer that stalls in its body', () => {
  // One of each service: the limit is the client's.
  it.each([
    ['UpdateAccessKey', 'IAM'],
    ['GetCallerIdentity', 'STS'],
  ] as const)('of %s is a time-out, and each attempt has its own limit', async (action, service) => {
    const local = await localEndpoint()
    local.endpoint.fault({ action, kind: 'stall' })
    expect(await errorOf(CALLS[action](iamOf(local, 2, 200)))).toEqual(
      errorWith('IamUnavailable', action, 'TimeoutError', service, '200 ms'),
    )
    expect(local.endpoint.calls).toMatchObject([{ outcome: 'fault:stall' }, { outcome: 'fault:stall' }])
  })
  it('is no refusal, whatever its status: an update may have been carried out', async () => {
    const { url } = await startLoopbackAws(stalling(() => ({ status: 403, body: '<ErrorResponse></ErrorResponse>' })))
    const where = { endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, timeoutMilliseconds: 200 }
    const error = await errorOf(
      makeIam({ account: '111122223333', attempts: 1, ...where }).setStatus('bob', KEYS.bobOld, 'Inactive'),
    )
    expect(error.name).toBe('IamUnavailable')
  })
})

it('a key made a moment ago by somebody else is seen', async () => {
  const local = await localEndpoint()
  findUser(local.endpoint.account, 'carol')?.keys.push(newKey('AKIACAROLCAROLCAROL1', new Date(AT.getTime() - DAY)))
  expect(await iamOf(local).listAccessKeys('carol')).toHaveLength(1)
})

it('credentials that no request can carry are denied by name, and nothing is sent', async () => {
  const { endpoint } = await localEndpoint()
  const iam = makeIam({
    account: '111122223333',
    attempts: 3,
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: KEYS.alice, secretAccessKey: 'secret-canary', sessionToken: 'token-canary\n' },
  })
  const error = await errorOf(iam.listAccessKeys('bob'))
  expect(error).toMatchObject({
    name: 'IamDenied',
    message: factsIn('ListAccessKeys of user bob', 'x-amz-security-token'),
  })
  expect(error.message).not.toContain('canary')
  expect(endpoint.calls).toEqual([])
})
