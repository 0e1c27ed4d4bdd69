// What a user meets in the first week: one line on stderr that says what to do, exit code 1, and nothing written to IAM.
import { afterEach, describe, expect, it } from '@jest/globals'
import { ADVICE } from '../../cli/advice.ts'
import { failureOf } from '../../cli/failure.ts'
import type { ActionName } from '../../demo/actions.ts'
import { makeCaller } from '../../io/iam/caller.ts'
import { factsIn, lineWith } from '../support/error-facts.ts'
import { type Answerer, type LoopbackServer, openLoopbackServer } from '../support/loopback-server.ts'
import { accountOf, awsWith, envOf, inProcess, keysweep, newDirectory } from './command.ts'

const servers: LoopbackServer[] = []

async function serverWith(answer: Answerer): Promise<string> {
  const server = await openLoopbackServer(answer)
  servers.push(server)
  return server.url
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

/** Accounts of tests are small: no cap is to stop a run. */
const APPLY = ['run', '--apply', '--yes', '--max-percent', '100']

const run = (env: Record<string, string | undefined>) => inProcess([...APPLY, '--store', newDirectory()], env)

const NOWHERE = envOf('http://127.0.0.1:9')

describe('before anything is asked of IAM, a run ends with one line', () => {
  it.each([
    [
      'without credentials',
      { AWS_REGION: 'us-east-1', AWS_PROFILE: undefined },
      'CredentialsProviderError',
      ADVICE.setCredentials,
    ],
    ['without a Region', { ...NOWHERE, AWS_REGION: undefined }, 'Region is missing', ADVICE.setRegion],
    [
      'with a Region that cannot be one',
      { ...NOWHERE, AWS_REGION: 'eu west' },
      'Region not accepted',
      ADVICE.wrongRegion,
    ],
    ['where nothing listens', NOWHERE, 'ECONNREFUSED 127.0.0.1:9', ADVICE.noAnswer],
    [
      'with a host that is not there',
      envOf('http://sts.eu-wset-1.invalid'),
      'ENOTFOUND sts.eu-wset-1.invalid',
      ADVICE.wrongHost,
    ],
    ['with an endpoint that cannot be one', envOf('localhost:5000'), 'NotFound', ADVICE.notAws],
  ])('%s', async (_, env, what, advice) => {
    const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
    const { code, stdout, stderr } = await run({
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...set,
    })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith(what))
    // Without credentials what the SDK said comes last.
    expect(stderr).toContain(` ${advice.say('', env)}${what === 'CredentialsProviderError' ? ' ' : '\n'}`)
  })

  it.each([
    [
      'with expired credentials',
      { code: 'ExpiredToken', status: 403, message: 'The security token is expired' },
      ADVICE.expired,
    ],
    [
      'with an unknown key',
      { code: 'InvalidClientTokenId', status: 403, message: 'The token is invalid.' },
      ADVICE.unknownKey,
    ],
    [
      'with a wrong secret',
      { code: 'SignatureDoesNotMatch', status: 403, message: 'No match.\nThe Canonical String was\nsecret' },
      ADVICE.wrongSecret,
    ],
    ['with a wrong clock', { code: 'RequestExpired', status: 400, message: 'Request has expired.' }, ADVICE.clock],
    [
      'denied by a service control policy',
      {
        code: 'AccessDenied',
        status: 403,
        message: 'not authorized to perform: sts:GetCallerIdentity with an explicit deny',
      },
      ADVICE.allow,
    ],
  ])('%s', async (_, error, advice) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    endpoint.fault({ action: 'GetCallerIdentity', kind: 'error', error })
    const { code, stdout, stderr } = await run(env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^keysweep: GetCallerIdentity: .*\n$/)
    expect(stderr).toContain(error.code)
    expect(stderr).toContain(` ${advice.say(`${error.code}: ${error.message}`, env)}\n`)
    expect(stderr).not.toContain('Canonical')
    expect(endpoint.writes).toEqual([])
  })

  it.each([
    ['a web page', '<html><body>Sign in</body></html>', 'text/html'],
    ['a page that is no XML', '<!doctype html><p>Sign in<br>', 'text/html'],
    ['nothing at all', '', 'text/plain'],
  ])('with a proxy that answers with %s', async (_, body, type) => {
    const url = await serverWith((_, response) => response.writeHead(200, { 'content-type': type }).end(body))
    const { code, stdout, stderr } = await run(envOf(url))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith('GetCallerIdentity', url))
    expect(stderr).toContain(` ${ADVICE.notAws.say('', envOf(url))}\n`)
  })

  const PAGES = {
    'a page that is no XML':
      '<!DOCTYPE html><html><head><meta charset="utf-8"><title>Sign in</title></head><body>Hi</body>',
    'a page that is XML': '<html><head><title>Sign in</title></head><body>Hi</body></html>',
    'a word': 'Forbidden',
  }
  const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:keysweep'
  const ASKED: [string, string[], Record<string, string>][] = [
    ['IAM', ['run'], {}],
    ['S3', ['show', '--store', 's3://bucket-a/x'], {}],
    ['Step Functions', ['run', '--machine', MACHINE], {}],
  ]
  it.each(
    ASKED.flatMap(([service, args]) =>
      Object.entries(PAGES).flatMap(([name, page]) =>
        [200, 403, 407, 502].map((status) => [service, name, status, args, page] as const),
      ),
    ),
  )('where a proxy answers for %s with %s and status %i', async (_service, _name, status, args, page) => {
    const url = await serverWith((_, response) => response.writeHead(status, { 'content-type': 'text/html' }).end(page))
    const { code, stdout, stderr } = await inProcess([...args], envOf(url))
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith(url))
    expect(stderr).toContain(` ${ADVICE.notAws.say('', envOf(url))}\n`)
  })

  it.each(ASKED)('with an endpoint for %s that is no address', async (_, args) => {
    const { code, stdout, stderr } = await keysweep(args, { env: envOf('garbage') })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith('Invalid URL', 'garbage'))
    expect(stderr).toContain(` ${ADVICE.wrongUrl.say('', envOf('garbage'))}\n`)
  })

  it('with an endpoint that never answers', async () => {
    const endpoint = await serverWith(() => {})
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'not-checked' }
    const where = { timeoutMilliseconds: 50, endpoint, region: 'us-east-1', credentials }
    const error = await makeCaller({ attempts: 1, ...where })().catch((error: unknown) => error)
    expect(failureOf(error, envOf(endpoint))).toEqual({
      exitCode: 1,
      text: lineWith('GetCallerIdentity', 'TimeoutError', ADVICE.noAnswer.say('', envOf(endpoint))),
    })
  })
})

