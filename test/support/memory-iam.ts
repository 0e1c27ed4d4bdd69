// IAM in memory, for tests that need many thousands of accounts: the same account and the same report as the local
// endpoint's, without HTTP and XML. A property holds its answers against those of the real client at the endpoint.

import {
  IamAnswerError,
  IamDenied,
  NoSuchEntity,
  ReportExpired,
  ReportInProgress,
  ReportNotPresent,
} from '../../core/model/errors.ts'
import type { Caller } from '../../core/model/facts.ts'
import { type Account, type AccountUser, findKey, findUser, iamDate, userArn } from '../../demo/account.ts'
import type { Write } from '../../demo/actions.ts'
import { AwsError } from '../../demo/aws-error.ts'
import { reportCsv } from '../../demo/report.ts'
import { reportCycle } from '../../demo/report-cycle.ts'
import type { Iam } from '../../io/iam/iam.ts'

export interface MemoryIamOptions {
  account: Account
  now: () => Date
  /** The access key that signs: a user's, or one of the account's sessions. */
  signedBy: string
}

export interface MemoryIam {
  iam: Iam
  /** Every write that was carried out. */
  writes: Write[]
  /** As GetCallerIdentity answers. */
  caller: () => Promise<Caller>
}

/** IAM as keysweep sees it. */
export function makeMemoryIam({ account, now, signedBy }: MemoryIamOptions): MemoryIam {
  const writes: Write[] = []
  const reports = reportCycle({ seconds: 0, now, write: () => reportCsv(account) })
  const caller = () => callerOf(account, signedBy)
  const called = async <T>(run: () => T): Promise<T> => {
    caller()
    return run()
  }
  const iam: Iam = {
    generateReport: () => called(() => reports.generate().state),
    getReport: () =>
      called(() => {
        const { csv, generatedAt } = asOurs(() => reports.get())
        return { content: csv, generatedAt: iamDate(generatedAt) }
      }),
    listAccessKeys: (user) =>
      called(() =>
        userNamed(account, user).keys.map(({ id, status, createdAt }) => ({
          accessKeyId: id,
          status,
          createdAt: iamDate(createdAt),
        })),
      ),
    lastUsed: (id, user) =>
      called(() => {
        const { key, user: owner } = keyNamed(account, id)
        if (owner.name !== user) throw new IamAnswerError(`a key of ${owner.name}, not of ${user}`)
        if (key.lastUsed === null) return { known: true, at: null, service: null, region: null }
        const { at, service, region } = key.lastUsed
        return { known: true, at: iamDate(at), service, region }
      }),
    ownerOf: (id) => called(() => keyNamed(account, id).user.name),
    listTags: (user) => called(() => Object.fromEntries(Object.entries(userNamed(account, user).tags))),
    user: (user) =>
      called(() => {
        const { path, createdAt, tags } = userNamed(account, user)
        return { path, createdAt: iamDate(createdAt), tags: Object.fromEntries(Object.entries(tags)) }
      }),
    setStatus: (user, id, status) =>
      called(() => {
        const owner = userNamed(account, user)
        const { key, user: found } = keyNamed(account, id)
        if (found !== owner) throw new NoSuchEntity(`The Access Key with id ${id} cannot be found.`)
        writes.push({
          at: now().toISOString(),
          account: account.id,
          user,
          accessKeyId: id,
          from: key.status,
          to: status,
        })
        key.status = status
      }),
  }
  return { iam, writes, caller: async () => caller() }
}

function callerOf(account: Account, accessKeyId: string): Caller {
  const session = account.sessions[accessKeyId]
  const arn = `arn:${account.partition}:sts::${account.id}:assumed-role/${session?.role}/${session?.session}`
  const known = { account: account.id, accessKeyId, accountAlias: null, sourceKeyIds: [] }
  if (session !== undefined) return { ...known, arn, userName: null }
  const owner = findKey(account, accessKeyId)
  if (owner?.key.status !== 'Active') throw new IamDenied('The security token included in the request is invalid.')
  return { ...known, arn: userArn(account, owner.user), userName: owner.user.name }
}

function userNamed(account: Account, name: string): AccountUser {
  const user = findUser(account, name)
  if (user === undefined) throw new NoSuchEntity(`The user with name ${name} cannot be found.`)
  return user
}

function keyNamed(account: Account, id: string) {
  const found = findKey(account, id)
  if (found === undefined) throw new NoSuchEntity(`The Access Key with id ${id} cannot be found.`)
  return found
}

const REPORT_ERRORS = {
  ReportNotPresent,
  ReportInProgress,
  ReportExpired,
}

function asOurs<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    const name = error instanceof AwsError ? error.code : ''
    if (name in REPORT_ERRORS) throw new REPORT_ERRORS[name as keyof typeof REPORT_ERRORS]((error as Error).message)
    throw error
  }
}
