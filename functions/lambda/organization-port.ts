// AWS Organizations, for List accounts alone: no other function's bundle needs its client.
import { userAgentOf } from '../../io/aws/user-agent.ts'
import { foundIn } from '../../io/organizations/found-accounts.ts'
import { makeOrganization } from '../../io/organizations/organization-client.ts'
import type { OrganizationPort } from '../../steps/ports.ts'

/** Lambda stops a function after 900 seconds (serverless.yml), and the list is still to be stored then. */
const SECONDS_FOR_TAGS = 780

export const organizationPort = ({ KEYSWEEP_STORE = '.keysweep' }: NodeJS.ProcessEnv): OrganizationPort => ({
  ...foundIn(makeOrganization({ customUserAgent: userAgentOf(KEYSWEEP_STORE, null) })),
  secondsForTags: SECONDS_FOR_TAGS,
})
