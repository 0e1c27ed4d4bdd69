// AWS Organizations over its own protocol (AWS JSON 1.1): every page is read, and what is no list of accounts is an error.
import { describe, expect, it } from '@jest/globals'
import { makeOrganization } from '../../../io/organizations/organization-client.ts'
import { errorWith } from '../../support/error-facts.ts'
import {
  type Answering,
  CREDENTIALS,
  noAnswer,
  nothing,
  patienceFor,
  stalling,
  startLoopbackAws,
  webPage,
} from '../../support/loopback-aws.ts'
import '../no-backoff.ts'
import { startResetting } from '../resetting.ts'

const json =
  (status: number, body: unknown): Answering =>
  () => ({ status, body: JSON.stringify(body), headers: { 'content-type': 'application/x-amz-json-1.1' } })
const error = (status: number, type: string, message = `It is ${type}.`): Answering =>
  json(status, { __type: type, Message: message })

const ORG = 'o-a1b2c3d4e5'
const PAYMENTS = {
  Id: '111122223333',
  Arn: `arn:aws:organizations::999988887777:account/${ORG}/111122223333`,
  Email: 'payments@example.com',
  Name: 'payments',
  Status: 'SUSPENDED',
  State: 'ACTIVE',
  Paths: [`${ORG}/r-ab12/ou-ab12-11111111/111122223333/`],
  JoinedMethod: 'CREATED',
  JoinedTimestamp: 1_789_132_519.25,
}
const IN_WORDS = {
  account: '111122223333',
  name: 'payments',
  state: 'ACTIVE',
  path: `${ORG}/r-ab12/ou-ab12-11111111/111122223333/`,
  joinedAt: '2026-09-11T13:15:19.250Z',
}
const other = (n: number) => ({ ...PAYMENTS, Id: String(444455550000 + n), Paths: undefined, State: undefined })

const at = (endpoint: string, options: Parameters<typeof makeOrganization>[0] = {}) =>
  makeOrganization({
    endpoint,
    region: 'eu-west-1',
    credentials: CREDENTIALS,
    attempts: 1,
    timeoutMilliseconds: patienceFor(),
    ...options,
  })
const bodies = (requests: { body: string }[]) => requests.map(({ body }) => JSON.parse(body))

describe('the accounts', () => {
  it('are those of all pages, 20 on a page, also after an empty one', async () => {
    const { url, requests } = await startLoopbackAws(
      json(200, { Accounts: [PAYMENTS], NextToken: 'a' }),
      json(200, { Accounts: [], NextToken: 'b' }),
      json(200, { Accounts: [other(1)], NextToken: '' }),
    )
    expect((await at(url).accounts()).map(({ account }) => account)).toEqual(['111122223333', '444455550001'])
    expect(bodies(requests)).toEqual([
      { MaxResults: 20 },
      { MaxResults: 20, NextToken: 'a' },
      { MaxResults: 20, NextToken: 'b' },
    ])
    expect(requests[0]?.headers['x-amz-target']).toBe('AWSOrganizationsV20161128.ListAccounts')
  })

  it('have State and never Status, their place and when they joined, and no mail address', async () => {
    const { url } = await startLoopbackAws(json(200, { Accounts: [PAYMENTS] }))
    expect(await at(url).accounts()).toEqual([IN_WORDS])
  })

  it.each<[string, object, Partial<typeof IN_WORDS> | Record<string, null>]>([
    ['the state, where there is only a Status', { State: undefined, Status: 'ACTIVE' }, { state: null }],
    ['an empty state', { State: '' }, { state: null }],
    ['a state that AWS adds later', { State: 'RESTING' }, { state: 'RESTING' }],
    ['the place, where no path is said', { Paths: undefined }, { path: null }],
    ['the place, where there is no path', { Paths: [] }, { path: null }],
    ['the place, where there are two', { Paths: [...PAYMENTS.Paths, ...PAYMENTS.Paths] }, { path: null }],
    ['the place, where it is of another account', { Paths: [`${ORG}/r-ab12/444455556666/`] }, { path: null }],
    ['the place, where it is no list', { Paths: 'r-ab12' }, { path: null }],
    ['the name', { Name: '' }, { name: null }],
    ['the day', { JoinedTimestamp: undefined }, { joinedAt: null }],
  ])('may leave open %s', async (_, fields, expected) => {
    const { url } = await startLoopbackAws(json(200, { Accounts: [{ ...PAYMENTS, ...fields }] }))
    expect(await at(url).accounts()).toEqual([{ ...IN_WORDS, ...expected }])
  })

  it('are in the list once, as the later page has them', async () => {
    const { url } = await startLoopbackAws(
      json(200, { Accounts: [PAYMENTS], NextToken: 'a' }),
      json(200, { Accounts: [{ ...PAYMENTS, State: 'SUSPENDED' }] }),
    )
    expect(await at(url).accounts()).toEqual([{ ...IN_WORDS, state: 'SUSPENDED' }])
  })

  it('are asked for again after a throttle or a fault of Organizations, until there is an answer', async () => {
    const { url, requests } = await startLoopbackAws(
      error(400, 'TooManyRequestsException'),
      error(500, 'ServiceException'),
      json(200, { Accounts: [PAYMENTS] }),
    )
    expect(await at(url, { attempts: 8 }).accounts()).toEqual([IN_WORDS])
    expect(requests).toHaveLength(3)
  })

  it('are asked for eight times at most, unless it is said otherwise', async () => {
    const { url, requests } = await startLoopbackAws(error(500, 'InternalFailure'))
    const where = { endpoint: url, region: 'eu-west-1', credentials: CREDENTIALS }
    await expect(makeOrganization(where).accounts()).rejects.toMatchObject({ name: 'OrganizationUnavailable' })
    expect(requests).toHaveLength(8)
  })

  it('are refused where a token is repeated', async () => {
    const { url, requests } = await startLoopbackAws(
      json(200, { Accounts: [PAYMENTS], NextToken: 'a' }),
      json(200, { Accounts: [other(1)], NextToken: 'b' }),
      json(200, { Accounts: [other(2)], NextToken: 'a' }),
    )
    await expect(at(url).accounts()).rejects.toThrow(errorWith('OrganizationUnavailable', 'ListAccounts', 'NextToken'))
    expect(requests).toHaveLength(3)
  })

  it('are refused where they have no end', async () => {
    let n = 0
    const { url, requests } = await startLoopbackAws((asked) => {
      n += 1
      return json(200, { Accounts: [], NextToken: `page ${n}` })(asked)
    })
    await expect(at(url, { mostPages: 3 }).accounts()).rejects.toThrow(errorWith('OrganizationUnavailable', 3))
    expect(requests).toHaveLength(3)
  })
})

