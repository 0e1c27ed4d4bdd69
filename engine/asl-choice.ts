// The rules of a Choice.
import { z } from 'zod'
import { common, filter, oneOf, stateName } from './asl-common.ts'
import { pathField } from './paths.ts'

const operators = {
  StringEquals: z.string().optional(),
  BooleanEquals: z.boolean().optional(),
  NumericEquals: z.number().optional(),
  NumericLessThan: z.number().optional(),
  NumericLessThanEquals: z.number().optional(),
  NumericGreaterThan: z.number().optional(),
  NumericGreaterThanEquals: z.number().optional(),
  IsPresent: z.boolean().optional(),
  IsNull: z.boolean().optional(),
  IsString: z.boolean().optional(),
  IsNumeric: z.boolean().optional(),
  IsBoolean: z.boolean().optional(),
}
const OPERATORS = Object.keys(operators) as (keyof typeof operators)[]

type Comparison = { [Name in keyof typeof operators]?: string | number | boolean | undefined }
export type ChoiceTest = Comparison & {
  Comment?: string | undefined
  Variable?: string | undefined
  And?: ChoiceTest[] | undefined
  Or?: ChoiceTest[] | undefined
  Not?: ChoiceTest | undefined
}
export type ChoiceRule = ChoiceTest & { Next: string }

const nested: z.ZodType<ChoiceTest> = z.lazy(() => checked(z.strictObject(shape)))
const shape = {
  Comment: z.string().optional(),
  Variable: pathField().optional(),
  And: z.array(nested).min(1).optional(),
  Or: z.array(nested).min(1).optional(),
  Not: nested.optional(),
  ...operators,
}

function checked<T extends z.ZodType<ChoiceTest>>(rule: T) {
  return rule.superRefine(oneOf(['And', 'Or', 'Not', ...OPERATORS])).superRefine((test, check) => {
    const compares = !('And' in test || 'Or' in test || 'Not' in test)
    if (compares !== 'Variable' in test) {
      check.addIssue({ code: 'custom', path: ['Variable'], message: 'belongs to a comparison, and to nothing else' })
    }
  })
}

export const choice = z.strictObject({
  Type: z.literal('Choice'),
  ...common,
  ...filter,
  Choices: z.array(checked(z.strictObject({ ...shape, Next: stateName }))).min(1),
  Default: stateName.optional(),
})
export type ChoiceState = Omit<z.infer<typeof choice>, 'Choices'> & { Choices: ChoiceRule[] }

/** The comparison's operator; the schema has seen to it that there is exactly one. */
export const operatorOf = (test: ChoiceTest): keyof typeof operators =>
  OPERATORS.find((name) => test[name] !== undefined) ?? 'IsPresent'
