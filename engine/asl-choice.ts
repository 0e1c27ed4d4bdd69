// The rules of a Choice state. Each rule has one comparison.
import { z } from 'zod'
import { common, oneOf, stateName } from './asl-common.ts'
import { pathField } from './paths.ts'

const operators = {
  StringEquals: z.string().optional(),
  BooleanEquals: z.boolean().optional(),
  IsPresent: z.boolean().optional(),
}

const rule = z
  .strictObject({ Variable: pathField(), ...operators, Next: stateName })
  .superRefine(oneOf(Object.keys(operators)))
export type ChoiceRule = z.infer<typeof rule>

export const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  Choices: z.array(rule).min(1),
  Default: stateName.optional(),
})
export type ChoiceState = z.infer<typeof choice>
