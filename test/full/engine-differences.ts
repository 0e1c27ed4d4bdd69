// Where moto's Step Functions and ours do not do alike, each shown by a small machine, and who is right. The definition
// of keysweep meets none of them, and its way of answering does not depend on any. docs/internals/emulators.md shows this list as a
// table.
import type { LocalFunction } from '../../engine/step-functions.ts'
import type { Told } from './told.ts'

export interface EngineDifference {
  /** What happens. */
  what: string
  /** `${F}` is the function. */
  states: Record<string, unknown>
  function: LocalFunction
  /** The states of the machine `${ChildArn}`. */
  child?: Record<string, unknown>
  /** What counts is the payload that the function is handed in the end, in these words. */
  handed?: (payload: unknown) => string
  /** Answers to the token that the function is handed, once it is; without them the end of the execution counts. */
  answer?: (waiting: WaitingTask) => Promise<string>
  /** So in each engine: "SUCCEEDED", "taken" of an answer, or what `answer` resolves to; else the error's name. */
  ours: string
  moto: string
  /** What AWS does, and how that is known. */
  aws: string
}

/** A task that waits with a token. */
export interface WaitingTask {
  /** "taken", or the name of the error. */
  send: (output: string) => Promise<string>
  fail: (error: string, cause: string) => Promise<string>
  /** How the execution ends. */
  over: Promise<Told>
}

const invoke = (more: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: '${F}', 'Payload.$': '$' },
  End: true,
  ...more,
})

const caughtBy = (error: string) => ({ Catch: [{ ErrorEquals: [error], Next: 'Caught' }] })
const CAUGHT = { Caught: { Type: 'Succeed' } }

const RUNTIME = 'States.Runtime, which ends the execution whatever is caught (error handling in the developer guide)'

const CLOSED =
  'TaskTimedOut: "The task token has either expired or the task associated with the token has already been closed" (SDK references)'

/** `after` is the state after the task, which also ends it when its time is up. */
const waitingTask = (after: object) => ({
  Start: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: '${F}', Payload: { 'token.$': '$$.Task.Token' } },
    TimeoutSeconds: 2,
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'After' }],
    Next: 'After',
  },
  After: after,
})

const GOES_ON = waitingTask({ Type: 'Wait', Seconds: 10, End: true })
const ENDS = waitingTask({ Type: 'Succeed' })
const LATE_MILLISECONDS = 3000

const ANSWERS: EngineDifference[] = [
  {
    what: 'a task that waits with a token is answered a second time',
    states: GOES_ON,
    function: async () => ({}),
    answer: async ({ send }) => {
      await send('{}')
      return send('{}')
    },
    ours: 'TaskTimedOut',
    moto: 'taken',
    aws: CLOSED,
  },
  {
    what: 'it is answered after its time is up, while the execution goes on',
    states: GOES_ON,
    function: async () => ({}),
    answer: async ({ send }) => {
      await new Promise((resolve) => setTimeout(resolve, LATE_MILLISECONDS))
      return send('{}')
    },
    ours: 'TaskTimedOut',
    moto: 'taken',
    aws: CLOSED,
  },
  {
    what: 'it is answered after the end of the execution',
    states: ENDS,
    function: async () => ({}),
    answer: async ({ send, over }) => {
      await send('{}')
      await over
      return send('{}')
    },
    ours: 'TaskTimedOut',
    moto: 'InvalidToken',
    aws: CLOSED,
  },
  {
    what: 'it is answered with what is no JSON',
    states: GOES_ON,
    function: async () => ({}),
    answer: ({ send }) => send('approve'),
    ours: 'InvalidOutput',
    moto: 'taken',
    aws: 'InvalidOutput (recorded); the token stays good',
  },
  {
    what: 'it is failed with a cause',
    states: ENDS,
    function: async () => ({}),
    answer: async ({ fail, over }) => {
      await fail('Stolen', 'a cause')
      return (await over).cause ?? 'no cause'
    },
    ours: 'a cause',
    moto: 'no cause',
    aws: 'the cause that was sent (SendTaskFailure in the API reference)',
  },
]

const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }

