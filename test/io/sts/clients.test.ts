// Clients by account: the process's own credentials work for their own account only, and every other account needs a session
// whose identity STS has confirmed before IAM is called.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { sweeperIn } from '../../../core/judge/sweeper.ts'
import { makeCommonConfig } from '../../../io/aws/common-config.ts'
import { userAgentOf } from '../../../io/aws/user-agent.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { makeClients } from '../../../io/sts/clients.ts'
import { type AccountRun, type IamUse, ofCaller, partitionOf, READ } from '../../../io/sts/iam-use.ts'
// Else only the first test would meet what happens while it is loaded.
import '../../../io/sts/member-session.ts'
import { makeSessions } from '../../../io/sts/sessions.ts'
import { makeTrail } from '../../../io/trail/trail-client.ts'
import { errorWith } from '../../support/error-facts.ts'
import { CALLER } from '../../support/facts.ts'
import { CREDENTIALS, nothing, webPage } from '../../support/loopback-aws.ts'
import {
  ACCESS,
  type Answer,
  failing,
  HUB,
  identity,
  MEMBER,
  type MemberAws,
  RUN,
  sessionKey,
  startMemberAws,
  xml,
} from './member-aws.ts'
import '../no-backoff.ts'

const ROLES = { read: 'keysweep-read', deactivate: 'keysweep-deactivate', reactivate: 'keysweep-reactivate' }
const IN_MEMBER: AccountRun = { runId: RUN, account: MEMBER, caller: CALLER, member: { roles: ROLES, profile: null } }
const DEACTIVATE: IamUse = { role: 'deactivate', user: 'jane' }

let aws: MemberAws
let clock: number
beforeEach(async () => {
  clock = Date.now()
  aws = await startMemberAws(() => new Date(clock + 900_000))
})

const STORE = 's3://bucket/store'
const optionsOf = (runId: string | null) => ({
  ...ACCESS,
  endpoint: aws.url,
  customUserAgent: userAgentOf(STORE, runId),
})
const sessionsNow = () => makeSessions({ optionsOf, now: () => clock })
const clientsNow = (sessions = sessionsNow(), attempts = 1) =>
  makeClients({
    own: HUB,
    sessions,
    make: ({ account, runId }, credentials) =>
      makeIam({ account, attempts, ...optionsOf(runId), ...(credentials && { credentials }) }),
  })
const errorOf = (doing: Promise<unknown>): Promise<Error> =>
  doing.then(
    () => {
      throw new TypeError('expected an error')
    },
    (error: Error) => error,
  )
/** The actions of IAM that were asked, in whatever way. */
const iamCalls = () => aws.asked().filter((action) => !['AssumeRole', 'GetCallerIdentity'].includes(action))

it('the partition of an ARN that names none is the one of most accounts', () => {
  expect([partitionOf(CALLER), partitionOf({ arn: 'arn' }), partitionOf({ arn: 'arn::iam' })]).toEqual([
    'aws',
    'aws',
    'aws',
  ])
})

describe('a run on its own account', () => {
  /** A client is a new object with what it was made for. */
  const plainClients = (own: string | undefined) =>
    makeClients({
      own,
      sessions: sessionsNow(),
      make: ({ account, runId }, provider) => ({ account, runId, provider }),
    })
  const own = (runId: string | null): AccountRun => ({ ...ofCaller(CALLER), account: HUB, runId })

  it('in a member account keeps its client for reading, and has another one for each key', () => {
    const clientOf = plainClients(HUB)
    const reading = clientOf(IN_MEMBER, READ)
    expect(clientOf(IN_MEMBER, READ)).toBe(reading)
    expect(clientOf(IN_MEMBER, DEACTIVATE)).not.toBe(clientOf(IN_MEMBER, DEACTIVATE))
  })
  it('has a client with the credentials of the process, for reading and for writing', () => {
    const clientOf = plainClients(HUB)
    const client = { account: HUB, runId: 'run-1', provider: undefined }
    expect(clientOf(own('run-1'), READ)).toEqual(client)
    expect(clientOf(own('run-1'), DEACTIVATE)).toEqual(client)
    expect(clientOf(own(null), READ)).toEqual({ ...client, runId: null })
  })
  it('keeps its client, and another run has another one', () => {
    const clientOf = plainClients(HUB)
    const first = clientOf(own('run-1'), READ)
    expect(clientOf(own('run-1'), READ)).toBe(first)
    expect(clientOf(own('run-2'), READ)).not.toBe(first)
  })
  it.each([
    ['of one account', HUB, ['account', MEMBER, `account ${HUB}`]],
    ['of an unknown account', undefined, [MEMBER, 'unknown account']],
  ])('is refused for any other account by credentials %s', (_, credentials, facts) => {
    const clientOf = plainClients(credentials)
    expect(() => clientOf({ ...own('run-1'), account: MEMBER }, READ)).toThrow(errorWith('AccountRefused', ...facts))
  })
  it('asks STS nothing', async () => {
    await clientsNow()({ ...own('run-1') }, READ).generateReport()
    expect(aws.asked()).toEqual(['GenerateCredentialReport'])
    expect(aws.requests[0]?.signedBy).toBe(CREDENTIALS.accessKeyId)
  })
})

