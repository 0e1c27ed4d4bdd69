// The part of the Amazon States Language that this engine supports: what our definitions use. Any other field is refused by
// name, because a state machine must not behave differently in AWS and on this machine.
import { z } from 'zod'
import { type ChoiceState, choice } from './asl-choice.ts'
import { Catch, common, flow, MAX_SECONDS, oneOf, Retry, resultPath, stateName } from './asl-common.ts'
import { MAP_ITEM, pathField, TASK_TOKEN, templateField } from './paths.ts'

const invokeParameters = z
  .strictObject({
    FunctionName: z.string().min(1),
    Payload: templateField(TASK_TOKEN).optional(),
    'Payload.$': pathField().optional(),
  })
  .superRefine(oneOf(['Payload', 'Payload.$']))

const LAMBDA_INVOKE = /^arn:aws[\w-]*:states:::lambda:invoke(\.waitForTaskToken)?$/

/** Whether the task ends with the answer to its token, and not with the function's result. */
export const waitsForToken = (state: { Resource: string }): boolean => state.Resource.endsWith('.waitForTaskToken')

const task = z
  .strictObject({
    Type: z.literal('Task'),
    ...common,
    ...flow,
    Retry,
    Catch,
    Resource: z.string().regex(LAMBDA_INVOKE, 'only lambda:invoke and lambda:invoke.waitForTaskToken are supported'),
    Parameters: invokeParameters,
    ResultSelector: templateField().optional(),
    ResultPath: resultPath,
    TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
    TimeoutSecondsPath: pathField().optional(),
  })
  .superRefine(oneOf(['Next', 'End']))
  .superRefine(oneOf(['TimeoutSeconds', 'TimeoutSecondsPath'], true))
  .superRefine((state, check) => {
    const readsToken = JSON.stringify(state.Parameters).includes('"$$.Task.Token"')
    if (readsToken === waitsForToken(state)) return
    const message = readsToken
      ? '$$.Task.Token has a value only with .waitForTaskToken'
      : '.waitForTaskToken needs $$.Task.Token: without the token nobody can answer'
    check.addIssue({ code: 'custom', path: ['Parameters'], message })
  })

const map = z
  .strictObject({
    Type: z.literal('Map'),
    ...common,
    ...flow,
    Catch,
    ItemsPath: pathField().optional(),
    ItemSelector: templateField(MAP_ITEM).optional(),
    // Parsed separately, so that a refusal names the inner state.
    ItemProcessor: z.unknown(),
    MaxConcurrency: z.int().min(0).optional(),
    MaxConcurrencyPath: pathField().optional(),
    ResultPath: resultPath,
  })
  .superRefine(oneOf(['Next', 'End']))
  .superRefine(oneOf(['MaxConcurrency', 'MaxConcurrencyPath'], true))
  .refine((state) => !state.Catch.some((rule) => rule.ErrorEquals.includes('States.TaskFailed')), {
    path: ['ErrorEquals'],
    error: 'States.TaskFailed is supported for a Task only',
  })

const pass = z
  .strictObject({
    Type: z.literal('Pass'),
    ...common,
    ...flow,
    Parameters: templateField().optional(),
  })
  .superRefine(oneOf(['Next', 'End']))

const wait = z
  .strictObject({
    Type: z.literal('Wait'),
    ...common,
    ...flow,
    Seconds: z.int().min(0).max(MAX_SECONDS),
  })
  .superRefine(oneOf(['Next', 'End']))

const succeed = z.strictObject({ Type: z.literal('Succeed'), ...common })

const fail = z.strictObject({
  Type: z.literal('Fail'),
  ...common,
  ErrorPath: pathField().optional(),
  CausePath: pathField().optional(),
})

/** By `Type`. Parallel is not supported. */
export const stateSchemas = {
  Task: task,
  Map: map,
  Choice: choice,
  Wait: wait,
  Pass: pass,
  Succeed: succeed,
  Fail: fail,
}

const machineFields = { StartAt: stateName, States: z.record(stateName, z.looseObject({ Type: z.string() })) }

export const machineSchema = z.strictObject({ ...common, ...machineFields })

/** What a Map runs for each item. Only INLINE is supported: it runs within the history and limits of the execution. */
export const processorSchema = z.strictObject({
  ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
  ...machineFields,
})

export type TaskState = z.infer<typeof task>
export type MapState = Omit<z.infer<typeof map>, 'ItemProcessor'> & { ItemProcessor: Machine }
export type PassState = z.infer<typeof pass>
export type WaitState = z.infer<typeof wait>
export type SucceedState = z.infer<typeof succeed>
export type FailState = z.infer<typeof fail>
export type State = TaskState | MapState | ChoiceState | WaitState | PassState | SucceedState | FailState
export type { ChoiceState }

/** A machine, or the ItemProcessor of a Map: every field is checked and every default is set. */
export interface Machine {
  StartAt: string
  States: Record<string, State>
}
