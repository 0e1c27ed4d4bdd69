// For tests of calls that must fail: what they fail with, and no passing over a call that succeeds.
import { expect } from '@jest/globals'

/** What an SDK error with this name and HTTP status matches. */
export const failure = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } })

/** What the promise rejects with; a promise that resolves instead fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const settled = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  expect(settled).toHaveProperty('error')
  return 'error' in settled ? settled.error : undefined
}
