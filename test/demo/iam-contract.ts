// What keysweep relies on in IAM and STS, as facts to hold an implementation to, through the real SDK clients. The local
// endpoint must hold to every one; another implementation may come with a list of the facts it is known to break.
import { stripVTControlCharacters } from 'node:util'
import { IAMClient } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { keyFacts } from './iam-facts-keys.ts'
import { reportFacts } from './iam-facts-report.ts'
import { userFacts } from './iam-facts-users.ts'

/** A user that the target is to hold before the facts are tried; its keys were never used. */
export interface SeededUser {
  name: string
  path: string
  tags: Record<string, string>
  keys: Array<'Active' | 'Inactive'>
}

export interface Target {
  url: string
  account: string
  /** Signs as the seeded user `caller`. */
  credentials: { accessKeyId: string; secretAccessKey: string }
  /** The keys' ids, in the order they were asked for. */
  keyIds: (user: string) => string[]
  /** Lets time pass. Where this cannot be done it throws, and the facts that need it are known differences. */
  pass: (milliseconds: number) => void | Promise<void>
  stop: () => Promise<void>
}

/** A fact that an implementation is known to break. */
export interface Difference {
  /** What it does instead. */
  instead: string
  /** What the broken fact's own message says: any other failure is not this difference. */
  shows: RegExp
}

const USERS: SeededUser[] = [
  { name: 'caller', path: '/service/', tags: {}, keys: ['Active'] },
  { name: 'Zoe', path: '/', tags: {}, keys: [] },
  {
    name: 'bob',
    path: '/people/',
    tags: { owner: 'team-a', email: 'b@example.com', note: 'a < b & c' },
    keys: ['Active', 'Inactive'],
  },
  { name: 'garcia,lucia', path: '/', tags: {}, keys: ['Active'] },
  { name: 'Deploy+eu=prod@ci', path: '/', tags: {}, keys: ['Active', 'Active'] },
]

/**
 * Describes the contract for one implementation. `differences` are the facts (by their test names) that it is known to
 * break; one that is gone, or has become another, makes its test fail, so that the list stays true.
 */
export function iamContract(
  name: string,
  makeTarget: (users: SeededUser[]) => Promise<Target>,
  differences: Record<string, Difference> = {},
): void {
  describe(`${name} as IAM`, () => {
    let target: Target
    let iam: IAMClient
    let sts: STSClient[] = []
    const facts = new Set<string>()
    beforeEach(async () => {
      target = await makeTarget(USERS)
      iam = new IAMClient(clientOptions(target))
      sts = []
    })
    afterEach(async () => {
      for (const client of [iam, ...sts]) client.destroy()
      await target.stop()
    })
    const setting: Setting = {
      iam: () => iam,
      target: () => target,
      sts(credentials = target.credentials) {
        const client = new STSClient(clientOptions({ ...target, credentials }))
        sts.push(client)
        return client
      },
      users: USERS,
      fact(sentence, body) {
        facts.add(sentence)
        const difference = differences[sentence]
        if (difference === undefined) it(sentence, body)
        else it(`not so: ${sentence} (here: ${difference.instead})`, () => expectDifference(difference, body))
      },
    }
    reportFacts(setting)
    keyFacts(setting)
    userFacts(setting)
    const unknown = Object.keys(differences).filter((sentence) => !facts.has(sentence))
    if (unknown.length > 0) throw new TypeError(`Known differences must name facts, received ${unknown.join('; ')}`)
  })
}

async function expectDifference({ shows }: Difference, body: () => Promise<void>): Promise<void> {
  const broken = await body().then(
    () => 'nothing: the difference is gone, take it off the list',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  expect(stripVTControlCharacters(broken)).toMatch(shows)
}

/** What the facts are tried with. */
export interface Setting {
  users: SeededUser[]
  target: () => Target
  iam: () => IAMClient
  sts: (credentials?: Target['credentials']) => STSClient
  fact: (sentence: string, body: () => Promise<void>) => void
}

const clientOptions = ({ url, credentials }: Target) => ({
  endpoint: url,
  region: 'us-east-1',
  credentials,
  maxAttempts: 1,
})
