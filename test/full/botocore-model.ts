// AWS's own description of a service, as botocore ships it: which actions there are, what goes in, what comes out and
// what can go wrong. Here are the questions that a test asks of one.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

interface Member {
  shape: string
}

interface Shape {
  type: string
  members?: Record<string, Member>
  member?: Member
  key?: Member
  value?: Member
  required?: string[]
  enum?: string[]
  min?: number
  max?: number
  pattern?: string
  error?: { code?: string; httpStatusCode?: number }
}

interface Operation {
  input?: Member
  output?: Member
  errors?: Member[]
}

export interface Model {
  metadata: { apiVersion: string; serviceId: string }
  operations: Record<string, Operation>
  shapes: Record<string, Shape>
}

const VENV = fileURLToPath(new URL('../../.venv/lib/', import.meta.url))

/** Where the Python packages of .venv are. */
export const sitePackages = (): string => `${VENV}${readdirSync(VENV)[0]}/site-packages`

/** The newest model of a service, named as botocore's folder of it. */
export const loadModel = (service: string): Model => JSON.parse(modelText(service))

/** The same as it is written, with the texts for people. */
export function modelText(service: string): string {
  const folder = `${sitePackages()}/botocore/data/${service}`
  const version = readdirSync(folder).sort().at(-1)
  return gunzipSync(readFileSync(`${folder}/${version}/service-2.json.gz`)).toString()
}

export function operationOf(model: Model, action: string): Operation {
  const operation = model.operations[action]
  if (operation === undefined) throw new TypeError(`${model.metadata.serviceId} has no action ${action}`)
  return operation
}

const shapeOf = (model: Model, name: string): Shape => {
  const shape = model.shapes[name]
  if (shape === undefined) throw new TypeError(`${model.metadata.serviceId} has no shape ${name}`)
  return shape
}

/** Where the parameters of an action break its model; empty when they fit. */
export function misfits(model: Model, action: string, params: object): string[] {
  const { input } = operationOf(model, action)
  if (input === undefined) return Object.keys(params).map((name) => `${name}: ${action} takes none`)
  return misfitsOf(model, input.shape, params, '')
}

/** Where the answer of an action, as the SDK read it, breaks its model; empty when it fits. */
export function answerMisfits(model: Model, action: string, answer: object): string[] {
  const { output } = operationOf(model, action)
  if (output === undefined) return Object.keys(answer).map((name) => `${name}: ${action} answers nothing`)
  return misfitsOf(model, output.shape, answer, '')
}

function misfitsOf(model: Model, name: string, value: unknown, at: string): string[] {
  const shape = shapeOf(model, name)
  if (shape.type === 'structure') return structureMisfits(model, shape, value as Record<string, unknown>, at)
  if (shape.type === 'list')
    return (value as unknown[]).flatMap((one) => misfitsOf(model, shape.member?.shape ?? '', one, `${at}[]`))
  if (shape.type === 'map') return mapMisfits(model, shape, value as Record<string, unknown>, at)
  const fits = FITS[shape.type]
  if (fits === undefined) throw new TypeError(`${at}: a ${shape.type} is not checked here`)
  return fits(value, shape) ? [] : [`${at}: expected ${JSON.stringify(shape)}, received ${JSON.stringify(value)}`]
}

function structureMisfits(model: Model, shape: Shape, value: Record<string, unknown>, at: string): string[] {
  const missing = (shape.required ?? []).filter((member) => value[member] === undefined)
  return [
    ...missing.map((member) => `${at}.${member}: required`),
    ...Object.entries(value).flatMap(([member, one]) => {
      // The SDK leaves it out of what it sends.
      if (one === undefined) return []
      const known = shape.members?.[member]
      return known ? misfitsOf(model, known.shape, one, `${at}.${member}`) : [`${at}.${member}: no such parameter`]
    }),
  ]
}

const mapMisfits = (model: Model, { key, value }: Shape, map: Record<string, unknown>, at: string): string[] =>
  Object.entries(map).flatMap(([name, one]) => [
    ...misfitsOf(model, key?.shape ?? '', name, `${at} (a name)`),
    ...misfitsOf(model, value?.shape ?? '', one, `${at}[${name}]`),
  ])

const within = (size: number, { min = 0, max = Number.POSITIVE_INFINITY }: Shape) => size >= min && size <= max

/** Only with the flag u does JavaScript know `\\p{L}`, and then it refuses other patterns of the models. */
const patternOf = (pattern: string) => new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'su' : 's')

const isNumber = (value: unknown, shape: Shape) => typeof value === 'number' && within(value, shape)

const FITS: Record<string, (value: unknown, shape: Shape) => boolean> = {
  string: (value, shape) =>
    typeof value === 'string' &&
    within(value.length, shape) &&
    (shape.enum?.includes(value) ?? true) &&
    (shape.pattern === undefined || patternOf(shape.pattern).test(value)),
  integer: isNumber,
  long: isNumber,
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => value instanceof Date,
  blob: (value) => value instanceof Uint8Array,
}

/** The shape of a field of an action's answer, such as `Tags[].Key`; null where there is none. */
export function fieldShape(model: Model, action: string, path: string): Shape | null {
  let shape: Shape | undefined = model.shapes[operationOf(model, action).output?.shape ?? '']
  for (const step of path.match(/[^.[\]]+|\[\]/g) ?? []) {
    const next = step === '[]' ? shape?.member : shape?.members?.[step]
    shape = next && shapeOf(model, next.shape)
  }
  return shape ?? null
}

export interface ModelledError {
  /** What the JavaScript SDK calls it. */
  name: string
  /** What stands on the wire. */
  code: string
  status: number
}

export const errorsOf = (model: Model, action: string): ModelledError[] =>
  (operationOf(model, action).errors ?? []).map(({ shape }) => {
    const { error } = shapeOf(model, shape)
    return { name: shape, code: error?.code ?? shape, status: error?.httpStatusCode ?? 400 }
  })

/** Every error name of a service, or of some of its actions, as shape and as code. */
export const errorNames = (model: Model, actions = Object.keys(model.operations)): Set<string> =>
  new Set(actions.flatMap((action) => errorsOf(model, action).flatMap((e) => [e.name, e.code])))

/** Every value of every enum of a service. */
export const enumValues = (model: Model): Set<string> =>
  new Set(Object.values(model.shapes).flatMap((shape) => shape.enum ?? []))

/** Every name of a field of a service. */
export const fieldNames = (model: Model): Set<string> =>
  new Set(Object.values(model.shapes).flatMap((shape) => Object.keys(shape.members ?? {})))
