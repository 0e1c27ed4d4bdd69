// Which accounts a run works on: what the options may say together, and how that is joined with keysweep.yml.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { askedAccounts } from '../../../cli/options/organization.ts'
import type { OrganizationOptions } from '../../../cli/options/organization-options.ts'
import { composeSettings } from '../../../cli/options/settings.ts'
import { DEFAULT_ORGANIZATION } from '../../../core/model/policy.ts'
import { errorWith } from '../../support/error-facts.ts'
import { newDirectory } from '../command.ts'

const A = '111122223333'
const B = '444455556666'
const OU = 'ou-ab12-11111111'

function fileOf(...accounts: string[]): string {
  const path = join(newDirectory(), 'accounts.yml')
  writeFileSync(path, `accounts:\n${accounts.map((account) => `  - account: "${account}"\n`).join('')}`)
  return path
}

/** A file whose accounts have these profiles. */
function profilesFile(folder: string, ...profiles: string[]): string {
  const accounts = profiles.map((profile, n) => `{ account: "11112222333${n}", profile: ${profile} }`)
  const path = join(folder, 'mine.yml')
  writeFileSync(path, `accounts: [${accounts.join(', ')}]\n`)
  return path
}

/** The SDK finds its files by the process's own environment. */
async function withEnvironment(env: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = { ...process.env }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, env)
  try {
    await work()
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

const composed = async (options: OrganizationOptions, yaml = '') =>
  composeSettings({ mode: 'plan' }, {}, { path: 'keysweep.yml', text: yaml }, await askedAccounts(options))

describe('the accounts of a run', () => {
  it('are that of the credentials, unless an option says otherwise', async () => {
    expect(await askedAccounts({})).toBeNull()
    const { origins } = composeSettings({ mode: 'plan' }, {}, null)
    expect(origins.filter(({ name }) => name.startsWith('organization'))).toEqual([])
  })

  it('are selected by options', async () => {
    const { settings, origins } = await composed({
      organization: true,
      exclude: [A, OU, B],
      ou: ['r-ab12'],
      tag: ['team=payments', 'a='],
    })
    expect(settings.organization).toEqual({
      ...DEFAULT_ORGANIZATION,
      exceptAccounts: [A, B],
      exceptOus: [OU],
      onlyOus: ['r-ab12'],
      onlyTags: ['team=payments', 'a='],
    })
    expect(origins).toEqual(
      expect.arrayContaining([
        { name: 'organization.accounts', value: 'all', from: '--organization' },
        { name: 'organization.exceptAccounts', value: B, from: '--exclude' },
        { name: 'organization.exceptOus', value: OU, from: '--exclude' },
        { name: 'organization.onlyOus', value: 'r-ab12', from: '--ou' },
        { name: 'organization.onlyTags', value: 'a=', from: '--tag' },
        { name: 'organization.maxKeys', value: '500', from: 'default' },
        { name: 'organization.readRole', value: 'keysweep-read', from: 'default' },
      ]),
    )
  })

  it('are joined with the settings file: exclusions add up, of others an option wins', async () => {
    const yaml = `organization: { exceptAccounts: ["${A}"], onlyOus: [r-ab12], maxKeys: 7, accounts: ["${A}", "${B}"] }`
    const { settings, origins } = await composed({ organization: true, exclude: [B], ou: [OU] }, yaml)
    expect(settings.organization).toMatchObject({ exceptAccounts: [A, B], onlyOus: [OU], maxKeys: 7, accounts: [A, B] })
    expect(origins).toEqual(
      expect.arrayContaining([
        { name: 'organization.accounts', value: '2 listed', from: 'keysweep.yml' },
        { name: 'organization.exceptAccounts', value: A, from: 'keysweep.yml' },
        { name: 'organization.exceptAccounts', value: B, from: '--exclude' },
        { name: 'organization.maxKeys', value: '7', from: 'keysweep.yml' },
      ]),
    )
  })

  it('are those of a file, which wins over the settings', async () => {
    const path = fileOf(A, B)
    const asked = await askedAccounts({ accounts: path, exclude: [B] })
    expect(asked?.file).toEqual({ path, accounts: [A, B].map((account) => ({ account, name: null, member: null })) })
    const { settings, origins } = await composed(
      { accounts: path, exclude: [B] },
      'organization: { accounts: ["1"] }'.replace('"1"', `"${A}"`),
    )
    expect(settings.organization).toMatchObject({ accounts: null, exceptAccounts: [B] })
    expect(origins).toContainEqual({ name: 'organization.accounts', value: '2 listed', from: path })
  })

  it.each<[string, OrganizationOptions, (string | number)[]]>([
    ['both sources', { organization: true, accounts: 'a.yml' }, ['--organization', '--accounts']],
    ['an exclusion without either', { exclude: [A] }, ['--exclude', '--organization', '--accounts']],
    ['a unit without either', { ou: [OU] }, ['--ou', '--organization']],
    ['a tag without either', { tag: ['a=b'] }, ['--tag', '--organization']],
    ['a unit of a file', { accounts: fileOf(A), ou: [OU] }, ['--ou', '--accounts', '--organization']],
    ['a tag of a file', { accounts: fileOf(A), tag: ['a=b'] }, ['--tag', '--accounts']],
    ['an excluded unit of a file', { accounts: fileOf(A), exclude: [OU] }, ['--exclude', OU, '--accounts']],
    ['an excluded account that the file lacks', { accounts: fileOf(A), exclude: [B] }, ['--exclude', B]],
    [
      'an account of 11 digits',
      { organization: true, exclude: [A, '11112222333'] },
      ['--exclude', '"11112222333"', 12],
    ],
    ['an account by its value', { organization: true, exclude: ['1e11'] }, ['--exclude', '"1e11"', 12]],
    ['an account of 13 digits', { organization: true, exclude: [`0${A}`] }, ['--exclude', `"0${A}"`, 12]],
    ['an empty account', { organization: true, exclude: [''] }, ['--exclude', '""', 12]],
    ['an excluded account of a file by its value', { accounts: fileOf(A), exclude: ['1e11'] }, ['--exclude', '1e11']],
    ['two accounts in one', { organization: true, exclude: [`${A},${B}`] }, ['--exclude', `"${A},${B}"`]],
    ['a unit that is none', { organization: true, ou: ['prod'] }, ['--ou', '"prod"']],
    ['a tag without a value', { organization: true, tag: ['prod'] }, ['--tag', '"prod"']],
    ['an empty file name', { accounts: ' ' }, ['--accounts', '" "']],
  ])('are refused by name: %s', async (_, options, facts) => {
    await expect(askedAccounts(options)).rejects.toEqual(errorWith('UsageError', ...facts))
  })

  it('are refused if a profile of the file is not on this machine, by its name', async () => {
    const folder = newDirectory()
    writeFileSync(join(folder, 'config'), '[profile shop]\nregion = us-east-1\n')
    writeFileSync(join(folder, 'credentials'), '[blog]\naws_access_key_id = AKIAPROFILEPROFILE00\n')
    const files = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') }
    await withEnvironment(files, async () => {
      const asked = (...profiles: string[]) => askedAccounts({ accounts: profilesFile(folder, ...profiles) })
      expect((await asked('shop', 'blog', 'shop'))?.file?.accounts).toHaveLength(3)
      const [first, more] = [asked('shop', 'old', 'constructor', 'old'), ['old', '111122223331', 'mine.yml']]
      await expect(first).rejects.toEqual(errorWith('SettingsRefused', ...more, 2))
    })
  })

  it('are refused if a profile of the file has another endpoint than the run', async () => {
    const folder = newDirectory()
    const config =
      '[default]\nregion = us-east-1\n[profile local]\nendpoint_url = http://u:secret-canary@127.0.0.1:4566\n[profile shop]\nregion = eu-west-1\n'
    writeFileSync(join(folder, 'config'), config)
    const files = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none') }
    await withEnvironment(files, async () => {
      const asked = () => askedAccounts({ accounts: profilesFile(folder, 'shop', 'local') })
      const refused = await asked().catch((error: Error) => error)
      const facts = [
        'local',
        '111122223331',
        'mine.yml',
        'IAM',
        '127.0.0.1:4566',
        '--profile local',
        'AWS_ENDPOINT_URL',
      ]
      expect(refused).toEqual(errorWith('SettingsRefused', ...facts))
      expect((refused as Error).message).not.toContain('secret-canary')
      // One endpoint for all is in order, and so is none.
      process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:4566'
      expect((await asked())?.file?.accounts).toHaveLength(2)
      delete process.env.AWS_ENDPOINT_URL
      process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true'
      expect((await asked())?.file?.accounts).toHaveLength(2)
      delete process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
      // The run's own profile has an endpoint, and that of an account has none.
      process.env.AWS_PROFILE = 'local'
      await expect(asked()).rejects.toEqual(errorWith('SettingsRefused', 'shop', '111122223330', '127.0.0.1:4566'))
      await expect(askedAccounts({ accounts: profilesFile(folder, 'local') })).resolves.not.toBeNull()
    })
  })

  it('are refused where the file cannot be read, or has a fault', async () => {
    const folder = newDirectory()
    await expect(askedAccounts({ accounts: folder })).rejects.toEqual(errorWith('SettingsRefused', folder))
    await expect(askedAccounts({ accounts: join(folder, 'no.yml') })).rejects.toEqual(errorWith('SettingsRefused'))
    await expect(askedAccounts({ accounts: fileOf(A, A) })).rejects.toEqual(errorWith('SettingsRefused', A))
  })
})
