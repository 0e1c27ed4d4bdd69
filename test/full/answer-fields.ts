// What a zod rule of io/iam/answers.ts asks of an answer, as a list of fields.
import type * as z from 'zod'

export interface AnswerField {
  /** Such as `Tags[].Key`. */
  path: string
  /** The type by the names of AWS's models. */
  type: 'string' | 'boolean' | 'timestamp' | 'blob'
  /** The values it may have; empty where any will do. */
  values: string[]
}

/** The parts of zod's own description of a rule that are read here. */
interface Definition {
  type: string
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  innerType?: z.ZodType
  options?: z.ZodType[]
  values?: unknown[]
  entries?: Record<string, string>
}

/** @throws TypeError for a kind of rule that this does not know, so that none is passed over. */
export function fieldsOf(rule: z.ZodType, path = ''): AnswerField[] {
  const { type, shape, element, innerType, options, values, entries } = rule.def as Definition
  const field = (kind: AnswerField['type'], allowed: unknown[] = []) => [
    { path, type: kind, values: allowed.map(String) },
  ]
  if (shape)
    return Object.entries(shape).flatMap(([name, one]) => fieldsOf(one, path === '' ? name : `${path}.${name}`))
  if (element) return fieldsOf(element, `${path}[]`)
  if (innerType) return fieldsOf(innerType, path)
  if (options) return options.flatMap((option) => fieldsOf(option, path))
  if (type === 'literal') return field('string', values)
  if (type === 'enum') return field('string', Object.values(entries ?? {}))
  if (type === 'string' || type === 'boolean') return field(type)
  if (type === 'date') return field('timestamp')
  if (type === 'custom' && rule.safeParse(new Uint8Array(1)).success) return field('blob')
  if (type === 'undefined') return []
  throw new TypeError(`${path}: a rule of zod's kind ${type} is not known here`)
}
