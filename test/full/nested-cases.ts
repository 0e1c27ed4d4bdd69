// Small machines with a distributed Map or a nested execution. The parent hands what it has in the end to the function F.
import type { LocalFunction } from '../../engine/step-functions.ts'

export interface NestedCase {
  /** What is tried. */
  what: string
  /** The parent's states before its end, by `${ChildArn}` and `${F}`; the last has `Next: 'End'`. */
  states: Record<string, Record<string, unknown>>
  /** The child's states. */
  child?: Record<string, unknown>
  input: unknown
  /** What both hand to F in the end; times, ARNs and ids are replaced. */
  hands: unknown
}

export const invoke = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: '${F}', 'Payload.$': '$' },
  End: true,
  ...more,
})

const start = (more: object = {}) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::states:startExecution.sync:2',
  Parameters: {
    StateMachineArn: '${ChildArn}',
    'Name.$': "States.Format('{}-survey-{}', $.run, $.account)",
    Input: { 'account.$': '$.account', fixed: true },
  },
  Next: 'End',
  ...more,
})

const STATUS = { ResultSelector: { 'status.$': '$.Status', 'output.$': '$.Output', 'name.$': '$.Name' } }
const CAUGHT = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'End' }] }
const GIVEN = { run: 'org-1', account: '111122223333' }

const distributed = (inner: Record<string, unknown>, more: object = {}) => ({
  Type: 'Map',
  Label: 'Accounts',
  ItemsPath: '$.accounts',
  ItemSelector: { 'run.$': '$.run', 'account.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
  MaxConcurrency: 2,
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Inside',
    States: { Inside: inner },
  },
  Next: 'End',
  ...more,
})

const ACCOUNTS = { run: 'org-1', accounts: ['111122223333', '444455556666', '777788889999'] }
const pass = { Type: 'Pass', End: true }

export const CASES: NestedCase[] = [
  {
    what: 'a distributed Map selects from its input and gives the outputs in order',
    states: { Start: distributed(pass, { ResultPath: '$.out' }) },
    input: ACCOUNTS,
    hands: {
      ...ACCOUNTS,
      out: ACCOUNTS.accounts.map((account, index) => ({ run: 'org-1', account, index })),
    },
  },
  {
    what: 'a distributed Map of no items is an empty list',
    states: { Start: distributed(pass, { ResultPath: '$.out' }) },
    input: { run: 'org-1', accounts: [] },
    hands: { run: 'org-1', accounts: [], out: [] },
  },
  {
    what: 'a distributed Map leaves its input as it was',
    states: { Start: distributed(pass, { ResultPath: null }) },
    input: ACCOUNTS,
    hands: ACCOUNTS,
  },
  {
    what: 'a distributed Map of more than 40 items at once',
    states: { Start: distributed(pass, { ResultPath: '$.out', MaxConcurrency: 50, ItemSelector: undefined }) },
    input: { run: 'org-1', accounts: Array.from({ length: 60 }, (_, n) => n) },
    hands: {
      run: 'org-1',
      accounts: Array.from({ length: 60 }, (_, n) => n),
      out: Array.from({ length: 60 }, (_, n) => n),
    },
  },
  {
    what: 'a child catches what its task throws',
    states: {
      Start: distributed(pass, {
        ResultPath: '$.out',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Inside',
          States: {
            Inside: invoke({
              Parameters: { FunctionName: '${Broken}', Payload: {} },
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Note' }],
            }),
            Note: { Type: 'Pass', Parameters: { 'noted.$': '$.account' }, End: true },
          },
        },
      }),
    },
    input: ACCOUNTS,
    hands: { ...ACCOUNTS, out: ACCOUNTS.accounts.map((noted) => ({ noted })) },
  },
  {
    what: 'a nested execution gets its name and input, and gives its output as JSON',
    states: { Start: start({ ...STATUS, ResultPath: '$.child' }) },
    child: { Inside: pass },
    input: GIVEN,
    hands: {
      ...GIVEN,
      child: {
        status: 'SUCCEEDED',
        output: { account: '111122223333', fixed: true },
        name: 'org-1-survey-111122223333',
      },
    },
  },
  {
    what: 'a nested execution that fails is caught as States.TaskFailed',
    states: {
      Start: start({ Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.error', Next: 'End' }] }),
    },
    child: { Inside: { Type: 'Fail', ErrorPath: '$.account', CausePath: '$.account' } },
    input: GIVEN,
    hands: {
      ...GIVEN,
      error: {
        Error: 'States.TaskFailed',
        Cause: { Status: 'FAILED', Error: '111122223333', Cause: '111122223333' },
      },
    },
  },
  {
    what: 'a name that is taken is an error of its own',
    states: {
      Start: start({ ResultPath: null, Next: 'Again' }),
      Again: start({ ...CAUGHT }),
    },
    child: { Inside: pass },
    input: GIVEN,
    hands: { ...GIVEN, error: { Error: 'StepFunctions.ExecutionAlreadyExistsException', Cause: null } },
  },
  {
    what: 'a machine that does not exist is an error of its own',
    states: {
      Start: start({
        ...CAUGHT,
        Parameters: {
          StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:nobody',
          Name: 'n',
          Input: {},
        },
      }),
    },
    input: GIVEN,
    hands: { ...GIVEN, error: { Error: 'StepFunctions.StateMachineDoesNotExistException', Cause: null } },
  },
  {
    what: 'each child of a distributed Map starts a nested execution',
    states: {
      Start: distributed({ ...start({ ...STATUS }), Next: undefined, End: true }, { ResultPath: '$.out' }),
    },
    child: { Inside: pass },
    input: ACCOUNTS,
    hands: {
      ...ACCOUNTS,
      out: ACCOUNTS.accounts.map((account) => ({
        status: 'SUCCEEDED',
        output: { account, fixed: true },
        name: `org-1-survey-${account}`,
      })),
    },
  },
]

export const FUNCTIONS: Record<string, LocalFunction> = {
  Broken: async () => {
    throw Object.assign(new Error('broken'), { name: 'Broken' })
  },
}
