// What was deployed: keysweep.yml. What one execution asks for is in execution-input.ts. The tables in policy-fields.ts and
// settings-fields.ts have the fields.
import * as z from 'zod'
import { joinFields, union } from './directions.ts'
import { SettingsRefused } from './errors.ts'
import { type OrganizationSettings, organizationFields } from './organization-fields.ts'
import {
  DEFAULT_ORGANIZATION,
  DEFAULT_POLICY,
  DEFAULT_SETTINGS,
  saidOrganization,
  saidPolicy,
  saidSettings,
} from './policy.ts'
import { ALWAYS_EXEMPT_USERS, type Policy, policyFields } from './policy-fields.ts'
import { refuseEmpty, settingsFaults } from './settings-faults.ts'
import { type SettingsBesidePolicy, settingsFields } from './settings-fields.ts'
import { readSettingsYaml } from './settings-yaml.ts'

/** The deployed settings, every field with its value. */
export interface Settings extends SettingsBesidePolicy {
  policy: Policy
  organization: OrganizationSettings
}

const settingsFile = z.strictObject({
  ...saidSettings.shape,
  // A file whose every line under `policy:` is a comment says nothing of it.
  policy: saidPolicy.nullish().transform((policy) => policy ?? {}),
  organization: saidOrganization.nullish().transform((organization) => organization ?? {}),
})

/** What a settings file says itself. */
export type SaidSettings = z.output<typeof settingsFile>

/**
 * Reads keysweep.yml. An empty file is the default: mode plan, approval over the cap, 90 unused days.
 * @param file its name in errors
 * @throws SettingsRefused for YAML that cannot be read, an unknown field or a value outside its rule, with file and line.
 */
export const parseSettings = (yamlText: string, file = 'keysweep.yml'): Settings =>
  readSettings(yamlText, file).settings

/** The same, with what the file says itself. @throws SettingsRefused */
export function readSettings(yamlText: string, file: string): { settings: Settings; said: SaidSettings } {
  const yaml = readSettingsYaml(yamlText, file)
  const read = settingsFile.safeParse(yaml.content ?? {}, { reportInput: true })
  if (!read.success) throw new SettingsRefused(settingsFaults(read.error, yaml, file))
  refuseEmpty(read.data, yaml, file)
  const { policy, organization, ...settings } = read.data
  return {
    settings: {
      ...joinFields<SettingsBesidePolicy>(settingsFields, DEFAULT_SETTINGS, settings),
      policy: withSesUsers(joinFields(policyFields, DEFAULT_POLICY, policy)),
      organization: joinFields(organizationFields, DEFAULT_ORGANIZATION, organization),
    },
    said: read.data,
  }
}

/** The policy with the users that are exempt whatever else is said, unless `exemptSesUsers` is no. */
export const withSesUsers = (policy: Policy): Policy =>
  policy.exemptSesUsers === 'no' ? policy : { ...policy, exemptUsers: union(ALWAYS_EXEMPT_USERS, policy.exemptUsers) }

/**
 * A wrong profile must not reach an account that the settings do not name.
 * @throws SettingsRefused
 */
export function refuseOtherAccount({ allowedAccounts }: Pick<Settings, 'allowedAccounts'>, account: string): void {
  if (allowedAccounts === null || allowedAccounts.includes(account)) return
  throw new SettingsRefused(
    `Account ${account} refused: allowedAccounts has only ${allowedAccounts.join(', ')}. Use the credentials of one of these accounts, or add this one to the settings.`,
  )
}
