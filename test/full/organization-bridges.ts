// What moto needs on top, so that a run over many accounts meets the Organizations and the STS that AWS has.
// docs/internals/emulators.md shows these bridges in a table.
import type { IncomingHttpHeaders } from 'node:http'
import { inAccount } from './moto-account.ts'

export type OrganizationBridgeName = 'the management account' | 'the missing role'

export interface OrganizationBridge {
  actions: string[]
  /** What it does, for docs/internals/emulators.md. */
  does: string
  /** What happens where it is missing; a test holds it to that. */
  without: string
}

export const ORGANIZATION_BRIDGES: Record<OrganizationBridgeName, OrganizationBridge> = {
  'the management account': {
    actions: ['ListAccounts', 'ListTagsForResource', 'DescribeOrganization'],
    does: 'asks in the name of the management account: moto knows no delegated administrator',
    without: 'the list of accounts is refused: it is empty',
  },
  'the missing role': {
    actions: ['AssumeRole'],
    does: 'denies the roles of accounts that have none: moto gives credentials for any name',
    without: 'the account is reached',
  },
}

export interface BridgedOrganization {
  /** Ids of accounts. */
  management: string
  roleless: string[]
  leftOut?: OrganizationBridgeName
}

/** Headers of a call to Organizations. */
export function askedAs(
  { management, leftOut }: BridgedOrganization,
  headers: IncomingHttpHeaders,
): IncomingHttpHeaders {
  return leftOut === 'the management account' ? headers : { ...headers, ...inAccount(management) }
}

/** AWS's answer to an AssumeRole that moto would allow; null: moto answers. */
export function denialOf({ roleless, leftOut }: BridgedOrganization, params: URLSearchParams): string | null {
  const arn = params.get('RoleArn') ?? ''
  const isMissing = params.get('Action') === 'AssumeRole' && roleless.includes(arn.split(':')[4] ?? '')
  if (!isMissing || leftOut === 'the missing role') return null
  const message = `User: arn:aws:sts::1:caller is not authorized to perform: sts:AssumeRole on resource: ${arn}`
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
}
