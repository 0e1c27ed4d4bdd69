// What a session may do that writes: the calls of one handler, on one user. IAM allows what both the role and this policy
// allow, so a role that was given too much, or a fault of ours, reaches nobody else.
import { AccountRefused } from '../../core/model/errors.ts'
import { isUserName, USER_NAME_IN_WORDS } from '../../core/model/ids.ts'
import type { IamUse } from './iam-use.ts'

type Write = Exclude<IamUse['role'], 'read'>

/** The calls of Deactivate key and Reactivate key. */
const ACTIONS: Record<Write, string[]> = {
  deactivate: ['GetAccessKeyLastUsed', 'GetUser', 'ListAccessKeys', 'ListUserTags', 'UpdateAccessKey'],
  reactivate: ['ListAccessKeys', 'UpdateAccessKey'],
}

/**
 * The session policy of a use, as JSON; undefined for reading, which the role itself limits.
 *
 * The user's path may have changed since the plan. A name is the last part of a user's ARN, has no slash, and is unique in an
 * account, so these two forms match this user under any path, and no other. AWS allows 2,048 characters.
 * @throws AccountRefused for a name that IAM does not have: one with a "*" would match other users
 */
export function sessionPolicyOf(partition: string, account: string, use: IamUse): string | undefined {
  if (use.role === 'read') return undefined
  const { role, user } = use
  if (!isUserName(user))
    throw new AccountRefused(
      `Account ${account}: no session for user ${JSON.stringify(user)}, which must have ${USER_NAME_IN_WORDS}`,
    )
  const users = `arn:${partition}:iam::${account}:user`
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ACTIONS[role].map((name) => `iam:${name}`),
        Resource: [`${users}/${user}`, `${users}/*/${user}`],
      },
    ],
  })
}
