// IAM actions that other programs call and keysweep does not. Only the endpoint of the bench has them.
import { type Account, type AccountUser, iamDate, uniqueId, userArn } from '../demo/account.ts'
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
}

const userTree = (account: Account, user: AccountUser): AnswerTree => ({
  Path: user.path,
  UserName: user.name,
  UserId: uniqueId('AIDA', user.name),
  Arn: userArn(account, user),
  CreateDate: iamDate(user.createdAt),
})
