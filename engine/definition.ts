// From the parsed .asl.json to a machine that the engine can run: placeholders filled in as CloudFormation does, every
// field held against the list of those that are carried out, and every name a state points to looked up.
import type { z } from 'zod'
import { type Machine, machineSchema, processorSchema, type State, stateSchemas } from './asl.ts'
import { DefinitionRefused, UnsupportedField } from './errors.ts'
import { shown } from './json.ts'

/**
 * Reads a definition. `substitutions` gives the value of each `${Name}`, in whatever string it stands.
 * Throws UnsupportedField for what the engine does not carry out, DefinitionRefused for what does not hang together.
 */
export function readDefinition(definition: unknown, substitutions: Record<string, string>): Machine {
  const machine = readMachine(substitute(definition, substitutions), machineSchema, 'State machine')
  refuseSharedNames(machine)
  return machine
}

function substitute(definition: unknown, substitutions: Record<string, string>): unknown {
  const text = JSON.stringify(definition) ?? 'null'
  const filled = text.replaceAll(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(substitutions, name) ? substitutions[name] : undefined
    if (value === undefined) {
      const known = Object.keys(substitutions).join(', ') || 'none'
      throw new DefinitionRefused(`Definition refused: ${placeholder} has no value, substitutions given: ${known}`)
    }
    return JSON.stringify(value).slice(1, -1)
  })
  return JSON.parse(filled)
}

function readMachine(value: unknown, schema: typeof machineSchema | typeof processorSchema, where: string): Machine {
  const { StartAt, States } = read<z.infer<typeof machineSchema>>(schema, value, where)
  const states = Object.entries(States).map(([name, state]) => [name, readState(name, state)] as const)
  const machine = { StartAt, States: Object.fromEntries(states) }
  refuseUnknown(machine, StartAt, `${where}: StartAt`)
  for (const [name, state] of states) {
    for (const target of targets(state)) refuseUnknown(machine, target, `State "${name}"`)
  }
  return machine
}

function readState(name: string, value: { Type: string }): State {
  const known = Object.hasOwn(stateSchemas, value.Type)
  if (!known) {
    const rule = `carried out are ${Object.keys(stateSchemas).join(', ')}`
    throw new UnsupportedField('Type', `State "${name}" refused: Type "${value.Type}" is not carried out; ${rule}`)
  }
  const where = `State "${name}" (${value.Type})`
  const state = read<State>(stateSchemas[value.Type as keyof typeof stateSchemas], value, where)
  if (state.Type !== 'Map') return state
  return { ...state, ItemProcessor: readMachine(state.ItemProcessor, processorSchema, `${where}: ItemProcessor`) }
}

function read<T>(schema: z.ZodType, value: unknown, where: string): T {
  const result = schema.safeParse(value)
  const issues = result.error?.issues ?? []
  // A field that is not carried out may be what stands in place of one that is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) return result.data as T
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...issue.path, ...unknown]
  const field = path.join('.')
  const rule = unknown.length > 0 ? 'this field is not carried out' : issue.message
  const got = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)
  const at = field === '' ? '' : `${field}: `
  throw new UnsupportedField(field, `${where} refused: ${at}${rule}; got ${shown(got)}`)
}

function targets(state: State): string[] {
  const next = 'Next' in state && state.Next !== undefined ? [state.Next] : []
  const caught = 'Catch' in state ? state.Catch.map((catcher) => catcher.Next) : []
  if (state.Type !== 'Choice') return [...next, ...caught]
  return [...state.Choices.map((rule) => rule.Next), ...(state.Default === undefined ? [] : [state.Default])]
}

function refuseUnknown(machine: Machine, target: string, where: string): void {
  if (Object.hasOwn(machine.States, target)) return
  const known = Object.keys(machine.States).join(', ')
  throw new DefinitionRefused(`${where} refused: it leads to "${target}", states at this level: ${known}`)
}

/** Names must be unique in the whole machine, the insides of Maps included: events and people tell states apart by them. */
function refuseSharedNames(machine: Machine): void {
  const seen = new Set<string>()
  for (const name of allNames(machine)) {
    if (seen.has(name)) {
      throw new DefinitionRefused(`Definition refused: two states are named "${name}", names must be unique`)
    }
    seen.add(name)
  }
}

function allNames(machine: Machine): string[] {
  return Object.entries(machine.States).flatMap(([name, state]) =>
    state.Type === 'Map' ? [name, ...allNames(state.ItemProcessor)] : [name],
  )
}
