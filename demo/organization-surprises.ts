// What happens in the made-up organization during the demo: Organizations gives an empty page, and one account's IAM throttles.
import type { Endpoint } from './endpoint.ts'
import type { Organization } from './organization.ts'

/** Its IAM says "Rate exceeded" to the first updates. */
const THROTTLED = 'shared-services'

/** Sets them at an endpoint with the made-up organization. */
export function installOrganizationSurprises(endpoint: Endpoint, { accounts }: Organization): void {
  endpoint.fault({ action: 'ListAccounts', nth: 2, kind: 'empty page' })
  const throttled = accounts.find(({ name }) => name === THROTTLED)
  if (throttled === undefined) throw new TypeError(`The made-up organization has no account ${THROTTLED}`)
  const { id } = throttled.account
  endpoint.fault({ action: 'UpdateAccessKey', nth: [1, 2], account: id, kind: 'error', error: 'Throttling' })
}