const overItems = (inner: object) => ({
  Type: 'Map',
  Label: 'Items',
  ItemsPath: '$.items',
  ItemSelector: { 'parent.$': '$$.Execution.Name', 'item.$': '$$.Map.Item.Value' },
  ItemProcessor: { ProcessorConfig: DISTRIBUTED, StartAt: 'Item', States: { Item: inner } },
  ResultPath: null,
  End: true,
})

const withChild = (more: object) => ({
  Start: {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Parameters: { StateMachineArn: '${ChildArn}', Name: 'child', Input: { a: 1 } },
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Tell' }],
    Next: 'Tell',
    ...more,
  },
  Tell: invoke({}),
})

const CHILDREN: EngineDifference[] = [
  {
    what: 'a child of a distributed Map that tolerates nothing fails',
    states: { Start: { Type: 'Pass', Parameters: { items: [1] }, Next: 'Map' }, Map: overItems({ Type: 'Fail' }) },
    function: async () => ({}),
    ours: 'States.ExceedToleratedFailureThreshold',
    moto: 'SUCCEEDED',
    aws: 'States.ExceedToleratedFailureThreshold (tolerated failure threshold in the developer guide)',
  },
  {
    what: 'a child of a distributed Map reads the name of its execution',
    states: {
      Start: { Type: 'Pass', Parameters: { items: [1] }, Next: 'Map' },
      Map: overItems(
        invoke({
          Parameters: {
            FunctionName: '${F}',
            Payload: { 'parent.$': '$.parent', 'own.$': '$$.Execution.Name' },
          },
        }),
      ),
    },
    function: async () => ({}),
    handed: (payload) => {
      const { parent, own } = payload as { parent: string; own: string }
      return parent === own ? "the parent's name" : 'a name of its own'
    },
    ours: 'a name of its own',
    moto: "the parent's name",
    aws: 'each child is an execution of its own (distributed mode in the developer guide)',
  },
  {
    what: 'a nested execution fails: how the cause holds its input',
    states: withChild({}),
    child: { Inside: { Type: 'Fail' } },
    function: async () => ({}),
    handed: (payload) => typeof JSON.parse((payload as { Cause: string }).Cause).Input,
    ours: 'string',
    moto: 'object',
    aws: 'JSON as text (recorded by others in December 2024)',
  },
]

/** The first state of each machine is `Start`. */
export const DIFFERENCES: EngineDifference[] = [
  {
    what: 'a result over 256 KiB meets a Catch of States.ALL',
    states: { Start: invoke(caughtBy('States.ALL')), ...CAUGHT },
    function: async () => 'x'.repeat(300_000),
    ours: 'States.DataLimitExceeded',
    moto: 'SUCCEEDED',
    aws: 'States.DataLimitExceeded, a terminal error that States.ALL does not catch (error handling in the developer guide)',
  },
  {
    what: 'a path in `Parameters` that points to nothing meets a Catch of States.ALL',
    states: {
      Start: invoke({ Parameters: { FunctionName: '${F}', Payload: { 'a.$': '$.none' } }, ...caughtBy('States.ALL') }),
      ...CAUGHT,
    },
    function: async () => ({}),
    ours: 'States.Runtime',
    moto: 'SUCCEEDED',
    aws: RUNTIME,
  },
  {
    what: 'a path in `ResultSelector` that points to nothing meets a Catch of States.ALL',
    states: { Start: invoke({ ResultSelector: { 'a.$': '$.Payload.none' }, ...caughtBy('States.ALL') }), ...CAUGHT },
    function: async () => ({}),
    ours: 'States.Runtime',
    moto: 'SUCCEEDED',
    aws: RUNTIME,
  },
  {
    what: 'a Choice looks at a path that points to nothing',
    states: {
      Start: {
        Type: 'Choice',
        Choices: [{ Variable: '$.none', StringEquals: 'x', Next: 'Caught' }],
        Default: 'Caught',
      },
      ...CAUGHT,
    },
    function: async () => ({}),
    ours: 'States.Runtime',
    moto: 'SUCCEEDED',
    aws: 'States.Runtime, "Invalid path": only IsPresent may look at what is not there',
  },
  ...ANSWERS,
  ...CHILDREN,
]
