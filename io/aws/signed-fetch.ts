// Sends requests that are signed (Signature Version 4) with the credentials of the environment: to an API Gateway with IAM
// authorization, or to an AWS service that speaks plain JSON.
import { STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import { regionOfApi } from './api-host.ts'
import { refuseUnsendable } from './unsendable.ts'
import { OWN_AGENT } from './user-agent.ts'

export interface SignedRequest {
  method: 'GET' | 'POST' | 'PUT'
  url: URL
  /** JSON. */
  body?: string
  signal: AbortSignal
}

export interface SignedFor {
  /** As a signature names it. */
  service: string
  /** Otherwise the Region in the host name, or the environment's. */
  region?: string
}

const API_GATEWAY: SignedFor = { service: 'execute-api' }

/** Sends a signed request. Rejects if there are no credentials, no Region or no answer. */
export function makeSignedFetch(signedFor = API_GATEWAY): (request: SignedRequest) => Promise<Response> {
  // STS is not called: its client only finds credentials and Region, in the same way as every AWS tool.
  const { config } = new STSClient()
  return async ({ method, url, body, signal }) => {
    const region = signedFor.region ?? regionOfApi(url.hostname) ?? config.region
    const { credentials, sha256 } = config
    const signer = new SignatureV4({ service: signedFor.service, region, credentials, sha256 })
    const { hostname, pathname: path, protocol } = url
    const query = Object.fromEntries(url.searchParams)
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const request = { method, protocol, hostname, path, query, headers: { host: url.host, ...type }, body }
    const { headers } = await signer.sign(request)
    // fetch sets the same host header itself. Following a redirect would send the signature to another host.
    const { host: _, ...others } = headers
    refuseUnsendable(others)
    const sent = { ...others, 'user-agent': OWN_AGENT.map((part) => part.join('/')).join(' ') }
    return fetch(url, { method, headers: sent, redirect: 'error', signal, body: body ?? null })
  }
}
