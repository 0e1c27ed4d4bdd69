// The run store in an S3 bucket. S3 itself keeps the promise that nothing is written twice (`If-None-Match: *`), and
// every answer is held to what it must contain: the SDK takes a proxy's web page for an empty list or a done write.
import { setTimeout as sleep } from 'node:timers/promises'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { StoreUnavailable } from '../../core/model/errors.ts'
import { type AwsError, statusRead } from '../aws/errors.ts'
import { type Put, type RunStore, textOf } from './run-store.ts'
import { makeS3Client, type S3Patience, type S3Where } from './s3-client.ts'
import { listing, reading, type S3Operation, storeError, writing } from './s3-errors.ts'

export interface S3Options extends S3Where, Partial<S3Patience> {
  bucket: string
  /** In front of every key, without slashes at its ends; none is the whole bucket. */
  prefix?: string
  /** Time limit of one put, one get or one page of a list, with all its attempts and the reading of its body. */
  limitMilliseconds?: number
  /** Waits; tests hand in a clock of their own. */
  pause?: (milliseconds: number) => Promise<unknown>
  /** A list of more pages is one without an end; tests hand in fewer. */
  mostPages?: number
}

/**
 * A slice of Check suspects makes thousands of store calls and would begin again for one that failed: so a passing fault
 * is first tried again here, three times in all, and what is still unavailable by the state machine (4 to 6 times): 21
 * attempts of one call at the most. The limit lets a store that hangs be met as StoreUnavailable, long before the
 * function's own time-out.
 */
const PATIENCE: S3Patience = { attempts: 3, timeoutMilliseconds: 8_000 }
const LIMIT_MILLISECONDS = 20_000

/** Pauses before a put is tried again because another write of the same object was under way. */
const CONFLICT_MILLISECONDS = [50, 100, 200, 400, 800]

const MOST_PAGES = 10_000

interface Place {
  client: S3Client
  bucket: string
  location: string
  /** The prefix with its slash, or nothing. */
  under: string
  limitMilliseconds: number
  pause: (milliseconds: number) => Promise<unknown>
  mostPages: number
}

/** A run store under s3://bucket/prefix. Objects are encrypted as the bucket says. Opens no connection yet. */
export function makeS3Store(options: S3Options): RunStore {
  const { bucket, prefix = '', limitMilliseconds, pause, mostPages, ...client } = options
  const { attempts, timeoutMilliseconds, ...where } = { ...PATIENCE, ...client }
  const place: Place = {
    client: makeS3Client(where, { attempts, timeoutMilliseconds }),
    bucket,
    location: prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`,
    under: prefix === '' ? '' : `${prefix}/`,
    limitMilliseconds: limitMilliseconds ?? LIMIT_MILLISECONDS,
    pause: pause ?? sleep,
    mostPages: mostPages ?? MOST_PAGES,
  }
  return {
    location: place.location,
    put: async (key, text) => within(place, writing(place, key), (signal) => putOnce(place, inside(key), text, signal)),
    get: async (key) => within(place, reading(place, key), (signal) => getOrNull(place, inside(key), signal)),
    list: (prefix) => listAll(place, prefix),
  }
}

/** The key, if it stays inside the prefix on its way through proxies that tidy up paths. @throws TypeError */
function inside(key: string): string {
  if (key.split('/').some((part) => ['', '.', '..'].includes(part)))
    throw new TypeError(`Not a key of the run store: expected one inside it, received ${JSON.stringify(key)}`)
  return key
}

/** Runs a call of the store within its time limit, and throws what goes wrong as StoreUnavailable, StoreRefused or StoreDamaged. */
async function within<T>(place: Place, operation: S3Operation, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), place.limitMilliseconds)
  try {
    return await call(over.signal)
  } catch (error) {
    const late = over.signal.aborted
    // What is left of the answer is not waited for.
    over.abort()
    if (!late) throw storeError(operation, error as AwsError)
    throw new StoreUnavailable(
      `Cannot ${operation.what}: expected S3's whole answer within ${place.limitMilliseconds} ms, received none`,
    )
  } finally {
    clearTimeout(timer)
  }
}

async function putOnce(place: Place, key: string, text: string, signal: AbortSignal): Promise<Put> {
  for (const milliseconds of [...CONFLICT_MILLISECONDS, null]) {
    const put = await tryPut(place, key, text, signal)
    if (put === 'written') return { created: true, text }
    // Gone again where it stood a moment ago: somebody deletes by hand, and the next try tells.
    const stands = put === 'taken' ? await readStanding(place, key, signal) : null
    if (stands !== null) return { created: false, text: stands }
    if (milliseconds !== null) await place.pause(milliseconds)
  }
  throw new StoreUnavailable(
    `Cannot write ${key} in ${place.location}: expected to be the only writer or to find what another wrote, received neither in ${CONFLICT_MILLISECONDS.length + 1} tries`,
  )
}

