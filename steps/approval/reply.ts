// What the decision API is asked by and answers with.
import type { Ports, WakePort } from '../ports.ts'

export type DecidePorts = Pick<Ports, 'store' | 'now'> & WakePort

export interface Response {
  statusCode: number
  headers: Record<string, string>
  body: string
}

export interface Person {
  arn: string
  userId: string
}

/** JSON that no browser takes for anything else. */
export const reply = (statusCode: number, body: unknown): Response => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  body: JSON.stringify(body),
})
