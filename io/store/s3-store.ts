// The run store in an S3 bucket. S3 itself prevents a second write (`If-None-Match: *`). Every answer is checked: the SDK
// resolves the web page of a proxy as an empty list, or as a successful write.
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import pMap from 'p-map'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { type AwsError, statusRead } from '../aws/errors.ts'
import { newestFirst, type Put, type RunStore, textOf } from './run-store.ts'
import { makeS3Client, type S3Patience, type S3Where } from './s3-client.ts'
import { listing, reading, type S3Operation, storeError, writing } from './s3-errors.ts'

export interface S3Options extends S3Where, Partial<S3Patience> {
  bucket: string
  /** Before every key, without slashes at its ends. Default: none. */
  prefix?: string
  /** The account that must own the bucket: S3 refuses each call where another does. Default: any account. */
  owner?: string
  /** A person's command, and not a function of a deployed machine: messages say what a person can do. */
  byHand?: boolean
  /** Time limit of one put, one get or one page of a list, including all attempts and the body. */
  limitMilliseconds?: number
  /** Waits; tests pass their own. */
  pause?: (milliseconds: number) => Promise<unknown>
  /** A longer list counts as endless; tests pass a lower number. */
  mostPages?: number
}

/**
 * A slice of Check suspects makes thousands of store calls, and one failure would start it over. So a call has three
 * attempts here, and then the state machine retries the step (4 to 6 times): at most 21 attempts of one call. The limit
 * makes a store that hangs StoreUnavailable, long before the function times out.
 */
const PATIENCE: S3Patience = { attempts: 3, timeoutMilliseconds: 8_000 }
const LIMIT_MILLISECONDS = 20_000

/** Pauses before each retry of a put that conflicts with another write of the same object. */
const CONFLICT_MILLISECONDS = [50, 100, 200, 400, 800]

const MOST_PAGES = 10_000

/** A prefix in a bucket, and how to call S3 for it. */
interface S3Folder {
  client: S3Client
  bucket: string
  owner: string | undefined
  byHand: boolean
  location: string
  /** The prefix with its slash, or the empty string. */
  under: string
  limitMilliseconds: number
  pause: (milliseconds: number) => Promise<unknown>
  mostPages: number
}

