// lambda:invoke, with functions of this process in place of Lambda's: what goes in and comes out has been JSON, and what
// is thrown becomes the Error and Cause that Step Functions makes of it.
import { randomUUID } from 'node:crypto'
import { types } from 'node:util'
import { StateFailed } from './errors.ts'
import { type JsonObject, jsonCopy } from './json.ts'

/** A Lambda function run here: takes the JSON payload, answers JSON, or throws an Error whose name is the error type. */
export type LocalFunction = (payload: unknown) => Promise<unknown>

/** The functions by ARN, and the calls that have not returned yet (a call outlives its task when that times out). */
export interface LocalLambda {
  functions: Record<string, LocalFunction>
  inFlight: Set<Promise<unknown>>
}

/**
 * Calls the function and gives lambda:invoke's envelope, the answer in `Payload`. Rejects with a StateFailed: the name of
 * what the function threw, with Lambda's JSON for a cause; Lambda.ResourceNotFoundException; Runtime.MarshalError.
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
  const running = (async () => run(jsonCopy(payload)))()
  const returned = running.then(
    () => {},
    // Not lost: `running` itself is awaited below.
    () => {},
  )
  lambda.inFlight.add(returned)
  try {
    return marshal(await running.catch((thrown) => Promise.reject(asFailure(thrown))))
  } finally {
    lambda.inFlight.delete(returned)
  }
}

function marshal(answer: unknown): unknown {
  try {
    return jsonCopy(answer)
  } catch (error) {
    throw failure('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`, [])
  }
}

/** As Lambda's Node runtime reports what a handler threw: an Error, of whichever realm, by its name, else by its type. */
function asFailure(thrown: unknown): StateFailed {
  if (types.isNativeError(thrown)) {
    return failure(thrown.name, thrown.message, (thrown.stack ?? '').split('\n'))
  }
  return failure(typeof thrown, String(thrown), [])
}

function failure(errorType: string, errorMessage: string, trace: string[]): StateFailed {
  return new StateFailed(errorType, JSON.stringify({ errorType, errorMessage, trace }))
}
