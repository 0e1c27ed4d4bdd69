// Who answers on this machine, and a request in the shape in which API Gateway hands one on: locally it is this process
// that vouches for the person, and not AWS.
import { userInfo } from 'node:os'
import { plain } from '../core/texts/plain.ts'
import type { Person } from '../steps/approval/reply.ts'

/** The user of the system whom this process belongs to, as `local:<name>`. */
export function localPerson(): Person {
  const uid = process.getuid?.()
  try {
    const { username } = userInfo()
    return { arn: `local:${plain(username)}`, userId: `local:${uid ?? plain(username)}` }
  } catch (error) {
    // A container may run as a user whom its password file does not name.
    if (uid === undefined) throw error
    return { arn: `local:${uid}`, userId: `local:${uid}` }
  }
}

export interface LocalRequest {
  method: string
  /** Without a query. */
  path: string
  body?: string | undefined
}

/** An event of payload format 2.0, with the person where API Gateway puts whoever it has checked. */
export const eventFor = ({ method, path, body }: LocalRequest, { arn, userId }: Person) => ({
  version: '2.0',
  rawPath: path,
  headers: { 'content-type': 'application/json' },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
  requestContext: {
    stage: '$default',
    http: { method, path },
    authorizer: { iam: { userArn: arn, userId } },
  },
})
