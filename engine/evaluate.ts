// Evaluates paths, templates and Choice rules. definition.ts has refused everything else. Values are passed on without a
// copy, because the JSON between states is never changed in place.
import type { ChoiceRule, ChoiceState } from './asl-choice.ts'
import { StateFailed } from './errors.ts'
import { parseFormat, UUID } from './intrinsics.ts'
import { isJsonObject, type JsonObject, shown } from './json.ts'

/** The data of paths: `$` is the state's input, `$$` the context object. */
export interface Data {
  input: unknown
  context: JsonObject
}

/** The data of templates, which may also call intrinsic functions. */
export interface TemplateData extends Data {
  /** States.UUID() */
  uuid: () => string
}

/** The value at the path. @throws StateFailed `States.Runtime` if there is none */
export function select(path: string, data: Data): unknown {
  const value = follow(path, data)
  if (value !== undefined) return value
  throw new StateFailed('States.Runtime', `Path expression '${path}' does not point to a value`)
}

/** `undefined` if there is no value: JSON has no `undefined`. Inherited properties such as `toString` do not count. */
function follow(path: string, { input, context }: Data): unknown {
  const [root, ...names] = path.split('.')
  return names.reduce<unknown>(
    (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    root === '$$' ? context : input,
  )
}

/**
 * The template with the value of each `"name.$"`. Throws a StateFailed: `States.Runtime` if a path has no value,
 * `States.IntrinsicFailure` if States.Format gets an array or an object.
 */
export function fill(template: unknown, data: TemplateData): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(item, data))
  if (!isJsonObject(template)) return template
  const filled = Object.entries(template).map(([name, value]) =>
    name.endsWith('.$') ? [name.slice(0, -2), evaluate(value as string, data)] : [name, fill(value, data)],
  )
  return Object.fromEntries(filled)
}

function evaluate(expression: string, data: TemplateData): unknown {
  if (expression === UUID) return data.uuid()
  const format = parseFormat(expression)
  if (format === null || 'problem' in format) return select(expression, data)
  const values = format.paths.map((path) => textOf(select(path, data), path))
  return format.texts.reduce((text, after, index) => `${text}${values[index - 1]}${after}`)
}

function textOf(value: unknown, path: string): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const rule = 'must be a string, a number, a boolean or null'
  throw new StateFailed('States.IntrinsicFailure', `States.Format: ${path} ${rule}, received ${shown(value)}`)
}

/** The next state of the Choice. @throws StateFailed `States.NoChoiceMatched`, or `States.Runtime` as select does */
export function choose(state: ChoiceState, data: Data): string {
  const next = state.Choices.find((rule) => matches(rule, data))?.Next ?? state.Default
  if (next !== undefined) return next
  throw new StateFailed('States.NoChoiceMatched', 'No rule of the Choice matches, and it has no Default')
}

/** Values of different types are never equal. Only IsPresent allows a path without a value. */
function matches(rule: ChoiceRule, data: Data): boolean {
  if (rule.IsPresent !== undefined) return (follow(rule.Variable, data) !== undefined) === rule.IsPresent
  return select(rule.Variable, data) === (rule.StringEquals ?? rule.BooleanEquals)
}