describe('credentials that go bad while keys are taken', () => {
  it.each([
    ['ExpiredToken', 'The security token is expired', ADVICE.expired],
    ['InvalidClientTokenId', 'The token is invalid.', ADVICE.unknownKey],
    ['SignatureDoesNotMatch', 'No match.\nThe Canonical String was\nsecret', ADVICE.wrongSecret],
  ])('are shown in one line, with what to do: %s', async (code, message, advice) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, idler: 300 }))
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'error', error: { code, status: 403, message } })
    const ended = await run(env)
    expect(ended.code).toBe(1)
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('keysweep: '))
    expect(lines).toEqual([factsIn('2 keys', `${code}: `, advice.say('', env))])
    expect(ended.stderr + ended.stdout).not.toContain('Canonical')
    expect(endpoint.writes).toEqual([])
  })
})

describe('access denied ends a run with the action and the smallest statement that would do', () => {
  const ofUsers = 'arn:aws:iam::111122223333:user/*'
  it.each<[ActionName, string]>([
    ['GenerateCredentialReport', '*'],
    ['GetCredentialReport', '*'],
    ['ListAccessKeys', ofUsers],
    ['GetAccessKeyLastUsed', ofUsers],
    ['ListUserTags', ofUsers],
  ])('%s', async (action, resource) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    endpoint.fault({ action, kind: 'error', error: 'AccessDenied' })
    const { code, stdout, stderr } = await run(env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    const lines = stderr.split('\n').filter((line) => line.startsWith('keysweep: '))
    const statement = JSON.stringify({ Effect: 'Allow', Action: `iam:${action}`, Resource: resource })
    expect(lines).toEqual([factsIn(`iam:${action}`, statement)])
    expect(endpoint.writes).toEqual([])
  })
})
