// The part of the Amazon States Language that this engine supports: what our definitions use. Any other field is refused by
// name, because a state machine must not behave differently in AWS and on this machine.
import { z } from 'zod'
import { type ChoiceState, choice } from './asl-choice.ts'
import { common, flow, MAX_SECONDS, oneOf, stateName } from './asl-common.ts'
import { map, processorConfig } from './asl-map.ts'
import { task } from './asl-task.ts'
import { pathField, templateField } from './paths.ts'

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

/** What a Map runs for each item. */
export const processorSchema = z.strictObject({ ProcessorConfig: processorConfig.optional(), ...machineFields })

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
