// Works out the data that passes between states: what a path points to, what a template comes to, which way a Choice
// leads. definition.ts has let through only what is understood here. Values are handed on, not copied: JSON between
// states is never changed in place.
import type { ChoiceRule, ChoiceState } from './asl-choice.ts'
import { StateFailed } from './errors.ts'
import { isJsonObject, type JsonObject } from './json.ts'

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

/** `undefined` for nothing: JSON has no such value. What an object only inherits, as `toString`, is nothing. */
function follow(path: string, { input, context }: Data): unknown {
  const [root, ...names] = path.split('.')
  return names.reduce<unknown>(
    (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    root === '$$' ? context : input,
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

/** Values of different types are never equal. Only IsPresent may look at nothing. */
function holds(rule: ChoiceRule, data: Data): boolean {
  if (rule.IsPresent !== undefined) return (follow(rule.Variable, data) !== undefined) === rule.IsPresent
  return select(rule.Variable, data) === (rule.StringEquals ?? rule.BooleanEquals)
}
