// keysweep approve on the deployed decision API: signed with the caller's own credentials, and checked by another
// implementation of the signature than the one that signs.
import { describe, expect, it } from '@jest/globals'
import { ADVICE } from '../../../cli/advice.ts'
import { shownUrl } from '../../../core/texts/shown-url.ts'
import { accessKeyId } from '../../../demo/account.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { openLoopbackServer } from '../../support/loopback-server.ts'
import { accountOf, statusesOf } from '../../support/world.ts'
import { DEAD_ADDRESS, inProcess } from '../command.ts'
import { ANN, BOB, CEM, type Deployed, deployed, envOf, SECRET } from '../deployed.ts'

const approve = ({ api }: Deployed, args: string[], env = envOf(ANN)) =>
  inProcess(['approve', ...args, '--api', api.url], env)

/** A deployed run that waits for an answer to two keys. */
async function waiting(): Promise<Deployed & { over: () => Promise<unknown> }> {
  const there = await deployed({
    account: accountOf({ idle: 200, idler: 300 }),
    settings: '{ mode: apply, approval: always }',
  })
  await fetch(there.sfn.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    body: JSON.stringify({ stateMachineArn: there.machine, name: 'there', input: '{}' }),
  })
  while (there.world.messages.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  return { ...there, over: async () => [...there.sfn.executions.values()][0]?.execution.result }
}

describe('keysweep approve --api', () => {
  it('lists waiting runs, and answers as the caller whom AWS names', async () => {
    const there = await waiting()
    const list = await approve(there, [])
    expect(list).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^there +111122223333 +\S+ +2 +approval is asked/m),
    })
    const answered = await approve(there, [
      'there',
      '--leave-out',
      accessKeyId('idle'),
      '--yes',
      '--reason',
      'reviewed',
    ])
    expect(answered).toMatchObject({
      code: 0,
      stdout: factsIn('Approved', ANN.userArn, '1 key', '1 left out'),
    })
    await there.over()
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Active'], idler: ['Inactive'] })
    expect(JSON.parse((await there.world.ports.store.get('runs/there/decision.json')) ?? '')).toMatchObject({
      by: ANN.userArn,
      userId: ANN.userId,
      reason: 'reviewed',
    })
    expect(there.api.requests.map(({ method, path, signed }) => [method, path, signed])).toEqual([
      ['GET', '/runs', true],
      ['GET', '/organizations', true],
      ['GET', '/runs/there', true],
      ['POST', '/runs/there/decision', true],
    ])
  })

  it("signs with a role's session token, for the service execute-api", async () => {
    const there = await waiting()
    const answered = await approve(there, ['there', '--reject'], envOf(CEM))
    expect(answered).toMatchObject({ code: 0, stdout: factsIn('Rejected', CEM.userArn) })
    for (const { authorization } of there.api.requests) {
      expect(authorization).toMatch(
        /Credential=ASIACEMCEMCEMCEMCEMC\/\d{8}\/us-east-1\/execute-api\/aws4_request, SignedHeaders=\S*host;\S*x-amz-security-token/,
      )
    }
  })

  it('finds the API by KEYSWEEP_API, but --store still means this machine', async () => {
    const there = await waiting()
    const env = { ...envOf(ANN), KEYSWEEP_API: there.api.url }
    expect((await inProcess(['approve'], env)).stdout).toContain('\nthere ')
    const requests = there.api.requests.length
    expect(await inProcess(['approve', '--store', there.world.directory], env)).toMatchObject({ code: 0, stdout: '' })
    expect(there.api.requests).toHaveLength(requests)
  })

  it('takes the address with a stage in its path, and a slash at its end', async () => {
    const there = await waiting()
    expect((await inProcess(['approve', '--api', `${there.api.url}/`], envOf(ANN))).code).toBe(0)
    await inProcess(['approve', '--api', `${there.api.url}/prod`], envOf(ANN))
    expect(there.api.requests.map(({ path, signed }) => [path, signed])).toEqual([
      ['/runs', true],
      ['/organizations', true],
      ['/prod/runs', true],
    ])
  })

  it.each([
    ['of somebody who may only look', envOf(BOB)],
    ['with a wrong secret key', { ...envOf(ANN), AWS_SECRET_ACCESS_KEY: 'another' }],
    ['of somebody unknown', { ...envOf(ANN), AWS_ACCESS_KEY_ID: 'AKIANOBODYNOBODYNOBO' }],
    ['for another Region', { ...envOf(ANN), AWS_REGION: 'eu-west-1' }],
    ['without its session token', { ...envOf(CEM), AWS_SESSION_TOKEN: '' }],
  ])('%s ends with 1, says what is missing, and changes nothing', async (_, env) => {
    const there = await waiting()
    const { code, stderr } = await approve(there, ['there', '--yes'], env)
    expect(code).toBe(1)
    expect(stderr).toEqual(lineWith(`${there.api.url}/`, 'Forbidden', 'execute-api:Invoke'))
    expect(await there.world.ports.store.get('runs/there/decision.json')).toBeNull()
  })

  it('says who answered before, and when, and ends with 3', async () => {
    const there = await waiting()
    await approve(there, ['there', '--reject'])
    const { code, stderr } = await approve(there, ['there', '--yes'], envOf(CEM))
    expect(code).toBe(3)
    const { at } = JSON.parse((await there.world.ports.store.get('runs/there/decision.json')) ?? '')
    expect(stderr).toEqual(lineWith(ANN.userArn, at))
  })

  it('ends with 1 for a run that is not there', async () => {
    const there = await waiting()
    const { code, stderr } = await approve(there, ['nowhere', '--yes'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: lineWith(`${there.api.url}/`) })
  })

  it('prints no secret key, session token or signature, whatever goes wrong', async () => {
    const there = await waiting()
    const said = [
      await approve(there, ['there', '--yes'], { ...envOf(CEM), AWS_REGION: 'eu-west-1' }),
      await approve(there, ['there', '--yes', '--json'], envOf(CEM)),
      await approve(there, ['there', '--reject'], envOf(CEM)),
    ]
    const signatures = there.api.requests.flatMap(
      ({ authorization }) => /Signature=(\w+)/.exec(authorization)?.[1] ?? [],
    )
    expect(signatures.length).toBeGreaterThan(3)
    for (const secret of [SECRET, CEM.sessionToken, ...signatures]) expect(JSON.stringify(said)).not.toContain(secret)
  })
})

