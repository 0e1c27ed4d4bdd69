// Every place that turns an error of the AWS SDK into one of ours, behind one function each: a failing call goes in, and
// what the product makes of it comes out. The SDK's `send` is replaced, so that no request leaves this process.
import { Readable } from 'node:stream'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { IAMClient } from '@aws-sdk/client-iam'
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { SNSClient } from '@aws-sdk/client-sns'
import { STSClient } from '@aws-sdk/client-sts'
import { IamAnswerError, StoreDamaged, StoreRefused, StoreUnavailable } from '../../../core/model/errors.ts'
import { wholeAnswers } from '../../../io/aws/whole-answer.ts'
import { makeCaller } from '../../../io/iam/caller.ts'
import { makeIam } from '../../../io/iam/iam-client.ts'
import { makeEventBus } from '../../../io/notify/event-bus.ts'
import { makeTopic } from '../../../io/notify/topic.ts'
import { makeOpenRuns } from '../../../io/states/executions.ts'
import { makeMachine } from '../../../io/states/machine.ts'
import { makeWake } from '../../../io/states/task-tokens.ts'
import { makeS3Store } from '../../../io/store/s3-store.ts'
import { whoCalls } from '../../../local/who-calls.ts'
import { changeStatus } from '../../../steps/change-status.ts'
import { makeMemoryStore } from '../../support/memory-store.ts'

/** One error of the SDK, as its fields say it. */
export interface SdkError {
  /** A class of `errorClasses`, or AnswerTooLate. */
  class: string
  name: string
  message: string
  /** `code`, which Node gives its network errors; the SDK passes it on. */
  code?: string
  /** `$metadata`: null where there is none; else its httpStatusCode, or "no status". */
  metadata: number | 'no status' | null
  /** The status of `$response`; null where there is none. */
  response: number | null
  /** The header x-amz-bucket-region of `$response`. */
  bucketRegion?: string
}

/**
 * What a place makes of an error: the name and message of ours, with `more` of what hangs on it; `unchanged` where the
 * SDK's own error comes out; or the `value` that it returns.
 */
export type Answer = { error: string; message: string; more?: string } | { unchanged: true; more?: string } | Value
interface Value {
  value: string
}

const metadataOf = ({ metadata }: SdkError) =>
  metadata === null
    ? {}
    : { $metadata: metadata === 'no status' ? { attempts: 1 } : { httpStatusCode: metadata, attempts: 1 } }

const responseOf = ({ response, bucketRegion }: SdkError) =>
  response === null
    ? {}
    : {
        $response: {
          statusCode: response,
          headers: bucketRegion === undefined ? {} : { 'x-amz-bucket-region': bucketRegion },
        },
      }

/** The product's own error of an answer that began and did not end in time: its class is not exported. */
async function findAnswerTooLate(): Promise<new () => Error> {
  const body = new Readable({ read() {} })
  let limit: unknown
  const client = {
    config: { serviceId: 'IAM' },
    middlewareStack: {
      add: (middleware: never) => {
        limit = middleware
      },
    },
  }
  wholeAnswers(client, 0)
  type Limit = (next: () => Promise<object>) => (args: object) => Promise<object>
  const failed = new Promise<Error>((resolve) => body.once('error', resolve))
  await (limit as Limit)(async () => ({ response: { body } }))({})
  return (await failed).constructor as new () => Error
}

let answerTooLate: ReturnType<typeof findAnswerTooLate> | undefined

const errorClasses: Record<string, new () => Error> = {
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  IamAnswerError: IamAnswerError as new () => Error,
  StoreUnavailable: StoreUnavailable as new () => Error,
  StoreRefused: StoreRefused as new () => Error,
  StoreDamaged: StoreDamaged as new () => Error,
}

async function errorOf(sdk: SdkError): Promise<Error> {
  if (sdk.class === 'AnswerTooLate') answerTooLate ??= findAnswerTooLate()
  const made = sdk.class === 'AnswerTooLate' ? await answerTooLate : errorClasses[sdk.class]
  if (made === undefined) throw new TypeError(`Expected a class of errors, received ${sdk.class}`)
  const code = sdk.code === undefined ? {} : { code: sdk.code }
  const { name, message } = sdk
  return Object.assign(new made(), { name, message, ...code, ...metadataOf(sdk), ...responseOf(sdk) })
}

interface Command {
  middlewareStack: { resolve: (handler: () => Promise<never>, context: object) => (args: object) => Promise<unknown> }
}

/** While `call` runs, every command fails with this error; what the product put around its own commands is run. */
async function failing<T>(client: { prototype: object }, error: Error, call: () => Promise<T>): Promise<T> {
  const send = (command: Command) =>
    command.middlewareStack.resolve(async () => {
      throw error
    }, {})({})
  return await sending(client, send, call)
}

async function sending<T>(
  { prototype }: { prototype: object },
  send: (command: Command) => unknown,
  call: () => Promise<T>,
): Promise<T> {
  Object.defineProperty(prototype, 'send', { value: send, configurable: true })
  try {
    return await call()
  } finally {
    // The client's base class has the true one.
    Reflect.deleteProperty(prototype, 'send')
  }
}

