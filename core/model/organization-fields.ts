// What is deployed or asked for an organization run, as a table: see policy-fields.ts. Which accounts it works on, how it gets
// into them, and how much it may change without a person.
import type * as Zod from 'zod'
import { add, type Direction, smaller, within } from './directions.ts'
import { accountId, type SettingsField } from './settings-fields.ts'

type Z = typeof Zod

/** Of a field that is a fact of the installation. An input that says another value is refused. */
const fixed: Direction<string> = {
  says: 'nothing: it is set where keysweep is deployed',
  loosens: (deployed, asked) => asked !== deployed,
  join: (_deployed, asked) => asked,
}

/** Of the list of accounts. Where Organizations has the list, an input that named its own would go beyond it. */
const someOf: Direction<string[] | null> = {
  says: 'some of them',
  loosens: (deployed, asked) => (deployed === null ? asked !== null : within.loosens(deployed, asked)),
  join: within.join,
}

const field = <T>(field: SettingsField<T>): SettingsField<T> => field

const accountIds = (z: Z) => z.array(accountId(z))

/** Says which item of a list names an account that one before it names. @param at the way from an item to its id */
export function refuseListedTwice(
  accounts: readonly string[],
  issues: Zod.core.$ZodRawIssue[],
  at: readonly string[] = [],
): void {
  const listed = new Set<string>()
  for (const [index, account] of accounts.entries()) {
    if (listed.has(account))
      issues.push({ code: 'custom', message: 'must be listed once', path: [index, ...at], input: account })
    listed.add(account)
  }
}

/** The root or an organizational unit (Organizations API Reference). */
const ouIds = (z: Z) =>
  z.array(
    z
      .string()
      .regex(
        OU_ID,
        'must be the id of an organizational unit, such as ou-ab12-11111111, or of the root, such as r-ab12',
      ),
  )

/** Of an organizational unit, or of the root. */
const OU_ID = /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/

/** Whether this can be the id of an organizational unit or of the root. */
export const isOuId = (text: string): boolean => OU_ID.test(text)

/** `key=value`, with the lengths that Organizations allows. */
const accountTags = (z: Z) =>
  z.array(z.string().regex(/^[^=]{1,128}=[\s\S]{0,256}$/, 'must be key=value, such as team=payments'))

/** IAM's own rule (IAM API Reference, Role). */
export const roleName = (z: Z) =>
  z.string().regex(/^[\w+=,.@-]{1,64}$/, 'must have 1 to 64 letters, digits and "_+=,.@-", as a role in IAM')

export const ORGANIZATION_FIELDS = {
  /** The accounts; null: those of AWS Organizations. */
  accounts: field({
    schema: (z: Z) => accountIds(z).min(1).nullable(),
    said: (z: Z) =>
      accountIds(z)
        .min(1)
        .check(({ value, issues }) => refuseListedTwice(value, issues))
        .nullable(),
    default: null,
    comment: 'The accounts, such as ["111122223333"]. null: all accounts of the AWS Organization.',
    tightens: someOf,
    since: '0.2.0',
  }),
  onlyAccounts: field({
    schema: (z: Z) => accountIds(z).min(1).nullable(),
    default: null,
    comment: 'Only these accounts. null: all accounts.',
    tightens: within,
    since: '0.2.0',
  }),
  onlyOus: field({
    schema: (z: Z) => ouIds(z).min(1).nullable(),
    default: null,
    comment: 'Only accounts under one of these organizational units, by id, at any depth. null: all.',
    tightens: within,
    since: '0.2.0',
  }),
  onlyTags: field({
    schema: (z: Z) => accountTags(z).min(1).nullable(),
    default: null,
    comment: 'Only accounts that carry one of these tags, such as ["keysweep=on"]. null: all.',
    tightens: within,
    since: '0.2.0',
  }),
  exceptAccounts: field({
    schema: accountIds,
    default: [],
    comment: 'Accounts that are left out.',
    tightens: add,
    since: '0.2.0',
  }),
  exceptOus: field({
    schema: ouIds,
    default: [],
    comment: 'Accounts under these organizational units are left out.',
    tightens: add,
    since: '0.2.0',
  }),
  exceptTags: field({
    schema: accountTags,
    default: [],
    comment: 'Accounts that carry one of these tags are left out.',
    tightens: add,
    since: '0.2.0',
  }),
  /** Most accounts one run may change without approval; 0 is zero. */
  maxAccounts: field({
    schema: (z: Z) => z.number().int().min(0),
    default: 50,
    comment: 'The most accounts that one organization run may change without approval.',
    tightens: smaller,
    since: '0.2.0',
  }),
  /** Most keys of all accounts together; 0 is zero. */
  maxKeys: field({
    schema: (z: Z) => z.number().int().min(0),
    default: 500,
    comment: 'The most keys that it may deactivate without approval, in all accounts together.',
    tightens: smaller,
    since: '0.2.0',
  }),
  /** The same in percent of all active keys; 0 is zero. */
  maxPercent: field({
    schema: (z: Z) => z.number().min(0).max(100),
    default: 5,
    comment: 'The same in percent of their active keys. It allows at least one key, unless it is 0.',
    tightens: smaller,
    since: '0.2.0',
  }),
  readRole: field({
    schema: roleName,
    default: 'keysweep-read',
    comment: 'The role in each account with which a run reads.',
    tightens: fixed,
    since: '0.2.0',
  }),
  deactivateRole: field({
    schema: roleName,
    default: 'keysweep-deactivate',
    comment: 'The role in each account that deactivates keys.',
    tightens: fixed,
    since: '0.2.0',
  }),
  reactivateRole: field({
    schema: roleName,
    default: 'keysweep-reactivate',
    comment: 'The role in each account that reactivates keys.',
    tightens: fixed,
    since: '0.2.0',
  }),
}

export type OrganizationFieldName = keyof typeof ORGANIZATION_FIELDS

/** The settings of an organization run: a value for every field of the table. */
export type OrganizationSettings = { [F in OrganizationFieldName]: (typeof ORGANIZATION_FIELDS)[F]['default'] }

/** The table as a loop sees it. */
export const organizationFields: { [F in OrganizationFieldName]: SettingsField<OrganizationSettings[F]> } =
  ORGANIZATION_FIELDS
