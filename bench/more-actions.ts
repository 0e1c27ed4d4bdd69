// IAM actions that other programs call and keysweep does not. Only the endpoint of the bench has them.
import { type Account, type AccountUser, findUser, iamDate, uniqueId, userArn } from '../demo/account.ts'
import { awsError } from '../demo/aws-error.ts'
import { page } from '../demo/paging.ts'
import type { AnswerTree } from '../demo/xml.ts'

type Params = Record<string, string>

const PAGE_ITEMS = 100

export const MORE_ACTIONS: Record<string, (params: Params, account: Account) => AnswerTree> = {
  ListUsers(params, account) {
    const { items, isTruncated, marker } = page(account.users, 'ListUsers', params, PAGE_ITEMS)
    const member = items.map((user) => userTree(account, user))
    return { Users: { member }, IsTruncated: isTruncated, Marker: marker }
  },
  GetUser(params, account) {
    const user = findUser(account, params.UserName ?? '')
    if (!user) throw awsError('NoSuchEntity', `The user with name ${params.UserName} cannot be found.`)
    const member = Object.entries(user.tags).map(([Key, Value]) => ({ Key, Value }))
    return { User: { ...userTree(account, user), Tags: { member } } }
  },
  ListAccountAliases: () => ({ AccountAliases: { member: [] }, IsTruncated: 'false' }),
}

const userTree = (account: Account, user: AccountUser): AnswerTree => ({
  Path: user.path,
  UserName: user.name,
  UserId: uniqueId('AIDA', user.name),
  Arn: userArn(account, user),
  CreateDate: iamDate(user.createdAt),
})
