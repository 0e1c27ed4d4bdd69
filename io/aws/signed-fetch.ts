// Requests to an API Gateway with IAM authorization, signed (Signature Version 4) with the credentials that the shell's
// surroundings give.
import { STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'
import { refuseUnsendable } from './unsendable.ts'

export interface SignedRequest {
  method: 'GET' | 'POST'
  url: URL
  /** JSON. */
  body?: string
  signal: AbortSignal
}

/** An API's own address names the Region that its signature must name; one behind a domain of its own does not. */
const API_HOST = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/

/** Sends a signed request. Rejects where there are no credentials or no Region, and where nobody answers. */
export function makeSignedFetch(): (request: SignedRequest) => Promise<Response> {
  // Nothing is asked of STS: a client of AWS's knows credentials and Region as every AWS tool finds them.
  const { config } = new STSClient()
  return async ({ method, url, body, signal }) => {
    const region = API_HOST.exec(url.hostname)?.[1] ?? config.region
    const { credentials, sha256 } = config
    const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256 })
    const { hostname, pathname: path, protocol } = url
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const asked = { method, protocol, hostname, path, query: {}, headers: { host: url.host, ...type }, body }
    const { headers } = await signer.sign(asked)
    // fetch sets the host itself, to the same. A redirect would carry the signature to somebody else.
    const { host: _, ...others } = headers
    refuseUnsendable(others)
    return fetch(url, { method, headers: others, redirect: 'error', signal, body: body ?? null })
  }
}
