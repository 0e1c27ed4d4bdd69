// What Step Functions must say of an execution before a function works for it, and how often it is asked.
import { describe, expect, it } from '@jest/globals'
import { confirmExecution, isSameStart } from '../../steps/confirm-execution.ts'
import type { DescribedExecution } from '../../steps/ports.ts'
import { errorWith } from '../support/error-facts.ts'

const STARTED_AT = '2026-09-11T12:00:00.000Z'
const NAMED = { runId: 'run-9', executionId: 'arn:of:run-9', startedAt: STARTED_AT }
const KNOWN: DescribedExecution = { runId: 'run-9', startedAt: STARTED_AT, isRunning: true, input: { mode: 'plan' } }

/** Confirms by these answers, of which the last one stays. */
async function confirm(answers: (DescribedExecution | null)[]) {
  const asked: string[] = []
  const pauses: number[] = []
  const execution = async (id: string) => answers[Math.min(asked.push(id), answers.length) - 1] ?? null
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds)
  }
  const input = await confirmExecution({ execution, pause }, NAMED).catch((error: Error) => error)
  return { asked, pauses, input }
}

describe('an execution', () => {
  it.each([
    [0, []],
    [1, [500]],
    [2, [500, 1000]],
    [3, [500, 1000, 2000]],
    [4, [500, 1000, 2000, 4000]],
  ])('that is known after %i questions is confirmed with its input', async (unknown, pauses) => {
    const said = await confirm([...Array<null>(unknown).fill(null), KNOWN])
    expect(said).toEqual({ asked: Array<string>(unknown + 1).fill('arn:of:run-9'), pauses, input: { mode: 'plan' } })
  })
  it('that is not known after five questions is refused', async () => {
    const { asked, pauses, input } = await confirm([null, null, null, null, null, KNOWN])
    expect(input).toEqual(errorWith('ExecutionNotConfirmed', '"run-9"', STARTED_AT, 'none'))
    expect([asked.length, pauses]).toEqual([5, [500, 1000, 2000, 4000]])
  })
  it('that is over is asked for again, and counts once it runs', async () => {
    expect(await confirm([{ ...KNOWN, isRunning: false }, KNOWN])).toMatchObject({ pauses: [500], input: KNOWN.input })
  })
  it.each<[string, Partial<DescribedExecution>, string[], number]>([
    ['is over', { isRunning: false }, ['over', '"run-9"'], 5],
    ['has another name', { runId: 'run-8' }, ['a running one', '"run-8"'], 1],
    [
      'started a second later',
      { startedAt: '2026-09-11T12:00:01.000Z' },
      ['a running one', '2026-09-11T12:00:01.000Z'],
      1,
    ],
    ['started at no time that can be read', { startedAt: 'noon' }, ['a running one', 'noon'], 1],
  ])('that %s is refused, and the refusal says so', async (_, fields, facts, questions) => {
    const { asked, input } = await confirm([{ ...KNOWN, ...fields }])
    expect(input).toEqual(errorWith('ExecutionNotConfirmed', '"run-9"', STARTED_AT, ...facts))
    expect(asked.length).toBe(questions)
  })
})

it.each([
  [STARTED_AT, STARTED_AT, true],
  [STARTED_AT, '2026-09-11T14:00:00.000+02:00', true],
  [STARTED_AT, '2026-09-11T12:00:00.999Z', true],
  ['2026-09-11T12:00:00.999Z', STARTED_AT, true],
  [STARTED_AT, '2026-09-11T12:00:01.000Z', false],
  ['2026-09-11T12:00:01.000Z', STARTED_AT, false],
  [STARTED_AT, 'noon', false],
  ['noon', STARTED_AT, false],
  ['noon', 'noon', false],
])('%s and %s are the same start: %p', (one, other, same) => {
  expect(isSameStart(one, other)).toBe(same)
})
