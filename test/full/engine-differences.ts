// Where moto's interpreter and ours do not end alike, each shown by a small machine, and who is right. The definition of
// keysweep meets none of them. docs/emulators.md shows this list as a table.
import type { LocalFunction } from '../../engine/step-functions.ts'

export interface EngineDifference {
  /** What the machine does. */
  what: string
  /** `${F}` is the function. */
  states: Record<string, unknown>
  function: LocalFunction
  /** Both engines end so: "SUCCEEDED", or the error's name. */
  ours: string
  moto: string
  /** What AWS does, and how that is known. */
  aws: string
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
]
