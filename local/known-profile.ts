// Whether this machine has an AWS profile. The SDK does not say: without the profile it looks for other credentials, such as those
// of the machine, which may belong to another account.
import { missingProfiles } from '../io/aws/profiles.ts'
import { UsageError } from './errors.ts'

/** As the AWS CLI does. @throws UsageError */
export async function refuseUnknownProfile(profile: string): Promise<void> {
  if ((await missingProfiles([profile])).length === 0) return
  throw new UsageError(
    `Profile ${JSON.stringify(profile)} is not in the AWS config files of this machine. To list profiles: aws configure list-profiles`,
  )
}
