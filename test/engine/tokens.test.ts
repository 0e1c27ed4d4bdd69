import { describe, expect, it } from '@jest/globals'
import { failing, run, type States, start, task, tokenTask, until } from './machines.ts'

/** An execution that waits for a token, and every token it has handed out. */
function waiting(states: States = { A: tokenTask('ask') }) {
  const tokens: string[] = []
  const ask = async (payload: unknown) => {
    tokens.push((payload as { token: string }).token)
    return 'the answer of the function is not the task’s'
  }
  const { execution, events } = start(states, { functions: { ask } })
  return { execution, events, tokens, handedOut: (count: number) => until(() => tokens.length === count) }
}

const named = (name: string) => expect.objectContaining({ name })

describe('A task that waits for its token', () => {
  it('ends with what SendTaskSuccess says, without an envelope', async () => {
    const { execution, tokens, handedOut } = waiting()
    await handedOut(1)
    execution.sendTaskSuccess(tokens[0] ?? '', '{"answer":"approve"}')
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: { answer: 'approve' } })
  })

  it('ends with the error and cause of SendTaskFailure, which Retry and Catch see', async () => {
    const Catch = [{ ErrorEquals: ['Rejected'], Next: 'B' }]
    const { execution, tokens, handedOut } = waiting({ A: tokenTask('ask', { Catch }), B: { Type: 'Succeed' } })
    await handedOut(1)
    execution.sendTaskFailure(tokens[0] ?? '', 'Rejected', 'not this week')
    expect(await execution.result).toEqual({
      status: 'SUCCEEDED',
      output: { Error: 'Rejected', Cause: 'not this week' },
    })
  })

  it('may be answered while its function still runs', async () => {
    const { execution } = start(
      { A: tokenTask('ask', { End: true }) },
      {
        functions: {
          ask: async (payload) => {
            execution.sendTaskSuccess((payload as { token: string }).token, '"at once"')
            return new Promise(() => {})
          },
        },
      },
    )
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: 'at once' })
  })

  it('fails when its function fails, and the token is then worth nothing', async () => {
    let token = ''
    const ask = async (payload: unknown) => {
      token = (payload as { token: string }).token
      throw failing('MailDown')
    }
    const { execution } = start({ A: tokenTask('ask') }, { functions: { ask } })
    expect(await execution.result).toMatchObject({ status: 'FAILED', error: 'MailDown' })
    expect(() => execution.sendTaskSuccess(token, '1')).toThrow(named('TaskTimedOut'))
  })

  it('has a new token for each attempt; the old one is closed', async () => {
    const { execution, tokens, handedOut } = waiting({ A: tokenTask('ask', { Retry: [{ ErrorEquals: ['Again'] }] }) })
    await handedOut(1)
    execution.sendTaskFailure(tokens[0] ?? '', 'Again', '')
    await handedOut(2)
    expect(tokens[1]).not.toBe(tokens[0])
    expect(() => execution.sendTaskSuccess(tokens[0] ?? '', '1')).toThrow(named('TaskTimedOut'))
    execution.sendTaskSuccess(tokens[1] ?? '', '2')
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: 2 })
  })

  it('takes one answer only: the first', async () => {
    const { execution, tokens, handedOut } = waiting()
    await handedOut(1)
    execution.sendTaskSuccess(tokens[0] ?? '', '1')
    expect(() => execution.sendTaskSuccess(tokens[0] ?? '', '2')).toThrow(named('TaskTimedOut'))
    expect(() => execution.sendTaskFailure(tokens[0] ?? '', 'E', '')).toThrow(named('TaskTimedOut'))
    expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: 1 })
  })

  it('refuses a token it never gave', async () => {
    const { execution, handedOut } = waiting()
    await handedOut(1)
    expect(() => execution.sendTaskSuccess('made up', '1')).toThrow(named('InvalidToken'))
    expect(() => execution.sendTaskFailure('', 'E', '')).toThrow(named('InvalidToken'))
    await execution.stop()
  })

  it.each([['{"a":'], ['undefined'], [''], [JSON.stringify('x'.repeat(262_143))]])(
    'refuses an output that is no JSON or too large, and the token stays usable',
    async (output) => {
      const { execution, tokens, handedOut } = waiting()
      await handedOut(1)
      expect(() => execution.sendTaskSuccess(tokens[0] ?? '', output)).toThrow(named('InvalidOutput'))
      execution.sendTaskSuccess(tokens[0] ?? '', 'true')
      expect(await execution.result).toEqual({ status: 'SUCCEEDED', output: true })
    },
  )

  it('keeps its token out of events, results and messages', async () => {
    const { execution, events, tokens, handedOut } = waiting({ A: tokenTask('ask', { Next: 'B' }), B: task('nobody') })
    await handedOut(1)
    const token = tokens[0] ?? ''
    execution.sendTaskSuccess(token, '1')
    const messages: string[] = []
    for (const answer of [
      () => execution.sendTaskSuccess(token, '1'),
      () => execution.sendTaskSuccess(`${token}x`, '1'),
    ]) {
      try {
        answer()
      } catch (error) {
        messages.push(String(error))
      }
    }
    expect(messages).toHaveLength(2)
    expect(JSON.stringify([await execution.result, events, messages])).not.toContain(token)
  })

  it('goes without a token in an ordinary task', async () => {
    const seen: unknown[] = []
    await run({ A: task('f') }, { functions: { f: async (payload) => seen.push(payload) }, input: { a: 1 } })
    expect(seen).toEqual([{ a: 1 }])
  })
})
