// What a person sees who pressed Ctrl-C, while AWS does not answer.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { newRunId } from '../../local/local-run.ts'
import { SIGNALS } from '../../local/signals.ts'
import { stopWhenAsked } from '../../local/stop-when-asked.ts'
import { newFolder } from '../support/folders.ts'

/** The handlers stay after a stop: one of an earlier test would take the next signal for a second Ctrl-C, and end this process. */
let before: [NodeJS.Signals, NodeJS.SignalsListener[]][]
beforeEach(() => {
  before = SIGNALS.map((signal) => [signal, process.listeners(signal)])
  jest.useFakeTimers({ doNotFake: ['performance'] })
})
afterEach(() => {
  jest.useRealTimers()
  for (const [signal, listeners] of before)
    for (const listener of process.listeners(signal)) if (!listeners.includes(listener)) process.off(signal, listener)
})

function stoppable() {
  const lines: string[] = []
  const returned = Promise.withResolvers<void>()
  const stopped = stopWhenAsked({
    execution: { stop: () => returned.promise },
    question: { close: async () => {} },
    progress: { print: (line) => void lines.push(line), close() {} },
    stateDir: newFolder(),
    runId: newRunId(new Date(), 'abcdef'),
  })
  return { lines, stopped, returned }
}

it('a stop that takes long says once that it waits for AWS, and that a second Ctrl-C ends it', async () => {
  const { lines, stopped, returned } = stoppable()
  process.emit('SIGINT')
  await jest.advanceTimersByTimeAsync(9000)
  expect(lines).toHaveLength(1)
  await jest.advanceTimersByTimeAsync(600_000)
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toContain('Ctrl-C')
  expect(lines[1]).toContain('AWS')
  returned.resolve()
  await stopped.settled()
  stopped.off()
})

it('a stop that is soon done says nothing more, and leaves no timer', async () => {
  const { lines, stopped, returned } = stoppable()
  process.emit('SIGINT')
  returned.resolve()
  await stopped.settled()
  stopped.off()
  expect(jest.getTimerCount()).toBe(0)
  await jest.advanceTimersByTimeAsync(600_000)
  expect(lines).toHaveLength(1)
})