describe('a session in a member account', () => {
  it('is asked for at the Regional endpoint, for 15 minutes, in the name of the run; then its identity, then IAM', async () => {
    await clientsNow()(IN_MEMBER, READ).generateReport()
    expect(aws.asked()).toEqual(['AssumeRole', 'GetCallerIdentity', 'GenerateCredentialReport'])
    const [assume, confirm, call] = aws.requests
    expect(Object.fromEntries(assume?.fields ?? [])).toEqual({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam::444455556666:role/keysweep-read',
      RoleSessionName: RUN,
      DurationSeconds: '900',
    })
    expect([assume, confirm, call].map((one) => one?.signedBy)).toEqual([
      CREDENTIALS.accessKeyId,
      sessionKey(1),
      sessionKey(1),
    ])
    expect([assume, confirm].map((one) => one?.scope)).toEqual(Array(2).fill('eu-west-1/sts/aws4_request'))
    expect([confirm, call].map((one) => one?.request.headers['x-amz-security-token'])).toEqual(
      Array(2).fill('token-canary'),
    )
  })
  it('carries store and run in the user agent of every call, of STS too', async () => {
    await clientsNow()(IN_MEMBER, READ).generateReport()
    const agents = aws.requests.map(({ request }) => sweeperIn(String(request.headers['user-agent'])))
    expect(agents).toHaveLength(3)
    for (const agent of agents) expect(agent).toMatchObject({ store: 's3%3A%2F%2Fbucket%2Fstore', runId: RUN })
  })
  it('that writes has the role of its use, and a policy for its one user', async () => {
    const clientOf = clientsNow()
    await clientOf(IN_MEMBER, DEACTIVATE).setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive')
    await clientOf(IN_MEMBER, { role: 'reactivate', user: 'jane' }).listAccessKeys('jane')
    const [deactivate, reactivate] = aws.requests.filter(({ action }) => action === 'AssumeRole')
    expect(deactivate?.fields.get('RoleArn')).toMatch(/:role\/keysweep-deactivate$/)
    expect(reactivate?.fields.get('RoleArn')).toMatch(/:role\/keysweep-reactivate$/)
    expect(deactivate?.fields.get('Policy')).toContain('"arn:aws:iam::444455556666:user/*/jane"')
    expect(reactivate?.fields.get('Policy')).not.toContain('GetUser')
  })
  it('is of the partition of the caller', async () => {
    const caller = { ...CALLER, arn: CALLER.arn.replace('arn:aws:', 'arn:aws-cn:') }
    await clientsNow()({ ...IN_MEMBER, caller }, DEACTIVATE).listAccessKeys('jane')
    expect(aws.requests[0]?.fields.get('RoleArn')).toMatch(/^arn:aws-cn:iam::/)
    expect(aws.requests[0]?.fields.get('Policy')).toContain('arn:aws-cn:iam::')
  })
  it('is named keysweep outside of a run, and never longer than AWS allows', async () => {
    await clientsNow()({ ...IN_MEMBER, runId: null }, READ).generateReport()
    await clientsNow()({ ...IN_MEMBER, runId: 'r'.repeat(80) }, READ).generateReport()
    const names = aws.requests.flatMap(({ fields }) => fields.get('RoleSessionName') ?? [])
    expect(names).toEqual(['keysweep', 'r'.repeat(64)])
  })
  it('also lets CloudTrail be read', async () => {
    aws.answers['CloudTrail_20131101.LookupEvents'] = () => ({
      status: 200,
      body: '{"Events":[]}',
      headers: { 'content-type': 'application/x-amz-json-1.1' },
    })
    const trailOf = makeClients({
      own: HUB,
      sessions: sessionsNow(),
      make: ({ runId }, credentials) =>
        makeTrail({ partition: 'aws', ...optionsOf(runId), ...(credentials && { credentials }) }),
    })
    const since = '2026-06-13T12:00:00.000Z'
    expect(await trailOf(IN_MEMBER, READ).updatesOfKeys(since, null)).toEqual({ events: [], nextToken: null })
    expect(aws.asked()).toEqual(['AssumeRole', 'GetCallerIdentity', 'CloudTrail_20131101.LookupEvents'])
    expect(aws.requests[2]?.signedBy).toBe(sessionKey(1))
  })
})

