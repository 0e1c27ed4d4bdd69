// serverless.yml and its parts as they are written, for tests that need no packaging. CloudFormation's short forms
// become the long ones, and Serverless's variables what they are by default.
import { readFileSync } from 'node:fs'
import { parse, type ScalarTag } from 'yaml'

export interface Statement {
  Sid?: string
  Effect: string
  Action: string | string[]
  Resource: unknown
  Condition?: unknown
}

export interface Resource {
  Type: string
  DeletionPolicy?: string
  Properties: Record<string, unknown>
}

export interface FunctionDefinition {
  name: string
  handler: string
  role: string
  timeout: number
  /** Megabytes, if they are not those of every function. */
  memorySize?: number
  environment?: Record<string, unknown>
  events?: { httpApi: { method: string; path: string; authorizer: unknown } }[]
}

export interface StateDefinition {
  Type: string
  TimeoutSeconds?: number
  TimeoutSecondsPath?: string
  Parameters?: { FunctionName?: string }
  ItemProcessor?: { States: Record<string, StateDefinition> }
}

const short = (tag: string, long: (value: string) => unknown): ScalarTag => ({ tag, resolve: long })

const customTags = [
  short('!Ref', (value) => ({ Ref: value })),
  short('!GetAtt', (value) => ({ 'Fn::GetAtt': value.split('.') })),
  short('!Sub', (value) => ({ 'Fn::Sub': value })),
]

const parseYaml = (text: string) => parse(text, { customTags, maxAliasCount: -1, merge: true })

const { params } = parseYaml(readFileSync('serverless.yml', 'utf8'))

/** `${file(stages/${sls:stage}.yml):timeZone, 'Etc/UTC'}` -> `Etc/UTC` */
const defaultOf = (text: string): string => /^\$\{file\(.*\):\w+, '?(.*?)'?\}$/.exec(text)?.[1] ?? ''
const defaultsOf = (section: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(section).map(([name, text]) => [name, defaultOf(text)]))

/** The parameters of a deploy with their defaults. */
export const parameters = defaultsOf(params.default)
/** Those that are others in the stage prod. */
export const prodParameters = defaultsOf(params.prod)

const VARIABLES: Record<string, string> = {
  'self:service': 'keysweep',
  'sls:stage': 'prod',
  ...Object.fromEntries(
    Object.entries({ ...parameters, ...prodParameters }).map(([name, value]) => [`param:${name}`, value]),
  ),
}

const readYaml = (path: string) =>
  parseYaml(readFileSync(path, 'utf8').replaceAll(/\$\{([a-z]+:\w+)\}/g, (whole, name) => VARIABLES[name] ?? whole))

export const service = readYaml('serverless.yml')

export const resourceFiles: string[] = service.resources.map((file: string) =>
  file.slice('${file('.length, -')}'.length),
)

const parts = resourceFiles.map(readYaml)

export const functions: Record<string, FunctionDefinition> = service.functions

export const resources: Record<string, Resource> = Object.assign({}, ...parts.map((part) => part.Resources))

/** What the stack tells of itself, by name; Serverless adds HttpApiUrl. */
export const outputs: Record<string, unknown> = Object.assign({}, ...parts.map((part) => part.Outputs))

/** Changes to resources that Serverless makes, by name. */
export const extensions: Record<string, { Properties: Record<string, unknown> }> = Object.assign(
  {},
  ...parts.map((part) => part.extensions),
)

/** The state machines by logical id. */
export const machines = ['Keysweep', 'Organization'].map((id) => {
  const file = /\$\{file\((.*)\)\}/.exec(service.stepFunctions.stateMachines[id].definition)?.[1] ?? ''
  return {
    id,
    text: readFileSync(file, 'utf8'),
    substitutions: extensions[id]?.Properties.DefinitionSubstitutions as Record<string, unknown>,
  }
})

/** The value of every placeholder, of both machines. */
export const substitutions: Record<string, unknown> = Object.assign({}, ...machines.map((one) => one.substitutions))

export const definitionText: string = readFileSync('statemachine/keysweep.asl.json', 'utf8')

/** Every Task of both definitions that calls a function, those within Maps too, by its name. */
export const tasks = (): [string, StateDefinition][] =>
  machines
    .flatMap(({ text }) => tasksIn(JSON.parse(text).States))
    .filter(([, { Parameters }]) => Parameters?.FunctionName)

const tasksIn = (states: Record<string, StateDefinition>): [string, StateDefinition][] =>
  Object.entries(states).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [[name, state] as [string, StateDefinition]] : []),
    ...tasksIn(state.ItemProcessor?.States ?? {}),
  ])

interface Policy {
  PolicyDocument: { Statement: Statement[] }
}

/** What a role may do: the statements of all its policies. */
export const statementsOf = (role: string): Statement[] =>
  ((resources[role]?.Properties.Policies ?? []) as Policy[]).flatMap(({ PolicyDocument }) => PolicyDocument.Statement)

export const actionsOf = ({ Action }: Statement): string[] => [Action].flat()
