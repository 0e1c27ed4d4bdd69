// An AWS service over this machine's loopback address, which answers each request with the next of the answers it was
// given, and the last of them from then on.
import type { IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { afterEach } from '@jest/globals'
import { openLoopbackServer } from './loopback-server.ts'

export interface AwsRequest {
  headers: IncomingHttpHeaders
  body: string
  /** The port that it came from: another one is another connection. */
  from: number | undefined
}

export interface AwsAnswer {
  status: number
  body: string
  headers?: Record<string, string>
  /** Of the body only half is sent, and then nothing more. */
  stalls?: boolean
}

/** null: never answers. */
export type Answering = (request: AwsRequest) => AwsAnswer | null

const running: (() => Promise<void>)[] = []

/** Starts the service; it ends with the test. */
export async function startLoopbackAws(...answers: Answering[]): Promise<{ url: string; requests: AwsRequest[] }> {
  const requests: AwsRequest[] = []
  const { url, stop } = await openLoopbackServer(async (request, response) => {
    const from = request.socket.remotePort
    const asked = { headers: request.headers, body: (await buffer(request)).toString(), from }
    requests.push(asked)
    const answer = answers[Math.min(requests.length, answers.length) - 1]?.(asked)
    if (!answer) return
    const { status, headers, body, stalls = false } = answer
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    if (stalls) response.write(body.slice(0, body.length / 2))
    else response.end(body)
  })
  running.push(stop)
  return { url, requests }
}

export const CREDENTIALS = { accessKeyId: 'AKIALOOPBACKLOOPBACK', secretAccessKey: 'secret-canary' }

/** A web page in place of an answer, as a proxy sends it. */
export const webPage = (): AwsAnswer => ({
  status: 200,
  body: '<html>Sign in</html>',
  headers: { 'content-type': 'text/html' },
})

export const nothing = (): AwsAnswer => ({ status: 200, body: '' })

export const noAnswer = () => null

/** Answers of which nothing or not all will come, however long somebody waits. */
const neverWhole = new WeakSet<Answering>([noAnswer])

/** The time limit to ask with: short where no answer will come, and else for a machine that has other work. */
export const patienceFor = (...answers: Answering[]): number =>
  answers.some((answer) => neverWhole.has(answer)) ? 100 : 10_000

/** The same answer, which stalls in the middle of its body. */
export function stalling(answer: Answering): Answering {
  const stalled: Answering = (request) => {
    const whole = answer(request)
    return whole && { ...whole, stalls: true }
  }
  neverWhole.add(stalled)
  return stalled
}

afterEach(async () => {
  for (const stop of running.splice(0)) await stop()
})
