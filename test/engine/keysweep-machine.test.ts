// The state machine that is deployed, with small made-up functions: what the engine makes of the real file.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from '@jest/globals'
import { type EngineEvent, type LocalFunction, startExecution } from '../../engine/step-functions.ts'
import { failing } from './machines.ts'

const text = readFileSync(new URL('../../statemachine/keysweep.asl.json', import.meta.url), 'utf8')
const placeholders = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ''))]
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name.replace(/Arn$/, '')}`
const substitutions = Object.fromEntries(placeholders.map((name) => [name, name === 'Partition' ? 'aws' : arnOf(name)]))

/** It has no types of its own, and changes what it is given. */
type Validator = (definition: unknown) => { isValid: boolean; errorsText: (separator: string) => string }
const validate = createRequire(import.meta.url)('asl-validator') as Validator

const UUID = '00000000-0000-4000-8000-000000000000'

const KEYS = [1, 2, 3].map((n) => ({ user: `user-${n}`, accessKeyId: `AKIA${n}` }))

/** Answers of a run that finds three stale keys and deactivates them; the report is ready at the second look. */
const answers: Record<string, LocalFunction> = {
  StartRunArn: async (payload) => ({
    pass: (payload as { pass: string }).pass,
    run: { undo: false, storedPlan: false, mode: 'apply', concurrency: 2, approvalSeconds: 604_800 },
    report: { state: 'NONE', attempt: 0 },
    check: { next: 0, done: false },
    events: { next: 0, done: false },
    plan: { next: 'make', sha256: '', keys: [] },
  }),
  GenerateReportArn: async (payload) => {
    const { attempt } = payload as { attempt: number }
    return { state: attempt < 1 ? 'STARTED' : 'COMPLETE', attempt: attempt + 1 }
  },
  ParseReportArn: async () => ({ users: 9, suspects: 3 }),
  CheckSuspectsArn: async (payload) => {
    const { next } = payload as { next: number }
    return { next: next + 2, done: next >= 2 }
  },
  ReadKeyEventsArn: async (payload) => {
    const { next } = payload as { next: number }
    return { next: next + 1, done: next >= 1 }
  },
  MakePlanArn: async () => ({ next: 'deactivate', sha256: 'abc', keys: KEYS }),
  DeactivateKeyArn: async (payload) => ({ ...(payload as object), outcome: 'deactivated' }),
  NoteFailureArn: async (payload) => ({ ...(payload as object), outcome: 'failed' }),
  WriteRecordArn: async (payload) => {
    const { error } = payload as { error: { Error: string } | null }
    const failed = error !== null
    return { status: failed ? 'refused' : 'deactivated', failed, error: error?.Error ?? '', cause: 'see the record' }
  },
}

async function sweep(changed: Record<string, LocalFunction> = {}, input: unknown = {}) {
  const events: EngineEvent[] = []
  const calls: [string, unknown][] = []
  const recorded = Object.entries({ ...answers, ...changed }).map(([name, answer]): [string, LocalFunction] => [
    arnOf(name),
    (payload) => {
      calls.push([name.replace(/Arn$/, ''), payload])
      return answer(payload)
    },
  ])
  const execution = startExecution({
    definition: JSON.parse(text),
    substitutions,
    functions: Object.fromEntries(recorded),
    name: 'run-1',
    machineName: 'keysweep',
    input,
    uuid: () => UUID,
    delay: () => 0,
    onEvent: (event) => events.push(event),
  })
  const result = await execution.result
  const states = events
    .filter((event) => event.type === 'StateEntered' && event.index === null)
    .map((event) => event.state)
  const payloads = (name: string) => calls.filter(([called]) => called === name).map(([, payload]) => payload)
  return { result, events, states, payloads }
}

describe('keysweep.asl.json', () => {
  it('is valid by the validator that this engine leaves out', () => {
    const filled = text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name] ?? '')
    const { isValid, errorsText } = validate(JSON.parse(filled))
    expect(isValid ? '' : errorsText('\n')).toBe('')
  })

  it('runs through to its end, waiting for the report and going round for the suspects', async () => {
    const { result, states } = await sweep()
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { result: { status: 'deactivated', failed: false } } })
    expect(states).toEqual([
      'Take input',
      'Start run',
      'What is asked?',
      'Generate report',
      'Report ready?',
      'Wait for report',
      'Generate report',
      'Report ready?',
      'Parse report',
      'Check suspects',
      'All checked?',
      'Check suspects',
      'All checked?',
      'Read key events',
      'All events read?',
      'Read key events',
      'All events read?',
      'Make plan',
      'Next step?',
      'Deactivate keys',
      'Write record',
      'How did it end?',
      'Done',
    ])
  })

  it('gives each key to Deactivate key by itself', async () => {
    const { payloads, events } = await sweep()
    expect(payloads('DeactivateKey')).toEqual(KEYS.map((key) => ({ runId: 'run-1', pass: UUID, plan: 'abc', ...key })))
    const ended = events.filter((event) => event.type === 'IterationSucceeded')
    expect(ended.map((event) => event.output)).toEqual(
      expect.arrayContaining(KEYS.map(({ accessKeyId }) => ({ accessKeyId, outcome: 'deactivated' }))),
    )
  })

  it.each([[null], ['text'], [0], [false], [''], [[]]])(
    'takes any JSON as its input, and hands none of it on: Start run asks for it: %j',
    async (input) => {
      const { payloads } = await sweep({}, input)
      expect(payloads('StartRun')).toEqual([
        {
          runId: 'run-1',
          executionId: expect.stringContaining(':execution:keysweep:run-1'),
          startedAt: expect.any(String),
          pass: UUID,
        },
      ])
    },
  )

  it('gives the same pass to every function of an execution, and to each execution another', async () => {
    const passes = async () => {
      const calls: unknown[] = []
      const noted = Object.entries(answers).map(([name, answer]): [string, LocalFunction] => [
        arnOf(name),
        (payload) => {
          calls.push((payload as { pass: string }).pass)
          return answer(payload)
        },
      ])
      const machine = { definition: JSON.parse(text), substitutions, functions: Object.fromEntries(noted) }
      await startExecution({ ...machine, name: 'run-1', input: {}, delay: () => 0 }).result
      return [...new Set(calls)]
    }
    const [one, two] = [await passes(), await passes()]
    expect([one, two]).toEqual([[expect.stringMatching(/^[0-9a-f-]{36}$/)], [expect.stringMatching(/^[0-9a-f-]{36}$/)]])
    expect(one).not.toEqual(two)
  })

  it('leads an error of any stage to Write record, and ends with it', async () => {
    const broken = async () => {
      throw failing('FactsUnreadable', 'too many')
    }
    const { result, states, payloads } = await sweep({ CheckSuspectsArn: broken })
    expect(result).toEqual({ status: 'FAILED', error: 'FactsUnreadable', cause: 'see the record' })
    expect(states.slice(-4)).toEqual(['Check suspects', 'Write record', 'How did it end?', 'Failed'])
    const [{ error }] = payloads('WriteRecord') as [{ error: { Error: string; Cause: string } }]
    expect(error.Error).toBe('FactsUnreadable')
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: 'FactsUnreadable', errorMessage: 'too many' })
  })

  it('goes back to wait for a report that is there no more', async () => {
    let looks = 0
    const parse = async (payload: unknown) => {
      if (looks++ === 0) throw failing('ReportExpired')
      return answers.ParseReportArn?.(payload)
    }
    const { result, states } = await sweep({ ParseReportArn: parse })
    expect(result).toMatchObject({ status: 'SUCCEEDED' })
    expect(states.filter((state) => state === 'Wait for report')).toHaveLength(2)
  })

  it('tries a throttled key again; one that fails permanently is noted and does not stop the others', async () => {
    let throttled = 0
    const deactivate = async (payload: unknown) => {
      const { accessKeyId } = payload as { accessKeyId: string }
      if (accessKeyId === 'AKIA1' && throttled++ < 2) throw failing('IamThrottled')
      if (accessKeyId === 'AKIA2') throw failing('IamDenied')
      return answers.DeactivateKeyArn?.(payload)
    }
    const { result, events, payloads } = await sweep({ DeactivateKeyArn: deactivate })
    expect(result).toMatchObject({ status: 'SUCCEEDED' })
    expect(events.filter((event) => event.type === 'StateRetried')).toMatchObject([
      { state: 'Deactivate key', index: 0, attempt: 1, error: 'IamThrottled' },
      { state: 'Deactivate key', index: 0, attempt: 2, error: 'IamThrottled' },
    ])
    expect(payloads('NoteFailure')).toMatchObject([{ accessKeyId: 'AKIA2', error: { Error: 'IamDenied' } }])
    expect(events.filter((event) => event.type === 'IterationSucceeded')).toHaveLength(3)
  })
})
