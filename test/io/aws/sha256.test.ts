// Our SHA-256 for the SDK gives the digests of the SDK's own, and so the same signatures.
import { STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from '@jest/globals'
import { Sha256 as SdkSha256 } from '@smithy/core/checksum'
import { HttpRequest } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { Sha256 } from '../../../io/aws/sha256.ts'
import { configOf } from '../../../io/iam/client-options.ts'
import { CREDENTIALS } from '../../support/loopback-aws.ts'

const bytes = fc.uint8Array({ maxLength: 200 })
/** A view of a part of a buffer, as node:crypto and Buffer return them. */
const part = fc
  .tuple(bytes, fc.nat(20), fc.nat(20))
  .map(
    ([{ buffer, length }, from, to]) => new DataView(buffer, Math.min(from, length), Math.max(0, length - from - to)),
  )
const data = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 100 }),
  bytes,
  bytes.map((array) => Uint8Array.from(array).buffer),
  part,
)
const secret = fc.option(data, { nil: undefined })

const hex = (digest: Uint8Array) => Buffer.from(digest).toString('hex')

async function digests(
  Class: typeof Sha256 | typeof SdkSha256,
  key: ConstructorParameters<typeof Sha256>[0],
  chunks: Uint8Array[],
) {
  const hash = new Class(key)
  for (const chunk of chunks) hash.update(chunk)
  const first = hex(await hash.digest())
  hash.reset()
  const nothing = hex(await hash.digest())
  return { first, nothing, length: hash.digestLength }
}

describe('as the SDK’s own', () => {
  it('with any key, any data in any chunks, and after a reset', async () => {
    await fc.assert(
      fc.asyncProperty(secret, fc.array(bytes, { maxLength: 4 }), async (key, chunks) => {
        expect(await digests(Sha256, key, chunks)).toEqual(await digests(SdkSha256, key, chunks))
      }),
      {
        examples: [
          ['', []],
          [new Uint8Array(), []],
          [new ArrayBuffer(0), []],
          ['k'.repeat(65), [new Uint8Array(64)]],
        ],
      },
    )
  })
  it('a plain hash goes on after its digest', async () => {
    for (const Class of [Sha256, SdkSha256]) {
      const hash = new Class()
      hash.update(Buffer.from('a'))
      expect(hex(await hash.digest())).toBe('ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb')
      hash.update(Buffer.from('bc'))
      expect(hex(await hash.digest())).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
    }
  })
  it('an HMAC takes nothing after its digest, until it is reset', async () => {
    for (const Class of [Sha256, SdkSha256]) {
      const hash = new Class('key')
      await hash.digest()
      expect(() => hash.update(Buffer.from('a'))).toThrow('already finished')
      hash.reset()
      hash.update(Buffer.from('a'))
      expect(await hash.digest()).toHaveLength(32)
    }
  })
})

it('data may be text, a buffer or a part of one', async () => {
  await fc.assert(
    fc.asyncProperty(data, async (piece) => {
      const [ours, sdk] = [new Sha256(), new SdkSha256()]
      ours.update(piece)
      sdk.update(typeof piece === 'string' ? Buffer.from(piece) : bytesOf(piece))
      expect(hex(await ours.digest())).toBe(hex(await sdk.digest()))
    }),
  )
})

const bytesOf = (piece: ArrayBuffer | ArrayBufferView) =>
  ArrayBuffer.isView(piece) ? new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength) : new Uint8Array(piece)

it('signs AWS’s published example as AWS does (IAM User Guide, "Create a signed AWS API request")', async () => {
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
    ...{ service: 'iam', region: 'us-east-1', sha256: Sha256, applyChecksum: false },
  })
  const request = new HttpRequest({
    ...{ method: 'GET', hostname: 'iam.amazonaws.com', path: '/' },
    query: { Action: 'ListUsers', Version: '2010-05-08' },
    headers: { host: 'iam.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  })
  const { headers } = await signer.sign(request, { signingDate: new Date('2015-08-30T12:36:00Z') })
  expect(headers.authorization).toContain('5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7')
})

it('our clients sign with it', () => {
  const { config } = new STSClient(configOf({ attempts: 1, region: 'us-east-1', credentials: CREDENTIALS }))
  expect(config.sha256).toBe(Sha256)
})
