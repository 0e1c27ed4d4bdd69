// What a terminal shows of an organization run: lines that are drawn again on a live one, and one line for each account elsewhere.
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { makeOrganizationProgress } from '../../../cli/follow/organization-progress.ts'
import type { EngineEvent } from '../../../engine/step-functions.ts'

const [A, B] = ['111122223333', '444455556666']
const SURVEY = { state: 'Survey accounts', stateType: 'Map', index: null }
const at = (second: number) => `2026-09-11T12:00:0${second}.000Z`

/** A terminal that keeps what is written to it. */
function progressOn(stderr: { isTTY?: boolean; columns?: number; rows?: number } = {}) {
  const written: string[] = []
  const output = { write: (text: string) => void written.push(text) }
  const progress = makeOrganizationProgress({
    stdout: output,
    stderr: { ...output, ...stderr },
    env: { NO_COLOR: '1' },
  })
  progress.named(new Map([[A, 'payments']]))
  const show = (event: object) => progress.show(event as EngineEvent)
  /** Two accounts: one has ended, one is worked on. */
  const begin = () => {
    show({ type: 'StateEntered', ...SURVEY, at: at(1) })
    show({ type: 'MapRunStarted', state: SURVEY.state, at: at(1), items: 2 })
    for (const account of [A, B]) progress.started(account)
    progress.planned(A, 2)
    progress.accountEnded(A, 'planned')
    progress.suspectChecked(B, 5, 9)
  }
  const end = () => {
    progress.planned(B, 0)
    progress.accountEnded(B, 'nothing to do')
    show({ type: 'StateExited', ...SURVEY, at: at(4) })
  }
  return { ...progress, begin, end, show, written, text: () => written.join('') }
}

describe('where lines stay', () => {
  it('each account has one when it ends, with its name and its keys, and the state has the total', () => {
    const { begin, end, text } = progressOn()
    begin()
    end()
    expect(text().trimEnd().split('\n')).toEqual([
      '    111122223333 payments: planned, 2 stale keys',
      '    444455556666: nothing to do',
      '  Survey accounts                  3.0 s   2 accounts: 1 planned, 1 nothing to do; 2 stale keys',
    ])
  })
  it('a retry and a failure of a state have one, and a state that takes no time has none', () => {
    const { show, text } = progressOn()
    const state = { state: 'List accounts', stateType: 'Task', index: null, at: at(1) }
    show({ type: 'StateRetried', ...state, attempt: 2, error: 'OrganizationUnavailable' })
    show({ type: 'StateCaught', ...state, error: 'OrganizationDenied', cause: 'no' })
    show({ type: 'StateExited', ...state, state: 'Next step?', stateType: 'Choice' })
    show({ type: 'StateExited', ...state, state: 'Make organization plan' })
    expect(text().trimEnd().split('\n')).toEqual([
      '  List accounts                 retry 2: OrganizationUnavailable',
      '  List accounts                 failed: OrganizationDenied',
      '  Make organization plan           0.0 s',
    ])
  })
})

describe('where the cursor moves', () => {
  beforeEach(() => void jest.useFakeTimers())
  afterEach(() => void jest.useRealTimers())

  it('the lines of the accounts are drawn again, and are removed when the state ends', () => {
    const { begin, end, written } = progressOn({ isTTY: true, columns: 100 })
    begin()
    expect(written).toEqual([])
    jest.advanceTimersByTime(200)
    const drawn = [
      '  Survey accounts               1 of 2 accounts   2 stale keys',
      '    444455556666                      Start run  5 of 9 suspects',
    ]
    expect(written.splice(0)).toEqual([`${drawn.join('\n')}\n`])
    jest.advanceTimersByTime(200)
    const up = '\r\x1b[2A\x1b[J'
    expect(written.splice(0)).toEqual([up, `${drawn.join('\n')}\n`])
    end()
    expect(written.splice(0)).toEqual([
      up,
      '  Survey accounts                  3.0 s   2 accounts: 1 planned, 1 nothing to do; 2 stale keys\n',
    ])
    jest.advanceTimersByTime(1000)
    expect(written).toEqual([])
  })
  it('a printed line is above them', () => {
    const { begin, print, close, written } = progressOn({ isTTY: true, columns: 100 })
    begin()
    jest.advanceTimersByTime(200)
    written.length = 0
    print('Stopping ...')
    expect(written).toEqual(['\r\x1b[2A\x1b[J', 'Stopping ...\n'])
    jest.advanceTimersByTime(200)
    expect(written).toHaveLength(3)
    close()
    expect(written.at(-1)).toBe('\r\x1b[2A\x1b[J')
  })
  it('no line is longer than the terminal: one that folds could not be removed', () => {
    const { begin, written } = progressOn({ isTTY: true, columns: 40 })
    begin()
    jest.advanceTimersByTime(200)
    const lines = written.join('').trimEnd().split('\n')
    expect(lines).toHaveLength(2)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(40)
  })
  it('there are fewer lines than the terminal has: one that has left it could not be removed', () => {
    const { begin, show, written } = progressOn({ isTTY: true, columns: 100, rows: 2 })
    begin()
    jest.advanceTimersByTime(200)
    expect(written.splice(0)).toEqual(['  Survey accounts               1 of 2 accounts   2 stale keys\n'])
    show({ type: 'StateExited', ...SURVEY, at: at(4) })
    expect(written[0]).toBe('\r\x1b[1A\x1b[J')
  })
})
