// Profiles that a file of accounts names. A profile that cannot work is refused before the run starts. Later, other accounts
// would already be changed.
import type { FileAccount } from '../../core/model/accounts-file.ts'
import { SettingsRefused } from '../../core/model/errors.ts'
import { countOf } from '../../core/texts/counts.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { shownUrl } from '../../core/texts/shown-url.ts'
import { type Endpoints, endpointsOf, SERVICES } from '../../io/aws/profile-endpoints.ts'
import { missingProfiles } from '../../io/aws/profiles.ts'

interface ListedProfile {
  account: string
  name: string
}

/**
 * @param path of the file of accounts
 * @throws SettingsRefused for a profile that this machine does not have, or that is called at another endpoint than the run
 */
export async function refuseOddProfiles(path: string, accounts: FileAccount[]): Promise<void> {
  const profiles = accounts.flatMap(({ account, member }) =>
    member?.profile ? [{ account, name: member.profile }] : [],
  )
  if (profiles.length === 0) return
  await refuseMissing(path, profiles)
  await refuseOtherEndpoint(path, profiles, process.env)
}

async function refuseMissing(path: string, profiles: ListedProfile[]): Promise<void> {
  const missing = new Set(await missingProfiles(profiles.map(({ name }) => name)))
  const [first, ...more] = profiles.filter(({ name }) => missing.has(name))
  if (first === undefined) return
  const others = more.length === 0 ? '' : `The same holds for ${countOf(more.length, 'other account')}. `
  throw new SettingsRefused(
    `${inFile(first, path)} is not in the AWS config files of this machine. ${others}Correct its name, or create it with "aws configure --profile".`,
  )
}

/** The clients of a run share their endpoints. With those of another profile, they would ask an IAM that is not the account's. */
async function refuseOtherEndpoint(path: string, profiles: ListedProfile[], env: NodeJS.ProcessEnv): Promise<void> {
  const [ofRun, ...ofProfiles] = await endpointsOf(
    [env.AWS_PROFILE || 'default', ...profiles.map(({ name }) => name)],
    env,
  )
  for (const [n, profile] of profiles.entries()) {
    const [here, there] = [ofRun as Endpoints, ofProfiles[n] as Endpoints]
    const service = SERVICES.find((service) => here[service] !== there[service])
    if (service === undefined) continue
    throw new SettingsRefused(
      `${inFile(profile, path)} calls ${service} at ${shown(there[service])}, but this run calls ${service} at ${shown(here[service])} for every account. Run on this account alone with --profile ${plainLine(profile.name)}, or set AWS_ENDPOINT_URL for all accounts.`,
    )
  }
}

const inFile = ({ account, name }: ListedProfile, path: string): string =>
  `Profile ${JSON.stringify(name)} of account ${account} in ${plainLine(path)}`

const shown = (endpoint: string | null): string => (endpoint === null ? "AWS's own endpoint" : shownUrl(endpoint))
