// What AWS's shared files say of profiles.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { missingProfiles, profileRegion } from '../../../io/aws/profiles.ts'
import { newFolder } from '../../support/folders.ts'
import { sharedFiles } from './shared-files.ts'

describe('the Region of a profile', () => {
  const CONFIG = '[default]\nregion = eu-west-1\n[profile hub]\nregion=eu-central-1\n[profile bare]\noutput=json\n'

  it.each([
    ['default', 'eu-west-1'],
    ['hub', 'eu-central-1'],
    ['bare', null],
    ['unknown', null],
  ])('%s is %s', async (profile, region) => {
    sharedFiles(CONFIG)
    expect(await profileRegion(profile)).toBe(region)
  })

  it('in the credentials file comes first, as in the SDK', async () => {
    sharedFiles(CONFIG, '[hub]\nregion=us-west-2\n')
    expect(await profileRegion('hub')).toBe('us-west-2')
  })

  it('in the config file counts where the credentials file names the profile without one', async () => {
    sharedFiles(CONFIG, '[hub]\naws_access_key_id=AKIA\n')
    expect(await profileRegion('hub')).toBe('eu-central-1')
  })

  it('is read anew each time', async () => {
    sharedFiles(CONFIG)
    expect(await profileRegion('hub')).toBe('eu-central-1')
    writeFileSync(process.env.AWS_CONFIG_FILE ?? '', '[profile hub]\nregion=eu-north-1\n')
    expect(await profileRegion('hub')).toBe('eu-north-1')
  })

  it('is null if there are no such files', async () => {
    process.env.AWS_CONFIG_FILE = path.join(newFolder(), 'none')
    process.env.AWS_SHARED_CREDENTIALS_FILE = path.join(newFolder(), 'none')
    expect(await profileRegion('default')).toBeNull()
  })
})

it('a profile that neither file has is missing, also one that every object has', async () => {
  sharedFiles('[profile hub]\nregion=eu-central-1\n', '[old]\naws_access_key_id=AKIA\n')
  expect(await missingProfiles(['hub', 'gone', 'old', 'Hub', 'toString'])).toEqual(['gone', 'Hub', 'toString'])
})
