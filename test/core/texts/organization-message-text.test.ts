// What the messages of an organization run hold: each fact on its line, and no line without its fact.
import { describe, expect, it } from '@jest/globals'
import { ACCOUNT_ENDS, type AccountEnd } from '../../../core/model/closed-sets.ts'
import type { RecordedAccount } from '../../../core/model/documents/organization-record.ts'
import type { OrganizationApprovalWanted, OrganizationEnded } from '../../../core/model/messages.ts'
import { messageSubject } from '../../../core/texts/message-text.ts'
import {
  organizationApprovalLines,
  organizationApprovalSubject,
  organizationEndLines,
  organizationEndSubject,
} from '../../../core/texts/organization-message-text.ts'
import { expectNoGap, factsIn } from '../../support/error-facts.ts'
import { HUB, idOf, ORG } from '../../support/organization.ts'

const [A, B] = [idOf(1), idOf(2)]
const COMMAND = 'keysweep show org-1'
const NO_KEYS = { stale: 0, deactivated: 0, reactivated: 0, skipped: 0, failed: 0 }

/** The parts of a message, which blank lines part. */
const partsOf = (lines: string[]): string[][] =>
  lines
    .join('\n')
    .split('\n\n')
    .map((part) => part.split('\n'))

/** What each line of a part says after its label. */
const valuesOf = (lines: string[] = []): string[] =>
  lines.map((line) => /^\p{Lu}[^:]*: +(\S.*)$/u.exec(line)?.[1] ?? line)

describe('an organization plan that waits', () => {
  const wanted: OrganizationApprovalWanted = {
    ...{ kind: 'organization approval wanted', runId: ORG, hub: HUB, plan: 'cafe', keys: 10, accounts: 2 },
    shown: [
      { account: B, keys: 1, activeKeys: 70, ifApplied: 'ask' },
      { account: A, keys: 9, activeKeys: 80, ifApplied: 'go' },
    ],
    ...{ why: ['a cap', 'an old key'], expiresAt: '2026-09-18T12:00:00Z', command: COMMAND },
  }

  it.each([
    [1, 1, '1 key', '1 account', 'waits'],
    [2, 3, '2 keys', '3 accounts', 'wait'],
  ])('of %i keys in %i accounts says so in its subject', (keys, accounts, ofKeys, ofAccounts, verb) => {
    const subject = organizationApprovalSubject({ ...wanted, keys, accounts })
    expect(subject).toEqual(factsIn('keysweep', ofKeys, ofAccounts, verb, HUB))
    expectNoGap(subject)
  })
  it('has what to decide on, the accounts, and the line to answer with', () => {
    const [asked, facts, accounts, answer, ...more] = partsOf(organizationApprovalLines(wanted, ', in a clone'))
    expect(more).toEqual([])
    expect(asked).toEqual([factsIn('10 access keys', '2 accounts')])
    expect(valuesOf(facts)).toEqual([ORG, 'a cap; an old key', 'cafe', factsIn(wanted.expiresAt, 'no')])
    expect(accounts).toEqual([
      expect.stringMatching(RegExp(`^ {2}${B} {2}1 key of 70 active, .*approval$`)),
      `  ${A}  9 keys of 80 active`,
    ])
    expect(answer).toEqual([expect.stringMatching(/^\p{Lu}\p{L}* \p{L}.*, in a clone:$/u), `  ${COMMAND}`])
  })
  it('counts the accounts that it does not show', () => {
    const accountsOf = (accounts: number) => partsOf(organizationApprovalLines({ ...wanted, accounts }, ''))[2]
    expect(accountsOf(2)).toHaveLength(2)
    expect(accountsOf(3)?.slice(2)).toEqual([factsIn('1 account', 'plan')])
    expect(accountsOf(5)?.slice(2)).toEqual([factsIn('3 accounts', 'plan')])
  })
})

const accountOf = (account: string, end: AccountEnd, fields: Partial<RecordedAccount> = {}): RecordedAccount => ({
  ...{ account, name: null, end, why: null, runs: [], ...NO_KEYS },
  ...fields,
})

const countsOf = (ends: Partial<Record<AccountEnd, number>>, fields: object = {}) => ({
  ends: { ...(Object.fromEntries(ACCOUNT_ENDS.map((end) => [end, 0])) as Record<AccountEnd, number>), ...ends },
  ...{ accounts: 4, ...NO_KEYS, ...fields },
})

const ended = (fields: Partial<OrganizationEnded> = {}): OrganizationEnded => ({
  ...{ kind: 'organization run finished', runId: ORG, hub: HUB, status: 'changed', ifApplied: null, error: null },
  ...{ counts: countsOf({ changed: 3, excluded: 1 }, { stale: 8 }), shown: [], more: 0, command: COMMAND },
  recordSha256: null,
  ...fields,
})

const FAILED = ended({
  ...{ kind: 'organization run failed', status: 'some accounts failed' },
  error: { name: 'SomeAccountsFailed', message: `1 of 4 accounts failed: ${B} failed` },
})

