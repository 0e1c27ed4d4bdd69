// The Region in AWS's shared files, for a deploy. Clients of the SDK find it by themselves.
import { loadSharedConfigFiles } from '@smithy/core/config'

/** As the SDK reads it: credentials file (AWS_SHARED_CREDENTIALS_FILE) first, then config file (AWS_CONFIG_FILE); null if none. */
export async function profileRegion(profile: string): Promise<string | null> {
  const { credentialsFile, configFile } = await loadSharedConfigFiles({ ignoreCache: true })
  return credentialsFile[profile]?.region ?? configFile[profile]?.region ?? null
}
