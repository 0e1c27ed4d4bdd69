// No secret key, session token, task token or signature in anything that comes out; least of all where something goes wrong,
// because AWS answers a wrong signature with the whole request that it expected, session token and all.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import {
  accountOf,
  awsWith,
  type CommandEnd,
  envOf,
  inBackground,
  inProcess,
  keysweep,
  newDirectory,
} from '../cli/command.ts'
import { CANARIES, secretsIn, signatureIn } from '../support/canaries.ts'
import { LOOPBACK_BUCKET, startLoopbackS3 } from '../support/loopback-s3.ts'
import { ACTION_NAMES, SIGNATURE_REFUSED, wrongSignature } from './signature-refused.ts'

const SECRETS = { AWS_SECRET_ACCESS_KEY: CANARIES.secret, AWS_SESSION_TOKEN: CANARIES.session }

/** Every file under a directory but the task tokens, as one text. */
function filesIn(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/tokens|open/.test(entry.parentPath))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

/** Hashes of reports and plans look like signatures. */
const hashesIn = (text: string) =>
  [...text.matchAll(/(?:sha256|plan)\W+([0-9a-f]{64})/gi)].map((match) => match[1] ?? '')

function expectNoSecret({ stdout, stderr }: CommandEnd, files = '', tokens: string[] = []): void {
  const text = [stdout, stderr, files].join('\n')
  expect(secretsIn(text, tokens)).toEqual([])
  expect(signatureIn(text, hashesIn(text))).toBe(false)
}

const COMMANDS = [
  ['run'],
  ['run', '--json'],
  ['run', '--apply', '--yes', '--max-percent', '100'],
  ['run', '--apply', '--yes', '--no-such-option'],
  ['explain', 'AKIAIOSFODNN7EXAMPLE'],
  ['show'],
  ['show', 'no-such-run'],
  ['approve', 'no-such-run'],
  ['undo', 'no-such-run'],
  ['--help'],
]

describe('a command that fails', () => {
  it.each(COMMANDS)('because its signature is refused prints no secret: %s %s %s', async (...args) => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    for (const action of ACTION_NAMES) endpoint.fault(wrongSignature(action))
    const store = newDirectory()
    const ended = await inProcess([...args.filter(Boolean)], { ...env, ...SECRETS, KEYSWEEP_STORE: store })
    expectNoSecret(ended, filesIn(store))
  })

  it.each(['UpdateAccessKey', 'ListUserTags', 'GetCredentialReport'] as const)(
    'in the middle, at %s, prints no secret and stores none',
    async (action) => {
      const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
      endpoint.fault(wrongSignature(action))
      const store = newDirectory()
      const surroundings = { ...env, ...SECRETS, KEYSWEEP_STORE: store }
      const ended = await inProcess(['run', '--apply', '--yes', '--run-id', 'failing'], surroundings)
      expect(ended.code).toBe(1)
      expectNoSecret(ended, filesIn(store))
      for (const args of [
        ['show', 'failing'],
        ['show', 'failing', '--json'],
        ['show', 'failing', '--csv'],
      ])
        expectNoSecret(await inProcess(args, surroundings))
    },
  )

  it('because nobody answers prints no secret', async () => {
    const ended = await keysweep(['run'], {
      env: { ...envOf('http://127.0.0.1:1'), ...SECRETS, AWS_MAX_ATTEMPTS: '1' },
    })
    expect(ended.code).toBe(1)
    expectNoSecret(ended)
  })

  it('because S3 refuses its signature prints no secret', async () => {
    const s3 = await startLoopbackS3()
    try {
      s3.instead = (_, response) => {
        response
          .writeHead(403, { 'content-type': 'application/xml' })
          .end(
            `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>${SIGNATURE_REFUSED}</Message><CanonicalRequest>x-amz-security-token:${CANARIES.session}</CanonicalRequest><SignatureProvided>${'a'.repeat(64)}</SignatureProvided></Error>`,
          )
        return true
      }
      const { env } = await awsWith(accountOf({ idle: 200 }))
      const surroundings = {
        ...env,
        ...SECRETS,
        AWS_ENDPOINT_URL_S3: s3.url,
        KEYSWEEP_STORE: `s3://${LOOPBACK_BUCKET}`,
      }
      const ended = await inProcess(['run'], surroundings)
      expect(ended.code).toBe(1)
      expectNoSecret(ended)
      expectNoSecret(await inProcess(['show'], surroundings))
    } finally {
      await s3.stop()
    }
  })
})

