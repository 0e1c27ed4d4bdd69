// The requests and responses of the decision API.
import type { BrakePort, Ports, WakePort } from '../ports.ts'

/** Without BrakePort, nothing is deployed: a run on one machine has no brake. */
export type DecidePorts = Pick<Ports, 'store' | 'now'> & WakePort & Partial<BrakePort>

export interface Response {
  statusCode: number
  headers: Record<string, string>
  body: string
}

export interface Person {
  arn: string
  userId: string
}

/** A JSON response, with headers against sniffing and caching by a browser. */
export const reply = (statusCode: number, body: unknown): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  body: JSON.stringify(body),
})
