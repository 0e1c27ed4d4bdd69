// The small parts that everything printed is made of.

import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { failureOf } from '../../../cli/failure.ts'
import { makeProgress } from '../../../cli/follow/progress.ts'
import { keptGroups, MEANING } from '../../../cli/render/kept-groups.ts'
import { table } from '../../../cli/render/table.ts'
import { coloursFor, columnsOf } from '../../../cli/render/terminal.ts'
import { foldedName } from '../../../cli/render/text-width.ts'
import type { DecidingRow } from '../../../core/model/verdict.ts'
import { detailText, ROW_NAMES } from '../../../core/texts/verdict-text.ts'
import type { EngineEvent } from '../../../engine/step-functions.ts'
import { UsageError } from '../../../local/errors.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { ago } from '../../support/facts.ts'
import { recordedKey } from '../../support/records.ts'
import { IN_USE, UNUSED } from '../../support/rows.ts'

const NO_COLOURS = coloursFor({ write: () => {} }, {})

describe('a table', () => {
  const columns = [
    { head: 'User', cell: ({ user }: { user: string; why: string }) => user, least: 8, fold: foldedName },
    { head: 'Why', cell: ({ why }: { user: string; why: string }) => why },
  ]

  it('folds long names where their parts meet, and the last column between words, and where the parts of one meet that fits no line', () => {
    const rows = [
      { user: 'a', why: 'short' },
      { user: 'a-long-user-name', why: 'one two three four five arn:aws:iam::111122223333:user/somebody' },
    ]
    expect(table(rows, columns, { columns: 36, colours: NO_COLOURS })).toEqual([
      '  User              Why',
      '  a                 short',
      '  a-long-user-name  one two three',
      '                    four five',
      '                    arn:aws:iam::',
      '                    111122223333:',
      '                    user/somebody',
    ])
  })

  it('keeps to its width whatever it is given', () => {
    const rows = fc.array(
      fc.record({ user: fc.string({ unit: 'grapheme-ascii' }), why: fc.string({ unit: 'grapheme-ascii' }) }),
    )
    fc.assert(
      fc.property(rows, fc.integer({ min: 30, max: 140 }), (rows, width) => {
        const lines = table(rows, columns, { columns: width, colours: NO_COLOURS })
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('the terminal', () => {
  it.each([
    [{ isTTY: true }, {}, true],
    [{ isTTY: true }, { NO_COLOR: '1' }, false],
    [{ isTTY: true }, { NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{}, {}, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{ isTTY: true }, { FORCE_COLOR: '0' }, false],
    [{ isTTY: true }, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%j with %j is coloured: %j', (output, env, coloured) => {
    expect(coloursFor({ write: () => {}, ...output }, env).isColorSupported).toBe(coloured)
  })

  it.each([
    [{ isTTY: true, columns: 80 }, 80],
    [{ isTTY: true, columns: 20 }, 60],
    [{ isTTY: true, columns: 300 }, 200],
    [{ isTTY: true }, 120],
    [{ columns: 80 }, 120],
  ])('%j has lines of %i characters', (output, columns) => {
    expect(columnsOf({ write: () => {}, ...output })).toBe(columns)
  })
})

describe('why keys were kept', () => {
  const key = (row: DecidingRow, user = 'u') => recordedKey({ user, verdict: 'kept', ...row })
  const path = { row: 'exempt', values: { by: 'path', path: '/ci/' } } as const
  const held = {
    row: 'exempt',
    values: { by: 'tag', tag: 'keysweep-exempt', text: 'Held: by the partner; never used' },
  } as const

  it('is counted by row of the verdict table, with what its values say', () => {
    const keys = [
      key(IN_USE),
      key({ row: 'in-use', values: { since: null, reactivated: false } }),
      key(path, 'a'),
      key(path, 'b'),
      key(held, 'c'),
      key({ row: 'unknown', values: { doubt: 'last-used-missing', received: null } }, 'd'),
      key(UNUSED),
    ]
    expect(keptGroups({ keys, counts: { kept: 9 } as never })).toEqual([
      { row: 'unknown', name: 'unknown', count: 1, detail: 'last use missing (d)' },
      { row: 'exempt', name: 'exempt', count: 3, detail: 'path /ci/ (2 keys); Held: by the partner; never used (c)' },
      { row: 'in-use', name: 'in use', count: 2, detail: MEANING['in-use'] },
      {
        row: 'report',
        name: 'recent',
        count: 3,
        detail: expect.stringContaining('report'),
      },
    ])
  })

  it('says of all keys of a row why, where the values of one say more', () => {
    const back: DecidingRow = { row: 'in-use', values: { since: ago(3), reactivated: true } }
    const keys = [key(IN_USE), key(IN_USE), key(back, 'jo')]
    const [group] = keptGroups({ keys, counts: { kept: 3 } as never })
    expect(group).toMatchObject({ count: 3, detail: `${MEANING['in-use']} (2 keys); ${detailText(back)} (jo)` })
  })

  it('names every user whose keys changed since the report, and says what changed', () => {
    const more = { row: 'changed', values: { change: 'more-active', reported: 1, active: 2 } } as const
    const other = { row: 'changed', values: { change: 'was-inactive', accessKeyId: 'AKIABACKBACKBACKBAC1' } } as const
    const keys = [key(more, 'ann'), key(more, 'ann'), key(more, 'bob'), key(other, 'cy'), key(other, 'cy')]
    const [group] = keptGroups({ keys, counts: { kept: 5 } as never })
    expect(group).toMatchObject({ count: 5, detail: `${detailText(more)} (ann, bob); ${detailText(other)} (cy)` })
  })

  it('names no more users than a line holds', () => {
    const row = { row: 'changed', values: { change: 'more-active', reported: 0, active: 1 } } as const
    const keys = Array.from({ length: 9 }, (_, n) => key(row, `u${n}`))
    const [group] = keptGroups({ keys, counts: { kept: 9 } as never })
    expect(group?.detail).toBe(`${detailText(row)} (u0, u1, u2, u3, u4, u5 and 3 more)`)
  })

  it('is shown by row: those first that may want a person', () => {
    const DELETED: DecidingRow = { row: 'unknown', values: { doubt: 'user-deleted', received: null } }
    const rows: DecidingRow[] = [
      { row: 'in-use', values: { since: ago(3), reactivated: true } },
      { row: 'not-active', values: { status: 'Inactive' } },
      { row: 'own', values: { by: 'key' } },
      path,
      { row: 'changed', values: { change: null } },
      DELETED,
      { row: 'root', values: { lastUsedAt: null } },
    ]
    const keys = rows.map((row) => key(row))
    const groups = keptGroups({ keys, counts: { kept: keys.length } as never })
    expect(groups.map(({ name, detail }) => [name, detail])).toEqual([
      ['root', `${detailText({ row: 'root', values: { lastUsedAt: null } })} (u)`],
      ['unknown', `${detailText(DELETED)} (u)`],
      [ROW_NAMES.changed, MEANING.changed],
      ['exempt', 'path /ci/ (u)'],
      ['own', MEANING.own],
      ['not active', 'Inactive (u)'],
      ['in use', 'found reactivated 2026-09-08 (u)'],
    ])
  })

  it('names the six most frequent details, and how many more there are', () => {
    const keys = Array.from({ length: 8 }, (_, n) =>
      key({ row: 'exempt', values: { by: 'user', pattern: `p${n}` } }, `u${n}`),
    )
    const [group] = keptGroups({ keys, counts: { kept: 8 } as never })
    expect(group?.detail).toBe(`${[0, 1, 2, 3, 4, 5].map((n) => `user p${n} (u${n})`).join('; ')}; and 2 more`)
  })
})

describe('progress on a terminal', () => {
  const at = '2026-09-11T12:00:00.000Z'
  const later = '2026-09-11T12:00:02.100Z'
  const top = { stateType: 'Task', index: null }
  const tell = (events: EngineEvent[], env: Record<string, string> = { NO_COLOR: '1' }): string => {
    let said = ''
    const stderr = { isTTY: true, columns: 80, write: (text: string) => (said += text) }
    const progress = makeProgress({ stderr, stdout: stderr, env })
    for (const event of events) progress.show(event)
    progress.close()
    return said
  }

  /** What is said while 300 suspects are checked, one every 20 milliseconds. */
  const tellChecking = (isTTY: boolean, pause = 20): string => {
    let [said, milliseconds] = ['', 0]
    const stderr = { isTTY, columns: 80, write: (text: string) => (said += text) }
    const progress = makeProgress({ stderr, stdout: stderr, env: { NO_COLOR: '1' } }, () => milliseconds)
    progress.show({ type: 'StateEntered', at, state: 'Check suspects', ...top })
    for (let checked = 1; checked <= 300; checked += 1) {
      milliseconds += pause
      progress.suspectChecked(checked, 300)
    }
    progress.show({ type: 'StateExited', at: later, state: 'Check suspects', ...top })
    progress.show({ type: 'StateEntered', at, state: 'Make plan', ...top })
    progress.show({ type: 'StateExited', at: later, state: 'Make plan', ...top })
    return said
  }

  it('counts suspects while they are checked, ten times a second, and says how many there were', () => {
    const said = tellChecking(true)
    const written = said.split('\r\x1b[K').filter((line) => /^ {2}Check suspects {3}\d+ of 300 suspects$/.test(line))
    expect(written).toHaveLength(60)
    expect(said).toContain('  Check suspects      2.1 s   300 of 300 suspects\n')
    expect(said.endsWith('  Make plan           2.1 s\n')).toBe(true)
  })

  it('counts them in a line now and then if there is no terminal', () => {
    expect(tellChecking(false)).toBe('  Check suspects      2.1 s   300 of 300 suspects\n  Make plan           2.1 s\n')
    expect(tellChecking(false, 200).split('\n').slice(0, 2)).toEqual([
      '  Check suspects   150 of 300 suspects',
      '  Check suspects   300 of 300 suspects',
    ])
  })

  it('moves no cursor on a dumb terminal', () => {
    const map = { state: 'Deactivate keys' }
    const said = tell(
      [
        { type: 'StateEntered', at, state: 'Make plan', ...top },
        { type: 'StateExited', at: later, state: 'Make plan', ...top },
        { type: 'MapStarted', at, ...map, items: 1 },
        { type: 'IterationSucceeded', at, ...map, index: 0, output: { accessKeyId: 'AKIA1', outcome: 'deactivated' } },
        { type: 'StateExited', at: later, ...map, stateType: 'Map', index: null },
      ],
      { TERM: 'dumb' },
    )
    expect(said).not.toMatch(/[^\P{Cc}\n]/u)
    expect(said).toMatch(/AKIA1 deactivated\n.*1 key: 1 deactivated\n$/)
  })

  it('shows the state that is being worked on, and overwrites it with its time', () => {
    const said = tell([
      { type: 'StateEntered', at, state: 'Make plan', ...top },
      { type: 'StateExited', at: later, state: 'Make plan', ...top },
    ])
    expect(said).toBe('  Make plan        …\r\x1b[K  Make plan           2.1 s\n')
  })

  it('shows a bar over the keys, with their outcomes, and removes it at the end', () => {
    const map = { state: 'Deactivate keys' }
    const inMap = { state: 'Deactivate key', stateType: 'Task', index: 0 }
    const said = tell([
      { type: 'StateEntered', at, ...map, stateType: 'Map', index: null },
      { type: 'MapStarted', at, ...map, items: 2 },
      { type: 'StateRetried', at, ...inMap, attempt: 1, error: 'IamThrottled' },
      { type: 'IterationSucceeded', at, ...map, index: 0, output: { accessKeyId: 'AKIA1', outcome: 'deactivated' } },
      { type: 'IterationFailed', at, ...map, index: 1 },
      { type: 'StateExited', at: later, ...map, stateType: 'Map', index: null },
    ])
    expect(said).toContain('░ 0/2')
    expect(said).toContain('\x1b[?25l')
    expect(said.lastIndexOf('\x1b[?25h')).toBeGreaterThan(said.lastIndexOf('\x1b[?25l'))
    expect(said.endsWith('  Deactivate keys     2.1 s   2 keys: 1 deactivated, 1 failed; 1 retry\n')).toBe(true)
  })

  it('folds a message at words, below its text, and leaves hashes and commands whole', () => {
    const told = (isTTY: boolean, line: string) => {
      let said = ''
      const stderr = { isTTY, columns: 60, write: (text: string) => (said += text) }
      makeProgress({ stderr, stdout: stderr, env: { NO_COLOR: '1' } }).print(line)
      return said.split('\n').slice(0, -1)
    }
    const why = `Why:      ${'word '.repeat(20)}end`
    const [first = '', ...others] = told(true, why)
    expect(first).toMatch(/^Why: {6}word/)
    for (const line of others) expect(line).toMatch(/^ {10}\S/)
    for (const line of [first, ...others]) expect(line.length).toBeLessThanOrEqual(60)
    expect(told(false, why)).toEqual([why])
    for (const whole of [`Plan:     ${'f'.repeat(64)}`, `  npm run -s keysweep -- approve ${'r'.repeat(40)}`, ''])
      expect(told(true, whole)).toEqual([whole])
  })

  it('says what a state had trouble with', () => {
    const said = tell([
      { type: 'StateRetried', at, state: 'Parse report', ...top, attempt: 2, error: 'IamUnavailable' },
      { type: 'StateCaught', at, state: 'Parse report', ...top, error: 'ReportRefused', cause: '{}' },
    ])
    const [retry, caught] = said.split('\n')
    expect(retry).toEqual(factsIn('Parse report', 'IamUnavailable', 2))
    expect(caught).toEqual(factsIn('Parse report', 'ReportRefused'))
  })

  it('says why a state is retried the first time, on one line, long before the run gives up', () => {
    const retry = { type: 'StateRetried', at, state: 'Generate report', ...top, error: 'IamUnavailable' } as const
    const cause = JSON.stringify({ errorMessage: 'connect ECONNREFUSED 127.0.0.1:9\n\x1b[31m' })
    const [first, second, rest] = tell([
      { ...retry, attempt: 1, cause },
      { ...retry, attempt: 2, cause },
    ]).split('\n')
    expect(first).toEqual(factsIn('Generate report', 1, 'IamUnavailable', 'ECONNREFUSED 127.0.0.1:9'))
    expect(second).toEqual(factsIn('Generate report', 2, 'IamUnavailable'))
    expect([second?.includes('ECONNREFUSED'), rest]).toEqual([false, ''])
  })
})

describe('an error at the end of a command', () => {
  it('is one line where it was to be expected', () => {
    expect(failureOf(new UsageError('No\nsuch \x1b[31mrun'), {})).toEqual({
      exitCode: 2,
      text: 'keysweep: No such run\n',
    })
  })

  it('has its stack where it was not, and no escape codes', () => {
    const { exitCode, text } = failureOf(new TypeError('x is \x1b[31mundefined'), {})
    expect(exitCode).toBe(1)
    expect(text).toMatch(/^keysweep: .*: TypeError: x is undefined\n {4}at /)
  })

  it('can be anything that was thrown', () => {
    expect(failureOf('a string', {})).toEqual({ exitCode: 1, text: lineWith('a string') })
  })
})
