// The settings of a run as schemas: as keysweep.yml and an execution's input say them, and as input.json stores them. Made
// from the tables in policy-fields.ts, settings-fields.ts and organization-fields.ts. Apart from settings.ts, so that who reads what is stored
// need not load a YAML parser.
import * as z from 'zod'
import { namesOf, type Said } from './directions.ts'
import { type OrganizationSettings, organizationFields } from './organization-fields.ts'
import { type Field, type Policy, policyFields } from './policy-fields.ts'
import {
  INPUT_FIELDS,
  ORGANIZATION_INPUT_FIELDS,
  type SettingsBesidePolicy,
  settingsFields,
} from './settings-fields.ts'

export type { Policy } from './policy-fields.ts'

type Table<T> = { [F in keyof T]: Field<T[F]> }
type SchemasOf<T extends Record<string, { schema: (...z: never) => unknown }>> = {
  [F in keyof T]: ReturnType<T[F]['schema']>
}
type Schemas<T> = { [F in keyof T]: z.ZodType<T[F]> }

/** Its fields are all that there are from the start: see `since` in policy-fields.ts. */
const FIRST_VERSION = '0.1.0'

/** The values if nobody sets any. */
export const DEFAULT_POLICY: Policy = byField(policyFields, (field) => field.default) as Policy

/** The part of the policy that no settings can change. */
export const ALWAYS_POLICY: Said<Policy> = byField(policyFields, (field) => field.always) as Said<Policy>

export const DEFAULT_SETTINGS = byField(settingsFields, (field) => field.default) as SettingsBesidePolicy

/** What keysweep.yml and an input may say of the policy: any of its fields, and nothing else. */
export const saidPolicy = z.strictObject(schemasOf(policyFields)).partial()

export const DEFAULT_ORGANIZATION = byField(organizationFields, (field) => field.default) as OrganizationSettings

/** What they may say of an organization run. */
export const saidOrganization = z.strictObject(schemasOf(organizationFields)).partial()

/** What they may say beside it. */
export const saidSettings = z.strictObject(schemasOf(settingsFields)).partial()

/** What an input may say besides. */
export const saidByInput = z
  .strictObject(byField(INPUT_FIELDS, ({ schema }) => schema(z)) as SchemasOf<typeof INPUT_FIELDS>)
  .partial()

/** What the input of an organization run may say besides. */
export const saidByOrganizationInput = z
  .strictObject(
    byField(ORGANIZATION_INPUT_FIELDS, ({ schema }) => schema(z)) as SchemasOf<typeof ORGANIZATION_INPUT_FIELDS>,
  )
  .partial()

const storedFields = storedSchemasOf(policyFields)

/** A stored policy that keys are judged by. A term that is missing, wrong or not known must end the run, not every key. */
export const policyInForce = z.strictObject(storedFields)

/** A stored policy that is shown, also one of a later version with more fields. */
export const storedPolicy = z.looseObject(storedFields)

/** The settings of an organization run, as stored. */
export const storedOrganization = z.object(storedSchemasOf(organizationFields))

/** The settings beside the policy, as stored. */
export const storedSettings = storedSchemasOf(settingsFields)

function schemasOf<T extends object>(table: Table<T>): Schemas<T> {
  return byField(table, ({ schema, said = schema }) => said(z)) as Schemas<T>
}

/** A field of 0.1.0 must be there, a later one has its default where it is missing; a wrong value is refused. */
export function storedSchemasOf<T extends object>(table: Table<T>): Schemas<T> {
  return byField(table, ({ schema, since, default: value }) =>
    since === FIRST_VERSION ? schema(z) : schema(z).prefault(value),
  ) as Schemas<T>
}

/** What `make` makes of each field. */
function byField<Fields extends object, Made>(table: Fields, make: (field: Fields[keyof Fields]) => Made) {
  return Object.fromEntries(namesOf(table).map((name) => [name, make(table[name])])) as Record<keyof Fields, Made>
}
