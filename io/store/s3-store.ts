// The run store in an S3 bucket. S3 itself prevents a second write (`If-None-Match: *`). Every answer is checked: the SDK
// resolves the web page of a proxy as an empty list, or as a successful write.
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { type AwsError, statusRead } from '../aws/errors.ts'
import { newestFirst, type Put, type RunStore, textOf } from './run-store.ts'
import { makeS3Client, type S3Patience, type S3Where } from './s3-client.ts'
import { reading, storeError, writing } from './s3-errors.ts'
import { answerError, type S3Folder, within } from './s3-folder.ts'
import { datedIn, listAll } from './s3-list.ts'

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