describe('sessions that read', () => {
  it('are shared by the clients of one run in one account', async () => {
    const sessions = sessionsNow()
    const [once, patient] = [clientsNow(sessions), clientsNow(sessions, 8)]
    await Promise.all([once(IN_MEMBER, READ).generateReport(), patient(IN_MEMBER, READ).listAccessKeys('jane')])
    await once(IN_MEMBER, READ).generateReport()
    expect(aws.asked().filter((action) => action === 'AssumeRole')).toHaveLength(1)
  })
  it.each<[string, Partial<AccountRun>]>([
    ['another run', { runId: 'weekly-change-444455556666' }],
    ['another account', { account: '777788889999' }],
    ['another role', { member: { roles: { ...ROLES, read: 'other-read' }, profile: null } }],
  ])('are not shared with %s', async (_, fields) => {
    const sessions = sessionsNow()
    const clientOf = clientsNow(sessions)
    await clientOf(IN_MEMBER, READ).generateReport()
    aws.answers.GetCallerIdentity = () => identity(fields.account ?? MEMBER)
    await clientOf({ ...IN_MEMBER, ...fields }, READ).generateReport()
    expect(aws.asked().filter((action) => action === 'AssumeRole')).toHaveLength(2)
  })
  it('are renewed before their 15 minutes are over, and confirmed again', async () => {
    const provider = sessionsNow()({ ...IN_MEMBER, member: { roles: ROLES, profile: null } }, READ)
    await provider()
    clock += 600_000
    expect((await provider()).accessKeyId).toBe(sessionKey(1))
    clock += 1
    expect((await provider()).accessKeyId).toBe(sessionKey(2))
    expect(aws.asked()).toEqual(['AssumeRole', 'GetCallerIdentity', 'AssumeRole', 'GetCallerIdentity'])
  })
  it('are renewed for a client that has one which ends soon', async () => {
    clock = Date.now() - 700_000
    const iam = clientsNow()(IN_MEMBER, READ)
    await iam.generateReport()
    clock = Date.now()
    await iam.generateReport()
    expect(
      aws.requests.filter(({ action }) => action === 'GenerateCredentialReport').map((one) => one.signedBy),
    ).toEqual([sessionKey(1), sessionKey(2)])
  })
  it('are dropped when there are too many, the one that was used longest ago first', async () => {
    const sessions = sessionsNow()
    const run = (n: number) => ({ ...IN_MEMBER, member: { roles: ROLES, profile: null }, runId: `run-${n}` })
    const kept = sessions(run(0), READ)
    const dropped = sessions(run(1), READ)
    for (let n = 2; n < 64; n += 1) sessions(run(n), READ)
    expect(sessions(run(0), READ)).toBe(kept)
    sessions(run(64), READ)
    expect(sessions(run(0), READ)).toBe(kept)
    expect(sessions(run(1), READ)).not.toBe(dropped)
  })
})

describe('sessions that write', () => {
  it('are one for each key, also of one user, and of each attempt', async () => {
    const clientOf = clientsNow()
    for (let n = 0; n < 2; n += 1) {
      const iam = clientOf(IN_MEMBER, DEACTIVATE)
      await iam.listAccessKeys('jane')
      await iam.setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive')
    }
    expect(aws.asked()).toEqual(
      Array(2).fill(['AssumeRole', 'GetCallerIdentity', 'ListAccessKeys', 'UpdateAccessKey']).flat(),
    )
  })
  it('are not shared with sessions that read', async () => {
    const clientOf = clientsNow()
    await clientOf(IN_MEMBER, READ).listAccessKeys('jane')
    await clientOf(IN_MEMBER, DEACTIVATE).listAccessKeys('jane')
    expect(aws.requests.filter(({ action }) => action === 'ListAccessKeys').map((one) => one.signedBy)).toEqual([
      sessionKey(1),
      sessionKey(2),
    ])
  })
})

