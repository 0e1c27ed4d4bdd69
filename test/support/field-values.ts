// Valid values of a field of the policy or of the settings, found by its own schema: so that a rule can be tried on every
// field of a table, also on one that is added later.
import * as z from 'zod'
import type { Field } from '../../core/model/policy-fields.ts'

const POOL: unknown[] = [
  ...[null, 0, 1, 2, 3, 7, 10, 12.5, 14, 40, 45, 90, 100, 365, 3650],
  ...[[], ['a*'], ['backup-bot', '*x'], ['ci'], ['/service/'], ['/other/', '/service/']],
  ...[['111122223333'], ['111122223333', '444455556666']],
]

/** At least three. @throws where fewer are known: then the pool above lacks the values of a new field */
export function valuesOf<T>(name: string, { schema, said = schema }: Field<T>): T[] {
  const rule = said(z)
  const pool = rule instanceof z.ZodEnum ? rule.options : POOL
  const values = pool.flatMap((value) => {
    const read = rule.safeParse(value)
    return read.success ? [read.data] : []
  })
  // Of a closed set there may be no more than two.
  if (values.length < (rule instanceof z.ZodEnum ? 2 : 3)) throw new Error(`expected values of ${name} in the pool`)
  return values
}