describe('a password in the address of an endpoint', () => {
  const PASSWORD = 'pAsSw0rd-of-the-endpoint'
  const RUN = ['run', '--apply', '--yes', '--max-percent', '100']
  const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:keysweep'
  const ADDRESSES = [
    `http://user:${PASSWORD}@127.0.0.1:1`,
    `http://:${PASSWORD}@127.0.0.1:1`,
    `http://${PASSWORD}@nowhere.invalid`,
    `http://user:${PASSWORD}/x@127.0.0.1:1`,
    `http://user:${PASSWORD}@127.0.0.1:1:1`,
    `user:${PASSWORD}@127.0.0.1:1`,
    `http://127.0.0.1:1/?token=${PASSWORD}`,
  ]
  const VARIABLES: [string, string[]][] = [
    ['AWS_ENDPOINT_URL', RUN],
    ['AWS_ENDPOINT_URL', ['run', '--machine', MACHINE]],
    ['AWS_ENDPOINT_URL_STS', RUN],
    ['AWS_ENDPOINT_URL_S3', ['show', '--store', 's3://bucket-a/x']],
    ['AWS_ENDPOINT_URL_SFN', ['show', 'r', '--follow', '--machine', MACHINE]],
    ['KEYSWEEP_API', ['approve']],
  ]
  // A run tries IAM again for minutes, unless the address cannot be one.
  const NO_URL = `http://user:${PASSWORD}@127.0.0.1:1:1`
  const CASES = [
    ...VARIABLES.flatMap(([name, args]) => ADDRESSES.map((address) => [name, args, address] as const)),
    ['AWS_ENDPOINT_URL_IAM', RUN, NO_URL] as const,
    ['AWS_ENDPOINT_URL_IAM', ['explain', 'AKIAIOSFODNN7EXAMPLE'], NO_URL] as const,
  ]
  it.each(CASES)('is neither printed nor stored: %s, %j, %s', async (name, args, address) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const cwd = newDirectory()
    const surroundings = { ...env, AWS_MAX_ATTEMPTS: '1', [name]: address }
    const ended = await inProcess([...args], surroundings, { cwd })
    expect(ended.code).not.toBe(0)
    expect(ended.stdout + ended.stderr + filesIn(cwd)).not.toContain(PASSWORD)
    expect(ended.stdout + ended.stderr + filesIn(cwd)).not.toContain(Buffer.from(PASSWORD).toString('base64'))
  })

  it.each(ADDRESSES.map((address) => address.replace('http:', 'https:')))(
    'is not printed for --api %s',
    async (address) => {
      const { code, stdout, stderr } = await inProcess(['approve', '--api', address])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).not.toContain(PASSWORD)
    },
  )

  it('is not printed for --store', async () => {
    const { code, stderr } = await inProcess(['show', '--store', `s3://key:${PASSWORD}@bucket-a/x`])
    expect(code).toBe(2)
    expect(stderr).not.toContain(PASSWORD)
  })
})

describe('a run that waits for a person', () => {
  it('prints and stores its task token nowhere but under tokens/, also where it is interrupted', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const store = newDirectory()
    const surroundings = { ...env, ...SECRETS, KEYSWEEP_STORE: store }
    const run = inBackground(['run', '--apply', '--yes', '--approval', 'always', '--run-id', 'waiting'], {
      env: surroundings,
    })
    await run.says(/ approve waiting /)
    const listed = await inProcess(['approve', '--json'], surroundings)
    const shown = await inProcess(['approve', 'waiting'], surroundings)
    run.kill('SIGINT')
    const ended = await run.ended
    const tokens = readdirSync(join(store, 'tokens/runs/waiting')).map((name) =>
      readFileSync(join(store, 'tokens/runs/waiting', name), 'utf8'),
    )
    expect(tokens.map((token) => token.length > 20)).toEqual([true])
    for (const said of [ended, listed, shown]) expectNoSecret(said, filesIn(store), tokens)
  })
})
