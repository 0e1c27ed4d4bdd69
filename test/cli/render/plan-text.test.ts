// A plan as the person reads it who decides on it: as a table, or as cards, each key with the same facts.
import { describe, expect, it } from '@jest/globals'
import { planText } from '../../../cli/render/plan-text.ts'
import { coloursFor } from '../../../cli/render/terminal.ts'
import { makePlan, planHash } from '../../../core/run/plan.ts'
import { factsIn } from '../../support/error-facts.ts'
import { ago, NOW, policyOf } from '../../support/facts.ts'
import { textOfPlan } from '../../support/stored.ts'
import { idOf, plannedKeyOf, RUN } from '../../support/waiting.ts'

const NAMES = [
  '<script>alert(1)</script>',
  '\x1b[2J\x1b]0;owned\x07red',
  '=cmd|/c calc',
  'user\u202etxt.exe',
  'two\r\nlines',
  `${'=,.@_-+'.repeat(9)}x`,
]

const planOf = (fields: Partial<ReturnType<typeof plannedKeyOf>>[]) => {
  const stale = fields.map((one, index) => plannedKeyOf(index + 1, one))
  const facts = { runId: RUN, account: '111122223333', mode: 'apply', approval: 'always', policy: policyOf() } as const
  return makePlan({ ...facts, stale, activeKeys: 100 }, NOW)
}

const textOf = (plan: ReturnType<typeof planOf>, columns: number, leaveOut: string[] = []) =>
  planText(
    { plan, sha256: planHash(textOfPlan(plan)), answerUntil: NOW.toISOString(), leaveOut },
    { columns, colours: coloursFor({ write: () => {} }, {}) },
  )

/** Without its line breaks. */
const unfolded = (text: string): string => text.replaceAll(/\s+/g, ' ')

const WIDTHS = [60, 80, 120, 140, 200]

it.each(WIDTHS)('holds nothing that a terminal acts on, whatever the names, at %i columns', (columns) => {
  const shown = textOf(planOf(NAMES.map((user) => ({ user, reason: user, owner: user }))), columns)
  expect(shown).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  for (const index of [1, 2, 3, 4, 5, 6]) expect(shown).toContain(idOf(index))
})

describe.each(WIDTHS)('at %i columns', (columns) => {
  it('says that there is no second witness, if there is none', () => {
    const witness = { complete: false, why: 'denied', detail: 'AccessDenied: \x1b[2Jno' } as const
    const plan = planOf([{}])
    expect(unfolded(textOf({ ...plan, witness }, columns))).toEqual(
      factsIn('Key events', 'witness', 'AccessDenied: no'),
    )
    for (const read of [null, { complete: true } as const])
      expect(textOf({ ...plan, witness: read }, columns)).not.toContain('Key events')
  })

  it('names users whole, for two names may begin alike', () => {
    const [one, other] = [`${'a'.repeat(60)}-one`, `${'a'.repeat(60)}-two`]
    const text = textOf(planOf([{ user: one }, { user: other }]), columns)
    const lines = text.slice(text.indexOf('longest idle first')).split('\n')
    // A name that folds goes on at the beginning of the next line.
    const names = lines.flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? [])
    expect(names.filter((name) => name !== 'User').join('')).toBe(`${other}${one}`)
  })

  it('shows of each key its user, id, days, last use, creation and what its user is left with', () => {
    const key = { user: 'a-user-of-21-letters', otherActiveKey: 'AKIAOTHER', owner: 'ann' }
    const shown = unfolded(textOf(planOf([key]), columns))
    for (const fact of ['a-user-of-21-letters', 'ann', idOf(1), '101', 's3, eu-west-1', '2024-03-25', 'AKIAOTHER'])
      expect(shown).toContain(fact)
    expect(shown).toMatch(/\bunused\b/)
  })

  it('has no table that shatters on a name of 45 characters', () => {
    const lines = textOf(
      planOf([{ user: 'terraform-deploy-user-production-eu-central-1', owner: 'platform' }]),
      columns,
    )
      .split('\n')
      .slice(0, 6)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
    expect(lines.join('\n')).toMatch(/terraform-deploy-user-(production-eu-central-1|.* +platform)/)
  })

  it('says of a user whose keys are all in the plan that the other one is, too', () => {
    const both = planOf([
      { user: 'both', otherActiveKey: idOf(2) },
      { user: 'both', otherActiveKey: idOf(1) },
      { user: 'one', otherActiveKey: idOf(9) },
    ])
    const shown = (leaveOut: string[]) => unfolded(textOf(both, columns, leaveOut))
    expect(shown([])).toContain(`${idOf(2)} (in this plan)`)
    expect(shown([])).toContain(`${idOf(1)} (in this plan)`)
    expect(shown([])).not.toContain(`${idOf(9)} (in`)
    expect(shown([idOf(2)])).not.toContain(`${idOf(2)} (in this plan)`)
    expect(shown([idOf(2)])).toContain(`${idOf(1)} (in this plan)`)
  })

  it('says of a key in use that it is only old, and of one never used that it was not', () => {
    const old = { rule: 'rotation', lastUsedAt: ago(3), createdAt: ago(400) } as const
    const never = {
      ...{ lastUsedAt: null, lastUsedService: null, lastUsedRegion: null },
      ...{ row: 'unused' as const, values: { since: ago(900), neverUsed: true } },
    }
    const shown = unfolded(textOf(planOf([old, never]), columns))
    expect(shown).toMatch(/rotation[:,] 400 days old/)
    expect(shown).toMatch(/\b3\b/)
    expect(shown).toMatch(/\b900\b.*never used/)
  })

  it('names users whose exemption has ended, for who decides may not know it', () => {
    const exemptionEnded = { until: '2026-09-10', text: 'leave' }
    const shown = textOf(planOf([{ user: 'ann', exemptionEnded }, { user: 'bob' }]), columns)
    expect(unfolded(shown)).toContain('ann (until 2026-09-10, leave)')
    expect(textOf(planOf([{ user: 'bob' }]), columns)).not.toMatch(/xempt/)
  })

  it('lists the longest idle first, and marks what is left out', () => {
    const plan = planOf([{ user: 'newer' }, { user: 'older' }])
    expect(textOf(plan, columns, [idOf(1)])).toMatch(/older.*newer \(left out\)/s)
  })
})
