// A long answer of the decision API, which Lambda would not return as it is.
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { compressed } from '../../../functions/lambda/compressed.ts'
import { reply } from '../../../steps/approval/reply.ts'
import { idOf } from '../../support/organization.ts'

/** Of a synchronous answer, in bytes (Lambda quotas). */
const MOST_BYTES = 6_291_556

/** As the plan of an organization of 10,000 accounts of which nearly none can be reached. */
const LONG = reply(200, {
  plan: Array.from({ length: 10_000 }, (_, n) => ({ account: idOf(n), why: [`${'no role '.repeat(80)}${idOf(n)}`] })),
})
const GZIP = { headers: { 'accept-encoding': 'br, gzip, deflate' } }

const answerTo = (event: unknown, answer = LONG) => compressed(async () => answer)(event)

describe('an answer that is longer than Lambda returns', () => {
  it('is compressed for a caller that accepts it, and is the same after that', async () => {
    expect(LONG.body.length).toBeGreaterThan(MOST_BYTES)
    const answer = await answerTo(GZIP)
    expect(JSON.stringify(answer).length).toBeLessThan(MOST_BYTES)
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true })
    expect(answer.headers).toEqual({ ...LONG.headers, 'content-encoding': 'gzip' })
    expect(gunzipSync(Buffer.from(answer.body, 'base64')).toString()).toBe(LONG.body)
  })
  it.each([{}, { headers: {} }, { headers: { 'accept-encoding': 'br;q=1, gzip;q=0' } }, undefined])(
    'stays as it is for a caller that does not: %j',
    async (event) => {
      expect(await answerTo(event)).toBe(LONG)
    },
  )
  it('stays as it is if it is short', async () => {
    const short = reply(200, { plan: 'x'.repeat(100_000) })
    expect(await answerTo(GZIP, short)).toBe(short)
  })
})