/** A run store in s3://bucket/prefix. The bucket's settings encrypt the objects. Opens no connection yet. */
export function makeS3Store(options: S3Options): RunStore {
  const {
    bucket,
    owner,
    byHand = owner === undefined,
    prefix = '',
    limitMilliseconds,
    pause,
    mostPages,
    ...client
  } = options
  const { attempts, timeoutMilliseconds, ...where } = { ...PATIENCE, ...client }
  const folder: S3Folder = {
    client: makeS3Client(where, { attempts, timeoutMilliseconds }),
    bucket,
    owner,
    byHand,
    location: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`,
    under: prefix === '' ? '' : `${prefix}/`,
    limitMilliseconds: limitMilliseconds ?? LIMIT_MILLISECONDS,
    pause: pause ?? sleep,
    mostPages: mostPages ?? MOST_PAGES,
  }
  return {
    location: folder.location,
    put: async (key, text) =>
      within(folder, writing(folder, key), (signal) => putOnce(folder, inside(key), text, signal)),
    get: async (key) => within(folder, reading(folder, key), (signal) => getOrNull(folder, inside(key), signal)),
    list: async (prefix) => (await listAll(folder, prefix)).keys.map(({ key }) => key).sort(),
    newest: async (prefix, name, among) => newestFirst(await datedIn(folder, prefix, name, among)),
  }
}

/** The key, if it stays inside the prefix even when a proxy normalizes the path. @throws TypeError */
function inside(key: string): string {
  if (key.split('/').some((part) => ['', '.', '..'].includes(part)))
    throw new TypeError(`Key ${JSON.stringify(key)} refused: none of its parts may be empty, "." or ".."`)
  return key
}

/** Runs a call within the time limit. @throws StoreUnavailable | StoreRefused | StoreDamaged */
async function within<T>(
  folder: S3Folder,
  operation: S3Operation,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), folder.limitMilliseconds)
  try {
    return await call(limit.signal)
  } catch (error) {
    const late = limit.signal.aborted
    // Do not wait for the rest of the answer.
    limit.abort()
    if (!late) throw storeError(operation, error as AwsError)
    throw new StoreUnavailable(`Cannot ${operation.what}: no complete answer after ${folder.limitMilliseconds} ms`)
  } finally {
    clearTimeout(timer)
  }
}

async function putOnce(folder: S3Folder, key: string, text: string, signal: AbortSignal): Promise<Put> {
  for (const milliseconds of [...CONFLICT_MILLISECONDS, null]) {
    const put = await tryPut(folder, key, text, signal)
    if (put === 'written') return { created: true, text }
    // null although the put found an object: somebody has just deleted it, so the put is retried.
    const stored = put === 'taken' ? await readTaken(folder, key, signal) : null
    if (stored !== null) return { created: false, text: stored }
    if (milliseconds !== null) await folder.pause(milliseconds)
  }
  throw new StoreUnavailable(
    `Cannot write ${key} to ${folder.location}: another write of it was under way in each of ${CONFLICT_MILLISECONDS.length + 1} attempts`,
  )
}

/** A failure here is reported as a failure to read, not to write. */
const readTaken = (folder: S3Folder, key: string, signal: AbortSignal) =>
  getOrNull(folder, key, signal).catch((error: AwsError) => {
    throw storeError(reading(folder, key), error)
  })

/** S3 answers 412 if the object exists, and 409 while another write of it is under way. */
async function tryPut(folder: S3Folder, key: string, text: string, signal: AbortSignal) {
  const bytes = Buffer.from(text)
  const command = new PutObjectCommand({
    Bucket: folder.bucket,
    Key: folder.under + key,
    Body: bytes,
    // The SDK sets it too, except for an empty body.
    ContentLength: bytes.length,
    ContentType: `${typeOf(key)}; charset=utf-8`,
    IfNoneMatch: '*',
    ExpectedBucketOwner: folder.owner,
  })
  try {
    const { ETag } = await folder.client.send(command, { abortSignal: signal })
    if (!ETag) throw answerError(writing(folder, key), 'incomplete answer: no ETag')
    return 'written'
  } catch (error) {
    if (statusRead(error as AwsError) === 412) return 'taken'
    if ((error as AwsError).name === 'ConditionalRequestConflict') return 'under way'
    throw error
  }
}

/** For a browser that shows the object. */
const typeOf = (key: string): string =>
  key.endsWith('.json') ? 'application/json' : key.endsWith('.csv') ? 'text/csv' : 'text/plain'

async function getOrNull(folder: S3Folder, key: string, abortSignal: AbortSignal): Promise<string | null> {
  const { client, bucket, owner, under } = folder
  const command = new GetObjectCommand({ Bucket: bucket, Key: under + key, ExpectedBucketOwner: owner })
  const answer = await client.send(command, { abortSignal }).catch((error: AwsError) => {
    if (error.name === 'NoSuchKey') return null
    throw error
  })
  if (answer === null) return null
  const { Body, ContentLength, ContentType, ETag } = answer
  if (!Body || !ETag || ContentLength === undefined || ContentType?.startsWith('text/html'))
    throw answerError(reading(folder, key), 'incomplete answer: no ETag, length or body, or a web page')
  const bytes = await Body.transformToByteArray().catch((error) => {
    throw answerError(reading(folder, key), `the body of ${ContentLength} bytes broke off: ${(error as Error).message}`)
  })
  if (bytes.length !== ContentLength)
    throw answerError(reading(folder, key), `the body has ${bytes.length} of ${ContentLength} bytes`)
  return textOf(bytes, reading(folder, key).what)
}

interface DatedKey {
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
async function datedIn(
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

async function listAll(folder: S3Folder, prefix: string, delimiter?: '/'): Promise<Listed> {
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

const answerError = ({ what }: S3Operation, fault: string): StoreUnavailable =>
  new StoreUnavailable(`Cannot ${what}: ${fault}`)