async function answerOf(error: Error, call: Promise<unknown>, more?: (thrown: Error) => string | null) {
  const thrown = await call.then(
    (value) => ({ value: JSON.stringify(value) ?? 'undefined' }),
    (thrown: Error) => thrown,
  )
  if (!(thrown instanceof Error)) return thrown
  const told = [thrown.cause === undefined ? null : 'has a cause', more?.(thrown) ?? null].filter((text) => text)
  const extra = told.length === 0 ? {} : { more: told.join(', ') }
  return thrown === error
    ? { unchanged: true as const, ...extra }
    : { error: thrown.name, message: thrown.message, ...extra }
}

const WHERE = { region: 'eu-west-1', credentials: { accessKeyId: 'AKIALOOPBACKLOOPBACK', secretAccessKey: 'x' } }
const BUCKET = { ...WHERE, bucket: 'b', prefix: 'p', pause: async () => {} }
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:m'

const iam = makeIam({ account: '111122223333', attempts: 1, ...WHERE })
const caller = makeCaller({ attempts: 1, ...WHERE })
const store = makeS3Store(BUCKET)
const machine = makeMachine(MACHINE, { credentials: WHERE.credentials })
const wake = makeWake(WHERE)
const openRuns = makeOpenRuns(WHERE)
const topic = makeTopic('arn:aws:sns:eu-west-1:111122223333:t', { credentials: WHERE.credentials })
const bus = makeEventBus('bus', WHERE)

/** The write of a key, and what the change of the key takes it for: "not sent" once it notes a refusal, else "maybe sent". */
async function iamWrite(error: Error): Promise<Answer> {
  const notes = makeMemoryStore()
  const setStatus = (...change: Parameters<typeof iam.setStatus>) =>
    failing(IAMClient, error, () => iam.setStatus(...change))
  const listAccessKeys = async () => [{ accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', status: 'Active', createdAt: null }]
  let answered: Promise<void> = Promise.resolve()
  const noting = (...change: Parameters<typeof iam.setStatus>) => {
    answered = setStatus(...change)
    return answered
  }
  await changeStatus(
    { iam: { ...iam, setStatus: noting, listAccessKeys }, store: notes, now: () => new Date(0), pause: async () => {} },
    { runId: 'r', user: 'bob', accessKeyId: 'AKIAIDLEIDLEIDLEIDLE', action: 'deactivate' },
    { count: 0, sent: false, closed: false, hasOutcome: false },
  ).catch(() => null)
  const refused = [...notes.objects.keys()].some((key) => key.includes('refused-1'))
  return answerOf(error, answered, () => (refused ? 'not sent' : 'maybe sent'))
}

/** A conditional put that finds its object there reads it. */
function s3Put(error: Error): Promise<Answer> {
  const stored = { ETag: 'e', ContentLength: 6, Body: { transformToByteArray: async () => Buffer.from('stored') } }
  const send = async (command: Command) => {
    if (command instanceof GetObjectCommand) return stored
    throw error
  }
  return answerOf(
    error,
    sending(S3Client, send, () => store.put('runs/r/plan.json', '{}')),
  )
}

const because = (thrown: Error) => ('because' in thrown ? `because ${thrown.because}` : null)

const event = { type: 'Key Deactivated', at: '2026-09-11T12:00:00Z', detail: {} } as never

/** Each place, by its service and call. */
export const PLACES: Record<string, (sdk: SdkError) => Promise<Answer>> = Object.fromEntries(
  Object.entries({
    'iam UpdateAccessKey': iamWrite,
    'iam ListUserTags': (error) =>
      answerOf(
        error,
        failing(IAMClient, error, () => iam.listTags('bob')),
      ),
    'sts GetCallerIdentity': (error) =>
      answerOf(
        error,
        failing(STSClient, error, () => caller()),
      ),
    'sts GetCallerIdentity of whoCalls': (error) =>
      answerOf(
        error,
        failing(STSClient, error, () => whoCalls(WHERE)),
      ),
    's3 PutObject': s3Put,
    's3 GetObject': (error) =>
      answerOf(
        error,
        failing(S3Client, error, () => store.get('runs/r/plan.json')),
      ),
    's3 ListObjectsV2': (error) =>
      answerOf(
        error,
        failing(S3Client, error, () => store.list('runs/r/')),
      ),
    'states StartExecution': (error) =>
      answerOf(
        error,
        failing(SFNClient, error, () => machine.start('r', {})),
        because,
      ),
    'states DescribeExecution': (error) =>
      answerOf(
        error,
        failing(SFNClient, error, () => machine.describe('r')),
        because,
      ),
    'states SendTaskSuccess': (error) =>
      answerOf(
        error,
        failing(SFNClient, error, () => wake('token')),
      ),
    'states ListExecutions': (error) =>
      answerOf(
        error,
        failing(SFNClient, error, () => openRuns(MACHINE)),
      ),
    'sns Publish': (error) =>
      answerOf(
        error,
        failing(SNSClient, error, () => topic('s', 'text', { kind: 'run finished', status: 'deactivated' })),
      ),
    'events PutEvents': (error) =>
      answerOf(
        error,
        failing(EventBridgeClient, error, () => bus([event])),
      ),
  } satisfies Record<string, (error: Error) => Promise<Answer>>).map(([place, answer]) => [
    place,
    async (sdk: SdkError) => answer(await errorOf(sdk)),
  ]),
)
