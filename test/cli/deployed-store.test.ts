// A run store in a bucket, used from one machine: whose bucket it must be, and that a deployed machine's is for reading.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { lineWith } from '../support/error-facts.ts'
import { LOOPBACK_BUCKET, type LoopbackS3, refuse, startLoopbackS3 } from '../support/loopback-s3.ts'
import { type Aws, accountOf, awsWith, inProcess, newDirectory } from './command.ts'

const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:keysweep-prod'
const BUCKET = `s3://${LOOPBACK_BUCKET}`
const APPLY = ['run', '--apply', '--yes', '--max-percent', '100']

let s3: LoopbackS3
let aws: Aws
let env: Aws['env']
beforeEach(async () => {
  s3 = await startLoopbackS3()
  aws = await awsWith(accountOf({ idle: 200 }))
  env = { ...aws.env, AWS_ENDPOINT_URL_S3: s3.url }
})
afterEach(() => s3.stop())

/** The documents of a run that the deployed machine made, by key. */
async function documentsThere(runId: string): Promise<Map<string, string>> {
  const store = newDirectory()
  await inProcess(['run', '--run-id', runId, '--store', store], aws.env)
  const folder = join(store, 'runs', runId)
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const text = readFileSync(path, 'utf8').replaceAll(
        `arn:aws:states:us-east-1:000000000000:execution:keysweep:${runId}`,
        `${MACHINE.replace('stateMachine', 'execution')}:${runId}`,
      )
      return [`runs/${runId}${path.slice(folder.length)}`, text]
    }),
  )
}

/** IAM actions that were called, but for the look at who calls. */
const calledFrom = (before: number): string[] =>
  aws.endpoint.calls
    .slice(before)
    .map(({ action }) => action)
    .filter((action) => !['GetCallerIdentity', 'ListAccountAliases'].includes(action))

describe('the run store of a deployed machine', () => {
  it.each([
    ['a plan', ['run']],
    ['a run', APPLY],
    ['an undo', ['undo', 'there']],
    ['a stored plan', ['apply', 'there', '--yes']],
  ])('is refused for %s on one machine, before anything is written or requested', async (_, args) => {
    for (const [key, text] of await documentsThere('there')) s3.objects.set(key, text)
    const before = aws.endpoint.calls.length
    const { code, stdout, stderr } = await inProcess([...args, '--store', BUCKET], env)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toEqual(lineWith(BUCKET, MACHINE, '--machine', '--store'))
    expect(calledFrom(before)).toEqual([])
    expect(s3.requests.filter(({ operation }) => operation === 'put')).toEqual([])
  })

  it('is refused where runs on one machine came after', async () => {
    for (const [key, text] of await documentsThere('there')) s3.objects.set(key, text)
    for (const [key, text] of await documentsThere('z-later'))
      s3.objects.set(key, text.replaceAll(MACHINE.replace('stateMachine', 'execution'), 'z-later'))
    const { code, stderr } = await inProcess([...APPLY, '--store', BUCKET], env)
    expect({ code, stderr }).toEqual({ code: 2, stderr: lineWith(BUCKET, MACHINE) })
  })

  it('is refused as a copy in a directory too', async () => {
    const copy = newDirectory()
    for (const [key, text] of await documentsThere('there')) {
      mkdirSync(join(copy, key, '..'), { recursive: true })
      writeFileSync(join(copy, key), text)
    }
    expect(await inProcess(['run', '--store', copy], env)).toMatchObject({ code: 2, stderr: lineWith(copy, MACHINE) })
    expect(readdirSync(copy)).toEqual(['runs'])
  })

  it('that has no run yet refuses the first write, before anything is requested', async () => {
    s3.instead = ({ operation }, response) => {
      if (operation !== 'put') return false
      const why = 'with an explicit deny in a resource-based policy'
      refuse(response, 403, 'AccessDenied', `User: x is not authorized to perform: s3:PutObject on resource: y ${why}`)
      return true
    }
    const before = aws.endpoint.calls.length
    const { code, stdout, stderr } = await inProcess(['run', '--store', BUCKET], env)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.split('\n').at(-2)).toMatch(/^keysweep: .*--machine/)
    expect(calledFrom(before)).toEqual([])
    expect(s3.objects.size).toBe(0)
  })

  it('is read by show, and approve names its machine and writes nothing', async () => {
    const documents = await documentsThere('there')
    documents.delete('runs/there/record.json')
    for (const [key, text] of documents) s3.objects.set(key, text)
    expect((await inProcess(['show', 'there', '--store', BUCKET], env)).code).toBe(0)
    const approved = await inProcess(['approve', 'there', '--yes', '--store', BUCKET], env)
    expect(approved).toMatchObject({ code: 1, stdout: '', stderr: lineWith('there', MACHINE, '--api') })
    expect(s3.requests.filter(({ operation }) => operation === 'put')).toEqual([])
  })
})

describe('a bucket for runs on one machine', () => {
  const ownersAsked = () => [...new Set(s3.requests.map(({ headers }) => headers['x-amz-expected-bucket-owner']))]

  it("must belong to the caller's account, in every call", async () => {
    expect((await inProcess([...APPLY, '--run-id', 'r', '--store', BUCKET], env)).code).toBe(0)
    expect((await inProcess(['show', 'r', '--store', BUCKET], env)).code).toBe(0)
    expect((await inProcess(['undo', 'r', '--store', BUCKET], env)).code).toBe(0)
    expect(s3.requests.length).toBeGreaterThan(10)
    expect(ownersAsked()).toEqual(['111122223333'])
  })

  it('may belong to the account in KEYSWEEP_STORE_OWNER', async () => {
    const other = { ...env, KEYSWEEP_STORE_OWNER: '444455556666' }
    expect((await inProcess(['run', '--store', BUCKET], other)).code).toBe(0)
    expect((await inProcess(['show', '--store', BUCKET], other)).code).toBe(0)
    expect(ownersAsked()).toEqual(['444455556666'])
  })

  it.each(['1111', 'me', '1111222233334'])('has no owner %s', async (owner) => {
    const refused = await inProcess(['show', '--store', BUCKET], { ...env, KEYSWEEP_STORE_OWNER: owner })
    expect(refused).toMatchObject({ code: 2, stderr: lineWith('KEYSWEEP_STORE_OWNER', `"${owner}"`, 12) })
  })

  it('of somebody else is refused, and the error names the variable', async () => {
    s3.instead = (_, response) => {
      refuse(response, 403, 'AccessDenied', 'Access Denied')
      return true
    }
    const { code, stderr } = await inProcess(['show', '--store', BUCKET], env)
    expect({ code, stderr }).toEqual({ code: 1, stderr: lineWith('111122223333', 'KEYSWEEP_STORE_OWNER') })
  })
})
