// Turns the parsed .asl.json into a machine that the engine can run: fills in placeholders as CloudFormation does, refuses
// fields that are not supported, and checks that every named state exists.
import type { z } from 'zod'
import { type Machine, machineSchema, processorSchema, type State, stateSchemas } from './asl.ts'
import { DefinitionRefused, UnsupportedField } from './errors.ts'
import { shown } from './json.ts'

/**
 * Reads a definition. `substitutions` has the value of each `${Name}`, which may be in any string.
 * Throws UnsupportedField for a field that the engine does not support, DefinitionRefused for a missing or double name.
 */
export function readDefinition(definition: unknown, substitutions: Record<string, string>): Machine {
  const text = substitute(definition, substitutions)
  const known = lastRead.get(text)
  if (known !== undefined) return known
  const machine = readMachine(JSON.parse(text), machineSchema, 'State machine')
  refuseSharedNames(machine)
  const [oldest] = lastRead.keys()
  if (lastRead.size === MOST_KEPT && oldest !== undefined) lastRead.delete(oldest)
  lastRead.set(text, machine)
  return machine
}

/** By text, with values in place: an organization run starts the same machine for each of its accounts, 5 ms each time. */
const lastRead = new Map<string, Machine>()
const MOST_KEPT = 4

/** @returns JSON */
function substitute(definition: unknown, substitutions: Record<string, string>): string {
  const text = JSON.stringify(definition) ?? 'null'
  return text.replaceAll(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(substitutions, name) ? substitutions[name] : undefined
    if (value === undefined) {
      const known = Object.keys(substitutions).join(', ') || 'none'
      throw new DefinitionRefused(`Definition refused: ${placeholder} has no value. Substitutions: ${known}`)
    }
    return JSON.stringify(value).slice(1, -1)
  })
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
    const supported = Object.keys(stateSchemas).join(', ')
    throw new UnsupportedField(
      'Type',
      `State "${name}" refused: Type "${value.Type}" is not supported. Supported: ${supported}`,
    )
  }
  const where = `State "${name}" (${value.Type})`
  const state = read<State>(stateSchemas[value.Type as keyof typeof stateSchemas], value, where)
  if (state.Type !== 'Map') return state
  return { ...state, ItemProcessor: readMachine(state.ItemProcessor, processorSchema, `${where}: ItemProcessor`) }
}

function read<T>(schema: z.ZodType, value: unknown, where: string): T {
  const result = schema.safeParse(value)
  const issues = result.error?.issues ?? []
  // An unsupported field comes first: it may be why another one is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (!issue) return result.data as T
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const path = [...issue.path, ...unknown]
  const field = path.join('.')
  const rule = unknown.length > 0 ? 'this field is not supported' : issue.message
  const got = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)
  const at = field === '' ? '' : `${field}: `
  throw new UnsupportedField(field, `${where} refused: ${at}${rule}; received ${shown(got)}`)
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
  throw new DefinitionRefused(`${where} refused: there is no state "${target}" at this level. States: ${known}`)
}

/** Names must be unique in the whole machine, including the states in a Map: events name a state by it. */
function refuseSharedNames(machine: Machine): void {
  const names = new Set<string>()
  for (const name of allNames(machine)) {
    if (names.has(name)) {
      throw new DefinitionRefused(`Definition refused: two states have the name "${name}". Names must be unique.`)
    }
    names.add(name)
  }
}

function allNames(machine: Machine): string[] {
  return Object.entries(machine.States).flatMap(([name, state]) =>
    state.Type === 'Map' ? [name, ...allNames(state.ItemProcessor)] : [name],
  )
}
