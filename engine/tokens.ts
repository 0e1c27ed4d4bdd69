// Task tokens: one for each attempt of a .waitForTaskToken task, valid for one answer during that attempt.
import { randomBytes } from 'node:crypto'
import { InvalidOutput, InvalidToken, StateFailed, TaskTimedOut } from './errors.ts'
import { MAX_BYTES } from './json.ts'

/** A waiting task. `close` ends the wait: a later answer gets TaskTimedOut. */
export interface Ticket {
  token: string
  answer: Promise<unknown>
  close(): void
}

export interface TaskTokens {
  open(): Ticket
  /** Throws InvalidOutput, InvalidToken or TaskTimedOut, as the SendTaskSuccess call does. */
  sendTaskSuccess(token: string, output: string): void
  /** Throws InvalidToken or TaskTimedOut, as the SendTaskFailure call does. */
  sendTaskFailure(token: string, error: string, cause: string): void
}

export function createTaskTokens(): TaskTokens {
  const waiting = new Map<string, PromiseWithResolvers<unknown>>()
  const closed = new Set<string>()

  function close(token: string): void {
    waiting.delete(token)
    closed.add(token)
  }

  // No message may contain the token: a person who has it can answer.
  function take(token: string): PromiseWithResolvers<unknown> {
    const task = waiting.get(token)
    if (task) {
      close(token)
      return task
    }
    if (closed.has(token)) {
      throw new TaskTimedOut('Answer refused: the task was answered before, has failed or has timed out')
    }
    throw new InvalidToken('Answer refused: no task of this execution has this token')
  }

  return {
    open() {
      const token = randomBytes(96).toString('base64url')
      const task = Promise.withResolvers<unknown>()
      waiting.set(token, task)
      return { token, answer: task.promise, close: () => close(token) }
    },
    sendTaskSuccess(token, output) {
      const value = parseOutput(output)
      take(token).resolve(value)
    },
    sendTaskFailure(token, error, cause) {
      take(token).reject(new StateFailed(error, cause))
    },
  }
}

function parseOutput(output: string): unknown {
  const bytes = Buffer.byteLength(output)
  if (bytes > MAX_BYTES) {
    throw new InvalidOutput(`Answer refused: at most ${MAX_BYTES} bytes, received ${bytes}`)
  }
  try {
    return JSON.parse(output)
  } catch (error) {
    throw new InvalidOutput('Answer refused: the output must be JSON', { cause: error })
  }
}
