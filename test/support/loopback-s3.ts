// S3's REST protocol over this machine's loopback address, as far as the run store speaks it: path-style PutObject with
// If-None-Match, GetObject, ListObjectsV2. A test may answer a request itself instead.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { type LoopbackServer, openLoopbackServer } from './loopback-server.ts'

export interface S3Request {
  operation: 'put' | 'get' | 'list'
  bucket: string
  /** The object's key, or the prefix of a list. */
  key: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
}

/** Answers a request instead of S3, and is then done with it (true); or leaves it to S3. */
export type Instead = (request: S3Request, response: ServerResponse) => boolean

export interface LoopbackS3 extends LoopbackServer {
  objects: Map<string, string>
  requests: S3Request[]
  instead: Instead
  /** Answers a request as S3 does: for a test that lets it wait. */
  answer: (request: S3Request, response: ServerResponse) => void
}

export const LOOPBACK_BUCKET = 'keysweep-runs'

/** Starts an empty S3 with one bucket. */
export async function startLoopbackS3({ pageKeys = 1000 } = {}): Promise<LoopbackS3> {
  const server = await openLoopbackServer((request, response) => answer(s3, request, response))
  const s3: LoopbackS3 = {
    ...server,
    objects: new Map(),
    requests: [],
    instead: () => false,
    answer: (asked, response) => answerAsS3(s3.objects, pageKeys, asked, response),
  }
  return s3
}

async function answer(s3: LoopbackS3, request: IncomingMessage, response: ServerResponse) {
  const body = (await buffer(request)).toString()
  const { pathname, searchParams: query } = new URL(request.url ?? '', s3.url)
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent)
  const listed = query.get('list-type') === '2'
  const operation = listed ? 'list' : request.method === 'PUT' ? 'put' : 'get'
  const key = listed ? (query.get('prefix') ?? '') : rest.join('/')
  const asked: S3Request = { operation, bucket, key, query, headers: request.headers, body }
  s3.requests.push(asked)
  if (!s3.instead(asked, response)) s3.answer(asked, response)
}

function answerAsS3(objects: Map<string, string>, pageKeys: number, asked: S3Request, response: ServerResponse) {
  const { operation, bucket, key, body } = asked
  if (bucket !== LOOPBACK_BUCKET) return refuse(response, 404, 'NoSuchBucket')
  if (operation === 'list') return list(objects, asked, pageKeys, response)
  if (operation === 'put') return put(objects, asked, body, response)
  const stands = objects.get(key)
  if (stands === undefined) return refuse(response, 404, 'NoSuchKey')
  send(response, 200, { etag: etagOf(stands), 'content-type': 'application/json' }, stands)
}

function put(objects: Map<string, string>, { key, headers }: S3Request, body: string, response: ServerResponse) {
  if (headers['if-none-match'] === '*' && objects.has(key)) return refuse(response, 412, 'PreconditionFailed')
  objects.set(key, body)
  datesOf(objects).set(key, new Date())
  send(response, 200, { etag: etagOf(body) }, '')
}

/** When each object was written, by the map that holds it. */
const dates = new WeakMap<Map<string, string>, Map<string, Date>>()

function datesOf(objects: Map<string, string>): Map<string, Date> {
  const known = dates.get(objects) ?? new Map<string, Date>()
  dates.set(objects, known)
  return known
}

function list(
  objects: Map<string, string>,
  { key: prefix, query }: S3Request,
  pageKeys: number,
  response: ServerResponse,
) {
  const from = Number(query.get('continuation-token') ?? 0)
  const delimiter = query.get('delimiter')
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix))
  const shown = [...new Set(keys.map((key) => upTo(delimiter, key, prefix)))].sort()
  const page = shown.slice(from, from + pageKeys)
  const isFolder = (one: string) => delimiter !== null && one.endsWith(delimiter)
  const more = from + pageKeys < shown.length
  response.writeHead(200, { 'content-type': 'application/xml' }).end(
    listXml(
      {
        Name: LOOPBACK_BUCKET,
        KeyCount: page.length,
        IsTruncated: more,
        ...(more && { NextContinuationToken: from + pageKeys }),
        keys: page.filter((one) => !isFolder(one)),
      },
      datesOf(objects),
      page.filter(isFolder),
    ),
  )
}

/** The key; or its part up to the delimiter, with which S3 answers for all keys below it. */
function upTo(delimiter: string | null, key: string, prefix: string): string {
  const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 ? key : key.slice(0, at + 1)
}

/** A ListObjectsV2 answer with these fields and no others. */
export function listXml(
  { keys, ...fields }: { keys: string[]; [field: string]: unknown },
  dates: Map<string, Date> = new Map(),
  folders: string[] = [],
): string {
  const named = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const contents = keys.map((key) => {
    const at = dates.get(key)
    return `<Contents><Key>${key}</Key>${at ? `<LastModified>${at.toISOString()}</LastModified>` : ''}</Contents>`
  })
  const prefixes = folders.map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`)
  return `<?xml version="1.0"?><ListBucketResult>${[...named, ...contents, ...prefixes].join('')}</ListBucketResult>`
}

/** S3's error answer. */
export function refuse(response: ServerResponse, status: number, code: string, message = `It is ${code}.`): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`)
}

/** An answer that says how long it is, as S3's do. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}

const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`
