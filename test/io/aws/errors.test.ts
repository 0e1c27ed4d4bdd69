// The general facts of AWS's errors, and a service that is described by nothing but a table.
import { describe, expect, it } from '@jest/globals'
import { named, standardRows } from '../../../io/aws/error-rows.ts'
import {
  type AwsError,
  CARRIED_OUT,
  classify,
  type ErrorClass,
  firstLine,
  type Kind,
  type ServiceErrors,
  toOurs,
  withAdvice,
} from '../../../io/aws/errors.ts'
import { errorWith } from '../../support/error-facts.ts'

/** What this service makes of an error: words for its message. */
const MEANS = Object.fromEntries(Object.keys(CARRIED_OUT).map((kind) => [kind, `kind ${kind}`])) as Record<Kind, string>

it.each([
  ['No access.', 'No access. Ask for it.'],
  ['No access', 'No access. Ask for it.'],
  ['No access to a.b of c.', 'No access to a.b of c. Ask for it.'],
])('%j has one full stop before what to do', (received, text) => {
  expect(withAdvice(received, 'Ask for it.')).toBe(text)
})

/** A service that keysweep does not call: AWS Organizations, by its API Reference. */
const ORGANIZATIONS: ServiceErrors<string> = {
  rows: standardRows([
    named('not found', ['AccountNotFoundException', 'TargetNotFoundException']),
    named('refused', ['AWSOrganizationsNotInUseException'], 'in an Organization'),
    named('throttled', ['ConcurrentModificationException']),
    // Names of the general rows, which here mean something else.
    named('unavailable', ['TooManyRequestsException']),
  ]),
  means: MEANS,
}

const errorOf = (name: string, fields: Partial<AwsError> = {}, message = 'It is so.'): AwsError =>
  Object.assign(new Error(message), { name, ...fields })
const answered = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } })
/** The SDK had begun to send, and no answer came. */
const begun = { $metadata: {} }

describe('an error of a service that has only a table', () => {
  it.each<[string, AwsError, Kind, 'no' | 'unknown']>([
    ['a name of its own', errorOf('AccountNotFoundException', answered(400)), 'not found', 'no'],
    ['a name of its own, whatever the status', errorOf('AccountNotFoundException', answered(500)), 'not found', 'no'],
    [
      'a name of its own before the general ones',
      errorOf('TooManyRequestsException', answered(400)),
      'unavailable',
      'unknown',
    ],
    ['a throttle', errorOf('ThrottlingException', answered(400)), 'throttled', 'no'],
    ['status 429', errorOf('Whatever', answered(429)), 'throttled', 'no'],
    ['a missing permission', errorOf('AccessDeniedException', answered(400)), 'denied', 'no'],
    ['an expired session', errorOf('ExpiredToken', answered(403)), 'denied', 'no'],
    ['any other refusal', errorOf('InvalidInputException', answered(400)), 'refused', 'no'],
    ['the last status of a refusal', errorOf('Whatever', answered(499)), 'refused', 'no'],
    ['a time-out on the way', errorOf('RequestTimeout', answered(400)), 'unavailable', 'unknown'],
    ['status 408', errorOf('Whatever', answered(408)), 'unavailable', 'unknown'],
    ['a fault of the service', errorOf('ServiceException', answered(500)), 'unavailable', 'unknown'],
    ['a success that cannot be read', errorOf('SyntaxError', answered(200)), 'unavailable', 'unknown'],
    ['a redirect', errorOf('Whatever', answered(307)), 'unavailable', 'unknown'],
    [
      'a refusal that the SDK could not read',
      errorOf('SyntaxError', { $response: { statusCode: 400 } }),
      'refused',
      'no',
    ],
    ['a reset connection', errorOf('Error', begun, 'read ECONNRESET'), 'unavailable', 'unknown'],
    ['a fault of our code after the sending', errorOf('TypeError', begun), 'fault of ours', 'unknown'],
    ['a fault of our code before the sending', errorOf('Error'), 'fault of ours', 'unknown'],
    ['no credentials', errorOf('CredentialsProviderError'), 'no credentials', 'no'],
    ['an SSO session that ended', errorOf('TokenProviderError', begun), 'no credentials', 'no'],
    ['no Region', errorOf('Error', {}, 'Region is missing'), 'no region', 'no'],
    ['a Region that is none', errorOf('Error', {}, 'Region not accepted: region="a/b"'), 'no region', 'no'],
    ['an address that is none', errorOf('TypeError', begun, 'Invalid URL'), 'no address', 'no'],
    ['an address in other words', errorOf('TypeError', begun, 'No Invalid URL'), 'fault of ours', 'unknown'],
    [
      'credentials that no header can hold, whatever the name',
      errorOf('AccountNotFoundException', begun, 'Invalid character in header content ["authorization"]'),
      'unsendable',
      'no',
    ],
  ])('%s', (_, error, kind, carriedOut) => {
    expect(classify(error, ORGANIZATIONS)).toMatchObject({ kind, carriedOut, means: `kind ${kind}` })
  })

  it('means what its row says', () => {
    expect(classify(errorOf('AWSOrganizationsNotInUseException', answered(400)), ORGANIZATIONS)).toEqual({
      kind: 'refused',
      means: 'in an Organization',
      carriedOut: 'no',
      status: 400,
      line: 'It is so.',
      received: 'AWSOrganizationsNotInUseException: It is so.',
    })
  })
  it('may have been carried out if no row knows it', () => {
    const noRows: ServiceErrors<string> = { rows: [], means: MEANS }
    expect(classify(errorOf('AccessDenied', answered(403)), noRows)).toMatchObject({
      kind: 'unavailable',
      carriedOut: 'unknown',
    })
  })
  it('never tells the request that AWS expected, which holds the session token', () => {
    const error = errorOf('SignatureDoesNotMatch', answered(403), 'It does not match.\nx-amz-security-token:canary')
    expect(JSON.stringify(classify(error, ORGANIZATIONS))).not.toContain('canary')
    expect(classify(error, ORGANIZATIONS).received).toBe('SignatureDoesNotMatch: It does not match.')
  })
})

