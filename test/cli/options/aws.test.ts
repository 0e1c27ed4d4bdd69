// Which profile and Region a command uses: options, then the environment, then the profile, for every AWS client.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { type LoopbackServer, openLoopbackServer } from '../../support/loopback-server.ts'
import { MACHINE_ARN } from '../../support/sfn-endpoint.ts'
import { inProcess, newDirectory } from '../command.ts'

const ENV_KEY = 'AKIAENVENVENVENVENVE'
const PROFILE_KEY = 'AKIAPROFILEPROFILEPR'

/** The credential scopes of the requests that arrived: "<key id>/<Region>/<service>". */
const signed: string[] = []
let server: LoopbackServer
beforeAll(async () => {
  server = await openLoopbackServer((request, response) => {
    const [, key, region, service] =
      /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? []
    signed.push(`${key}/${region}/${service}`)
    response.writeHead(403, { 'content-type': 'text/xml' }).end('<Error><Code>AccessDenied</Code></Error>')
  })
})
afterAll(() => server.stop())

/** An environment with keys, no Region, and profiles that have one. */
function shell(env: Record<string, string | undefined>) {
  const folder = newDirectory()
  const config = join(folder, 'config')
  const credentials = join(folder, 'credentials')
  writeFileSync(config, '[default]\nregion = eu-north-1\n[profile work]\nregion = eu-south-1\n')
  writeFileSync(credentials, `[work]\naws_access_key_id = ${PROFILE_KEY}\naws_secret_access_key = x\n`)
  return {
    AWS_ENDPOINT_URL: server.url,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    AWS_ACCESS_KEY_ID: ENV_KEY,
    AWS_SECRET_ACCESS_KEY: 'x',
    // Without it, a command asks STS who owns the bucket before it calls S3.
    KEYSWEEP_STORE_OWNER: '111122223333',
    ...env,
  }
}

const COMMANDS = (): [service: string, args: string[]][] => [
  ['sts', ['run', '--store', newDirectory()]],
  ['sts', ['explain', 'AKIAIOSFODNN7EXAMPLE', '--store', newDirectory()]],
  ['s3', ['show', '--store', 's3://bucket']],
  ['s3', ['undo', 'run-1', '--store', 's3://bucket']],
  ['execute-api', ['approve', 'run-1', '--api', server.url]],
]

const ALL = { AWS_REGION: 'us-west-1', AWS_DEFAULT_REGION: 'us-west-2' }

describe('the Region', () => {
  it.each<[string, Record<string, string | undefined>, string[], string]>([
    ['is that of --region', ALL, ['--region', 'ap-south-1'], 'ap-south-1'],
    ['else that of AWS_REGION', ALL, [], 'us-west-1'],
    ['else that of AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-west-2' }, [], 'us-west-2'],
    ['else that of AWS_DEFAULT_REGION, not an empty AWS_REGION', { ...ALL, AWS_REGION: '' }, [], 'us-west-2'],
    ["else that of the profile's", {}, [], 'eu-north-1'],
    ["else that of the profile's, not empty ones", { AWS_REGION: '', AWS_DEFAULT_REGION: '' }, [], 'eu-north-1'],
  ])('%s, for every client', async (_, env, options, region) => {
    for (const [service, args] of COMMANDS()) {
      signed.length = 0
      await inProcess([...args, ...options], shell(env))
      expect([args[0], [...new Set(signed)]]).toEqual([args[0], [`${ENV_KEY}/${region}/${service}`]])
    }
  })

  it('of a machine is that of its ARN', async () => {
    for (const args of [['run'], ['undo', 'run-1'], ['show', 'run-1', '--follow']]) {
      signed.length = 0
      await inProcess([...args, '--machine', MACHINE_ARN], shell(ALL))
      expect(new Set(signed)).toEqual(new Set([`${ENV_KEY}/${MACHINE_ARN.split(':')[3]}/states`]))
    }
  })

  it('that is empty is refused: it comes from an unset variable', async () => {
    expect(await inProcess(['run', '--region', ''], shell({}))).toEqual({
      code: 2,
      stdout: '',
      stderr: lineWith('--region', '""'),
    })
  })
})

describe('the profile', () => {
  it('is that of --profile, with its Region if no other is named, whatever keys and profile the environment has', async () => {
    // The SDK warns of two sources, once.
    jest.spyOn(console, 'warn').mockImplementation(() => {})
    for (const [service, args] of COMMANDS()) {
      signed.length = 0
      await inProcess([...args, '--profile', 'work'], shell({ AWS_PROFILE: 'other' }))
      expect(new Set(signed)).toEqual(new Set([`${PROFILE_KEY}/eu-south-1/${service}`]))
    }
  })

  it('does not outlast its command', async () => {
    const env = shell({})
    await inProcess(['run', '--profile', 'work', '--region', 'ap-south-1'], env)
    signed.length = 0
    await inProcess(['run'], env)
    expect(new Set(signed)).toEqual(new Set([`${ENV_KEY}/eu-north-1/sts`]))
  })

  it('of --profile that does not exist is refused, before any call and whatever the environment has', async () => {
    for (const [, args] of COMMANDS()) {
      signed.length = 0
      expect(await inProcess([...args, '--profile', 'nope'], shell(ALL))).toEqual({
        code: 2,
        stdout: '',
        stderr: lineWith('"nope"', 'aws configure list-profiles'),
      })
      expect(signed).toEqual([])
    }
  })

  it.each([['run'], ['explain', 'AKIAIOSFODNN7EXAMPLE']])(
    'of AWS_PROFILE that does not exist is refused by %s: other credentials may be of another account',
    async (...args) => {
      signed.length = 0
      const env = shell({ ...ALL, AWS_PROFILE: 'no pe' })
      expect(await inProcess([...args, '--store', newDirectory()], env)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: lineWith('"no pe"', 'aws configure list-profiles'),
      })
      expect(signed).toEqual([])
    },
  )

  it('of AWS_PROFILE that does not exist does not keep a store of this machine from being read', async () => {
    const store = newDirectory()
    const { code, stderr } = await inProcess(['show', '--store', store], shell({ AWS_PROFILE: 'nope' }))
    expect({ code, stderr }).toEqual({ code: 0, stderr: factsIn(store) })
  })

  it('of AWS_PROFILE that has no credentials is named in the advice', async () => {
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = shell({ AWS_REGION: 'us-east-1' })
    writeFileSync(others.AWS_CONFIG_FILE, '[profile bare]\nregion = eu-north-1\n')
    const { code, stderr } = await inProcess(['run'], { ...others, AWS_PROFILE: 'bare' })
    expect(code).toBe(1)
    expect(stderr).toEqual(lineWith('CredentialsProviderError', 'aws configure list --profile bare'))
  })

  it('that is empty is refused: it comes from an unset variable', async () => {
    expect(await inProcess(['show', '--profile', ' '], shell({}))).toMatchObject({
      code: 2,
      stderr: lineWith('--profile', '" "'),
    })
  })
})

it('the demo has neither: it uses nothing of the shell', async () => {
  const { stdout } = await inProcess(['demo', '--help'])
  expect(stdout).not.toMatch(/--(profile|region) /)
})