describe('an organization run that ended', () => {
  it('says how in its subject, and from where', () => {
    for (const message of [ended(), FAILED]) expect(messageSubject(message)).toBe(organizationEndSubject(message))
    expect(organizationEndSubject(ended())).toEqual(factsIn('keysweep', `from ${HUB} finished`, 'changed'))
    expect(organizationEndSubject(FAILED)).toEqual(factsIn('keysweep', `from ${HUB} FAILED`, 'SomeAccountsFailed'))
    expect(organizationEndSubject(ended({ hub: null }))).toEqual(factsIn('organization run finished', 'changed'))
  })
  it('has what is known of it, and the line that shows the record', () => {
    const [finished, facts, show, ...more] = partsOf(organizationEndLines(ended(), ', in a clone'))
    expect(more).toEqual([])
    expect(finished).toEqual([factsIn('finished')])
    expect(valuesOf(facts)).toEqual([ORG, HUB, 'changed', '4: 3 changed, 1 excluded', '8', factsIn('none')])
    expect(show).toEqual([expect.stringMatching(/^\p{Lu}\p{L}* \p{L}.*, in a clone:$/u), `  ${COMMAND}`])
  })
  it('has its error before the facts, made safe to show', () => {
    const error = { name: 'Some\u0007AccountsFailed', message: `one\n\ntwo ${B}` }
    const [failed, why, facts] = partsOf(organizationEndLines({ ...FAILED, error }, ''))
    expect([failed, why]).toEqual([[factsIn('failed', 'SomeAccountsFailed')], [`one two ${B}`]])
    expect(valuesOf(facts)[2]).toBe('some accounts failed')
  })
  it('says that the account it ran in is not known', () => {
    const [, facts] = partsOf(organizationEndLines(ended({ hub: null }), ''))
    expect(facts?.[1]).toMatch(/^\p{Lu}\p{L}* \p{L}+: +not \p{L}+$/u)
  })
  it('says only of a plan what it would do', () => {
    const ifApplied = { step: 'stop' as const, why: ['a cap', 'a second'] }
    const [, planned] = partsOf(organizationEndLines(ended({ status: 'planned', ifApplied }), ''))
    const [, other] = partsOf(organizationEndLines(ended({ status: 'planned' }), ''))
    expect(planned?.filter((line) => other?.includes(line))).toEqual(other)
    expect(planned?.[3]).toMatch(/applied: +\p{L}+ stop: a cap; a second$/u)
    expect(planned).toHaveLength(7)
  })
  it('has no count where a document could not be read, and says so', () => {
    const [, facts] = partsOf(organizationEndLines(ended({ counts: null }), ''))
    expect(facts).toHaveLength(4)
    expect(facts?.at(-1)).toMatch(/^\p{L}+ \p{L}+: +not \p{L}+: \D+$/u)
  })
  it('counts accounts and keys, each by its end, in their order', () => {
    const keys = { stale: 9, deactivated: 3, reactivated: 2, skipped: 5, failed: 4 }
    const [, facts] = partsOf(
      organizationEndLines(ended({ counts: countsOf({ unreachable: 2, failed: 2 }, keys) }), ''),
    )
    expect(valuesOf(facts).slice(3)).toEqual([
      '4: 2 failed, 2 unreachable',
      '9',
      '3 deactivated, 2 reactivated, 5 skipped, 4 failed',
    ])
    const [, none] = partsOf(organizationEndLines(ended({ counts: countsOf({}, { accounts: 0, skipped: 1 }) }), ''))
    expect(valuesOf(none).slice(3)).toEqual(['0', '0', '1 skipped'])
  })
})

describe('the accounts of an organization run that ended', () => {
  const accountsOf = (shown: RecordedAccount[], more = 0) => {
    const parts = partsOf(organizationEndLines(ended({ shown, more }), ''))
    expect(parts).toHaveLength(4)
    return parts[2]
  }

  it('have their ends in one column, then keys, name and reason', () => {
    const shown = [
      accountOf(B, 'unreachable', { name: 'team b', why: 'MemberRoleDenied: no' }),
      accountOf(A, 'changed', { name: 'team a', deactivated: 3, failed: 1 }),
      accountOf(idOf(3), 'new'),
    ]
    expect(accountsOf(shown)).toEqual([
      `  ${B}  unreachable  (team b) MemberRoleDenied: no`,
      `  ${A}  changed      3 deactivated, 1 failed (team a)`,
      `  ${idOf(3)}  new`,
    ])
  })
  it('show the first 200 characters of a reason, and one line of whatever a name holds', () => {
    const why = `a\n${'x'.repeat(300)}`
    expect(accountsOf([accountOf(A, 'failed', { name: 'x\u001b[2J\n  y', why })])).toEqual([
      `  ${A}  failed  (x y) a ${'x'.repeat(198)}`,
    ])
  })
  it('are counted if there are more', () => {
    expect(accountsOf([accountOf(A, 'changed')], 1)?.slice(1)).toEqual([factsIn('1 account', 'record')])
    expect(accountsOf([accountOf(A, 'changed')], 3)?.slice(1)).toEqual([factsIn('3 accounts', 'record')])
  })
})
