// Notes which function of a stack asks which service for what, as the requests leave: all functions run in one process.
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { LocalFunction } from '../../engine/step-functions.ts'

export interface Called {
  /** The function's name in serverless.yml. */
  by: string
  action: string
  /** Within the bucket for S3, "" for the bucket itself and for every other service. */
  key: string
}

export interface Calls {
  /** The same function, whose calls are noted. */
  noted: (name: string, handler: LocalFunction) => LocalFunction
  /** Each call once. Those of IAM, STS and SNS do not say their action until their body: they are left out. */
  all: () => Called[]
  stop: () => void
}

const CREATED = 'http.client.request.created'

export function noteCalls(): Calls {
  const caller = new AsyncLocalStorage<string>()
  const calls = new Map<string, Called>()
  const note = (message: unknown) => {
    const by = caller.getStore()
    const what = by === undefined ? null : readCall((message as { request: ClientRequest }).request)
    if (by !== undefined && what !== null) calls.set(`${by} ${what.action} ${what.key}`, { by, ...what })
  }
  subscribe(CREATED, note)
  return {
    noted: (name, handler) => (payload) => caller.run(name, () => handler(payload)),
    all: () => [...calls.values()],
    stop: () => void unsubscribe(CREATED, note),
  }
}

const SERVICES: Record<string, string> = {
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  CloudTrail_20131101: 'cloudtrail',
}

function readCall(request: ClientRequest): Omit<Called, 'by'> | null {
  const [, service = '', name] = /^(\w+)\.(\w+)$/.exec(String(request.getHeader('x-amz-target') ?? '')) ?? []
  if (name !== undefined) return { action: `${SERVICES[service] ?? service}:${name}`, key: '' }
  if (!/\/s3\/aws4_request/.test(String(request.getHeader('authorization')))) return null
  const { pathname, searchParams } = new URL(request.path, 'http://s3')
  const key = pathname.split('/').slice(2).map(decodeURIComponent).join('/')
  if (key === '') return { action: searchParams.has('list-type') ? 's3:ListBucket' : `s3:${request.method}`, key }
  return { action: request.method === 'PUT' ? 's3:PutObject' : 's3:GetObject', key }
}
