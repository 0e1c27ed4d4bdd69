// Works out the data that passes between states: what a path points to, what a template comes to, which way a Choice
// leads. definition.ts has let through only what is understood here. Values are handed on, not copied: JSON between
// states is never changed in place.
import { type ChoiceState, type ChoiceTest, operatorOf } from './asl-choice.ts'
import { StateFailed } from './errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import { stepsOf } from './paths.ts'

/** What paths read: `$` is the state's input, `$$` the context object. */
export interface Data {
  input: unknown
  context: JsonObject
}

/** What the path points to. @throws StateFailed `States.Runtime` when it points to nothing */
export function select(path: string, data: Data): unknown {
  const value = follow(path, data)
  if (value !== undefined) return value
  throw new StateFailed('States.Runtime', `Path expression '${path}' does not point to a value`)
}

/** `undefined` for nothing, which JSON has no other use for. Inherited names, as `toString`, are nothing. */
function follow(path: string, { input, context }: Data): unknown {
  return stepsOf(path).reduce<unknown>(
    (value, step) => {
      if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined
      return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
    },
    path.startsWith('$$') ? context : input,
  )
}

/** The template with each `"name.$"` filled in. @throws StateFailed `States.Runtime` when a path points to nothing */
export function fill(template: unknown, data: Data): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(item, data))
  if (!isJsonObject(template)) return template
  const filled = Object.entries(template).map(([name, value]) =>
    name.endsWith('.$') ? [name.slice(0, -2), select(value as string, data)] : [name, fill(value, data)],
  )
  return Object.fromEntries(filled)
}

/** The state that the Choice leads to. @throws StateFailed `States.NoChoiceMatched`, or `States.Runtime` as select does */
export function choose(state: ChoiceState, data: Data): string {
  const next = state.Choices.find((rule) => holds(rule, data))?.Next ?? state.Default
  if (next !== undefined) return next
  throw new StateFailed('States.NoChoiceMatched', 'No rule of the Choice holds, and it has no Default')
}

/** Values of different types are never equal, and none is less than another. Only IsPresent may look at nothing. */
function holds(test: ChoiceTest, data: Data): boolean {
  if (test.And) return test.And.every((inner) => holds(inner, data))
  if (test.Or) return test.Or.some((inner) => holds(inner, data))
  if (test.Not) return !holds(test.Not, data)
  const path = test.Variable ?? '$'
  const operator = operatorOf(test)
  const operand = test[operator]
  if (operator === 'IsPresent') return (follow(path, data) !== undefined) === operand
  const value = select(path, data)
  switch (operator) {
    case 'IsNull':
      return (value === null) === operand
    case 'IsString':
      return (typeof value === 'string') === operand
    case 'IsNumeric':
      return (typeof value === 'number') === operand
    case 'IsBoolean':
      return (typeof value === 'boolean') === operand
    case 'StringEquals':
    case 'BooleanEquals':
    case 'NumericEquals':
      return value === operand
    default:
      return typeof value === 'number' && compares[operator](value, operand as number)
  }
}

const compares = {
  NumericLessThan: (value: number, operand: number) => value < operand,
  NumericLessThanEquals: (value: number, operand: number) => value <= operand,
  NumericGreaterThan: (value: number, operand: number) => value > operand,
  NumericGreaterThanEquals: (value: number, operand: number) => value >= operand,
}
