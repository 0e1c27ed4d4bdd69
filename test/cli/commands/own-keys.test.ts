// A run with a role: the key with which the shell assumed it is kept, when the plan is made and at the write.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from '@jest/globals'
import { accessKeyId, newUser } from '../../../demo/account.ts'
import { type LoopbackServer, openLoopbackServer } from '../../support/loopback-server.ts'
import { accountOf, awsWith, inProcess, keyUsed, newDirectory } from '../command.ts'

const SESSION = 'ASIAADMINADMINADMIN1'
const ASSUMED = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>${SESSION}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>x</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

const servers: LoopbackServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

/** The endpoint with AssumeRole before it; notes the keys that assume a role. */
async function withRoles(url: string): Promise<{ url: string; assumedBy: string[] }> {
  const assumedBy: string[] = []
  const server = await openLoopbackServer(async (request, response) => {
    const body = await text(request)
    const { authorization = '' } = request.headers
    if (body.includes('Action=AssumeRole&')) {
      assumedBy.push(/Credential=(\w+)/.exec(authorization)?.[1] ?? '')
      return void response.end(ASSUMED)
    }
    const answer = await fetch(url, { method: 'POST', body, headers: { authorization } })
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text())
  })
  servers.push(server)
  return { url: server.url, assumedBy }
}

const ROLE = 'role_arn = arn:aws:iam::111122223333:role/admin'

it.each([
  ['its source profile', `[profile admin]\n${ROLE}\nsource_profile = base\n`],
  [
    'a chain of profiles',
    `[profile admin]\n${ROLE}\nsource_profile = hub\n[profile hub]\n${ROLE}\nsource_profile = base\n`,
  ],
])(
  'keeps the keys of the user whose key assumed the role through %s, however idle IAM says they are',
  async (_, config) => {
    const jane = newUser('jane', { keys: [keyUsed('jane', 200), keyUsed('jane/older', 300)] })
    const account = { ...accountOf({ idle: 200 }, [jane]), sessions: { [SESSION]: { role: 'admin', session: 's' } } }
    const aws = await awsWith(account)
    const roles = await withRoles(aws.endpoint.url)
    const folder = newDirectory()
    writeFileSync(join(folder, 'config'), config)
    writeFileSync(
      join(folder, 'credentials'),
      `[base]\naws_access_key_id = ${accessKeyId('jane')}\naws_secret_access_key = x\n`,
    )
    const env = {
      AWS_ENDPOINT_URL: roles.url,
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    }
    const options = ['--profile', 'admin', '--max-percent', '100', '--store', newDirectory(), '--json']
    const { code, stdout, stderr } = await inProcess(['run', '--apply', '--yes', ...options], env)
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(':assumed-role/admin/') })
    expect(roles.assumedBy[0]).toBe(accessKeyId('jane'))
    const { keys } = JSON.parse(stdout)
    const rows = keys.map(({ accessKeyId: id, row, values }: Record<string, unknown>) => [id, row, values])
    expect(rows).toEqual(
      expect.arrayContaining([
        [accessKeyId('jane'), 'own', { by: 'source-key' }],
        [accessKeyId('jane/older'), 'own', { by: 'source-user' }],
      ]),
    )
    expect(aws.endpoint.writes.map(({ user }) => user)).toEqual(['idle'])
  },
)
