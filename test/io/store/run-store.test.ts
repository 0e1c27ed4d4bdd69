// The names of what a run writes down.
import { describe, expect, it } from '@jest/globals'
import {
  accessKeyKey,
  accessKeyPrefix,
  keyIdsIn,
  listTokens,
  newestFirst,
  organizationKey,
  organizationRunsThatAsked,
  organizationTokenKey,
  organizationTokenPrefix,
  parseAccessKeyKey,
  runKey,
  runsIn,
  runsThatAsked,
  textOf,
  tokenKey,
  tokenPrefix,
} from '../../../io/store/run-store.ts'
import { errorWith } from '../../support/error-facts.ts'
import { makeMemoryStore } from '../../support/memory-store.ts'

const KEY_ID = 'AKIAIDLEIDLEIDLEIDLE'

it.each([
  ["a run's object", runKey('run-1', 'plan.json'), 'runs/run-1/plan.json'],
  ['what a run wrote of an access key', accessKeyKey(KEY_ID, 'run-1', 'intent'), `keys/${KEY_ID}/run-1.intent.json`],
  ['all that is known of an access key', accessKeyPrefix(KEY_ID), `keys/${KEY_ID}/`],
  ["a run's first token", tokenKey('run-1', 1), 'tokens/runs/run-1/000001'],
  ['all tokens of a run', tokenPrefix('run-1'), 'tokens/runs/run-1/'],
  ["an organization run's first token", organizationTokenKey('org-1', 1), 'tokens/orgs/org-1/000001'],
  ['all tokens of an organization run', organizationTokenPrefix('org-1'), 'tokens/orgs/org-1/'],
  ["an organization run's document", organizationKey('org-1', 'plan.json'), 'orgs/org-1/plan.json'],
])('%s has a name', (_, key, name) => {
  expect(key).toBe(name)
})

it("a run's newest token is the last by its name", () => {
  const keys = [1, 2, 9, 10, 99, 100].map((n) => tokenKey('run-1', n))
  expect(keys.toSorted()).toEqual(keys)
})

describe.each<[string, (runId: string) => string]>([
  ["a run's object", (runId) => runKey(runId, 'plan.json')],
  ['what a run wrote of an access key', (runId) => accessKeyKey(KEY_ID, runId, 'intent')],
  ["a run's token", (runId) => tokenKey(runId, 1)],
  ['all tokens of a run', tokenPrefix],
])('%s is named by an execution name', (_, name) => {
  it.each(['', 'a/b', '..', 'x'.repeat(81), 'run 1'])('not by %j', (runId) => {
    expect(() => name(runId)).toThrow(errorWith('TypeError', JSON.stringify(runId), 'run id', 80))
  })
})

describe.each<[string, (runId: string) => string]>([
  ["an organization run's document", (runId) => organizationKey(runId, 'plan.json')],
  ["an organization run's token", (runId) => organizationTokenKey(runId, 1)],
  ['all tokens of an organization run', organizationTokenPrefix],
])('%s is named by the name of its execution', (_, name) => {
  it.each(['', 'a/b', 'org.1', 'x'.repeat(45), '-org'])('not by %j', (runId) => {
    expect(() => name(runId)).toThrow(errorWith('TypeError', JSON.stringify(runId), 'organization run id', 44))
  })
})

describe.each<[string, (accessKeyId: string) => string]>([
  ['what a run wrote of an access key', (accessKeyId) => accessKeyKey(accessKeyId, 'run-1', 'intent')],
  ['all that is known of an access key', accessKeyPrefix],
])('%s is named by the id of one', (_, name) => {
  it.each(['', 'AKIA', '../../etc/passwd', 'AKIA/AAAAAAAAAAAAAAA'])('not by %j', (accessKeyId) => {
    expect(() => name(accessKeyId)).toThrow(
      errorWith('TypeError', JSON.stringify(accessKeyId), 'access key id', 16, 128),
    )
  })
})

it("a key's object tells its run and its name", () => {
  expect(parseAccessKeyKey(accessKeyKey(KEY_ID, 'run-1', 'intent-2'))).toEqual({ runId: 'run-1', name: 'intent-2' })
})

it.each([
  `${KEY_ID}/run-1.intent.json`,
  `copy/keys/${KEY_ID}/run-1.intent.json`,
  `keys/${KEY_ID}/run-1.intent.json.bak`,
  `keys/${KEY_ID}/run-1.json`,
  `keys/${KEY_ID}/old/run-1.intent.json`,
])('%s, which somebody else put there, tells nothing', (key) => {
  expect(parseAccessKeyKey(key)).toBeNull()
})

it.each<[string, string[], string[]]>([
  ['each once, however many objects it has', ['runs/b/input.json', 'runs/b/slices/0.json', 'runs/a/x'], ['b', 'a']],
  ['but not a file that lies beside them', ['runs/notes.txt', 'runs', ''], []],
  ['but not a folder that is named as no run is', ['runs/old runs/plan.json', 'runs//plan.json'], []],
])('the runs are found among keys, %s', (_, keys, runs) => {
  expect(runsIn(keys)).toEqual(runs)
})

