// A Map: inline, or distributed with children that are executions of their own.
import { z } from 'zod'
import { Catch, common, flow, oneOf, resultPath } from './asl-common.ts'
import { isJsonObject } from './json.ts'
import { MAP_ITEM, pathField, templateField } from './paths.ts'

/** How the Map runs its ItemProcessor. A distributed Map is of the STANDARD type. */
export const processorConfig = z.discriminatedUnion(
  'Mode',
  [
    z.strictObject({ Mode: z.literal('INLINE') }),
    z.strictObject({ Mode: z.literal('DISTRIBUTED'), ExecutionType: z.literal('STANDARD') }),
  ],
  { error: 'must be "INLINE" or "DISTRIBUTED"' },
)

export const map = z
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
    // AWS makes up a missing label. Part of the children's ARNs: a role's policy names them.
    Label: z
      .string()
      .regex(/^[\w-]{1,40}$/, 'must be 1 to 40 of A-Z, a-z, 0-9, _ and -')
      .optional(),
    ToleratedFailurePercentage: z.number().min(0).max(100).optional(),
    ResultPath: resultPath,
  })
  .superRefine(oneOf(['Next', 'End']))
  .superRefine(oneOf(['MaxConcurrency', 'MaxConcurrencyPath'], true))
  .refine((state) => !state.Catch.some((rule) => rule.ErrorEquals.includes('States.TaskFailed')), {
    path: ['ErrorEquals'],
    error: 'States.TaskFailed is supported for a Task only',
  })
  .superRefine((state, check) => {
    const refuse = (field: string, message: string) => check.addIssue({ code: 'custom', path: [field], message })
    if (!hasDistributedMode(state.ItemProcessor)) {
      for (const field of ['Label', 'ToleratedFailurePercentage']) {
        if (field in state) refuse(field, 'only a distributed Map may have this field')
      }
      return
    }
    if (state.Label === undefined) refuse('Label', 'a distributed Map needs a label')
    if ((state.ToleratedFailurePercentage ?? 0) > 0 && state.ResultPath !== null) {
      refuse('ResultPath', 'must be null where failures are tolerated: AWS does not say what the result then holds')
    }
  })

function hasDistributedMode(processor: unknown): boolean {
  const config = isJsonObject(processor) ? processor.ProcessorConfig : undefined
  return isJsonObject(config) && config.Mode === 'DISTRIBUTED'
}

/** Whether the children are executions of their own. Only these Maps have a label. */
export const isDistributed = (state: { Label?: string | undefined }): boolean => state.Label !== undefined
