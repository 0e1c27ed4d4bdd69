// Which accounts a run works on, if not the one of the shell's credentials: those of the AWS Organization, or those of a file.
import { readFile } from 'node:fs/promises'
import type * as z from 'zod'
import { type FileAccount, readAccountsFile } from '../../core/model/accounts-file.ts'
import { joinFields, namesOf, type Said } from '../../core/model/directions.ts'
import { SettingsRefused } from '../../core/model/errors.ts'
import { ruleOf } from '../../core/model/format-zod-issues.ts'
import {
  isOuId,
  type OrganizationFieldName,
  type OrganizationSettings,
  organizationFields,
} from '../../core/model/organization-fields.ts'
import { saidOrganization } from '../../core/model/policy.ts'
import { receivedText } from '../../core/model/received-text.ts'
import { plainLine } from '../../core/texts/plain.ts'
import { systemErrorText } from '../../core/texts/system-error.ts'
import { UsageError } from '../../local/errors.ts'
import { refuseOddProfiles } from './listed-profiles.ts'
import type { OrganizationOptions } from './organization-options.ts'
import type { Origin } from './settings.ts'

/** What the options say of the accounts. */
export interface AskedAccounts {
  /** The accounts of the file; null: there is none. */
  file: { path: string; accounts: FileAccount[] } | null
  said: Said<OrganizationSettings>
}

/**
 * What the options say of the accounts; null: the run works on one account.
 * @throws UsageError for an option that is wrong, or that does not go with another; SettingsRefused for the file
 *   or a profile that it names
 */
export async function askedAccounts(options: OrganizationOptions): Promise<AskedAccounts | null> {
  refuseMixedAccounts(options)
  const { organization, accounts: path } = options
  if (!organization && path === undefined) return null
  const said = saidByOptions(options)
  if (path === undefined) return { file: null, said }
  const accounts = readAccountsFile(await textOfFile(path), plainLine(path))
  refuseUnlisted(options, path, accounts)
  await refuseOddProfiles(path, accounts)
  // The run takes its accounts from the file, in place of a list that the settings may have.
  return { file: { path, accounts }, said: { ...said, accounts: null } }
}

/** @throws UsageError */
function refuseMixedAccounts({ organization, accounts, exclude, ou, tag }: OrganizationOptions): void {
  if (organization && accounts !== undefined)
    throw new UsageError('--organization and --accounts exclude each other. Use one of them.')
  const [selecting] = Object.entries({ exclude, ou, tag }).filter(([, value]) => value !== undefined)
  if (!organization && accounts === undefined && selecting !== undefined)
    throw new UsageError(`--${selecting[0]} needs --organization or --accounts: it selects accounts of such a run.`)
  const ofOrganizations = ou !== undefined ? '--ou' : tag !== undefined ? '--tag' : null
  const excludedOu = exclude?.find(isOuId)
  if (accounts === undefined || (ofOrganizations === null && excludedOu === undefined)) return
  throw new UsageError(
    `${ofOrganizations ?? `--exclude ${excludedOu}`} does not apply with --accounts: AWS Organizations is not asked, so organizational units and tags of accounts are not known. Remove it, or use --organization.`,
  )
}

/** An account that the file does not have is most often mistyped: then another one would not be left out. */
function refuseUnlisted({ exclude = [] }: OrganizationOptions, path: string, accounts: FileAccount[]): void {
  const listed = new Set(accounts.map(({ account }) => account))
  const unlisted = exclude.find((account) => !listed.has(account))
  if (unlisted !== undefined)
    throw new UsageError(`--exclude ${unlisted} is not in ${plainLine(path)}. Give an account of this file.`)
}

async function textOfFile(path: string): Promise<string> {
  if (path.trim() === '') throw new UsageError(`Invalid --accounts ${JSON.stringify(path)}: must be a file.`)
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new SettingsRefused(`Cannot read the accounts file ${plainLine(path)}: ${systemErrorText(error)}.`, {
      cause: error,
    })
  }
}

/** @throws UsageError */
function saidByOptions({ exclude = [], ou, tag }: OrganizationOptions): Said<OrganizationSettings> {
  const ous = exclude.filter(isOuId)
  const others = exclude.filter((id) => !isOuId(id))
  return {
    ...(others.length > 0 && { exceptAccounts: checkedList('--exclude', 'exceptAccounts', others) }),
    ...(ous.length > 0 && { exceptOus: ous }),
    ...(ou !== undefined && { onlyOus: checkedList('--ou', 'onlyOus', ou) }),
    ...(tag !== undefined && { onlyTags: checkedList('--tag', 'onlyTags', tag) }),
  }
}

function checkedList(flag: string, field: 'exceptAccounts' | 'onlyOus' | 'onlyTags', texts: string[]): string[] {
  const read = saidOrganization.shape[field].safeParse(texts)
  if (read.success) return read.data ?? texts
  const issue = read.error.issues[0] as z.core.$ZodIssue
  const rule =
    flag === '--exclude' ? 'must be an account id of 12 digits, or the id of an organizational unit' : ruleOf(issue)
  throw new UsageError(`Invalid ${flag} ${receivedText(texts[Number(issue.path[0] ?? 0)])}: ${rule}.`, {
    cause: read.error,
  })
}

/**
 * The settings of the organization run: exclusions add up, of any other setting an option wins over keysweep.yml.
 * @param said by keysweep.yml, at `path`
 */
export function composeOrganization(
  base: OrganizationSettings,
  asked: AskedAccounts,
  { said, path }: { said: Said<OrganizationSettings>; path: string },
): { organization: OrganizationSettings; origins: Origin[] } {
  const organization = joinFields(organizationFields, base, asked.said)
  const from = (field: OrganizationFieldName, value: unknown): string => {
    const says = (of: Said<OrganizationSettings>) => {
      const said = of[field]
      return Array.isArray(said) ? said.some((one) => one === value) : said !== undefined
    }
    return says(asked.said) ? (FLAGS[field] ?? 'option') : says(said) ? path : 'default'
  }
  const origins = namesOf(organizationFields)
    .filter((field) => field !== 'accounts')
    .flatMap((field) =>
      [organization[field] ?? []]
        .flat()
        .map((value) => ({ name: `organization.${field}`, value: String(value), from: from(field, value) })),
    )
  return { organization, origins: [accountsOrigin(organization, asked, path), ...origins] }
}

const FLAGS: Partial<Record<OrganizationFieldName, string>> = {
  exceptAccounts: '--exclude',
  exceptOus: '--exclude',
  onlyOus: '--ou',
  onlyTags: '--tag',
}

/** A list of accounts may be long: the table says how many there are. */
function accountsOrigin({ accounts }: OrganizationSettings, { file }: AskedAccounts, path: string): Origin {
  const name = 'organization.accounts'
  if (file !== null) return { name, value: `${file.accounts.length} listed`, from: file.path }
  if (accounts === null) return { name, value: 'all', from: '--organization' }
  return { name, value: `${accounts.length} listed`, from: path }
}
