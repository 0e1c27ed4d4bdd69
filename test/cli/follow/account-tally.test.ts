// The progress of an organization run: what happens to its accounts goes in, lines of text come out.
import { describe, expect, it } from '@jest/globals'
import { type AccountTally, checkedText, makeAccountTally } from '../../../cli/follow/account-tally.ts'
import type { EngineEvent } from '../../../engine/step-functions.ts'

const [A, B, C] = ['111122223333', '444455556666', '777788889999']
const NAMES: Record<string, string> = { [A]: 'payments', [B]: 'blog' }
const called = (account: string) => [account, NAMES[account]].filter((text) => text !== undefined).join(' ')
const shown = (tally: AccountTally) => tally.lines('head ', called).map(({ text, note }) => `${text}${note}`.trimEnd())

const moment = { at: '2026-09-11T12:00:00.000Z', state: 'Check suspects', index: null }
const entered = (state: string, fields: object = {}) =>
  ({ type: 'StateEntered', stateType: 'Task', ...moment, state, ...fields }) as EngineEvent
const ofKey = (outcome: unknown, type = 'IterationSucceeded') =>
  ({ type, ...moment, index: 0, output: outcome }) as EngineEvent

describe('while accounts are worked on', () => {
  it('the first line says how many there are, how many have ended, and what was found', () => {
    const tally = makeAccountTally(3)
    expect(shown(tally)).toEqual(['head 3 accounts'])
    tally.started(A)
    expect(shown(tally)[0]).toBe('head 0 of 3 accounts')
    tally.planned(0)
    tally.planned(2)
    tally.accountEnded(A, 'planned')
    expect(shown(tally)).toEqual(['head 1 of 3 accounts   2 stale keys'])
  })
  it('each has a line with its name, the state of its run, and how far that is', () => {
    const tally = makeAccountTally(3)
    for (const account of [A, B, C]) tally.started(account)
    tally.of(A, entered('Check suspects'))
    tally.checked(A, checkedText(500, 1500))
    tally.of(B, entered('Deactivate keys', { stateType: 'Map' }))
    tally.of(B, { type: 'MapStarted', ...moment, items: 1 } as EngineEvent)
    expect(shown(tally).slice(1)).toEqual([
      '    111122223333 payments             Check suspects  500 of 1500 suspects',
      '    444455556666 blog                 Deactivate keys  1 key',
      '    777788889999                      Start run',
    ])
  })
  it.each<[string, EngineEvent]>([
    ['a choice takes no time', entered('Next step?', { stateType: 'Choice' })],
    ['a state of one key is a part of its map', entered('Deactivate key', { index: 3 })],
    ['the end of a state', { ...entered('Parse report'), type: 'StateExited' } as EngineEvent],
  ])('is shown by its last step: %s', (_, event) => {
    const tally = makeAccountTally(1)
    tally.started(A)
    tally.of(A, entered('Check suspects'))
    tally.checked(A, '1 of 2 suspects')
    tally.of(A, event)
    expect(shown(tally)[1]).toMatch(/Check suspects {2}1 of 2 suspects$/)
    tally.of(A, entered('Make plan'))
    expect(shown(tally)[1]).toMatch(/Make plan$/)
  })
  it('what is heard of an account that has ended, or was never started, shows no line', () => {
    const tally = makeAccountTally(2)
    tally.started(A)
    tally.accountEnded(A, 'failed')
    tally.of(A, entered('Make plan'))
    tally.checked(B, '1 of 2 suspects')
    expect(shown(tally)).toEqual(['head 1 of 2 accounts'])
  })
  it('ten have a line of their own, and the last line counts the others', () => {
    const tally = makeAccountTally(40)
    const ids = Array.from({ length: 12 }, (_, n) => `0000000000${10 + n}`)
    for (const id of ids) tally.started(id)
    expect(shown(tally)).toHaveLength(12)
    expect(shown(tally).at(-1)).toBe('    and 2 more')
    tally.accountEnded(ids[0] ?? '', 'failed')
    tally.accountEnded(ids[1] ?? '', 'failed')
    expect(shown(tally)).toHaveLength(11)
  })
})

describe('once all have ended', () => {
  it('one line counts the accounts by their end, and the keys', () => {
    const tally = makeAccountTally(3)
    tally.planned(4)
    for (const end of ['nothing to do', 'planned', 'nothing to do']) tally.accountEnded(A, end)
    expect(tally.summary()).toBe('3 accounts: 2 nothing to do, 1 planned; 4 stale keys')
  })
  it('keys are in the order of their outcomes, whichever ended first', () => {
    const tally = makeAccountTally(1)
    for (const outcome of ['skipped', 'failed', 'deactivated', 'deactivated']) tally.of(A, ofKey({ outcome }))
    tally.of(A, ofKey(undefined, 'IterationFailed'))
    tally.of(A, ofKey(null))
    tally.accountEnded(A, 'some keys failed')
    expect(tally.summary()).toBe('1 account: 1 some keys failed; 2 keys deactivated, 1 skipped, 3 failed')
  })
  it('nothing more is said than is known', () => {
    expect(makeAccountTally(40).summary()).toBe('40 accounts')
    const tally = makeAccountTally(1)
    tally.accountEnded(A, 'odd\u001b[31mend')
    expect(tally.summary()).not.toContain('\u001b')
  })
})
