// The time limit of one attempt of an AWS client. The SDK's own limits end when an answer begins, so it would wait forever
// for a body that stalls. Here each attempt must get its whole answer within the limit.
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/** Has the SDK's name for a time-out: the SDK retries it, and so do we. */
class AnswerTooLate extends Error {
  override readonly name = 'TimeoutError' as const
}

/** Whether only a part of the answer arrived within the limit. */
export const isTooLate = (error: unknown): boolean => error instanceof AnswerTooLate

/**
 * After this time the SDK checks whether requests wait for a socket, to warn about it. If a request cannot be sent at all,
 * the SDK leaves this timer running, and the process cannot exit before it. The default is the sum of both limits.
 */
const SOCKET_WARNING_MILLISECONDS = 200

/**
 * The SDK's limits, for a client's configuration: until it is connected, and until an answer begins.
 * @param maxSockets connections to one host; undefined: 50, as the SDK has it
 */
export const beginsWithin = (milliseconds: number, maxSockets?: number) => ({
  requestHandler: {
    ...(maxSockets !== undefined && agents({ keepAlive: true, maxSockets })),
    connectionTimeout: milliseconds,
    requestTimeout: milliseconds,
    throwOnRequestTimeout: true,
    socketAcquisitionWarningTimeout: SOCKET_WARNING_MILLISECONDS,
  },
})

/** What the SDK makes its agents of. */
const agents = <Options extends object>(options: Options) => ({ httpAgent: options, httpsAgent: options })

interface Client {
  config: { serviceId: string }
  middlewareStack: { add(middleware: never, options: { step: 'deserialize'; priority: 'low' }): void }
}

type Next = (args: unknown) => Promise<{ response: { body: Readable & Pick<IncomingMessage, 'complete'> } }>

/** The same client. Each attempt gets its whole answer within this time, or fails with a TimeoutError. */
export function wholeAnswers<C extends Client>(client: C, milliseconds: number): C {
  const limit = (next: Next) => async (args: unknown) => {
    const began = performance.now()
    const result = await next(args)
    const { body } = result.response
    // Most answers come in one piece: nothing of it can be late any more.
    if (body.complete) return result
    const tooLate = () =>
      body.destroy(
        new AnswerTooLate(`the answer of ${client.config.serviceId} was not complete after ${milliseconds} ms`),
      )
    // Data that arrived while this process was busy is read first: it was in time.
    const timer = setTimeout(() => setImmediate(tooLate), Math.max(0, began + milliseconds - performance.now()))
    body.once('close', () => clearTimeout(timer))
    return result
  }
  // Innermost in its step, so that it covers the sending, and the reading of the body gets the error.
  client.middlewareStack.add(limit as never, { step: 'deserialize', priority: 'low' })
  return client
}
