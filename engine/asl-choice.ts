// The rules of a Choice. The interpreter compares without looking at types (5 < "6" is true to it), and takes
// `IsPresent: false` for "never": those rules are given to it in a form that it gets right.
import { z } from 'zod'
import { common, filter, oneOf, stateName } from './asl-common.ts'
import type { JsonObject } from './json.ts'
import { pathField, wrapPath } from './paths.ts'

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

/** The test as the interpreter gets it right, over data wrapped as `{input, context}`. */
export function wrapTest(test: ChoiceTest): JsonObject {
  if (test.And) return { And: test.And.map(wrapTest) }
  if (test.Or) return { Or: test.Or.map(wrapTest) }
  if (test.Not) return { Not: wrapTest(test.Not) }
  const Variable = wrapPath(test.Variable ?? '$')
  const operator = OPERATORS.find((name) => test[name] !== undefined) ?? 'IsPresent'
  const operand = test[operator]
  if (operator.startsWith('Numeric'))
    return {
      And: [
        { Variable, IsNumeric: true },
        { Variable, [operator]: operand },
      ],
    }
  if (operator.startsWith('Is') && operand === false) return { Not: { Variable, [operator]: true } }
  return { Variable, [operator]: operand }
}