describe('keysweep approve --api ends with one line', () => {
  const ask = (url: string, env: Record<string, string> = envOf(ANN)) => inProcess(['approve', '--api', url], env)

  it.each([
    'http://a1b2c3.execute-api.eu-west-1.amazonaws.com',
    'a1b2c3.execute-api.eu-west-1.amazonaws.com',
    'https://user@a1b2c3.execute-api.eu-west-1.amazonaws.com',
    'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/?x',
    'https://:pw@a1b2c3.execute-api.eu-west-1.amazonaws.com',
    'https://a1b2c3.execute-api.eu-west-1.amazonaws.com?',
    'https://a1b2c3.execute-api.eu-west-1.amazonaws.com#',
    'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/#/runs',
    'file:///etc/passwd',
  ])('for the address %s', async (url) => {
    const { code, stderr } = await ask(url)
    expect(code).toBe(2)
    expect(stderr).toEqual(lineWith(`"${shownUrl(url)}"`, 'https://a1b2c3.execute-api.eu-west-1.amazonaws.com'))
  })

  it.each([
    ['https://approve.invalid/prod', true],
    ['https://a1b2c3.execute-api.eu-west-1.amazonaws.com.evil.invalid', true],
    ['https://execute-api.eu-west-1.amazonaws.com.invalid', true],
    ['http://127.0.0.1:1', false],
  ])('%s gets no signed request without a warning: %s', async (url, warned) => {
    const { code, stderr } = await ask(url)
    expect(code).toBe(1)
    const warning = stderr.split('\n').find((line) => line.startsWith('Warning: '))
    if (warned) expect(warning).toContain(`${new URL(url).host} `)
    else expect(warning).toBeUndefined()
  })

  it('if nothing answers at the address, and without credentials', async () => {
    const nobody = await ask(DEAD_ADDRESS)
    expect(nobody.code).toBe(1)
    expect(nobody.stderr).toEqual(lineWith(`${DEAD_ADDRESS}/`, 'ECONNREFUSED', ADVICE.noAnswer.say('', envOf(ANN))))
    const nothing = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_REGION: 'us-east-1' }
    const { stderr } = await ask('http://127.0.0.1:65000', {
      ...nothing,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
    })
    expect(stderr).toEqual(lineWith('CredentialsProviderError', 'AWS_PROFILE', 'AWS_ACCESS_KEY_ID'))
  })

  it.each([
    ['a web page', 200, { 'content-type': 'text/html' }, '<html>Sign in</html>', ['200', '"<html>Sign in</html>"']],
    ['a redirect, which the signature does not follow', 302, { location: 'http://127.0.0.1:9/' }, '', ['redirect']],
    ['something else', 200, {}, '{"jobs":[]}', ['200', '{"jobs":[]}']],
    ['a fault', 502, {}, '{"message":"Internal Server Error"}', ['Internal Server Error']],
  ])('for %s', async (_, status, headers, body, facts) => {
    const server = await openLoopbackServer((_, response) => response.writeHead(status, headers).end(body))
    const { code, stdout, stderr } = await ask(server.url)
    await server.stop()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith(`${server.url}/`, ...facts))
  })
})
