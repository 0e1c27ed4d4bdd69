// Profiles that need a person: the SDK's own providers read them, and the advice fits the way of signing in.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { ADVICE, adviceOn } from '../../cli/advice.ts'
import { lineWith } from '../support/error-facts.ts'
import { keysweep, newDirectory } from './command.ts'

const SSO_SESSION = `
[sso-session corp]
sso_start_url = https://corp.invalid/start
sso_region = us-east-1
`
const SSO_PROFILE = `
[profile work]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = admin
${SSO_SESSION}`

const MFA_PROFILE = `
[profile work]
role_arn = arn:aws:iam::111122223333:role/admin
source_profile = base
mfa_serial = arn:aws:iam::111122223333:mfa/me

[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = is-not-checked
`

const LOGIN_PROFILE = `
[profile work]
login_session = arn:aws:iam::111122223333:user/me
`

describe('a run by a profile', () => {
  it.each([
    ['of SSO where nobody has signed in', SSO_PROFILE, 'sso', '"aws sso login --profile work"'],
    ['that needs an MFA code', MFA_PROFILE, 'mfa', 'export-credentials --profile work'],
    ['of aws login where nobody has signed in', LOGIN_PROFILE, 'login', '"aws login --profile work"'],
  ] as const)('%s: says how to sign in', async (_, config, advice, command) => {
    const home = newDirectory()
    mkdirSync(join(home, '.aws'))
    writeFileSync(join(home, '.aws/config'), config)
    const env = { HOME: home, AWS_PROFILE: 'work', AWS_REGION: 'us-east-1' }
    const { code, stdout, stderr } = await keysweep(['run', '--store', newDirectory()], { env })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toEqual(lineWith('CredentialsProviderError', command))
    expect(stderr).toContain(ADVICE[advice].say('', env))
  })
})

// Messages of @aws-sdk/credential-provider-sso, token-providers, credential-provider-login and credential-provider-ini.
describe('the advice on', () => {
  it.each([
    [
      'sso',
      'CredentialsProviderError: The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    ],
    [
      'sso',
      'TokenProviderError: Token is expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    ],
    [
      'sso',
      "TokenProviderError: Value not present for 'refreshToken' in SSO Token. Cannot refresh. To refresh this SSO session run aws sso login",
    ],
    ['login', 'CredentialsProviderError: Your session has expired. Please reauthenticate.'],
    [
      'login',
      'CredentialsProviderError: Unable to refresh credentials because of a change in your password. Please reauthenticate with your new password.',
    ],
    ['login', 'CredentialsProviderError: Failed to refresh token: Error: x. Please re-authenticate using aws login'],
    [
      'loginDenied',
      "CredentialsProviderError: Unable to refresh credentials due to insufficient permissions. You may be missing permission for the 'CreateOAuth2Token' action.",
    ],
    [
      'mfa',
      'CredentialsProviderError: Profile work requires multi-factor authentication, but no MFA code callback was provided.',
    ],
    ['setCredentials', 'CredentialsProviderError: Could not load credentials from any providers'],
  ] as const)('%s: %s', (advice, message) => {
    for (const env of [{ AWS_PROFILE: 'my team' }, {}])
      expect(adviceOn(message, env)).toBe(ADVICE[advice].say(message, env))
    if (advice !== 'setCredentials' && advice !== 'loginDenied')
      expect(adviceOn(message, { AWS_PROFILE: 'my team' })).toContain("--profile 'my team'")
  })
})
