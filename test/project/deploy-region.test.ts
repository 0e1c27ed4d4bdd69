// The Region of a deploy: never one that nobody named.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { SettingsRefused } from '../../core/model/errors.ts'
import deployRegionPlugin, { chosenRegion, type RegionOptions } from '../../scripts/deploy-region.ts'
import { withoutStack } from '../../scripts/without-stack.ts'
import { errorWith } from '../support/error-facts.ts'
import { newFolder } from '../support/folders.ts'

const shell = { ...process.env }
beforeEach(() => {
  process.env = { ...shell }
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  const config = path.join(newFolder(), 'config')
  writeFileSync(config, '[default]\noutput = json\n[profile hub]\nregion = eu-central-1\n')
  process.env.AWS_CONFIG_FILE = config
  process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(newFolder(), 'none')
})
afterAll(() => {
  process.env = shell
})

describe('the Region of a deploy', () => {
  it.each<[string, RegionOptions, NodeJS.ProcessEnv, string | null]>([
    [
      '--region',
      { region: 'eu-west-1' },
      { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3', AWS_PROFILE: 'hub' },
      'eu-west-1',
    ],
    ['AWS_REGION', {}, { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3', AWS_PROFILE: 'hub' }, 'eu-west-2'],
    ['AWS_DEFAULT_REGION', {}, { AWS_DEFAULT_REGION: 'eu-west-3', AWS_PROFILE: 'hub' }, 'eu-west-3'],
    [
      'AWS_DEFAULT_REGION beside an empty AWS_REGION',
      {},
      { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' },
      'eu-west-3',
    ],
    ['the profile in AWS_PROFILE', {}, { AWS_PROFILE: 'hub' }, 'eu-central-1'],
    ['the profile in AWS_DEFAULT_PROFILE', {}, { AWS_DEFAULT_PROFILE: 'hub' }, 'eu-central-1'],
    ['the profile of --aws-profile', { 'aws-profile': 'hub' }, { AWS_PROFILE: 'other' }, 'eu-central-1'],
    ['nothing', {}, {}, null],
    ['a Region of GovCloud', { region: 'us-gov-west-1' }, {}, 'us-gov-west-1'],
  ])('is that of %s', async (_, options, env, region) => {
    expect(await chosenRegion(options, env)).toBe(region)
  })

  it.each(['', 'Europe', 'eu-west', 'eu-west-1a'])('is refused where it is none: "%s"', async (region) => {
    await expect(chosenRegion({ region }, {})).rejects.toEqual(errorWith('SettingsRefused', `"${region}"`))
  })
})

describe('with no Region named anywhere', () => {
  const start = async (command: string, options: RegionOptions = {}) => {
    // What Serverless has put there by itself.
    const serverless = { processedInput: { commands: [command] }, service: { provider: { region: 'us-east-1' } } }
    const notices: string[] = []
    const log = { notice: (message: string) => void notices.push(message) }
    await deployRegionPlugin(serverless, options, { log }).hooks.initialize()
    return { region: serverless.service.provider.region, options, notices }
  }

  it.each(['deploy', 'remove', 'info', 'rollback'])('%s is refused, and does not go to us-east-1', async (command) => {
    const names = ['--region', 'AWS_REGION', 'AWS_DEFAULT_REGION']
    await expect(start(command)).rejects.toEqual(errorWith('SettingsRefused', command, ...names))
  })

  it('a package is made, because it fits every Region, and says so', async () => {
    expect((await start('package')).notices).toHaveLength(1)
  })

  it('a named one is what Serverless uses, wherever it looks for it', async () => {
    process.env.AWS_DEFAULT_REGION = 'eu-west-3'
    expect(await start('deploy')).toEqual({ region: 'eu-west-3', options: { region: 'eu-west-3' }, notices: [] })
  })
})

it('a refusal of our plugins has the text that Serverless prints without a stack, and a fault of ours has none', async () => {
  const refused = withoutStack(async () => {
    throw new SettingsRefused('the reason')
  })
  await expect(refused()).rejects.toMatchObject({ name: 'SettingsRefused', decoratedMessage: 'the reason' })
  const fault = withoutStack(async () => {
    throw new TypeError('a slip')
  })
  await expect(fault()).rejects.not.toHaveProperty('decoratedMessage')
  const serverless = { processedInput: { commands: ['deploy'] }, service: { provider: {} } }
  await expect(deployRegionPlugin(serverless, {}).hooks.initialize()).rejects.toHaveProperty('decoratedMessage')
})