describe('the clients of a process', () => {
  const sharing = () => {
    const common = makeCommonConfig()
    const commonOptionsOf = (runId: string | null) => ({ ...optionsOf(runId), common })
    return makeClients({
      own: HUB,
      sessions: makeSessions({ optionsOf: commonOptionsOf, now: () => clock }),
      make: ({ account, runId }, credentials) =>
        makeIam({ account, attempts: 1, ...commonOptionsOf(runId), ...(credentials && { credentials }) }),
    })
  }
  const connections = () => new Set(aws.requests.map(({ request }) => request.from)).size

  it('share their connections: sessions for three keys, and those of another run, need one', async () => {
    const clientOf = sharing()
    for (const runId of [RUN, RUN, 'weekly-change-444455556666'])
      await clientOf({ ...IN_MEMBER, runId }, DEACTIVATE).setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive')
    expect(aws.asked()).toEqual(Array(3).fill(['AssumeRole', 'GetCallerIdentity', 'UpdateAccessKey']).flat())
    expect(connections()).toBe(1)
  })
  it('sign with their own credentials, and name their own run', async () => {
    const clientOf = sharing()
    for (const runId of ['run-1', 'run-2']) await clientOf({ ...IN_MEMBER, runId }, DEACTIVATE).listAccessKeys('jane')
    const named = (action: string) =>
      aws.requests
        .filter((one) => one.action === action)
        .map(({ signedBy, request }) => [signedBy, sweeperIn(String(request.headers['user-agent']))?.runId])
    const sessions = [
      [sessionKey(1), 'run-1'],
      [sessionKey(2), 'run-2'],
    ]
    expect(named('AssumeRole')).toEqual([
      [CREDENTIALS.accessKeyId, 'run-1'],
      [CREDENTIALS.accessKeyId, 'run-2'],
    ])
    expect(named('GetCallerIdentity')).toEqual(sessions)
    expect(named('ListAccessKeys')).toEqual(sessions)
  })
  it('of one session share them too if the process says nothing of it', async () => {
    const clientOf = clientsNow()
    await clientOf(IN_MEMBER, DEACTIVATE).listAccessKeys('jane')
    const [assume, confirm] = aws.requests
    expect(confirm?.request.from).toBe(assume?.request.from)
  })
})

