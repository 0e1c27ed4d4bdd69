// lambda:invoke with functions of this process. Input and output pass through JSON, and a thrown error becomes the Error and
// Cause of Step Functions.
import { randomUUID } from 'node:crypto'
import { types } from 'node:util'
import { StateFailed } from './errors.ts'
import { type JsonObject, jsonCopy } from './json.ts'

/** What a function gets beside its payload. */
export interface CallContext {
  /** Aborted when the execution is stopped. The stop waits until the function has returned. */
  signal: AbortSignal
}

/**
 * A Lambda function in this process: takes a JSON payload and returns JSON. The name of a thrown Error is the error type. An
 * execution always gives the context.
 */
export type LocalFunction = (payload: unknown, context?: CallContext) => Promise<unknown>

/** The functions by ARN, and the running calls. A call goes on when its task times out. */
export interface LocalLambda {
  functions: Record<string, LocalFunction>
  inFlight: Set<Promise<unknown>>
  /** Aborted when the execution is stopped. */
  signal: AbortSignal
}

/**
 * Calls the function and returns lambda:invoke's result, with the answer in `Payload`. Rejects with a StateFailed: the name
 * of the thrown error with Lambda's JSON as cause, Lambda.ResourceNotFoundException or Runtime.MarshalError.
 */
export async function invoke(lambda: LocalLambda, parameters: unknown): Promise<JsonObject> {
  const { FunctionName, Payload } = parameters as { FunctionName: string; Payload: unknown }
  const run = Object.hasOwn(lambda.functions, FunctionName) ? lambda.functions[FunctionName] : undefined
  if (!run) throw new StateFailed('Lambda.ResourceNotFoundException', `Function not found: ${FunctionName}`)
  const answer = await call(lambda, run, Payload)
  return {
    ExecutedVersion: '$LATEST',
    Payload: answer,
    SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: randomUUID() },
    StatusCode: 200,
  }
}

async function call(lambda: LocalLambda, run: LocalFunction, payload: unknown): Promise<unknown> {
  const running = (async () => run(jsonCopy(payload), { signal: lambda.signal }))()
  keepInFlight(lambda.inFlight, running)
  return marshal(await running.catch((thrown) => Promise.reject(asFailure(thrown))))
}

/** Keeps the work among what a stop waits for, until it is done. Its error is handled where the work is awaited. */
export function keepInFlight(inFlight: Set<Promise<unknown>>, work: Promise<unknown>): void {
  const remove = () => void inFlight.delete(settled)
  const settled = work.then(remove, remove)
  inFlight.add(settled)
}

function marshal(answer: unknown): unknown {
  try {
    return jsonCopy(answer)
  } catch (error) {
    throw failure('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`, [])
  }
}

/** As Lambda's Node runtime: an Error (of any realm) by its name, any other thrown value by its type. */
function asFailure(thrown: unknown): StateFailed {
  if (types.isNativeError(thrown)) {
    return failure(thrown.name, thrown.message, (thrown.stack ?? '').split('\n'))
  }
  return failure(typeof thrown, String(thrown), [])
}

function failure(errorType: string, errorMessage: string, trace: string[]): StateFailed {
  return new StateFailed(errorType, JSON.stringify({ errorType, errorMessage, trace }))
}
