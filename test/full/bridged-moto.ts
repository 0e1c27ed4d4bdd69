// A proxy in front of moto's IAM that carries out the bridges, and counts the calls.
import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type LoopbackServer, openLoopbackServer } from '../support/loopback-server.ts'
import { BRIDGES, type BridgeName } from './iam-bridges.ts'
import { askedAs, type BridgedOrganization, denialOf } from './organization-bridges.ts'

export interface BridgedMoto extends LoopbackServer {
  /** The actions called so far, in order. */
  calls: string[]
}

/** Every bridge there is, but those left out. */
export const allBridges = (...leftOut: BridgeName[]): BridgeName[] =>
  (Object.keys(BRIDGES) as BridgeName[]).filter((name) => !leftOut.includes(name))

/** Opens a way to the moto at `url` that has these bridges; `now` is the time at which a report is made. */
export async function bridgeTo(
  url: string,
  bridges: BridgeName[],
  now: () => Date,
  organization?: BridgedOrganization,
): Promise<BridgedMoto> {
  const calls: string[] = []
  const server = await openLoopbackServer((asked, answer) => {
    const target = ORGANIZATIONS.exec(String(asked.headers['x-amz-target'] ?? ''))?.[1]
    const headers = target && organization ? askedAs(organization, asked.headers) : asked.headers
    return carry(url, asked, answer, {
      headers,
      deny: (params) => (organization ? denialOf(organization, params) : null),
      mend: (params, xml) => {
        const action = target ?? params.get('Action') ?? ''
        calls.push(action)
        const here = bridges.map((name) => BRIDGES[name]).filter((bridge) => bridge.actions.includes(action))
        return here.reduce((mended, bridge) => bridge.mend({ action, xml: mended, now: now() }), xml)
      },
    })
  })
  return { ...server, calls }
}

const ORGANIZATIONS = /^AWSOrganizationsV20161128\.(\w+)$/

interface Way {
  headers: IncomingHttpHeaders
  /** An answer in moto's place, with status 403. */
  deny: (params: URLSearchParams) => string | null
  mend: (params: URLSearchParams, xml: string) => string
}

/** Hands the request on as it came, its Host header included: that is signed. */
async function carry(
  url: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  { headers, deny, mend }: Way,
): Promise<void> {
  const body = await textOf(asked)
  const denial = deny(new URLSearchParams(body))
  if (denial !== null) {
    answer.writeHead(403, { 'content-type': 'text/xml' }).end(denial)
    return
  }
  const onwards = request(url, { method: asked.method ?? 'POST', path: asked.url ?? '/', headers })
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    onwards.once('response', resolve).once('error', reject).end(body)
  })
  const text = await textOf(answered)
  const status = answered.statusCode ?? 500
  const mended = mend(new URLSearchParams(body), text)
  answer.writeHead(status, { 'content-type': answered.headers['content-type'] ?? 'text/xml' })
  answer.end(status === 200 ? mended : text)
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
