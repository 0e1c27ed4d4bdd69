import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openStore } from '../../../io/store/open-store.ts'
// openStore loads it at its first use. Here it is there before, or the mutation tests would take for a test's own work
// what happens while a file is loaded.
import '../../../io/store/s3-store.ts'
import { errorWith, messageOf } from '../../support/error-facts.ts'
import { LOOPBACK_BUCKET, type LoopbackS3, refuse, startLoopbackS3 } from '../../support/loopback-s3.ts'

it('opens a directory', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'keysweep-open-'))
  const store = openStore(directory)
  await store.put('runs/r/plan.json', '{}')
  expect(await store.list('runs/')).toEqual(['runs/r/plan.json'])
  expect(store.location).toBe(directory)
})

it.each(['runs', '/srv/runs', './gs://runs', 'C://runs', './s3:/runs', 'a:b', '../~runs', 'my runs', './~', 's3/runs'])(
  'takes %s for a directory',
  (directory) => {
    expect(openStore(directory).location).toBe(directory)
  },
)

it.each([
  ['s3://keysweep-runs', 's3://keysweep-runs'],
  ['s3://keysweep-runs/', 's3://keysweep-runs'],
  ['s3://keysweep.runs/sweeps', 's3://keysweep.runs/sweeps'],
  ['s3://keysweep-runs/sweeps/2026/', 's3://keysweep-runs/sweeps/2026'],
  ['s3://keysweep-runs/sweeps.2026/..all', 's3://keysweep-runs/sweeps.2026/..all'],
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
  's3://keysweep-runs/sweeps/./other',
  's3://keysweep-runs/a?b',
  's3://arn:aws:s3:eu-west-1:111122223333:accesspoint/runs',
  'S3://keysweep-runs',
  'gs://keysweep-runs',
  'gs://s3://keysweep-runs',
  'https://keysweep-runs.s3.amazonaws.com/',
  's3:/keysweep-runs',
  's3:keysweep-runs',
  's3//keysweep-runs',
  'S3:/keysweep-runs',
  'file:///srv/runs',
  'file:runs',
  'FILE://srv/runs',
  'arn:aws:s3:::keysweep-runs',
  ' s3://keysweep-runs',
  's3://keysweep-runs ',
  's3://keysweep-runs\n',
  '\u00a0s3://keysweep-runs',
  '/srv/runs\n',
  '~/runs',
  '~ann/runs',
  '$HOME/runs',
  '"s3://keysweep-runs"',
  "'/srv/runs'",
  '\uff533://keysweep-runs',
  's3;://keysweep-runs',
  '',
])('refuses %s, and makes no directory of that name', (location) => {
  expect(() => openStore(location)).toThrow(
    errorWith('SettingsRefused', JSON.stringify(location), 's3://bucket/prefix'),
  )
})

it.each(['https://ann:SECRET@host/runs', 'https:ann:SECRET@host/runs', 'https://ann:SEC RET@host/runs', 's3:SECRET@b'])(
  'never says who signs in where it refuses %s',
  (location) => {
    const message = messageOf(() => openStore(location))
    expect(message).not.toMatch(/SEC/)
    expect(message).toContain('***@')
  },
)

describe('the S3 that the environment names', () => {
  const before = { ...process.env }
  let s3: LoopbackS3
  beforeEach(async () => {
    s3 = await startLoopbackS3()
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: s3.url.replace('127.0.0.1', 'localhost'),
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIAIDLEIDLEIDLEIDLE',
      AWS_SECRET_ACCESS_KEY: 'x',
    })
  })
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
    await s3.stop()
  })

  it("is asked, with the environment's credentials", async () => {
    await openStore(`s3://${LOOPBACK_BUCKET}/sweeps`).put('runs/r/plan.json', '{}')
    expect([...s3.objects.keys()]).toEqual(['sweeps/runs/r/plan.json'])
    expect(s3.requests[0]?.headers.authorization).toContain('Credential=AKIAIDLEIDLEIDLEIDLE/')
  })
  it.each([
    ['the one that is given', '111122223333'],
    ['none', undefined],
  ])('is asked for the owner: %s', async (_, owner) => {
    await openStore(`s3://${LOOPBACK_BUCKET}`, owner).put('runs/r/plan.json', '{}')
    expect(s3.requests[0]?.headers['x-amz-expected-bucket-owner']).toBe(owner)
  })
  it("is asked for the owner that a person's command finds, once and at the first call", async () => {
    let asked = 0
    const store = openStore(`s3://${LOOPBACK_BUCKET}`, async () => {
      asked += 1
      return '111122223333'
    })
    expect(asked).toBe(0)
    await store.put('runs/r/plan.json', '{}')
    await store.get('runs/r/plan.json')
    await store.list('runs/')
    expect(asked).toBe(1)
    expect(s3.requests.map(({ headers }) => headers['x-amz-expected-bucket-owner'])).toEqual(
      Array(3).fill('111122223333'),
    )
  })
  it.each([
    ['a person how to name another owner', async () => '111122223333', true],
    ['a function nothing of it', '111122223333', false],
  ])('tells %s, where access is denied', async (_, owner, isTold) => {
    s3.instead = (_, response) => {
      refuse(response, 403, 'AccessDenied')
      return true
    }
    const message = await openStore(`s3://${LOOPBACK_BUCKET}`, owner)
      .get('runs/r/plan.json')
      .catch((error: Error) => error.message)
    expect(message).toContain('111122223333')
    expect(message?.includes('KEYSWEEP_STORE_OWNER')).toBe(isTold)
  })
  it.each([
    ['with a prefix', `s3://${LOOPBACK_BUCKET}/sweeps/2026/`, 'sweeps/2026/runs/r/plan.json'],
    ['without one', `s3://${LOOPBACK_BUCKET}`, 'runs/r/plan.json'],
  ])('gives back what is put and lists it, %s', async (_, location, key) => {
    const store = openStore(location)
    expect(await store.put('runs/r/plan.json', '{}')).toEqual({ created: true, text: '{}' })
    expect(await store.get('runs/r/plan.json')).toBe('{}')
    expect(await store.list('runs/')).toEqual(['runs/r/plan.json'])
    expect(await store.newest('runs/', 'plan.json')).toEqual(['runs/r/plan.json'])
    expect(await store.newest('runs/', 'plan.json', () => false)).toEqual([])
    expect([...s3.objects.keys()]).toEqual([key])
  })
})
