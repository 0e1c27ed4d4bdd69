// The identity of a person who answers on this machine, and a request in the format of API Gateway. Here this process
// identifies the person, and not AWS.
import { userInfo } from 'node:os'
import { plain } from '../core/texts/plain.ts'
import type { Person } from '../steps/approval/reply.ts'

/** The operating system's user of this process, as `local:<name>`. */
export function localPerson(): Person {
  const uid = process.getuid?.()
  try {
    const { username } = userInfo()
    return { arn: `local:${plain(username)}`, userId: `local:${uid ?? plain(username)}` }
  } catch (error) {
    // In a container the user may be missing in /etc/passwd.
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

/** An event in payload format 2.0, with the person in place of the caller that API Gateway has checked. */
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
