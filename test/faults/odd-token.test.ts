// A token that no header can hold is the fault of whoever pasted it: whatever is said of it, the token itself is not.
import { describe, expect, it } from '@jest/globals'
import { accountOf, awsWith, keysweep } from '../cli/command.ts'
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
    expect(stderr).toMatch(/^keysweep: .*GetCallerIdentity: expected credentials without line breaks.*\n$/m)
    expect(stderr).not.toContain('    at ')
    expect(secretsIn(stdout + stderr)).toEqual([])
  })
})
