// What a command prints with --json is of these schemas, which docs/json/ publishes.
import { describe, expect, it } from '@jest/globals'
import type * as z from 'zod'
import { ACCOUNT_ENDS, MODES, ORGANIZATION_STATUSES, OUTCOMES, STATUSES } from '../../../core/model/closed-sets.ts'
import * as printed from '../../../core/model/printed.ts'
import { makeOrganizationRecord } from '../../../core/run/organization/record.ts'
import { dispensable, untyped } from '../../support/damaged.ts'
import { idOf, organizationParts, surveyed } from '../../support/organization.ts'
import { recordOf } from '../../support/records.ts'

const EVENT = {
  run: 'run-1',
  store: 's3://runs',
  at: '2026-09-11T12:00:00Z',
  what: 'deactivated',
  reason: null,
  undoOf: null,
  undone: { run: 'run-2', at: '2026-09-12T12:00:00Z' },
}

const LINE = {
  runId: 'run-1',
  startedAt: '2026-09-11T12:00:00Z',
  account: '111122223333',
  mode: 'apply',
  undo: { run: 'run-0', keys: ['AKIAIDLEIDLEIDLEIDLE'] },
  status: 'planned',
  counts: recordOf().counts,
  unreadable: 'JSON',
}

const ORGANIZATION_LINE = {
  runId: 'org',
  startedAt: '2026-09-11T12:00:00Z',
  hub: '111122223333',
  mode: 'apply',
  undo: { run: 'org-0', accounts: ['444455556666'] },
  status: 'changed',
  counts: {
    accounts: 2,
    ends: Object.fromEntries(ACCOUNT_ENDS.map((end) => [end, 0])),
    ...{ stale: 1, deactivated: 1, reactivated: 0, skipped: 0, failed: 0 },
  },
  unreadable: 'JSON',
}

