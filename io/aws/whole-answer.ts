// How long an AWS client waits for one attempt. The SDK's own limits end where an answer begins: a body that stalls would
// be waited for without end, and in its words it never came. Here the whole answer has to come, in each attempt.
import type { Readable } from 'node:stream'

/** As the SDK names an answer that came too late: it tries again, and so do we. */
class AnswerTooLate extends Error {
  override readonly name = 'TimeoutError' as const
}

/** Whether a whole answer was expected and a part of it came. */
export const isTooLate = (error: unknown): boolean => error instanceof AnswerTooLate

/**
 * The SDK looks after this time whether requests wait for a socket, to warn of it. Where a request cannot be sent at all
 * it forgets that timer, and the process would not end before it: by default as long as both limits together.
 */
const SOCKET_WARNING_MILLISECONDS = 200

/** The SDK's limits, for a client's configuration: until a connection stands, and until an answer begins. */
export const beginsWithin = (milliseconds: number) => ({
  requestHandler: {
    connectionTimeout: milliseconds,
    requestTimeout: milliseconds,
    throwOnRequestTimeout: true,
    socketAcquisitionWarningTimeout: SOCKET_WARNING_MILLISECONDS,
  },
})

interface Client {
  config: { serviceId: string }
  middlewareStack: { add(middleware: never, options: { step: 'deserialize'; priority: 'low' }): void }
}

type Next = (args: unknown) => Promise<{ response: { body: Readable } }>

/** The same client, whose attempts each get their whole answer within this time or fail as a TimeoutError. */
export function wholeAnswers<C extends Client>(client: C, milliseconds: number): C {
  const limit = (next: Next) => async (args: unknown) => {
    const began = performance.now()
    const result = await next(args)
    const { body } = result.response
    const tooLate = () =>
      body.destroy(
        new AnswerTooLate(
          `expected ${client.config.serviceId}'s whole answer within ${milliseconds} ms, received its beginning`,
        ),
      )
    // What arrived while this process was busy is read first: it came in time.
    const timer = setTimeout(() => setImmediate(tooLate), Math.max(0, began + milliseconds - performance.now()))
    body.once('close', () => clearTimeout(timer))
    return result
  }
  // The innermost of its step, around the sending alone, so that the reading of the body meets its end.
  client.middlewareStack.add(limit as never, { step: 'deserialize', priority: 'low' })
  return client
}
