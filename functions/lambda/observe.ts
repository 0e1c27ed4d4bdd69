// What a function says of each of its calls: one line of JSON. It names only what is listed here, so that no body of a
// request, no setting and no token gets into it by way of an event, an answer or an error's message. Of an error that is
// thrown Lambda itself writes another line, with message and stack: what our errors say must hold no secret by itself.

import { isRunId } from '../../core/model/ids.ts'
import { SERVICE } from '../../core/notify/metrics.ts'

/** Of what Lambda tells a function of its call, what has to be there. */
export interface LambdaContext {
  awsRequestId: string
}

export type LambdaHandler<Answer> = (event: unknown, context?: LambdaContext) => Promise<Answer>

/** Writes one line. */
export type Log = (level: 'info' | 'error', line: Record<string, unknown>, context: LambdaContext | undefined) => void

/** The same handler, with a line of log at the end of each call, whatever its end. What it throws is thrown on. */
export function observed<Answer>(
  handler: LambdaHandler<Answer>,
  openLog: () => Promise<Log> = powertoolsLog,
): LambdaHandler<Answer> {
  let opened: Promise<Log> | undefined
  return async (event, context) => {
    opened ??= openLog()
    const log = await opened
    const from = performance.now()
    const line = (end: Record<string, unknown>) => ({
      ...subjectOf(event),
      ...end,
      durationMilliseconds: Math.round(performance.now() - from),
    })
    try {
      const answer = await handler(event, context)
      log('info', line({ outcome: outcomeOf(answer) }), context)
      return answer
    } catch (error) {
      log('error', line({ outcome: 'threw', error: error instanceof Error ? error.name : typeof error }), context)
      throw error
    }
  }
}

const MAX_NAME = 200

/** What the call is about: a run, a key of it, or a request to the decision API. */
function subjectOf(event: unknown): Record<string, string> {
  const { runId, user, accessKeyId, rawPath, requestContext } = asObject(event)
  const { http, authorizer } = asObject(requestContext)
  const named = {
    runId: runId ?? runIn(rawPath),
    user,
    accessKeyId,
    method: asObject(http).method,
    by: asObject(asObject(authorizer).iam).userArn,
  }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.slice(0, MAX_NAME)]] : [],
    ),
  )
}

/** What is no run's id is not said: whoever asks may write anything there. */
function runIn(rawPath: unknown): string | undefined {
  const named = typeof rawPath === 'string' ? /\/runs\/([^/]+)/.exec(rawPath)?.[1] : undefined
  return named !== undefined && isRunId(named) ? named : undefined
}

/** In one word or number what came of it, from what the handlers answer. */
function outcomeOf(answer: unknown): string | number {
  const { outcome, status, state, next, statusCode } = asObject(answer)
  return [outcome, status, state, next].find((word) => typeof word === 'string') ?? (statusCode as number) ?? 'done'
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Loaded with the first call: a run on one machine writes no log. */
async function powertoolsLog(): Promise<Log> {
  const { Logger } = await import('@aws-lambda-powertools/logger')
  const { KEYSWEEP_STAGE: stage = 'unknown', _HANDLER = '' } = process.env
  const logger = new Logger({ serviceName: SERVICE, persistentKeys: { stage } })
  // "write-record", of build/functions/write-record.handler
  const name = /([^/]+)\.\w+$/.exec(_HANDLER)?.[1] ?? 'unknown'
  return (level, line, context) => {
    if (context !== undefined) logger.addContext(context)
    logger[level]({ message: name, ...line })
  }
}
