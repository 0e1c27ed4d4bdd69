// The S3 run store against an S3 that somebody else wrote: moto's.
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { makeS3Store } from '../../io/store/s3-store.ts'
import { storeContract } from '../io/store/store-contract.ts'
import type { LoopbackServer } from '../support/loopback-server.ts'
import { type Moto, STORE_PATIENCE, startMoto } from './moto-server.ts'
import { oneWriteAtATime } from './one-write-at-a-time.ts'

const BUCKET = 'keysweep-runs'
let moto: Moto
let way: LoopbackServer
let stores = 0

const where = () => ({
  endpoint: way.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIAKEYSWEEPTESTUSER', secretAccessKey: 'x' },
})

beforeAll(async () => {
  moto = await startMoto()
  way = await oneWriteAtATime(moto.url)
  await new S3Client({ ...where(), forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }))
})
afterAll(async () => {
  await way.stop()
  await moto.stop()
})

storeContract("moto's S3", async () =>
  makeS3Store({ bucket: BUCKET, prefix: `sweeps/${stores++}`, ...where(), ...STORE_PATIENCE }),
)

it("of moto's that has no such bucket is refused, naming it", async () => {
  const store = makeS3Store({ bucket: 'no-such-bucket', ...where() })
  const refused = { name: 'StoreRefused', message: expect.stringContaining('bucket no-such-bucket') }
  await expect(store.put('runs/r/plan.json', 'x')).rejects.toMatchObject(refused)
  await expect(store.get('runs/r/plan.json')).rejects.toMatchObject(refused)
  await expect(store.list('runs/')).rejects.toMatchObject(refused)
})
