// What AWS's shared files say of profiles: the credentials file (AWS_SHARED_CREDENTIALS_FILE) and the config file
// (AWS_CONFIG_FILE), as the SDK reads them.
import { loadSharedConfigFiles, parseKnownFiles } from '@smithy/core/config'

/** The Region of a profile, for a deploy; null if none. Clients of the SDK find it by themselves. */
export async function profileRegion(profile: string): Promise<string | null> {
  const { credentialsFile, configFile } = await loadSharedConfigFiles({ ignoreCache: true })
  return credentialsFile[profile]?.region ?? configFile[profile]?.region ?? null
}

/** Those of the profiles that neither file has. */
export async function missingProfiles(names: string[]): Promise<string[]> {
  const known = await parseKnownFiles({ ignoreCache: true })
  return names.filter((name) => !Object.hasOwn(known, name))
}
