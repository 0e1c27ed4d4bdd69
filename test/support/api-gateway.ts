// An API Gateway HTTP API with IAM authorization, over loopback: it checks the signature with another implementation than
// the one that signs, looks up what the caller may do, and hands the request on with the caller's identity.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { AwsV4Signer } from 'aws4fetch'
import type { Response } from '../../steps/approval/reply.ts'
import { type LoopbackServer, openLoopbackServer } from './loopback-server.ts'

/** Somebody with credentials, and what their policy allows: "GET /runs", "POST /runs/r/decision". */
export interface Caller {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
  userArn: string
  userId: string
  may: (route: string) => boolean
}

export interface ApiGateway extends LoopbackServer {
  requests: { method: string; path: string; type: string | null; signed: boolean; authorization: string }[]
}

const REGION = 'us-east-1'

export async function startApiGateway(
  handler: (event: unknown) => Promise<Response>,
  callers: Caller[],
): Promise<ApiGateway> {
  const server = await openLoopbackServer((request, response) => answer(gateway, handler, callers, request, response))
  const gateway: ApiGateway = { ...server, requests: [] }
  return gateway
}

async function answer(
  gateway: ApiGateway,
  handler: (event: unknown) => Promise<Response>,
  callers: Caller[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = request
  const body = await text(request)
  const { authorization = '', 'content-type': type = null } = headers
  const caller = callers.find(({ accessKeyId }) => authorization.includes(`Credential=${accessKeyId}/`))
  const signed = caller !== undefined && (await isSignedBy(caller, gateway.url + path, method, headers, body))
  gateway.requests.push({ method, path, type, signed, authorization })
  if (!signed || !caller.may(`${method} ${path}`)) {
    return void response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}')
  }
  const { userArn, userId } = caller
  const answered = await handler({
    version: '2.0',
    rawPath: path,
    ...(body !== '' && { body, isBase64Encoded: false }),
    requestContext: { stage: '$default', http: { method, path }, authorizer: { iam: { userArn, userId } } },
  })
  response.writeHead(answered.statusCode, answered.headers).end(answered.body)
}

/** Signs again what came, by what the request says it signed, and compares. */
async function isSignedBy(
  { accessKeyId, secretAccessKey, sessionToken }: Caller,
  url: string,
  method: string,
  headers: IncomingMessage['headers'],
  body: string,
): Promise<boolean> {
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? []
  const bodyHash = createHash('sha256').update(body).digest('hex')
  if ((headers['x-amz-content-sha256'] ?? bodyHash) !== bodyHash) return false
  if (!names.includes('host') || headers['x-amz-security-token'] !== sessionToken) return false
  const signer = new AwsV4Signer({
    method,
    url,
    headers: Object.fromEntries(names.filter((name) => name !== 'host').map((name) => [name, String(headers[name])])),
    ...(body !== '' && { body }),
    accessKeyId,
    secretAccessKey,
    service: 'execute-api',
    region: REGION,
    datetime: String(headers['x-amz-date']),
    allHeaders: true,
  })
  return (await signer.authHeader()) === headers.authorization
}
