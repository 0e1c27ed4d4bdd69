// What AWS's shared files say of profiles: the credentials file (AWS_SHARED_CREDENTIALS_FILE) and the config file
// (AWS_CONFIG_FILE), as the SDK reads them.
import { loadSharedConfigFiles } from '@smithy/core/config'

/** The Region of a profile, for a deploy; null if none. Clients of the SDK find it by themselves. */
export async function profileRegion(profile: string): Promise<string | null> {
  const { credentialsFile, configFile } = await loadSharedConfigFiles({ ignoreCache: true })
  return credentialsFile[profile]?.region ?? configFile[profile]?.region ?? null
}

/** Whether one of the files has the profile. */
export async function isProfile(profile: string): Promise<boolean> {
  const { credentialsFile, configFile } = await loadSharedConfigFiles({ ignoreCache: true })
  return credentialsFile[profile] !== undefined || configFile[profile] !== undefined
}
