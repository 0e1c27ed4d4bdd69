// Logs one line of JSON for each call of a function. It contains only the fields listed here, so that no request body, no
// setting and no token gets into the log. For a thrown error, Lambda itself logs message and stack: so our messages must not
// contain secrets.

import { isStoredRunId } from '../../core/model/ids.ts'
import { VERSION } from '../../core/model/manifest.ts'
import { SERVICE } from '../../core/notify/metrics.ts'

/** The part of Lambda's context that is needed. */
export interface LambdaContext {
  awsRequestId: string
}

export type LambdaHandler<Answer> = (event: unknown, context?: LambdaContext) => Promise<Answer>

/** Writes one line. */
export type Log = (level: 'info' | 'error', line: Record<string, unknown>, context: LambdaContext | undefined) => void

/** The same handler, with one log line at the end of each call. Errors are logged and rethrown. */
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

/** The subject of the call: a run, a key of a run, or a request to the decision API. */
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

/** Only a valid run id is logged: a caller may write anything there. */
function runIn(rawPath: unknown): string | undefined {
  const named = typeof rawPath === 'string' ? /\/(?:runs|organizations)\/([^/]+)/.exec(rawPath)?.[1] : undefined
  return named !== undefined && isStoredRunId(named) ? named : undefined
}

/** The result in one word or number, from the handler's output. */
function outcomeOf(answer: unknown): string | number {
  const { outcome, status, state, next, statusCode } = asObject(answer)
  return [outcome, status, state, next].find((word) => typeof word === 'string') ?? (statusCode as number) ?? 'done'
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Loaded at the first call: a run on one machine writes no log. */
async function powertoolsLog(): Promise<Log> {
  const { Logger } = await import('@aws-lambda-powertools/logger')
  const { KEYSWEEP_STAGE: stage = 'unknown', _HANDLER = '' } = process.env
  const logger = new Logger({ serviceName: SERVICE, persistentKeys: { stage, keysweep: VERSION } })
  // "write-record", of build/functions/write-record.handler
  const name = /([^/]+)\.\w+$/.exec(_HANDLER)?.[1] ?? 'unknown'
  return (level, line, context) => {
    if (context !== undefined) logger.addContext(context)
    logger[level]({ message: name, ...line })
  }
}