describe('an error as one of our classes', () => {
  class Ours extends Error {
    override readonly name = 'Ours' as const
  }
  const means = Object.fromEntries(Object.keys(CARRIED_OUT).map((kind) => [kind, Ours])) as Record<Kind, typeof Ours>
  const table: ServiceErrors<ErrorClass> = { rows: standardRows<ErrorClass>(), means }
  const unsendable = errorOf('TypeError', {}, 'Invalid character in header content ["x-amz-security-token"]')

  it('has the call and what was received', () => {
    expect(toOurs('ListAccounts', errorOf('AccessDenied', answered(403)), table)).toEqual(
      new Ours('ListAccounts: AccessDenied: It is so.'),
    )
  })

  it('says of credentials that cannot be sent which rule they break', () => {
    expect(toOurs('ListAccounts', unsendable, table)).toEqual(errorWith('Ours', 'ListAccounts', 'HTTP header'))
  })

  it('ends with what to do, which it may choose by the kind', () => {
    const ask = ({ kind }: { kind: Kind }) => (kind === 'denied' ? 'Ask for it.' : null)
    const of = (error: AwsError) => toOurs('Call', error, table, ask).message
    expect(of(errorOf('AccessDenied', answered(403)))).toBe('Call: AccessDenied: It is so. Ask for it.')
    expect(of(errorOf('Throttling', answered(400)))).toBe('Call: Throttling: It is so.')
  })

  it('stays as it is if it has no class', () => {
    const bug = errorOf('TypeError')
    expect(toOurs('Call', bug, { ...table, means: { ...table.means, 'fault of ours': null } })).toBe(bug)
  })
})

describe('the first line of a message', () => {
  it.each([
    ['One.', 'One.'],
    ['One.\nTwo.', 'One.'],
    ['\nTwo.', ''],
    ['', ''],
    ['x'.repeat(301), 'x'.repeat(300)],
  ])('of %j', (message, line) => {
    expect(firstLine(message)).toBe(line)
  })
})
