// Breaches that properties found, each in its smallest case; all are mended.
import { expect, it } from '@jest/globals'
import { judge } from '../../core/judge/verdict.ts'
import { capsExceeded } from '../../core/run/plan.ts'
import { ago, CALLER, keyOf, NOW, policyOf, slotOf, usedAt, userOf } from '../support/facts.ts'
import { play } from './play.ts'
import type { RunStep, Scenario } from './scenario.ts'
import { openInMemory } from './worlds.ts'

const DAY = 86_400_000

const RUN: RunStep = {
  do: 'run',
  mode: 'apply',
  approval: 'over-cap',
  byHand: false,
  policy: {
    unusedDays: 90,
    rotationDays: null,
    maxKeys: 100,
    maxPercent: 100,
    concurrency: 1,
    exemptUsers: [],
    exemptPaths: [],
  },
  reply: { answer: 'approve', leaveOut: 0, after: 0, meanwhile: [] },
  changes: [],
  faults: [],
}

const oneDeadKey = (steps: Scenario['steps']): Scenario => ({
  beginning: NOW.getTime(),
  account: {
    users: [
      {
        name: 'backup-bot',
        path: '/',
        tags: {},
        sparedKey: null,
        keys: [{ created: 400 * DAY, used: null, status: 'Active' }],
        reportSays: {},
      },
    ],
    signer: { other: null, role: true, name: 'operator' },
    rootKeys: [],
  },
  steps,
})

// Verdict table, row 3: a fact that lies in the future keeps the key as unknown.
it('a key is unknown where the report has a date in the future', () => {
  const [old, young] = [
    keyOf(),
    keyOf({ accessKeyId: 'AKIAYOUNGYOUNGYOUNG1', createdAt: ago(20), lastUsed: usedAt(ago(1)) }),
  ]
  const slots = [slotOf(old, 1, { lastRotatedAt: ago(-1) }), slotOf(young, 2)]
  const facts = userOf([old, young], { report: { generatedAt: ago(0), activeKeys: 2, slots, userCreatedAt: null } })
  const verdict = judge({ facts, key: old, policy: policyOf({ rotationDays: 90 }), caller: CALLER, now: NOW })
  expect(verdict).toMatchObject({ verdict: 'kept', row: 'unknown', values: { doubt: 'report-date-in-future' } })
})

// "Any doubt keeps the key": a key whose creation cannot be read may be the one that the report showed inactive.
it('a key is kept where its user has another Active key of which nobody can tell that it was not inactive', () => {
  const old = keyOf()
  const undated = keyOf({ accessKeyId: 'AKIAYOUNGYOUNGYOUNG1', createdAt: '2026-09-11' })
  const dated = slotOf(old, 2, { active: null, lastRotatedAt: ago(399) })
  const empty = { ...dated, slot: 1, active: false, lastRotatedAt: null } as const
  const report = { generatedAt: ago(0), activeKeys: 2, slots: [empty, dated], userCreatedAt: null }
  const facts = userOf([undated, old], { report })
  const verdict = judge({ facts, key: old, policy: policyOf(), caller: CALLER, now: NOW })
  expect(verdict).toMatchObject({ verdict: 'kept', row: 'unknown', values: { doubt: 'other-key-undated' } })
})

// 69 of 375 keys are 18.4 % and not over it. 375 * 18.4 is 6899.999999999999.
it('a plan that is exactly at maxPercent is not over it', () => {
  expect(capsExceeded(69, 375, policyOf({ maxPercent: 18.4 }))).toEqual([])
})

// Sent and never seen Inactive is `failed: sent, not confirmed`, also where the whole user goes between the update and the
// look back.
it('a key counts as deleted when its user is deleted between the update and the read-back', async () => {
  const CALLS_UP_TO_THE_UPDATE = 11
  const change = { kind: 'delete user', user: 0, key: 0 } as const
  const { complaints } = await play(
    oneDeadKey([{ ...RUN, changes: [{ at: CALLS_UP_TO_THE_UPDATE + 1, change }] }]),
    openInMemory,
  )
  expect(complaints).toEqual([])
})
