// Which paths of the data are there whenever a state is entered, worked out from the definition alone: what a state
// reads must be written on every way that leads to it, for a missing path ends an execution without a record.

export interface State {
  Type: string
  Next?: string
  End?: boolean
  Default?: string
  Choices?: Record<string, unknown>[]
  Catch?: { ErrorEquals: string[]; Next: string; ResultPath?: string | null }[]
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; MaxDelaySeconds: number; JitterStrategy: string }[]
  Parameters?: Record<string, unknown>
  ItemSelector?: Record<string, unknown>
  ItemProcessor?: Machine
  ResultSelector?: Record<string, unknown>
  ResultPath?: string | null
  TimeoutSeconds?: number
  Comment?: string
  [field: string]: unknown
}

export interface Machine {
  StartAt: string
  States: Record<string, State>
  Comment?: string
}

/** All states of a machine and of the machines inside its Maps, by name. */
export function allStates(machine: Machine): [string, State][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ])
}

/** Every state that another leads to, and how. */
export function nextOf(state: State): string[] {
  const choices = (state.Choices ?? []).map((choice) => String(choice.Next))
  const caught = (state.Catch ?? []).map((catcher) => catcher.Next)
  return [state.Next, state.Default, ...choices, ...caught].filter((name) => name !== undefined)
}

/** The data paths ("$.report.attempt") that a state reads from its input. */
export function readsOf(state: State): string[] {
  const choices = (state.Choices ?? []).map((choice) => String(choice.Variable))
  const fields = Object.entries(state).flatMap(([field, value]) =>
    field.endsWith('Path') && !['ResultPath', 'OutputPath'].includes(field) ? [String(value)] : [],
  )
  return [...choices, ...fields, ...pathsIn(state.Parameters), ...pathsIn(state.ItemSelector)].filter(isDataPath)
}

const isDataPath = (path: string): boolean => /^\$(\.|$)/.test(path)

/** Values of fields that end in ".$", at any depth. */
export function pathsIn(template: unknown): string[] {
  if (typeof template !== 'object' || template === null) return []
  return Object.entries(template).flatMap(([field, value]) => (field.endsWith('.$') ? [String(value)] : pathsIn(value)))
}

type Shape = Set<string>

/** Answers of the functions by placeholder, as they really were: what is under `$.Payload`. */
export type Payloads = Record<string, unknown>

/** The paths that are there whenever each state is entered, `start` being there at the beginning. */
export function shapes(machine: Machine, payloads: Payloads, start: string[]): Map<string, Shape> {
  const entered = new Map<string, Shape>()
  const waiting: [string, Shape][] = [[machine.StartAt, new Set(start)]]
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const [name, shape] = step
    const known = entered.get(name)
    const met = known ? new Set([...known].filter((path) => shape.has(path))) : shape
    if (known && met.size === known.size) continue
    entered.set(name, met)
    const state = machine.States[name]
    if (state) waiting.push(...exits(state, met, payloads))
  }
  return entered
}

function exits(state: State, input: Shape, payloads: Payloads): [string, Shape][] {
  const output = place(input, state.ResultPath, resultOf(state, input, payloads))
  const caught = (state.Catch ?? []).map((catcher): [string, Shape] => [
    catcher.Next,
    place(input, catcher.ResultPath, ['', '.Error', '.Cause']),
  ])
  const onward = [state.Next, state.Default, ...(state.Choices ?? []).map((choice) => String(choice.Next))]
  return [...onward.filter((name) => name !== undefined).map((name): [string, Shape] => [name, output]), ...caught]
}

/** What a state makes, as suffixes: "" for the whole, ".attempt" for a field. */
function resultOf(state: State, input: Shape, payloads: Payloads): string[] {
  if (state.Type === 'Pass' && state.Parameters) return suffixes(state.Parameters, (path) => under(input, path))
  if (state.Type !== 'Task') return under(input, '$')
  // It ends with whatever was sent with the token: nothing of that may be relied on.
  if (String(state.Resource).endsWith('.waitForTaskToken')) return ['']
  const payload = payloads[placeholderOf(state)]
  const envelope = suffixesOf({ Payload: payload, StatusCode: 200 })
  return state.ResultSelector
    ? suffixes(state.ResultSelector, (path) =>
        envelope.filter((suffix) => suffix.startsWith(path.slice(1))).map((suffix) => suffix.slice(path.length - 1)),
      )
    : envelope
}

/** "StartRunArn" of "${StartRunArn}" */
export const placeholderOf = (state: State): string => String(state.Parameters?.FunctionName).slice(2, -1)

function suffixes(template: Record<string, unknown>, follow: (path: string) => string[]): string[] {
  const inside = (value: unknown) =>
    typeof value === 'object' && value !== null ? suffixes(value as Record<string, unknown>, follow) : ['']
  const fields = Object.entries(template).flatMap(([field, value]) =>
    // The value of an intrinsic function has no fields.
    field.endsWith('.$')
      ? (String(value).startsWith('States.') ? [''] : follow(String(value))).map(
          (suffix) => `.${field.slice(0, -2)}${suffix}`,
        )
      : inside(value).map((suffix) => `.${field}${suffix}`),
  )
  return ['', ...fields]
}

function suffixesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return ['']
  return [
    '',
    ...Object.entries(value).flatMap(([field, inner]) => suffixesOf(inner).map((suffix) => `.${field}${suffix}`)),
  ]
}

const under = (shape: Shape, path: string): string[] =>
  [...shape].filter((known) => known === path || known.startsWith(`${path}.`)).map((known) => known.slice(path.length))

function place(input: Shape, resultPath: string | null | undefined, result: string[]): Shape {
  if (resultPath === null) return input
  const at = resultPath ?? '$'
  const kept = [...input].filter((path) => at !== '$' && path !== at && !path.startsWith(`${at}.`))
  return new Set([...kept, ...result.map((suffix) => `${at}${suffix}`)])
}
