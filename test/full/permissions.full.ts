// What keysweep must be allowed: moto's IAM checks every signature here, and every action against the caller's policy.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { allBridges } from './bridged-moto.ts'
import { MAKER } from './iam-target.ts'
import {
  type Credentials,
  type MotoAccount,
  makeAccount,
  query,
  statusesAfter,
  statusesBefore,
} from './moto-account.ts'
import { runAgainst } from './moto-run.ts'
import { type MotoWithClock, startMotoWithClock } from './moto-server.ts'
import { FEW, OPERATOR, SETTINGS } from './people.ts'

const AT = new Date('2026-09-11T12:00:00Z')

/** What the functions' roles allow of IAM. */
const ACTIONS = [...new Set(readFileSync('resources/roles.yml', 'utf8').match(/\biam:[A-Z]\w+/g))].sort()

let moto: MotoWithClock
let account: MotoAccount
beforeAll(async () => {
  moto = await startMotoWithClock(AT)
  account = await makeAccount(moto, AT, FEW)
})
afterEach(() => checkAll(false))
afterAll(() => moto.stop())

/** From now on moto checks signatures and policies, or does not. */
async function checkAll(check: boolean): Promise<void> {
  await fetch(`${moto.url}/moto-api/reset-auth`, { method: 'POST', body: check ? '0' : 'inf' })
}

/** A run whose caller may do these actions and no other. */
async function runAllowed(Action: string[], options: { input?: unknown; credentials?: Credentials } = {}) {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }
  const params = { UserName: OPERATOR.name, PolicyName: 'keysweep', PolicyDocument: JSON.stringify(policy) }
  await query(moto.url, MAKER.accessKeyId, 'PutUserPolicy', params)
  await checkAll(true)
  const credentials = account.credentials(OPERATOR.name)
  const run = await runAgainst(moto, { bridges: allBridges(), settings: SETTINGS, credentials, ...options })
  await checkAll(false)
  return run
}

describe('a caller who may do', () => {
  it.each(ACTIONS)('all that the roles allow but %s learns what is missing, and nothing is written', async (action) => {
    const { result, record } = await runAllowed(ACTIONS.filter((one) => one !== action))
    const name = action.replace('iam:', '')
    expect(result).toMatchObject({ status: 'FAILED', cause: expect.stringMatching(`${name}.*AccessDenied`) })
    expect(['refused', 'some keys failed']).toContain(record.status)
    expect(await account.statuses()).toEqual(statusesBefore(FEW))
  })

  it('all of it but the write makes a plan', async () => {
    const reads = ACTIONS.filter((action) => action !== 'iam:UpdateAccessKey')
    const { record } = await runAllowed(reads, { input: { mode: 'plan' } })
    expect(record.status).toBe('planned')
  })

  it('anything, with a wrong secret or an unknown key, learns so', async () => {
    const { accessKeyId } = account.credentials(OPERATOR.name)
    const wrong = await runAllowed(ACTIONS, { credentials: { accessKeyId, secretAccessKey: 'wrong' } })
    expect(wrong.result).toMatchObject({ error: 'IamDenied', cause: expect.stringContaining('SignatureDoesNotMatch') })
    const unknown = await runAllowed(ACTIONS, { credentials: MAKER })
    expect(unknown.result).toMatchObject({ error: 'IamDenied', cause: expect.stringContaining('InvalidClientTokenId') })
    expect(await account.statuses()).toEqual(statusesBefore(FEW))
  })

  it('all that the roles allow deactivates what is stale', async () => {
    const { record } = await runAllowed(ACTIONS)
    expect(record.status).toBe('deactivated')
    expect(await account.statuses()).toEqual(statusesAfter(FEW))
  })
})