it.each([
  ['asked by this version', 'tokens/runs/a/000001', ['a'], []],
  ['asked by an earlier version', 'tokens/a/000001', ['a'], []],
  ['asked by an earlier version, and is called "runs"', 'tokens/runs/000001', ['runs'], []],
  ['asked by an earlier version, and is called "orgs"', 'tokens/orgs/000001', ['orgs'], []],
  ['works on an Organization', 'tokens/orgs/org-1/000001', [], ['org-1']],
  ['is named as no organization run is', 'tokens/orgs/org.1/000001', [], []],
  ['is named as no run is', 'tokens/runs/a copy/000001', [], []],
  ['is none', 'tokens/runs/', [], []],
  ['is none: its object lies elsewhere', 'old/runs/a/000001', [], []],
  ['is none: its object lies above', 'old/tokens/a/000001', [], []],
  ['is none: its object is a copy', 'tokens/a/000001.old', [], []],
])('a run that %s is found by its tokens', (_, key, runs, organizations) => {
  expect([runsThatAsked([key, key]), organizationRunsThatAsked([key, key])]).toEqual([runs, organizations])
})

it('the tokens of a run are its own, those of an earlier version first', async () => {
  const keys = [
    'tokens/runs/a/000001',
    'tokens/runs/a/000002',
    'tokens/a/000001',
    'tokens/a/000009',
    'tokens/ab/000001',
  ]
  const store = makeMemoryStore(
    new Map([...keys, 'tokens/orgs/a/000001', 'tokens/runs/ab/000001'].map((key) => [key, 'token'])),
  )
  expect(await listTokens(store, 'a')).toEqual([
    ...['tokens/a/000001', 'tokens/a/000009', 'tokens/runs/a/000001', 'tokens/runs/a/000002'],
  ])
})

it.each(['runs', 'orgs'])(
  'a run of an earlier version that is called "%s" has no token of other runs',
  async (runId) => {
    const store = makeMemoryStore(
      new Map([`tokens/${runId}/000001`, `tokens/${runId}/a/000001`].map((key) => [key, 'token'])),
    )
    expect(await listTokens(store, runId)).toEqual([`tokens/${runId}/000001`])
  },
)

const OTHER_ID = 'AKIAOTHEROTHEROTHER0'

it.each<[string, string[], string[]]>([
  [
    'each once, in their order',
    [`keys/${OTHER_ID}/a.intent.json`, `keys/${KEY_ID}/a.intent.json`, `keys/${OTHER_ID}/a.outcome.json`],
    [OTHER_ID, KEY_ID],
  ],
  [
    'but not a folder that no key is named like',
    ['keys/AKIA/a.intent.json', `keys/${'A'.repeat(15)}/a.intent.json`],
    [],
  ],
  ['but not a file that is no intent and no outcome', [`keys/${KEY_ID}/notes.txt`, `keys/${KEY_ID}`, 'keys', ''], []],
  ['and not by the end of a longer path', [`old/keys/${KEY_ID}/a.intent.json`], []],
])('the access keys are found among keys, %s', (_, keys, ids) => {
  expect(keyIdsIn(keys)).toEqual(ids)
})

it.each<[string, { key: string; at: number }[], string[]]>([
  ['none', [], []],
  [
    'by their dates, whatever their names',
    [
      { key: 'b', at: 2 },
      { key: 'c', at: 1 },
      { key: 'a', at: 3 },
    ],
    ['a', 'b', 'c'],
  ],
  [
    'of one date by their names, the last first',
    [
      { key: 'b', at: 5 },
      { key: 'd', at: 5 },
      { key: 'a', at: 5 },
      { key: 'c', at: 5 },
      { key: 'z', at: 4 },
    ],
    ['d', 'c', 'b', 'a', 'z'],
  ],
])('dated keys come newest first: %s', (_, dated, keys) => {
  const given = structuredClone(dated)
  expect(newestFirst(dated)).toEqual(keys)
  expect(dated).toEqual(given)
})

it('bytes are text as they are, with their byte order mark', () => {
  expect(textOf(Buffer.from('\ufeffjörg 🗝️'), 'read x')).toBe('\ufeffjörg 🗝️')
  expect(() => textOf(Buffer.from([0x61, 0xff, 0x62]), 'read runs/r/plan.json')).toThrow(
    errorWith('StoreDamaged', 'read runs/r/plan.json', 3, 'UTF-8'),
  )
})

it('bytes that are cut off inside a character change nothing of the next ones', () => {
  const cut = Buffer.from('é').subarray(0, 1)
  expect(() => textOf(cut, 'read it')).toThrow(errorWith('StoreDamaged', 'read it', 1, 'UTF-8'))
  expect(textOf(Buffer.from('\uFEFFé'), 'read it')).toBe('\uFEFFé')
  expect(() => textOf(cut, 'read it')).toThrow(errorWith('StoreDamaged', 'read it', 1, 'UTF-8'))
  expect(textOf(new Uint8Array(), 'read it')).toBe('')
})

it('an access key id of 16 to 128 characters names an object', () => {
  for (const length of [16, 128]) expect(accessKeyPrefix('A'.repeat(length))).toBe(`keys/${'A'.repeat(length)}/`)
  for (const length of [15, 129])
    expect(() => accessKeyPrefix('A'.repeat(length))).toThrow(errorWith('TypeError', length < 20 ? 16 : 128))
})
