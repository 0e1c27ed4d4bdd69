// Lists of the objects of a run store in S3. Every page is checked: the SDK resolves the web page of a proxy as an empty list.
import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import pMap from 'p-map'
import { listing, type S3Operation } from './s3-errors.ts'
import { answerError, type S3Folder, within } from './s3-folder.ts'

export interface DatedKey {
  key: string
  /** When it was written, in milliseconds; 0: S3 did not say. */
  at: number
}

const ASKED_AT_ONCE = 20

/**
 * A run has some ten objects, and a list a thousand in an answer, one answer after the other. So a list of everything takes
 * less time, unless only one in so many folders counts.
 */
const ASKED_OF = 5

/** The keys that end with `/name`. Only the names of folders are listed first, if some of them do not count. */
export async function datedIn(
  folder: S3Folder,
  prefix: string,
  name: string,
  among: ((folder: string) => boolean) | undefined,
): Promise<DatedKey[]> {
  const isNamed = ({ key }: DatedKey) => key.endsWith(`/${name}`)
  const found = among && (await listAll(folder, prefix, '/')).folders
  const folders = among && found?.filter(among)
  if (found === undefined || folders === undefined || folders.length * ASKED_OF > found.length) {
    const counts = folders && new Set(folders.map((one) => `${prefix}${one}`))
    const { keys } = await listAll(folder, prefix)
    return keys.filter((one) => isNamed(one) && (counts?.has(one.key.slice(0, -name.length - 1)) ?? true))
  }
  const ask = async (one: string) => (await listAll(folder, `${prefix}${one}/${name}`)).keys
  return (await pMap(folders, ask, { concurrency: ASKED_AT_ONCE })).flat().filter(isNamed)
}

interface Listed {
  keys: DatedKey[]
  /** The names of the folders right below the prefix, if the list stops at a delimiter. */
  folders: string[]
}

export async function listAll(folder: S3Folder, prefix: string, delimiter?: '/'): Promise<Listed> {
  const operation = listing(folder, prefix)
  const all: Listed = { keys: [], folders: [] }
  const tokens = new Set<string>()
  let token: string | undefined
  for (let pages = 1; pages <= folder.mostPages; pages += 1) {
    const page = await within(folder, operation, (signal) =>
      listPage(folder, operation, { prefix, delimiter, token }, signal),
    )
    all.keys.push(...page.keys)
    all.folders.push(...page.folders)
    token = page.next
    if (token === undefined) return all
    if (tokens.has(token))
      throw answerError(operation, `the list has no end: page ${pages} repeats a continuation token`)
    tokens.add(token)
  }
  throw answerError(operation, `the list has more than ${folder.mostPages} pages`)
}

async function listPage(
  { client, bucket, owner, under }: S3Folder,
  operation: S3Operation,
  { prefix, delimiter, token }: { prefix: string; delimiter: '/' | undefined; token: string | undefined },
  abortSignal: AbortSignal,
): Promise<Listed & { next: string | undefined }> {
  const Prefix = under + prefix
  const owned = { Bucket: bucket, ExpectedBucketOwner: owner }
  const command = new ListObjectsV2Command({ ...owned, Prefix, Delimiter: delimiter, ContinuationToken: token })
  const page = await client.send(command, { abortSignal })
  const { Contents = [], CommonPrefixes = [], IsTruncated, Name, NextContinuationToken } = page
  const count = Contents.length + CommonPrefixes.length
  const whole = Name !== undefined && IsTruncated !== undefined && (page.KeyCount ?? count) === count
  const keys = Contents.flatMap(({ Key, LastModified }) =>
    Key?.startsWith(Prefix) ? { key: Key.slice(under.length), at: LastModified?.getTime() ?? 0 } : [],
  )
  const folders = CommonPrefixes.flatMap(({ Prefix: one }) =>
    one?.startsWith(Prefix) && one.endsWith('/') ? one.slice(Prefix.length, -1) : [],
  )
  if (!whole || keys.length + folders.length !== count || (IsTruncated && !NextContinuationToken))
    throw answerError(operation, `incomplete answer: no whole page of keys that begin with ${Prefix}`)
  return { keys, folders, next: IsTruncated ? NextContinuationToken : undefined }
}
