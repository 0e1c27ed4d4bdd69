// Compresses a long answer of the decision API. Lambda returns at most 6 MB, and the plan of an Organization of many thousands of
// accounts is longer: nobody could read it, or approve it. On one machine nothing limits an answer.
import { gzipSync } from 'node:zlib'
import type { Response } from '../../steps/approval/reply.ts'

/** Shorter answers are sent as they are. */
const LONG_BYTES = 1_000_000

/** An answer whose body is base64, as API Gateway takes it (HTTP API, payload format 2.0). */
export interface LambdaResponse extends Response {
  isBase64Encoded?: true
}

/** The same handler, whose long answers are compressed for a caller that accepts gzip. */
export const compressed =
  (handle: (event: unknown) => Promise<Response>) =>
  async (event: unknown): Promise<LambdaResponse> => {
    const answer = await handle(event)
    if (Buffer.byteLength(answer.body) < LONG_BYTES || !acceptsGzip(event)) return answer
    return {
      ...answer,
      headers: { ...answer.headers, 'content-encoding': 'gzip' },
      body: gzipSync(answer.body).toString('base64'),
      isBase64Encoded: true,
    }
  }

/** API Gateway gives the names of headers in lower case. */
function acceptsGzip(event: unknown): boolean {
  const { headers } = (event ?? {}) as { headers?: Record<string, unknown> }
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(String(headers?.['accept-encoding'] ?? ''))
}
