// Which profile and Region a command uses: --profile and --region, then AWS_REGION, AWS_DEFAULT_REGION, then the profile's
// Region, as the AWS CLI does. The SDK for JavaScript does not read AWS_DEFAULT_REGION.
import { UsageError } from '../../local/errors.ts'
import type { Terminal } from '../render/terminal.ts'
import type { DeclaredOption } from './declare.ts'

/** For every command that may call AWS. */
export const AWS = [
  { flags: '--profile <name>', help: 'the AWS profile (default: AWS_PROFILE)' },
  {
    flags: '--region <name>',
    help: "the AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, or the profile's Region)",
  },
] as const satisfies DeclaredOption[]

export interface AwsOptions {
  profile?: string
  region?: string
}

/**
 * Sets profile and Region in the environment. The SDK reads it, so this holds for every client, and for those that its
 * credential providers make.
 * @throws UsageError for an empty name: it comes from an unset variable in a script. Also for a profile that does not exist, as
 *   the AWS CLI does: the SDK would look for other credentials, such as those of the machine.
 */
export async function chooseAws({ profile, region }: AwsOptions, { env }: Terminal): Promise<void> {
  for (const [flag, value] of Object.entries({ '--profile': profile, '--region': region }))
    if (value?.trim() === '') throw new UsageError(`Invalid ${flag} ${JSON.stringify(value)}: must be a name.`)
  const chosen = {
    AWS_PROFILE: profile ?? env.AWS_PROFILE,
    AWS_REGION: region ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION),
  }
  for (const [name, value] of Object.entries(chosen)) {
    if (value) {
      env[name] = value
      process.env[name] = value
    } else if (env[name] === '') {
      // The SDK takes an empty name for a name, and does not look into the profile.
      delete env[name]
      delete process.env[name]
    }
  }
  if (profile === undefined) return
  // Loaded only here: most commands name no profile.
  const { refuseUnknownProfile } = await import('../../local/known-profile.ts')
  await refuseUnknownProfile(profile)
}
