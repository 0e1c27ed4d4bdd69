import { describe, expect, it } from '@jest/globals'
import { errorWith } from '../support/error-facts.ts'
import { distributed, machineOf, mapOf, nestedTask, start, task } from './machines.ts'

const pass = (more: Record<string, unknown>) => ({ Type: 'Pass', End: true, ...more })
const choice = (rule: Record<string, unknown>) => ({
  A: { Type: 'Choice', Choices: [{ ...rule, Next: 'B' }], Default: 'B' },
  B: { Type: 'Succeed' },
})
const retry = (more: Record<string, unknown>) => task('f', { Retry: [{ ErrorEquals: ['E'], ...more }] })
const processor = (more: Record<string, unknown>, map: Record<string, unknown> = {}) => {
  const state = mapOf('f', map)
  return { A: { ...state, ItemProcessor: { ...state.ItemProcessor, ...more } } }
}

const refused: [string, Record<string, Record<string, unknown>>, string][] = [
  ['a Parallel', { A: { Type: 'Parallel', Branches: [], End: true } }, 'Type'],
  ['another mode', processor({ ProcessorConfig: { Mode: 'PARALLEL' } }), 'ProcessorConfig.Mode'],
  ['no mode', processor({ ProcessorConfig: {} }), 'ProcessorConfig.Mode'],
  [
    'a distributed Map without an execution type',
    processor({ ProcessorConfig: { Mode: 'DISTRIBUTED' } }, { Label: 'x' }),
    'ProcessorConfig.ExecutionType',
  ],
  [
    'EXPRESS children',
    processor({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } }, { Label: 'x' }),
    'ProcessorConfig.ExecutionType',
  ],
  ['a distributed Map without a label', { A: distributed('f', { Label: undefined }) }, 'Label'],
  ['a label of 41 characters', { A: distributed('f', { Label: 'x'.repeat(41) }) }, 'Label'],
  ['an empty label', { A: distributed('f', { Label: '' }) }, 'Label'],
  ['a label with a blank', { A: distributed('f', { Label: 'my accounts' }) }, 'Label'],
  ['a label with a slash', { A: distributed('f', { Label: 'a/b' }) }, 'Label'],
  ...['ItemReader', 'ItemBatcher', 'ResultWriter', 'ResultSelector'].map(
    (field): [string, Record<string, Record<string, unknown>>, string] => [
      `${field} on a distributed Map`,
      { A: distributed('f', { [field]: {} }) },
      field,
    ],
  ),
  ['a Retry on a distributed Map', { A: distributed('f', { Retry: [{ ErrorEquals: ['E'] }] }) }, 'Retry'],
  [
    'tolerated failures by count on a distributed Map',
    { A: distributed('f', { ToleratedFailureCount: 5, ResultPath: null }) },
    'ToleratedFailureCount',
  ],
  [
    'a tolerance over 100 percent',
    { A: distributed('f', { ToleratedFailurePercentage: 101, ResultPath: null }) },
    'ToleratedFailurePercentage',
  ],
  [
    'a tolerance below zero',
    { A: distributed('f', { ToleratedFailurePercentage: -1, ResultPath: null }) },
    'ToleratedFailurePercentage',
  ],
  [
    'the outputs of children whose failure is tolerated',
    { A: distributed('f', { ToleratedFailurePercentage: 1 }) },
    'ResultPath',
  ],
  [
    '$$.Map inside the distributed Map',
    { A: distributed('f', {}, pass({ Parameters: { 'x.$': '$$.Map.Item.Value' } })) },
    'Parameters.x.$',
  ],
  [
    'a nested execution that is not waited for',
    { A: nestedTask('m', { Resource: 'arn:aws:states:::states:startExecution' }) },
    'Resource',
  ],
  [
    'a nested execution with its output as text',
    { A: nestedTask('m', { Resource: 'arn:aws:states:::states:startExecution.sync' }) },
    'Resource',
  ],
  ['a nested execution without parameters', { A: nestedTask('m', { Parameters: undefined }) }, 'Parameters'],
  [
    'a nested execution without a name',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Input: {} } }) },
    'Parameters',
  ],
  [
    'a nested execution with two names',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n', 'Name.$': '$.n', Input: {} } }) },
    'Parameters.Name.$',
  ],
  [
    'a nested execution without an input',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n' } }) },
    'Parameters',
  ],
  [
    'a nested execution with two inputs',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n', Input: {}, 'Input.$': '$' } }) },
    'Parameters.Input.$',
  ],
  [
    'a state machine by a path',
    { A: nestedTask('m', { Parameters: { 'StateMachineArn.$': '$.m', Name: 'n', Input: {} } }) },
    'Parameters.StateMachineArn.$',
  ],
  [
    'a trace header',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n', Input: {}, TraceHeader: 'x' } }) },
    'Parameters.TraceHeader',
  ],
  [
    'a wrong path in the input of a nested execution',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n', Input: { 'a.$': '$.b[0]' } } }) },
    'Parameters.Input.a.$',
  ],
  [
    'a token for a nested execution',
    { A: nestedTask('m', { Parameters: { StateMachineArn: 'm', Name: 'n', Input: { 't.$': '$$.Task.Token' } } }) },
    'Parameters.Input.t.$',
  ],
  [
    'a function called by a task that starts an execution',
    { A: nestedTask('m', { Parameters: { FunctionName: 'f', Payload: 1 } }) },
    'Parameters.FunctionName',
  ],
  [
    'an execution type',
    processor({ ProcessorConfig: { Mode: 'INLINE', ExecutionType: 'EXPRESS' } }),
    'ProcessorConfig.ExecutionType',
  ],
  ['an ItemReader', { A: mapOf('f', { ItemReader: {} }) }, 'ItemReader'],
  ['an ItemBatcher', { A: mapOf('f', { ItemBatcher: {} }) }, 'ItemBatcher'],
  ['a ResultWriter', { A: mapOf('f', { ResultWriter: {} }) }, 'ResultWriter'],
  ['a Map label', { A: mapOf('f', { Label: 'x' }) }, 'Label'],
  ['tolerated failures', { A: mapOf('f', { ToleratedFailurePercentage: 5 }) }, 'ToleratedFailurePercentage'],
  ['tolerated failures by count', { A: mapOf('f', { ToleratedFailureCount: 5 }) }, 'ToleratedFailureCount'],
  ['tolerated failures by path', { A: mapOf('f', { ToleratedFailureCountPath: '$.n' }) }, 'ToleratedFailureCountPath'],
  ['a Retry on a Map', { A: mapOf('f', { Retry: [{ ErrorEquals: ['E'] }] }) }, 'Retry'],
  ['a ResultSelector on a Map', { A: mapOf('f', { ResultSelector: {} }) }, 'ResultSelector'],
  ['the old Iterator', { A: { ...mapOf('f'), Iterator: {} } }, 'Iterator'],
  ['the old Parameters of a Map', { A: mapOf('f', { Parameters: {} }) }, 'Parameters'],
  ['Items', { A: mapOf('f', { Items: [] }) }, 'Items'],
  ['two concurrencies', { A: mapOf('f', { MaxConcurrency: 1, MaxConcurrencyPath: '$.n' }) }, 'MaxConcurrencyPath'],
  [
    'States.TaskFailed on a Map',
    { A: mapOf('f', { Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'A' }] }) },
    'ErrorEquals',
  ],
  ['HeartbeatSeconds', { A: task('f', { HeartbeatSeconds: 5 }) }, 'HeartbeatSeconds'],
  ['HeartbeatSecondsPath', { A: task('f', { HeartbeatSecondsPath: '$.n' }) }, 'HeartbeatSecondsPath'],
  ['two time limits', { A: task('f', { TimeoutSeconds: 5, TimeoutSecondsPath: '$.n' }) }, 'TimeoutSecondsPath'],
  ['a timeout of zero', { A: task('f', { TimeoutSeconds: 0 }) }, 'TimeoutSeconds'],
  ['Credentials', { A: task('f', { Credentials: {} }) }, 'Credentials'],
  ['Assign', { A: pass({ Assign: {} }) }, 'Assign'],
  ['Arguments', { A: task('f', { Arguments: {} }) }, 'Arguments'],
  ['InputPath', { A: pass({ InputPath: '$.a' }) }, 'InputPath'],
  ['OutputPath', { A: task('f', { OutputPath: null }) }, 'OutputPath'],
  [
    'a filter on a Choice',
    { A: { ...choice({ Variable: '$.a', IsPresent: true }).A, InputPath: '$' }, B: { Type: 'Succeed' } },
    'InputPath',
  ],
  ['a filter on a Succeed', { A: { Type: 'Succeed', OutputPath: '$.a' } }, 'OutputPath'],
  ['a fixed Result', { A: pass({ Result: 1 }) }, 'Result'],
  ['a ResultPath of a Pass', { A: pass({ ResultPath: '$.a' }) }, 'ResultPath'],
  ['Output', { A: pass({ Output: 1 }) }, 'Output'],
  ['JSONata', { A: pass({ QueryLanguage: 'JSONata' }) }, 'QueryLanguage'],
  ['a query language at all', { A: pass({ QueryLanguage: 'JSONPath' }) }, 'QueryLanguage'],
  ['a Condition', choice({ Condition: '{% true %}' }), 'Choices.0.Condition'],
  ['a bare function ARN', { A: task('f', { Resource: 'arn:aws:lambda:eu-west-1:1:function:f' }) }, 'Resource'],
  ['another integration', { A: task('f', { Resource: 'arn:aws:states:::sns:publish' }) }, 'Resource'],
  ['an SDK integration', { A: task('f', { Resource: 'arn:aws:states:::aws-sdk:iam:listUsers' }) }, 'Resource'],
  ['an activity', { A: task('f', { Resource: 'arn:aws:states:us-east-1:1:activity:a' }) }, 'Resource'],
  [
    'an invocation type',
    { A: task('f', { Parameters: { FunctionName: 'f', Payload: 1, InvocationType: 'Event' } }) },
    'Parameters.InvocationType',
  ],
  [
    'a function by a path',
    { A: task('f', { Parameters: { 'FunctionName.$': '$.f', Payload: 1 } }) },
    'Parameters.FunctionName.$',
  ],
  ['an invocation without a payload', { A: task('f', { Parameters: { FunctionName: 'f' } }) }, 'Parameters'],
  [
    'a wait for a token that nobody gets',
    { A: task('f', { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' }) },
    'Parameters',
  ],
  [
    'a token without the wait',
    { A: task('f', { Parameters: { FunctionName: 'f', Payload: { 't.$': '$$.Task.Token' } } }) },
    'Parameters',
  ],
  ['a token in a Pass', { A: pass({ Parameters: { 't.$': '$$.Task.Token' } }) }, 'Parameters.t.$'],
  ['$$.State', { A: pass({ Parameters: { list: [{ 'n.$': '$$.State.Name' }] } }) }, 'Parameters.list.0.n.$'],
  ['the whole context', { A: pass({ Parameters: { 'c.$': '$$' } }) }, 'Parameters.c.$'],
  ['an unknown context field', { A: pass({ Parameters: { 'x.$': '$$.Execution.RoleArn' } }) }, 'Parameters.x.$'],
  [
    '$$.Map inside the Map',
    { A: mapOf('f', {}, pass({ Parameters: { 'x.$': '$$.Map.Item.Value' } })) },
    'Parameters.x.$',
  ],
  ...[
    'States.Array($.a)',
    "States.StringSplit($.a, ',')",
    'States.Format',
    'States.Format()',
    'States.Format($.a)',
    "States.Format($.a, 'x')",
    `States.Format("{}", $.a)`,
    "States.Format('{}')",
    "States.Format('x', $.a)",
    "States.Format('{}', $.a, $.b)",
    "States.Format('{}{}', $.a)",
    "States.Format('{}', 'text')",
    "States.Format('{}', 5)",
    "States.Format('{}', States.UUID())",
    "States.Format('{}', $.a[0])",
    "States.Format('{}', $$.Map.Item.Value)",
    "States.Format('{', $.a)",
    "States.Format('}')",
    "States.Format('{}}', $.a)",
    "States.Format('{x}', $.a)",
    String.raw`States.Format('\n{}', $.a)`,
    String.raw`States.Format('{}\', $.a)`,
    "States.Format('it's {}', $.a)",
    "States.Format('{}', $.a) x",
    "xStates.Format('{}', $.a)",
    'States.UUID( )',
  ].map((call): [string, Record<string, Record<string, unknown>>, string] => [
    `the intrinsic function ${call}`,
    { A: pass({ Parameters: { 'x.$': call } }) },
    'Parameters.x.$',
  ]),
  ['a wildcard', { A: mapOf('f', { ItemsPath: '$.a[*]' }) }, 'ItemsPath'],
  ['an index', { A: pass({ Parameters: { 'x.$': '$.a[0]' } }) }, 'Parameters.x.$'],
  ['a quoted name', { A: pass({ Parameters: { 'x.$': "$['a']" } }) }, 'Parameters.x.$'],
  ['a name with a hyphen', { A: pass({ Parameters: { 'x.$': '$.a-b' } }) }, 'Parameters.x.$'],
  ['a descent', { A: mapOf('f', { ItemsPath: '$..a' }) }, 'ItemsPath'],
  ['a filter', { A: mapOf('f', { ItemsPath: '$.a[?(@.b)]' }) }, 'ItemsPath'],
  ['a parent path', { A: mapOf('f', { ItemsPath: '$.a^' }) }, 'ItemsPath'],
  ['a path that is no string', { A: pass({ Parameters: { 'x.$': 5 } }) }, 'Parameters.x.$'],
  ['".$" inside a name', { A: pass({ Parameters: { 'a.$b.$': '$.a' } }) }, 'Parameters.a.$b.$'],
  ['an index in ResultPath', { A: task('f', { ResultPath: '$.a[0]' }) }, 'ResultPath'],
  ['a context ResultPath', { A: task('f', { ResultPath: '$$.a' }) }, 'ResultPath'],
  ['text comparison by order', choice({ Variable: '$.a', StringLessThan: 'b' }), 'Choices.0.StringLessThan'],
  ['pattern comparison', choice({ Variable: '$.a', StringMatches: 'a*' }), 'Choices.0.StringMatches'],
  ['comparison with a path', choice({ Variable: '$.a', StringEqualsPath: '$.b' }), 'Choices.0.StringEqualsPath'],
  [
    'comparison of timestamps',
    choice({ Variable: '$.a', TimestampEquals: '2026-01-01T00:00:00Z' }),
    'Choices.0.TimestampEquals',
  ],
  ['comparison of numbers', choice({ Variable: '$.a', NumericEquals: 5 }), 'Choices.0.NumericEquals'],
  ['comparison of numbers by order', choice({ Variable: '$.a', NumericLessThan: 5 }), 'Choices.0.NumericLessThan'],
  ['a question for null', choice({ Variable: '$.a', IsNull: true }), 'Choices.0.IsNull'],
  ['a question for a type', choice({ Variable: '$.a', IsString: true }), 'Choices.0.IsString'],
  ['And', choice({ And: [{ Variable: '$.a', IsPresent: true }] }), 'Choices.0.And'],
  ['Or', choice({ Or: [{ Variable: '$.a', IsPresent: true }] }), 'Choices.0.Or'],
  ['Not', choice({ Not: { Variable: '$.a', IsPresent: true } }), 'Choices.0.Not'],
  ['a comparison of the wrong type', choice({ Variable: '$.a', StringEquals: 5 }), 'Choices.0.StringEquals'],
  ['a comparison of another wrong type', choice({ Variable: '$.a', BooleanEquals: 'true' }), 'Choices.0.BooleanEquals'],
  [
    'two comparisons in one rule',
    choice({ Variable: '$.a', StringEquals: 'x', BooleanEquals: true }),
    'Choices.0.BooleanEquals',
  ],
  ['no comparison', choice({ Variable: '$.a' }), 'Choices.0'],
  ['a comparison of nothing', choice({ IsPresent: true }), 'Choices.0.Variable'],
  ['a Wait without a time', { A: { Type: 'Wait', End: true } }, 'Seconds'],
  ['a Wait by a path', { A: { Type: 'Wait', SecondsPath: '$.n', End: true } }, 'SecondsPath'],
  ['a Wait until a time', { A: { Type: 'Wait', Timestamp: '2026-09-01T00:00:00Z', End: true } }, 'Timestamp'],
  ['a Wait until a time by a path', { A: { Type: 'Wait', TimestampPath: '$.at', End: true } }, 'TimestampPath'],
  ['a Wait with two times', { A: { Type: 'Wait', Seconds: 1, SecondsPath: '$.n', End: true } }, 'SecondsPath'],
  ['half a second', { A: { Type: 'Wait', Seconds: 0.5, End: true } }, 'Seconds'],
  ['a Wait with Retry', { A: { Type: 'Wait', Seconds: 1, Retry: [], End: true } }, 'Retry'],
  ['an unknown retrier field', { A: retry({ JitterRate: 1 }) }, 'Retry.0.JitterRate'],
  ['an unknown jitter', { A: retry({ JitterStrategy: 'HALF' }) }, 'Retry.0.JitterStrategy'],
  ['a backoff below 1', { A: retry({ BackoffRate: 0.5 }) }, 'Retry.0.BackoffRate'],
  ['States.ALL in company', { A: retry({ ErrorEquals: ['States.ALL', 'E'] }) }, 'Retry.0.ErrorEquals'],
  [
    'States.ALL before others',
    { A: task('f', { Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }) },
    'Retry',
  ],
  ['States.Runtime in ErrorEquals', { A: retry({ ErrorEquals: ['States.Runtime'] }) }, 'Retry.0.ErrorEquals.0'],
  [
    'a catcher with Assign',
    { A: task('f', { Catch: [{ ErrorEquals: ['E'], Next: 'A', Assign: {} }] }) },
    'Catch.0.Assign',
  ],
  ['an intrinsic function as error', { A: { Type: 'Fail', ErrorPath: "States.Format('{}', $.a)" } }, 'ErrorPath'],
  ['a fixed error', { A: { Type: 'Fail', Error: 'E' } }, 'Error'],
  ['a fixed cause', { A: { Type: 'Fail', Cause: 'why' } }, 'Cause'],
  ['Next and End', { A: pass({ Next: 'A' }) }, 'End'],
  ['neither Next nor End', { A: { Type: 'Pass' } }, ''],
  ['a misspelt field', { A: pass({ Coment: 'x' }) }, 'Coment'],
]

const refusal = (name: string, more: Record<string, unknown>) => expect.objectContaining({ name, ...more })

describe('A definition with something that is not carried out', () => {
  it.each(refused)('is refused by name: %s', (_, states, field) => {
    expect(() => start(states)).toThrow(refusal('UnsupportedField', { field }))
  })

  it('is refused with the state, the field, the rule and what was there', () => {
    const mode = { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }
    expect(() => start(processor({ ProcessorConfig: mode }, { Label: 'x' }))).toThrow(
      errorWith(
        'UnsupportedField',
        '"A"',
        'Map',
        'ItemProcessor',
        'ProcessorConfig.ExecutionType',
        '"STANDARD"',
        '"EXPRESS"',
      ),
    )
    expect(() => start({ A: mapOf('f', { ItemReader: { Resource: 'r' } }) })).toThrow(
      errorWith('UnsupportedField', '"A"', 'Map', 'ItemReader', '{"Resource":"r"}'),
    )
  })

  it.each([
    ['TimeoutSeconds', 60],
    ['QueryLanguage', 'JSONata'],
    ['QueryLanguage', 'JSONPath'],
    ['Version', '1.0'],
    ['Version', '2.0'],
    ['Assign', {}],
  ])('is refused at the top as well: %s', (field, value) => {
    const definition = { ...machineOf({ A: { Type: 'Succeed' } }), [field]: value }
    expect(() => start({}, { definition })).toThrow(refusal('UnsupportedField', { field }))
  })

  it.each([[null], [[]], ['{}'], [undefined]])('is refused when it is no object: %j', (definition) => {
    expect(() => start({}, { definition })).toThrow(refusal('UnsupportedField', { field: '' }))
  })
})