const STORY = { accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', user: 'bot', history: [EVENT] }

const EXPLAINED = {
  accessKeyId: 'AKIAIDLEIDLEIDLEIDLE',
  user: 'bot',
  verdict: 'own',
  note: ['n'],
  facts: [{ fact: 'status', value: 'Active', from: 'IAM' }],
  rows: [{ row: 'own', fits: 'kept' }],
  history: [EVENT],
  lastRuns: [{ run: 'run-1', at: '2026-09-11T12:00:00Z', verdict: 'kept: own' }],
}

const END = { runId: 'run-1', status: 'FAILED', error: 'InputRefused', cause: 'why' }

const STOPPED_RUN = {
  ...{ runId: 'run-1', store: 's3://runs', state: 'stopped', settled: true, status: 'interrupted' },
  ...{ counts: recordOf().counts, undo: 'keysweep undo run-1' },
}

const STOPPED = {
  machine: 'arn:aws:states:us-east-1:111122223333:stateMachine:keysweep',
  schedules: [{ name: 'weekly', group: 'default', was: 'ENABLED' }],
  undos: ['undo-1'],
  runs: [STOPPED_RUN],
  faults: ['why'],
}

const VALID = { valid: true, file: 'keysweep.yml', settings: {} }
const NOT_VALID = { valid: false, error: 'no such field' }

/** With the fields that may be missing. */
const DOCUMENTS: [string, z.ZodType, object, string[]][] = [
  ['a line of runs', printed.runListLine, LINE, ['unreadable']],
  ['a line of organization runs', printed.organizationListLine, ORGANIZATION_LINE, ['unreadable']],
  ["a key's story", printed.keyStory, STORY, []],
  ['a key that is explained', printed.explainedWithStory, EXPLAINED, []],
  ['the end of an execution', printed.endOfExecution, END, []],
  ['what a stop did', printed.stopped, STOPPED, []],
  ['settings that are valid', printed.validated, VALID, []],
  ['settings that are not valid', printed.validated, NOT_VALID, []],
]

describe.each(DOCUMENTS)('%s', (_, schema, example, optional) => {
  const accepts = (copy: unknown) => schema.safeParse(copy).success
  it('is printed with all its fields', () => {
    expect(schema.parse(example)).toEqual(example)
  })
  it('has each of them', () => {
    expect(dispensable(example, accepts)).toEqual(optional)
  })
  it('has them of their types', () => {
    expect(untyped(example, accepts)).toEqual([])
  })
})

describe('null is allowed', () => {
  it.each<[string, z.ZodType, object, string[]]>([
    [
      'for what a run without a record does not say',
      printed.runListLine,
      LINE,
      ['startedAt', 'account', 'mode', 'undo', 'status', 'counts'],
    ],
    ['for a user whom no document names', printed.keyStory, STORY, ['user']],
    ['for an error that there was not', printed.endOfExecution, END, ['error', 'cause']],
    ['for a stop on this machine', printed.stopped, STOPPED, ['machine']],
    ['for settings of no file', printed.validated, VALID, ['file']],
    ['for nothing else of an explained key', printed.explainedWithStory, EXPLAINED, []],
    ['for no reason why settings are not valid', printed.validated, NOT_VALID, []],
  ])('%s', (_, schema, example, nullable) => {
    const may = Object.keys(example).filter((name) => schema.safeParse({ ...example, [name]: null }).success)
    expect(may).toEqual(nullable)
  })
  it('for the rows before the one that fits', () => {
    const rows = [
      { row: 'exempt', fits: null },
      { row: 'own', fits: 'kept' },
    ]
    expect(printed.explainedWithStory.parse({ ...EXPLAINED, rows })).toMatchObject({ rows })
  })
  it('for what a run did not say of a key', () => {
    const lastRuns = [{ run: 'run-1', at: null, verdict: null }]
    expect(printed.explainedWithStory.parse({ ...EXPLAINED, lastRuns })).toMatchObject({ lastRuns })
  })
  it('for what an event of a key does not have', () => {
    const bare = { ...EVENT, reason: null, undoOf: null, undone: null }
    const said = { ...EVENT, reason: 'why', undoOf: 'run-0' }
    const story = { ...STORY, history: [bare, said] }
    expect(printed.keyStory.parse(story)).toEqual(story)
  })
})

describe('an event of a key', () => {
  const accepts = (what: string) => printed.keyStory.safeParse({ ...STORY, history: [{ ...EVENT, what }] }).success
  it.each([...OUTCOMES, 'no outcome', 'seen Active'])('may be "%s"', (what) => {
    expect(accepts(what)).toBe(true)
  })
  it.each(['', 'Active', 'seen Inactive', 'planned'])('is not "%s"', (what) => {
    expect(accepts(what)).toBe(false)
  })
})

describe('the record of a run', () => {
  const accepts = (fields: object) => printed.shownRecord.safeParse({ ...recordOf(), ...fields }).success
  it.each([...STATUSES, 'running'])('may have the status "%s"', (status) => {
    expect(accepts({ status })).toBe(true)
  })
  it.each(['', 'waiting', null])('does not have the status "%s"', (status) => {
    expect(accepts({ status })).toBe(false)
  })
  it('of a run that is running has no end, and all else that a record has', () => {
    const { runId, counts, startedAt } = recordOf()
    const running = { ...recordOf(), status: 'running', endedAt: null }
    expect(printed.shownRecord.parse(running)).toMatchObject({
      runId,
      counts,
      startedAt,
      status: 'running',
      endedAt: null,
    })
    expect([accepts({ endedAt: undefined }), accepts({ startedAt: null }), accepts({ runId: null })]).toEqual([
      false,
      false,
      false,
    ])
  })
})

const ORGANIZATION = makeOrganizationRecord(organizationParts([surveyed(idOf(1))]))

describe('the record of an organization run', () => {
  const [account] = ORGANIZATION.accounts
  const accepts = (fields: object) => printed.shownOrganizationRecord.safeParse({ ...ORGANIZATION, ...fields }).success
  const acceptsOf = (fields: object) => accepts({ accounts: [{ ...account, ...fields }] })
  it.each([...ORGANIZATION_STATUSES, 'running'])('may have the status "%s"', (status) => {
    expect(accepts({ status })).toBe(true)
  })
  it('has no other status, and no end while it is running', () => {
    expect([accepts({ status: 'waiting' }), accepts({ status: null }), accepts({ endedAt: null })]).toEqual([
      false,
      false,
      true,
    ])
  })
  it('of a run that is running has an account without an end, and none with another end', () => {
    expect([...ACCOUNT_ENDS, null].filter((end) => !acceptsOf({ end }))).toEqual([])
    expect([acceptsOf({ end: 'running' }), acceptsOf({ account: null })]).toEqual([false, false])
  })
})

describe('a line of runs', () => {
  const accepts = (fields: object) => printed.runListLine.safeParse({ ...LINE, ...fields }).success
  it.each([...STATUSES])('may have the status "%s"', (status) => {
    expect(accepts({ status })).toBe(true)
  })
  it.each([...MODES])('may have the mode "%s"', (mode) => {
    expect(accepts({ mode })).toBe(true)
  })
  it('has no other status and mode', () => {
    expect([accepts({ status: 'running' }), accepts({ mode: 'undo' })]).toEqual([false, false])
  })
})

describe('a run that was to stop', () => {
  const accepts = (fields: object) =>
    printed.stopped.safeParse({ ...STOPPED, runs: [{ ...STOPPED_RUN, ...fields }] }).success
  it.each(['stopped', 'open', 'not known'])('may be "%s"', (state) => {
    expect(accepts({ state })).toBe(true)
  })
  it.each([...STATUSES, ...ORGANIZATION_STATUSES])('may have the status "%s"', (status) => {
    expect(accepts({ status })).toBe(true)
  })
  it('may say nothing of its store, its status, its counts and its undo, and must say the rest', () => {
    const may = Object.keys(STOPPED_RUN).filter((name) => accepts({ [name]: null }))
    expect(may).toEqual(['store', 'status', 'counts', 'undo'])
    expect([accepts({ state: 'gone' }), accepts({ status: 'waiting' })]).toEqual([false, false])
  })
  it('was started by a schedule that was on or off', () => {
    const was = (was: string) =>
      printed.stopped.safeParse({ ...STOPPED, schedules: [{ ...STOPPED.schedules[0], was }] })
    expect(['ENABLED', 'DISABLED', ''].map((one) => was(one).success)).toEqual([true, true, false])
  })
})

describe('whether settings are valid', () => {
  it.each([
    ['an error of valid ones', { valid: true, error: 'why' }],
    ['the settings of others', { valid: false, file: null, settings: {} }],
    ['no answer', { file: null, settings: {}, error: 'why' }],
  ])('is not said by %s', (_, document) => {
    expect(printed.validated.safeParse(document).success).toBe(false)
  })
})