describe('what is no list of accounts is an error, never "no accounts":', () => {
  it.each<[string, Answering, string, string]>([
    ['denied', error(400, 'AccessDeniedException'), 'OrganizationDenied', 'AccessDeniedException'],
    ['no organization', error(400, 'AWSOrganizationsNotInUseException'), 'OrganizationDenied', 'organization.accounts'],
    [
      'a service that is missing',
      error(400, 'AccessDeniedForDependencyException'),
      'OrganizationDenied',
      'organization.accounts',
    ],
    ['an expired token', error(400, 'ExpiredTokenException'), 'OrganizationDenied', 'ExpiredTokenException'],
    ['another refusal', error(400, 'InvalidInputException'), 'OrganizationDenied', 'InvalidInputException'],
    ['a throttle', error(400, 'TooManyRequestsException'), 'OrganizationUnavailable', 'TooManyRequestsException'],
    ['a change at work', error(400, 'ConcurrentModificationException'), 'OrganizationUnavailable', 'ListAccounts'],
    ['a fault of theirs with status 400', error(400, 'ServiceException'), 'OrganizationUnavailable', 'ListAccounts'],
    ['a 500', error(500, 'InternalFailure'), 'OrganizationUnavailable', 'InternalFailure'],
    ['nothing', nothing, 'OrganizationUnavailable', 'Accounts'],
    ['an answer without a list', json(200, {}), 'OrganizationUnavailable', 'Accounts'],
    ['a list that is none', json(200, { Accounts: 'none' }), 'OrganizationUnavailable', 'ListAccounts'],
    ['an empty list', json(200, { Accounts: [] }), 'OrganizationUnavailable', 'ListAccounts'],
    [
      'an account without an id',
      json(200, { Accounts: [{ ...PAYMENTS, Id: 'payments' }] }),
      'OrganizationUnavailable',
      'Id',
    ],
    [
      'a token that is no text',
      json(200, { Accounts: [PAYMENTS], NextToken: 7 }),
      'OrganizationUnavailable',
      'NextToken',
    ],
    ['a web page', webPage, 'OrganizationUnavailable', 'SyntaxError'],
    ['no answer', noAnswer, 'OrganizationUnavailable', 'TimeoutError'],
    ['half an answer', stalling(json(200, { Accounts: [PAYMENTS] })), 'OrganizationUnavailable', 'TimeoutError'],
  ])('%s', async (_, answer, name, received) => {
    const { url } = await startLoopbackAws(answer)
    const asking = at(url, { timeoutMilliseconds: patienceFor(answer) }).accounts()
    await expect(asking).rejects.toThrow(errorWith(name, 'ListAccounts', received))
  })

  it('a connection that is reset', async () => {
    const asking = at(await startResetting()).accounts()
    await expect(asking).rejects.toThrow(errorWith('OrganizationUnavailable', 'ListAccounts'))
  })

  it('what to do is said of a denial, and of nothing else', async () => {
    const saidOf = async (answer: Answering) => {
      const { url } = await startLoopbackAws(answer)
      const failed = await at(url)
        .accounts()
        .catch((thrown: Error) => thrown.message)
      return String(failed).includes('organization.accounts')
    }
    expect(await saidOf(error(400, 'AccessDeniedException'))).toBe(true)
    for (const type of ['InvalidInputException', 'TooManyRequestsException', 'ServiceException'])
      expect([type, await saidOf(error(400, type))]).toEqual([type, false])
  })

  it('what is said of an answer is said once, and with no other error', async () => {
    const { url } = await startLoopbackAws(json(200, {}))
    const failed = await at(url)
      .accounts()
      .catch((thrown: Error) => thrown.message)
    expect(failed).toMatch(/^ListAccounts: incomplete answer: /)
  })

  it('what a refusal says has one full stop, before what to do', async () => {
    const { url } = await startLoopbackAws(error(400, 'AccessDeniedException', 'No access.'))
    const failed = await at(url)
      .accounts()
      .catch((thrown: Error) => thrown.message)
    expect(failed).toMatch(/: No access\. [A-Z]/)
  })

  it('only the first line of a refusal is shown', async () => {
    const { url } = await startLoopbackAws(error(400, 'AccessDeniedException', 'No.\nsecret-canary'))
    const failed = await at(url)
      .accounts()
      .catch((thrown: Error) => thrown.message)
    expect(failed).toContain('AccessDeniedException: No.')
    expect(failed).not.toContain('canary')
  })

  const rejecting = (name: string) => () => Promise.reject(Object.assign(new Error('Could not load'), { name }))
  it.each<[string, object, string, string]>([
    ['no credentials', { credentials: rejecting('CredentialsProviderError') }, 'OrganizationDenied', 'Could not load'],
    [
      'credentials of two lines',
      { credentials: { ...CREDENTIALS, sessionToken: 'a\n' } },
      'OrganizationDenied',
      'Invalid character',
    ],
    ['an address that is no URL', { endpoint: 'nowhere' }, 'OrganizationUnavailable', 'Invalid URL'],
  ])('%s, before anything is sent', async (_, options, name, received) => {
    const { url, requests } = await startLoopbackAws(json(200, { Accounts: [PAYMENTS] }))
    await expect(at(url, options).accounts()).rejects.toThrow(errorWith(name, 'ListAccounts', received))
    expect(requests).toEqual([])
  })

  it('a fault of ours comes out as it is', async () => {
    const slip = new TypeError('x is not a function')
    const asking = at('http://127.0.0.1:9', { credentials: () => Promise.reject(slip) }).accounts()
    await expect(asking).rejects.toBe(slip)
  })
})

