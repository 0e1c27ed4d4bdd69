// The access keys behind a profile. GetCallerIdentity names the role of a session, and neither the user nor the key that
// assumed it; the shared config files often do.
import { parseKnownFiles } from '@smithy/core/config'

type Env = Record<string, string | undefined>
type Profiles = Awaited<ReturnType<typeof parseKnownFiles>>

/**
 * The ids of the access keys that the profile's credentials are made from: its own, those of its chain of source_profile,
 * and that of the environment for `credential_source = Environment`. AWS_PROFILE chooses the profile. The SDK uses keys of
 * the environment only without it.
 * @returns each id once; none if no profile is used. Not seen are SSO, web identity, credential_process, metadata services, and
 * temporary credentials that somebody put into the environment or a file.
 */
export async function readSourceKeyIds(env: Env): Promise<string[]> {
  const { AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = env
  if (!AWS_PROFILE && AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY) return []
  return [...new Set(keyIdsBehind(AWS_PROFILE || 'default', await parseKnownFiles({}), env, []))]
}

function keyIdsBehind(name: string, profiles: Profiles, env: Env, visited: string[]): string[] {
  const profile = profiles[name]
  if (profile === undefined || visited.includes(name)) return []
  const { aws_access_key_id: own, source_profile: source, credential_source: from } = profile
  return [
    ...(own ? [own] : []),
    ...(source ? keyIdsBehind(source, profiles, env, [...visited, name]) : []),
    ...(from === 'Environment' && env.AWS_ACCESS_KEY_ID ? [env.AWS_ACCESS_KEY_ID] : []),
  ]
}
