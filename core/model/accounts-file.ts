// The file of `keysweep run --accounts`: the accounts of an organization run where AWS Organizations is not asked, and how to
// get into each. Apart from settings.ts, because only the command line reads it.
import * as z from 'zod'
import type { Member } from './documents/input.ts'
import { SettingsRefused } from './errors.ts'
import { nearestName } from './nearest-name.ts'
import { refuseListedTwice, roleName } from './organization-fields.ts'
import { nameOf, settingsFaults } from './settings-faults.ts'
import { accountId } from './settings-fields.ts'
import { readSettingsYaml, type SettingPath } from './settings-yaml.ts'

/** An account of the file. */
export interface FileAccount {
  account: string
  /** As people call it; null: the file does not say. */
  name: string | null
  /** null: the roles of the settings. */
  member: Member | null
}

/** A run works on at most so many accounts: the items of its Map are the input of one state. */
const MOST_ACCOUNTS = 10_000

const roles = z.strictObject({ read: roleName(z), deactivate: roleName(z), reactivate: roleName(z) })

const entry = z
  .strictObject({
    account: accountId(z),
    name: z.string().min(1).max(100).optional(),
    /** One role for everything. */
    role: roleName(z).optional(),
    roles: roles.optional(),
    /** A profile of the shared AWS config files. */
    profile: z.string().min(1).optional(),
  })
  .check(({ value, issues }) => {
    const said = WAYS.filter((way) => value[way] !== undefined)
    if (said.length > 1)
      issues.push({ code: 'custom', message: `must have only one of ${WAYS.join(', ')}`, path: [], input: said })
  })

/** How to get into an account. */
const WAYS = ['role', 'roles', 'profile'] as const

type Entry = z.output<typeof entry>

const accountsFile = z.strictObject({
  accounts: z
    .array(entry)
    .min(1)
    .max(MOST_ACCOUNTS)
    .check(({ value, issues }) => {
      const accounts = value.map(({ account }) => account)
      refuseListedTwice(accounts, issues, ['account'])
    }),
})

/**
 * Reads a file of accounts.
 * @param file its name in errors
 * @throws SettingsRefused for YAML that cannot be read, an unknown field or a value outside its rule, with file and line
 */
export function readAccountsFile(text: string, file: string): FileAccount[] {
  const yaml = readSettingsYaml(text, file)
  const read = accountsFile.safeParse(yaml.content, { reportInput: true })
  if (!read.success)
    throw new SettingsRefused(`${settingsFaults(read.error, yaml, file, unknownName)} ${HOW_IT_IS_WRITTEN}`)
  return read.data.accounts.map((said) => ({
    account: said.account,
    name: said.name ?? null,
    member: memberOf(said),
  }))
}

const HOW_IT_IS_WRITTEN =
  'The file must have a list "accounts:". Each entry has an account, and may have a name and one of role, roles or profile.'

function memberOf({ role, roles, profile }: Entry): Member | null {
  if (profile !== undefined) return { roles: null, profile }
  if (role !== undefined) return { roles: { read: role, deactivate: role, reactivate: role }, profile: null }
  return roles === undefined ? null : { roles, profile: null }
}

const INSIDE: Record<number, string[]> = {
  0: ['accounts'],
  2: Object.keys(entry.shape),
  3: Object.keys(roles.shape),
}

function unknownName(around: SettingPath, name: string): string {
  const meant = nearestName(name, INSIDE[around.length] ?? [])
  return `unknown field ${nameOf([...around, name])}.${meant === null ? '' : ` Did you mean ${meant}?`}`
}
