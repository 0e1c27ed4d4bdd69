// An account inside moto whose keys have a past: each was created and used on the day that it says, by moto's own clock.

import { IAMClient, ListAccessKeysCommand } from '@aws-sdk/client-iam'
import pMap from 'p-map'
import type { VerdictRow } from '../../core/model/closed-sets.ts'
import { MAKER, reset } from './iam-target.ts'
import { MOTO_ACCOUNT, type MotoWithClock } from './moto-server.ts'

const DAY = 24 * 60 * 60 * 1000
const CALLS_AT_ONCE = 8

/** A key, in days before the run. */
export interface KeyPast {
  created: number
  /** null: never. */
  used: number | null
  status?: 'Inactive'
  /** Whether the run is to deactivate it. */
  taken: boolean
}

export interface Person {
  name: string
  path?: string
  /** May name the keys, which have their ids by then. */
  tags?: (keyIds: string[]) => Record<string, string>
  keys: KeyPast[]
  /** The row that is to decide on the first key, and what its reason must hold. */
  says?: { row: VerdictRow; facts: string[] }
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
}

export interface MotoAccount {
  account: string
  people: Person[]
  keyIds: (name: string) => string[]
  /** Of the user's first key. */
  credentials: (name: string) => Credentials
  /** Every user's keys by moto's own ListAccessKeys, in the order they were created. */
  statuses: () => Promise<Record<string, string[]>>
}

const NOBODY: Credentials = { accessKeyId: '', secretAccessKey: '' }

interface Deed {
  days: number
  act: () => Promise<unknown>
}

/** Fills an emptied `moto` with `people`, and leaves its clock at `at`. */
export async function makeAccount(moto: MotoWithClock, at: Date, people: Person[]): Promise<MotoAccount> {
  await reset(moto.url)
  const [account] = await fillAccounts(moto, at, [{ account: MOTO_ACCOUNT, people }])
  return account as MotoAccount
}

/** Fills these accounts of `moto`, and leaves its clock at `at`. */
export async function fillAccounts(
  moto: MotoWithClock,
  at: Date,
  accounts: { account: string; people: Person[] }[],
): Promise<MotoAccount[]> {
  const made = accounts.map(({ account, people }) => {
    const keys = new Map(people.map(({ name }) => [name, [] as Credentials[]]))
    const keysOf = (name: string) => keys.get(name) ?? []
    const keyIds = (name: string) => keysOf(name).map((key) => key.accessKeyId)
    return {
      deeds: people.flatMap((person) => deedsOf(moto.url, account, person, keysOf(person.name))),
      filled: {
        account,
        people,
        keyIds,
        credentials: (name: string) => keysOf(name)[0] ?? NOBODY,
        statuses: () => statusesOf(moto.url, account, people, keyIds),
      },
    }
  })
  for (const [days, ofDay] of byDay(made.flatMap(({ deeds }) => deeds))) {
    await moto.setClock(new Date(at.getTime() - days * DAY))
    await pMap(ofDay, ({ act }) => act(), { concurrency: CALLS_AT_ONCE })
  }
  await moto.setClock(at)
  return made.map(({ filled }) => filled)
}

/** A user is made with the oldest key; keys are created before any is used, also on one day. */
function deedsOf(url: string, account: string, { name, path = '/', tags, keys }: Person, made: Credentials[]): Deed[] {
  const call = (action: string, params: Record<string, string>) =>
    query(url, MAKER.accessKeyId, action, params, account)
  const idOf = (index: number) => made[index]?.accessKeyId ?? ''
  const oldest = Math.max(...keys.map((key) => key.created), 1)
  const create = async (index: number) => {
    const xml = await call('CreateAccessKey', { UserName: name })
    const field = (tag: string) => new RegExp(`<${tag}>(.*?)<`).exec(xml)?.[1] ?? ''
    made[index] = { accessKeyId: field('AccessKeyId'), secretAccessKey: field('SecretAccessKey') }
  }
  const make: Deed = {
    days: oldest,
    act: async () => {
      await call('CreateUser', { UserName: name, Path: path })
      for (const [index, key] of keys.entries()) if (key.created === oldest) await create(index)
    },
  }
  const later = keys.flatMap(({ created, used, status }, index): Deed[] => [
    ...(created === oldest ? [] : [{ days: created, act: () => create(index) }]),
    ...(used === null ? [] : [{ days: used, act: () => query(url, idOf(index), 'GetCallerIdentity', {}) }]),
    ...(status === undefined
      ? []
      : [
          {
            days: 0,
            act: () => call('UpdateAccessKey', { UserName: name, AccessKeyId: idOf(index), Status: status }),
          },
        ]),
  ])
  const tag: Deed[] = tags
    ? [
        {
          days: 0,
          act: () => call('TagUser', { UserName: name, ...tagParams(tags(made.map((key) => key.accessKeyId))) }),
        },
      ]
    : []
  return [make, ...later, ...tag]
}

const tagParams = (tags: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value], index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, value],
    ]),
  )

/** The days from the longest ago on, each with its deeds. */
const byDay = (deeds: Deed[]): [number, Deed[]][] =>
  [...Map.groupBy(deeds, ({ days }) => days)].sort(([a], [b]) => b - a)

/**
 * A call as AWS's clients make it, but for the signature, which moto does not look at; thousands of them, so no client. It goes
 * to the account that has the signer's key, or to the one that is named.
 */
export async function query(
  url: string,
  signer: string,
  Action: string,
  params: Record<string, string>,
  account?: string,
): Promise<string> {
  const [service, Version] = Action === 'GetCallerIdentity' ? ['sts', '2011-06-15'] : ['iam', '2010-05-08']
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${signer}/20260911/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      ...(account !== undefined && inAccount(account)),
    },
    body: new URLSearchParams({ Action, Version: Version ?? '', ...params }),
  })
  const xml = await answer.text()
  if (!answer.ok) throw new Error(`${Action} ${JSON.stringify(params)}: expected 200, received ${answer.status} ${xml}`)
  return xml
}

/** The header that tells moto which account makes the call. */
export const inAccount = (account: string): Record<string, string> => ({ 'x-moto-account-id': account })

async function statusesOf(url: string, account: string, people: Person[], keyIds: (name: string) => string[]) {
  const iam = new IAMClient({ endpoint: url, region: 'us-east-1', credentials: MAKER })
  iam.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, inAccount(account))
      return next(args)
    },
    { step: 'build' },
  )
  const entries = await pMap(
    people,
    async ({ name }) => {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: name }))
      const statuses = new Map(AccessKeyMetadata.map((key) => [key.AccessKeyId, key.Status ?? '']))
      return [name, keyIds(name).map((id) => statuses.get(id) ?? 'gone')] as const
    },
    { concurrency: CALLS_AT_ONCE },
  )
  iam.destroy()
  return Object.fromEntries(entries)
}

/** What `statuses` is after a run that took what it was to take and left the rest. */
export const statusesAfter = (people: Person[]): Record<string, string[]> =>
  Object.fromEntries(
    people.map(({ name, keys }) => [name, keys.map((key) => (key.taken ? 'Inactive' : (key.status ?? 'Active')))]),
  )

/** What `statuses` is while nothing was written. */
export const statusesBefore = (people: Person[]): Record<string, string[]> =>
  Object.fromEntries(people.map(({ name, keys }) => [name, keys.map((key) => key.status ?? 'Active')]))
