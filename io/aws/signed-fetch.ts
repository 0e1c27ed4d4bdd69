// Sends requests to an API Gateway with IAM authorization. They are signed (Signature Version 4) with the credentials of
// the environment.
import { STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import { regionOfApi } from './api-host.ts'
import { refuseUnsendable } from './unsendable.ts'

export interface SignedRequest {
  method: 'GET' | 'POST'
  url: URL
  /** JSON. */
  body?: string
  signal: AbortSignal
}

/** Sends a signed request. Rejects if there are no credentials, no Region or no answer. */
export function makeSignedFetch(): (request: SignedRequest) => Promise<Response> {
  // STS is not called: its client only finds credentials and Region, in the same way as every AWS tool.
  const { config } = new STSClient()
  return async ({ method, url, body, signal }) => {
    const region = regionOfApi(url.hostname) ?? config.region
    const { credentials, sha256 } = config
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256 })
    const { hostname, pathname: path, protocol } = url
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const request = { method, protocol, hostname, path, query: {}, headers: { host: url.host, ...type }, body }
    const { headers } = await signer.sign(request)
    // fetch sets the same host header itself. Following a redirect would send the signature to another host.
    const { host: _, ...others } = headers
    refuseUnsendable(others)
    return fetch(url, { method, headers: others, redirect: 'error', signal, body: body ?? null })
  }
}
