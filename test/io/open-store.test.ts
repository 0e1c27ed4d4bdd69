import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { openStore } from '../../io/open-store.ts'
// So that no test loads it: a mutation test could not tell what happens while a file is loaded from what a test does.
import '../../io/s3-store.ts'
import { LOOPBACK_BUCKET, startLoopbackS3 } from '../support/loopback-s3.ts'

it('opens a directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keysweep-open-'))
  const store = openStore(directory)
  await store.put('runs/r/plan.json', '{}')
  expect(await store.list('runs/')).toEqual(['runs/r/plan.json'])
  expect(store.location).toBe(directory)
})

it.each([
  ['s3://keysweep-runs', 's3://keysweep-runs'],
  ['s3://keysweep-runs/', 's3://keysweep-runs'],
  ['s3://keysweep.runs/sweeps', 's3://keysweep.runs/sweeps'],
  ['s3://keysweep-runs/sweeps/2026/', 's3://keysweep-runs/sweeps/2026'],
])('takes %s', (address, location) => {
  expect(openStore(address).location).toBe(location)
})

it.each([
  's3://',
  's3:///sweeps',
  's3://Keysweep-Runs',
  's3://ab',
  's3://keysweep-runs//sweeps',
  's3://keysweep-runs/../other',
  's3://keysweep-runs/a?b',
  's3://arn:aws:s3:eu-west-1:111122223333:accesspoint/runs',
  'S3://keysweep-runs',
  'gs://keysweep-runs',
  'https://keysweep-runs.s3.amazonaws.com/',
])('refuses %s, and makes no directory of that name', (location) => {
  expect(() => openStore(location)).toThrow(
    `Run store refused: expected s3://bucket/prefix or a directory, received ${JSON.stringify(location)}`,
  )
})

it("asks the S3 that the environment names, with the environment's credentials", async () => {
  const s3 = await startLoopbackS3()
  const before = { ...process.env }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.url.replace('127.0.0.1', 'localhost'),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIAIDLEIDLEIDLEIDLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  })
  try {
    await openStore(`s3://${LOOPBACK_BUCKET}/sweeps`).put('runs/r/plan.json', '{}')
    expect([...s3.objects.keys()]).toEqual(['sweeps/runs/r/plan.json'])
    expect(s3.requests[0]?.headers.authorization).toContain('Credential=AKIAIDLEIDLEIDLEIDLE/')
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    await s3.stop()
  }
})
