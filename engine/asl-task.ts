// A Task: lambda:invoke, with or without a task token, and states:startExecution.sync:2.
import { z } from 'zod'
import { Catch, common, flow, MAX_SECONDS, oneOf, Retry, resultPath } from './asl-common.ts'
import { pathField, TASK_TOKEN, templateField } from './paths.ts'

const INVOKE = /^arn:aws[\w-]*:states:::lambda:invoke(\.waitForTaskToken)?$/
const START = /^arn:aws[\w-]*:states:::states:startExecution\.sync:2$/

const isSupported = (resource: string): boolean => INVOKE.test(resource) || START.test(resource)

type WithResource = { Resource: string }

/** Whether the task ends with the answer to its token, and not with the function's result. */
export const waitsForToken = ({ Resource }: WithResource): boolean => Resource.endsWith('.waitForTaskToken')

/** Whether the task starts an execution of another state machine and waits for its end. */
export const startsExecution = ({ Resource }: WithResource): boolean => START.test(Resource)

const invokeParameters = z
  .strictObject({
    FunctionName: z.string().min(1),
    Payload: templateField(TASK_TOKEN).optional(),
    'Payload.$': pathField().optional(),
  })
  .superRefine(oneOf(['Payload', 'Payload.$']))

const startFields = z.strictObject({
  StateMachineArn: z.string().min(1),
  Name: z.string().optional(),
  'Name.$': z.string().optional(),
  Input: z.unknown().optional(),
  'Input.$': z.string().optional(),
})

/** AWS makes up a missing name. Here it is needed: a caller that retries must find what it has started. */
const startParameters = templateField()
  .pipe(startFields)
  .superRefine(oneOf(['Name', 'Name.$']))
  .superRefine(oneOf(['Input', 'Input.$']))

export const task = z
  .strictObject({
    Type: z.literal('Task'),
    ...common,
    ...flow,
    Retry,
    Catch,
    Resource: z.string().refine((resource) => INVOKE.test(resource) || START.test(resource), {
      error: 'only lambda:invoke, lambda:invoke.waitForTaskToken and states:startExecution.sync:2 are supported',
    }),
    // Checked below: which fields it has depends on the Resource.
    Parameters: z.unknown(),
    ResultSelector: templateField().optional(),
    ResultPath: resultPath,
    TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
    TimeoutSecondsPath: pathField().optional(),
  })
  .superRefine(oneOf(['Next', 'End']))
  .superRefine(oneOf(['TimeoutSeconds', 'TimeoutSecondsPath'], true))
  .superRefine((state, check) => {
    if (!isSupported(state.Resource)) return
    const schema: z.ZodType = startsExecution(state) ? startParameters : invokeParameters
    const { error } = schema.safeParse(state.Parameters)
    for (const issue of error?.issues ?? []) {
      check.issues.push({ ...issue, input: state, path: ['Parameters', ...issue.path] } as z.core.$ZodRawIssue)
    }
    const readsToken = `${JSON.stringify(state.Parameters)}`.includes('"$$.Task.Token"')
    if (error || readsToken === waitsForToken(state)) return
    const message = readsToken
      ? '$$.Task.Token has a value only with .waitForTaskToken'
      : '.waitForTaskToken needs $$.Task.Token: without the token nobody can answer'
    check.addIssue({ code: 'custom', path: ['Parameters'], message })
  })