describe('IAM is not called', () => {
  it.each([
    ['reads', READ],
    ['writes', DEACTIVATE],
  ])('if the credentials of a role that %s are another account’s', async (_, use) => {
    aws.answers.GetCallerIdentity = () => identity('999988887777')
    const iam = clientsNow()(IN_MEMBER, use)
    expect(await errorOf(iam.setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive'))).toEqual(
      errorWith('AccountRefused', MEMBER, '999988887777'),
    )
    expect(iamCalls()).toEqual([])
  })

  it.each<[string, string, Answer, string, string]>([
    ['the role is refused', 'AssumeRole', failing(403, 'AccessDenied'), 'MemberRoleDenied', 'AccessDenied'],
    ['the role is missing', 'AssumeRole', failing(404, 'NoSuchEntity'), 'MemberRoleDenied', 'NoSuchEntity'],
    [
      'STS is switched off there',
      'AssumeRole',
      failing(403, 'RegionDisabledException'),
      'MemberRoleDenied',
      'RegionDisabledException',
    ],
    ['our own session has ended', 'AssumeRole', failing(403, 'ExpiredToken'), 'IamDenied', 'ExpiredToken'],
    ['our own key is unknown', 'AssumeRole', failing(403, 'InvalidClientTokenId'), 'IamDenied', 'InvalidClientTokenId'],
    ['our own signature is wrong', 'AssumeRole', failing(403, 'SignatureDoesNotMatch'), 'IamDenied', 'AssumeRole'],
    ['STS throttles', 'AssumeRole', failing(400, 'Throttling'), 'IamThrottled', 'Throttling'],
    ['STS has a fault', 'AssumeRole', failing(500, 'InternalFailure'), 'IamUnavailable', 'InternalFailure'],
    ['STS is not there', 'AssumeRole', failing(503, 'ServiceUnavailable'), 'IamUnavailable', 'ServiceUnavailable'],
    ['STS refuses the call', 'AssumeRole', failing(400, 'ValidationError'), 'IamRefused', 'ValidationError'],
    [
      'the policy is too large',
      'AssumeRole',
      failing(400, 'PackedPolicyTooLarge'),
      'IamRefused',
      'PackedPolicyTooLarge',
    ],
    ['STS answers nothing', 'AssumeRole', nothing, 'IamAnswerError', 'Credentials'],
    ['STS answers a web page', 'AssumeRole', webPage, 'IamAnswerError', 'AssumeRole'],
    [
      'STS answers no token',
      'AssumeRole',
      () =>
        xml(
          'AssumeRole',
          '<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><Expiration>2026-09-11T12:00:00Z</Expiration></Credentials>',
        ),
      'IamAnswerError',
      'SessionToken',
    ],
    ['STS names nobody', 'GetCallerIdentity', nothing, 'IamAnswerError', 'GetCallerIdentity'],
    ['STS throttles the question', 'GetCallerIdentity', failing(400, 'Throttling'), 'IamThrottled', 'Throttling'],
  ])('if %s', async (_, action, answer, name, received) => {
    aws.answers[action] = answer
    for (const use of [READ, DEACTIVATE]) {
      const error = await errorOf(clientsNow()(IN_MEMBER, use).listAccessKeys('jane'))
      expect(error).toEqual(errorWith(name, received))
      expect(error.message).not.toContain('canary')
    }
    expect(iamCalls()).toEqual([])
  })

  it('if a name would match other users too', async () => {
    const error = await errorOf(clientsNow()(IN_MEMBER, { role: 'deactivate', user: '*' }).listAccessKeys('*'))
    expect(error).toEqual(errorWith('AccountRefused', MEMBER))
    expect(aws.asked()).toEqual([])
  })
})

describe('before STS is asked', () => {
  const clientWith = (options: object) =>
    makeClients({
      own: HUB,
      sessions: makeSessions({ optionsOf: (runId) => ({ ...optionsOf(runId), ...options }) }),
      make: ({ account }, credentials) =>
        makeIam({ account, attempts: 1, ...optionsOf(null), ...(credentials && { credentials }) }),
    })
  const rejecting = (error: Error) => () => Promise.reject(error)
  const named = (name: string) => Object.assign(new Error('Could not load'), { name })

  it.each<[string, object, string, string]>([
    ['no credentials', { credentials: rejecting(named('CredentialsProviderError')) }, 'IamDenied', 'Could not load'],
    ['no sign-in', { credentials: rejecting(named('TokenProviderError')) }, 'IamDenied', 'Could not load'],
    ['credentials of two lines', { credentials: { ...CREDENTIALS, sessionToken: 'a\n' } }, 'IamDenied', 'AssumeRole'],
    ['nobody at the address', { endpoint: 'http://127.0.0.1:9' }, 'IamUnavailable', 'ECONNREFUSED'],
    ['an address that is no URL', { endpoint: 'nowhere' }, 'TypeError', 'Invalid URL'],
  ])('%s is an error that says so', async (_, options, name, received) => {
    const error = await errorOf(clientWith(options)(IN_MEMBER, READ).generateReport())
    expect(error).toEqual(errorWith(name, received))
    expect(aws.asked()).toEqual([])
  })
  it('a fault of ours comes out as it is', async () => {
    const slip = new TypeError('x is not a function')
    const asking = clientWith({ credentials: rejecting(slip) })(IN_MEMBER, READ).generateReport()
    await expect(asking).rejects.toBe(slip)
  })
})

it('a role of another account is refused, and the refusal says whose credentials it gave', async () => {
  aws.answers.GetCallerIdentity = () => identity(HUB)
  const error = await errorOf(clientsNow()(IN_MEMBER, READ).generateReport())
  expect(error).toEqual(errorWith('AccountRefused', MEMBER, HUB, 'role'))
  expect(error.message).not.toContain('profile')
})

it('a role that is refused says which one, and what to check', async () => {
  aws.answers.AssumeRole = failing(403, 'AccessDenied')
  expect(await errorOf(clientsNow()(IN_MEMBER, READ).generateReport())).toEqual(
    errorWith('MemberRoleDenied', 'arn:aws:iam::444455556666:role/keysweep-read', 'trusts'),
  )
})

it.each<[string, Answer]>([
  ['throttles', failing(400, 'Throttling')],
  ['has a fault', failing(500, 'InternalFailure')],
  ['answers nothing', nothing],
])('STS is asked a second time if it %s once', async (_, fault) => {
  const { AssumeRole } = aws.answers
  aws.answers.AssumeRole = (fields, request) => {
    if (AssumeRole) aws.answers.AssumeRole = AssumeRole
    return fault(fields, request)
  }
  expect(await clientsNow()(IN_MEMBER, READ).generateReport()).toBe('COMPLETE')
})

it('STS is asked three times at most for one call, however patient its client is', async () => {
  aws.answers.AssumeRole = failing(400, 'Throttling')
  const error = await errorOf(clientsNow(sessionsNow(), 8)(IN_MEMBER, READ).listAccessKeys('jane'))
  expect(error).toMatchObject({ name: 'IamThrottled' })
  expect(aws.asked()).toEqual(Array(3).fill('AssumeRole'))
})

it('calls at the same time open one session', async () => {
  const iam = clientsNow()(IN_MEMBER, READ)
  await Promise.all(['a', 'b', 'c', 'd'].map((user) => iam.listAccessKeys(user)))
  expect(aws.asked().filter((action) => action === 'AssumeRole')).toHaveLength(1)
})

it('a failure to open a session is not kept: the next call asks again', async () => {
  const clientOf = clientsNow()
  const { AssumeRole } = aws.answers
  aws.answers.AssumeRole = failing(403, 'AccessDenied')
  await errorOf(clientOf(IN_MEMBER, READ).generateReport())
  if (AssumeRole) aws.answers.AssumeRole = AssumeRole
  expect(await clientOf(IN_MEMBER, READ).generateReport()).toBe('COMPLETE')
})

it('a role that is removed while a run reads is noticed at the next session', async () => {
  const sessions = sessionsNow()
  await clientsNow(sessions)(IN_MEMBER, READ).generateReport()
  aws.answers.AssumeRole = failing(403, 'AccessDenied')
  await clientsNow(sessions)(IN_MEMBER, READ).generateReport()
  clock += 700_000
  const error = await errorOf(clientsNow(sessions)(IN_MEMBER, READ).generateReport())
  expect(error).toEqual(errorWith('MemberRoleDenied', MEMBER))
})

it('a session that is revoked is denied by IAM, and the key was not changed', async () => {
  const iam = clientsNow()(IN_MEMBER, DEACTIVATE)
  await iam.listAccessKeys('jane')
  aws.answers.UpdateAccessKey = failing(403, 'AccessDenied', 'explicit deny')
  const error = await errorOf(iam.setStatus('jane', 'AKIAIDLEIDLEIDLEIDLE', 'Inactive'))
  expect(error).toMatchObject({ name: 'IamDenied', carriedOut: 'no' })
})

describe('a profile', () => {
  let folder: string
  const before = { ...process.env }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keysweep-profile-'))
    writeFileSync(
      join(folder, 'credentials'),
      '[member]\naws_access_key_id = AKIAPROFILEPROFILE00\naws_secret_access_key = secret-canary\n',
    )
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials')
    process.env.AWS_CONFIG_FILE = join(folder, 'none')
    process.env.AWS_EC2_METADATA_DISABLED = 'true'
  })
  afterEach(() => {
    rmSync(folder, { recursive: true })
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  })
  const byProfile = (profile: string, roles: typeof ROLES | null = null): AccountRun => ({
    ...IN_MEMBER,
    member: { roles, profile },
  })

  it('signs by itself, once its identity is confirmed', async () => {
    await clientsNow()(byProfile('member'), READ).generateReport()
    expect(aws.asked()).toEqual(['GetCallerIdentity', 'GenerateCredentialReport'])
    expect(aws.requests.map(({ signedBy }) => signedBy)).toEqual(Array(2).fill('AKIAPROFILEPROFILE00'))
  })
  it('is used without a warning where the environment has credentials too', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT00000', AWS_SECRET_ACCESS_KEY: 'secret-canary' })
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      await clientsNow()(byProfile('member'), READ).generateReport()
      expect(warn).not.toHaveBeenCalled()
    } finally {
      warn.mockRestore()
    }
    expect(aws.requests.map(({ signedBy }) => signedBy)).toEqual(Array(2).fill('AKIAPROFILEPROFILE00'))
  })
  it('is confirmed once for a run that reads, and again for each key', async () => {
    const sessions = sessionsNow()
    const run = { ...IN_MEMBER, member: { roles: null, profile: 'member' } }
    const reading = sessions(run, READ)
    expect((await reading()).expiration).toBeUndefined()
    clock += 3_600_000
    await reading()
    expect(aws.asked()).toEqual(['GetCallerIdentity'])
    await sessions(run, DEACTIVATE)()
    await sessions(run, DEACTIVATE)()
    expect(aws.asked()).toHaveLength(3)
  })
  it('asks for the role, if the account has both', async () => {
    await clientsNow()(byProfile('member', ROLES), READ).generateReport()
    expect(aws.requests.map(({ signedBy }) => signedBy)).toEqual(['AKIAPROFILEPROFILE00', sessionKey(1), sessionKey(1)])
  })
  it('asks STS in its own Region, whatever Region the process has shared before', async () => {
    writeFileSync(join(folder, 'config'), '[default]\nregion = eu-west-1\n[profile member]\nregion = us-west-2\n')
    process.env.AWS_CONFIG_FILE = join(folder, 'config')
    const common = makeCommonConfig()
    const sessions = makeSessions({
      optionsOf: () => ({ endpoint: aws.url, credentials: CREDENTIALS, common }),
      now: () => clock,
    })
    for (const profile of [null, 'member', null])
      await sessions({ ...IN_MEMBER, member: { roles: ROLES, profile } }, DEACTIVATE)()
    const assumed = aws.requests.filter(({ action }) => action === 'AssumeRole')
    expect(assumed.map(({ scope }) => scope.split('/')[0])).toEqual(['eu-west-1', 'us-west-2', 'eu-west-1'])
  })
  it('of another account calls no IAM', async () => {
    aws.answers.GetCallerIdentity = () => identity(HUB)
    for (const use of [READ, DEACTIVATE]) {
      const error = await errorOf(clientsNow()(byProfile('member'), use).listAccessKeys('jane'))
      expect(error).toEqual(errorWith('AccountRefused', MEMBER, HUB, 'member'))
    }
    expect(iamCalls()).toEqual([])
  })
  it('that signs as a user changes no key of this user', async () => {
    aws.answers.GetCallerIdentity = () => identity(MEMBER, 'user/path/Jane')
    const error = await errorOf(clientsNow()(byProfile('member'), DEACTIVATE).listAccessKeys('jane'))
    expect(error).toEqual(errorWith('AccountRefused', MEMBER, 'jane', 'member'))
    expect(iamCalls()).toEqual([])
    await clientsNow()(byProfile('member'), { role: 'deactivate', user: 'joe' }).listAccessKeys('joe')
    await clientsNow()(byProfile('member'), { role: 'reactivate', user: 'jane' }).listAccessKeys('jane')
    expect(iamCalls()).toHaveLength(2)
  })
  it('that is there gets no advice to look for it: that its own role is refused is no fault of its settings', async () => {
    const chained = `[profile chained]\nrole_arn = arn:aws:iam::${MEMBER}:role/chained\nsource_profile = member\nregion = us-west-2\n`
    writeFileSync(join(folder, 'config'), chained)
    process.env.AWS_CONFIG_FILE = join(folder, 'config')
    process.env.AWS_ENDPOINT_URL_STS = aws.url
    aws.answers.AssumeRole = failing(403, 'ExpiredToken')
    const error = await errorOf(clientsNow()(byProfile('chained'), READ).generateReport())
    expect(error).toEqual(errorWith('IamDenied', 'Credentials of profile chained', 'ExpiredToken'))
    expect(error.message).not.toContain('configure')
  })
  it('that is missing calls nobody', async () => {
    const error = await errorOf(clientsNow()(byProfile('nobody'), READ).generateReport())
    expect(error).toEqual(
      errorWith('IamDenied', 'Credentials of profile nobody', 'aws configure list --profile nobody'),
    )
    expect(aws.asked()).toEqual([])
  })
  it('or roles there must be', async () => {
    const run: AccountRun = { ...IN_MEMBER, member: { roles: null, profile: null } }
    expect(await errorOf(clientsNow()(run, READ).generateReport())).toEqual(errorWith('AccountRefused', MEMBER))
    expect(aws.asked()).toEqual([])
  })
})
