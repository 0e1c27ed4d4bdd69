// A token that no header can hold is the fault of whoever pasted it: whatever is said of it, the token itself is not.
import { describe, expect, it } from '@jest/globals'
import { accountOf, awsWith, envOf, inProcess, keysweep } from '../cli/command.ts'
import { CANARIES, secretsIn } from '../support/canaries.ts'

describe('a command that fails because of a session token', () => {
  it.each([
    ['with a line break in it', `${CANARIES.session}\n`],
    ['with a character that no header may hold', `${CANARIES.session}\u0007`],
  ])('%s says so in one line, and prints none of it', async (_, token) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const secrets = { AWS_SECRET_ACCESS_KEY: CANARIES.secret, AWS_SESSION_TOKEN: token }
    const { code, stdout, stderr } = await keysweep(['run'], { env: { ...env, ...secrets } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^keysweep: (?=.*GetCallerIdentity)(?=.*AWS_SESSION_TOKEN).*\n$/m)
    expect(stderr).not.toContain('    at ')
    expect(secretsIn(stdout + stderr)).toEqual([])
  })

  it.each([
    ['a token', { AWS_SESSION_TOKEN: `${CANARIES.session}\n` }],
    ['a token with a sign of money', { AWS_SESSION_TOKEN: `${CANARIES.session}\u20ac` }],
    ['an access key id', { AWS_ACCESS_KEY_ID: 'AKIAIDLEIDLE\nIDLEIDLE', AWS_SESSION_TOKEN: CANARIES.session }],
  ])('%s is not told where the decision API is asked, nor is a signature', async (_, odd) => {
    const env = { ...envOf('http://127.0.0.1:9'), AWS_SECRET_ACCESS_KEY: CANARIES.secret, ...odd }
    const { code, stdout, stderr } = await inProcess(['approve', '--api', 'https://127.0.0.1:9'], env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^keysweep: .*https:\/\/127\.0\.0\.1:9.*(x-amz-security-token|authorization).*\n$/m)
    expect(secretsIn(stdout + stderr)).toEqual([])
    expect(stderr).not.toMatch(/[0-9a-f]{64}|Signature=/)
  })
})