/** To fail at this is another fault than not being able to write. */
const readStanding = (place: Place, key: string, signal: AbortSignal) =>
  getOrNull(place, key, signal).catch((error: AwsError) => {
    throw storeError(reading(place, key), error)
  })

/** S3 answers 412 where an object stands, and 409 while another write of it is under way. */
async function tryPut(place: Place, key: string, text: string, signal: AbortSignal) {
  const bytes = Buffer.from(text)
  const command = new PutObjectCommand({
    Bucket: place.bucket,
    Key: place.under + key,
    Body: bytes,
    // The SDK works it out by itself, but takes an empty body for one of unknown length.
    ContentLength: bytes.length,
    ContentType: `${typeOf(key)}; charset=utf-8`,
    IfNoneMatch: '*',
  })
  try {
    const { ETag } = await place.client.send(command, { abortSignal: signal })
    if (!ETag) throw answerError(writing(place, key), 'an ETag')
    return 'written'
  } catch (error) {
    if (statusRead(error as AwsError) === 412) return 'taken'
    if ((error as AwsError).name === 'ConditionalRequestConflict') return 'under way'
    throw error
  }
}

/** So that a browser shows it as what it is. */
const typeOf = (key: string): string =>
  key.endsWith('.json') ? 'application/json' : key.endsWith('.csv') ? 'text/csv' : 'text/plain'

async function getOrNull(place: Place, key: string, abortSignal: AbortSignal): Promise<string | null> {
  const command = new GetObjectCommand({ Bucket: place.bucket, Key: place.under + key })
  const answer = await place.client.send(command, { abortSignal }).catch((error: AwsError) => {
    if (error.name === 'NoSuchKey') return null
    throw error
  })
  if (answer === null) return null
  const { Body, ContentLength, ContentType, ETag } = answer
  if (!Body || !ETag || ContentLength === undefined || ContentType?.startsWith('text/html'))
    throw answerError(reading(place, key), 'an ETag, a length and a body that is no web page')
  const bytes = await Body.transformToByteArray().catch((error) => {
    throw answerError(reading(place, key), `a body of ${ContentLength} bytes`, (error as Error).message)
  })
  if (bytes.length !== ContentLength)
    throw answerError(reading(place, key), `a body of ${ContentLength} bytes`, `one of ${bytes.length}`)
  return textOf(bytes, reading(place, key).what)
}

async function listAll(place: Place, prefix: string): Promise<string[]> {
  const operation = listing(place, prefix)
  const keys: string[] = []
  const seen = new Set<string>()
  let token: string | undefined
  for (let pages = 1; pages <= place.mostPages; pages += 1) {
    const page = await within(place, operation, (signal) => listPage(place, operation, prefix, token, signal))
    keys.push(...page.keys)
    token = page.next
    if (token === undefined) return keys.sort()
    if (seen.has(token))
      throw answerError(operation, 'a new continuation token for each page', `one again after ${pages} pages`)
    seen.add(token)
  }
  throw answerError(operation, `at most ${place.mostPages} pages`, 'more')
}

async function listPage(
  { client, bucket, under }: Place,
  operation: S3Operation,
  prefix: string,
  token: string | undefined,
  abortSignal: AbortSignal,
): Promise<{ keys: string[]; next: string | undefined }> {
  const Prefix = under + prefix
  const command = new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken: token })
  const page = await client.send(command, { abortSignal })
  const { Contents = [], IsTruncated, KeyCount = Contents.length, Name, NextContinuationToken } = page
  const whole = Name !== undefined && IsTruncated !== undefined && KeyCount === Contents.length
  const keys = Contents.flatMap(({ Key }) => (Key?.startsWith(Prefix) ? Key.slice(under.length) : []))
  if (!whole || keys.length !== Contents.length || (IsTruncated && !NextContinuationToken))
    throw answerError(operation, `a whole page of keys that begin with ${Prefix}`)
  return { keys, next: IsTruncated ? NextContinuationToken : undefined }
}

const answerError = ({ what }: S3Operation, expected: string, received = 'an answer without'): StoreUnavailable =>
  new StoreUnavailable(`Cannot ${what}: expected ${expected}, received ${received}`)