it.each<[string, (organization: ReturnType<typeof at>) => Promise<unknown>]>([
  ['ListAccounts', (organization) => organization.accounts()],
  ['DescribeOrganization', (organization) => organization.managementAccount()],
  ['ListTagsForResource', (organization) => organization.tagsOf('111122223333')],
])('a refusal of %s names the call', async (call, ask) => {
  const { url } = await startLoopbackAws(error(400, 'AccessDeniedException'))
  await expect(ask(at(url))).rejects.toThrow(errorWith('OrganizationDenied', call))
})

describe('the tags of an account', () => {
  it('are those of all pages', async () => {
    const { url, requests } = await startLoopbackAws(
      json(200, { Tags: [{ Key: 'team', Value: 'payments' }], NextToken: 'a' }),
      json(200, { Tags: [{ Key: 'keysweep', Value: '' }] }),
    )
    expect(await at(url).tagsOf('111122223333')).toEqual({ team: 'payments', keysweep: '' })
    expect(bodies(requests)).toEqual([{ ResourceId: '111122223333' }, { ResourceId: '111122223333', NextToken: 'a' }])
  })
  it('may be none', async () => {
    const { url } = await startLoopbackAws(json(200, { Tags: [] }))
    expect(await at(url).tagsOf('111122223333')).toEqual({})
  })
  it.each<[string, Answering, string]>([
    ['nothing', nothing, 'Tags'],
    ['a list without values', json(200, { Tags: [{ Key: 'team' }] }), 'Value'],
    ['the account has left', error(400, 'TargetNotFoundException'), 'TargetNotFoundException'],
  ])('are not none where the answer is: %s', async (_, answer, received) => {
    const { url } = await startLoopbackAws(answer)
    const asking = at(url).tagsOf('111122223333')
    await expect(asking).rejects.toThrow(errorWith('OrganizationUnavailable', '111122223333', received))
  })
})

describe('the organization', () => {
  const ORGANIZATION = { Id: ORG, MasterAccountId: '999988887777', FeatureSet: 'ALL' }

  it('has an id and an account that manages it', async () => {
    const { url, requests } = await startLoopbackAws(json(200, { Organization: ORGANIZATION }))
    expect(await at(url).managementAccount()).toEqual({ organizationId: ORG, managementAccount: '999988887777' })
    expect(bodies(requests)).toEqual([{}])
  })
  it.each<[string, unknown, string]>([
    ['nothing', {}, 'Organization'],
    ['no id', { Organization: { ...ORGANIZATION, Id: 'ours' } }, 'Id'],
    ['no account', { Organization: { ...ORGANIZATION, MasterAccountId: '' } }, 'MasterAccountId'],
  ])('is not known where the answer has %s', async (_, answer, received) => {
    const { url } = await startLoopbackAws(json(200, answer))
    const asking = at(url).managementAccount()
    await expect(asking).rejects.toThrow(errorWith('OrganizationUnavailable', 'DescribeOrganization', received))
  })
})
