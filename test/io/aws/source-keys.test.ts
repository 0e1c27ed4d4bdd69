// The access keys behind a profile, as the shared config files tell them.
import { describe, expect, it } from '@jest/globals'
import { readSourceKeyIds } from '../../../io/aws/source-keys.ts'
import { sharedFiles } from './shared-files.ts'

const ROLE = 'role_arn = arn:aws:iam::111122223333:role/admin'

function sourceKeys(config: string, credentials: string, env: Record<string, string> = {}): Promise<string[]> {
  sharedFiles(config, credentials)
  return readSourceKeyIds(env)
}

const keyOf = (profile: string, id: string) => `[${profile}]\naws_access_key_id = ${id}\naws_secret_access_key = x\n`

describe('the keys behind a profile', () => {
  it.each<[string, string, string, Record<string, string>, string[]]>([
    ['its own', '', keyOf('work', 'AKIAWORK'), { AWS_PROFILE: 'work' }, ['AKIAWORK']],
    ['that of the default profile', '', keyOf('default', 'AKIADEFAULT'), {}, ['AKIADEFAULT']],
    [
      'that of its source profile',
      `[profile admin]\n${ROLE}\nsource_profile = base\n`,
      keyOf('base', 'AKIABASE'),
      { AWS_PROFILE: 'admin' },
      ['AKIABASE'],
    ],
    [
      'that at the end of a chain',
      `[profile admin]\n${ROLE}\nsource_profile = hub\n[profile hub]\n${ROLE}\nsource_profile = base\n`,
      keyOf('base', 'AKIABASE'),
      { AWS_PROFILE: 'admin' },
      ['AKIABASE'],
    ],
    [
      'every one on the way',
      `[profile admin]\n${ROLE}\nsource_profile = hub\n[profile hub]\n${ROLE}\nsource_profile = base\n`,
      `${keyOf('hub', 'AKIAHUB')}${keyOf('base', 'AKIABASE')}`,
      { AWS_PROFILE: 'admin' },
      ['AKIAHUB', 'AKIABASE'],
    ],
    [
      'that of a profile that is its own source',
      `[profile admin]\n${ROLE}\nsource_profile = admin\n`,
      keyOf('admin', 'AKIAADMIN'),
      { AWS_PROFILE: 'admin' },
      ['AKIAADMIN'],
    ],
    [
      'those of profiles that name each other',
      `[profile a]\n${ROLE}\nsource_profile = b\n[profile b]\n${ROLE}\nsource_profile = a\n`,
      `${keyOf('a', 'AKIAA')}${keyOf('b', 'AKIAB')}`,
      { AWS_PROFILE: 'a' },
      ['AKIAA', 'AKIAB'],
    ],
    [
      'that of the environment, if the profile says so',
      `[profile admin]\n${ROLE}\ncredential_source = Environment\n`,
      '',
      { AWS_PROFILE: 'admin', AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'x' },
      ['AKIAENV'],
    ],
    [
      'not that of the environment, which a named profile does not use',
      '',
      keyOf('work', 'AKIAWORK'),
      { AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'x' },
      ['AKIAWORK'],
    ],
    [
      'none for keys of the environment, which the default profile does not make',
      '',
      keyOf('default', 'AKIADEFAULT'),
      { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'x' },
      [],
    ],
    [
      'that of the default profile, for an empty AWS_PROFILE',
      '',
      keyOf('default', 'AKIADEFAULT'),
      { AWS_PROFILE: '' },
      ['AKIADEFAULT'],
    ],
    [
      'that of the default profile, where the environment has no whole key',
      '',
      keyOf('default', 'AKIADEFAULT'),
      { AWS_ACCESS_KEY_ID: 'AKIAENV' },
      ['AKIADEFAULT'],
    ],
    [
      'that of the default profile, where the environment has only a secret',
      '',
      keyOf('default', 'AKIADEFAULT'),
      { AWS_SECRET_ACCESS_KEY: 'x' },
      ['AKIADEFAULT'],
    ],
    [
      'none for a profile that asks an environment without a key',
      `[profile admin]\n${ROLE}\ncredential_source = Environment\n`,
      '',
      { AWS_PROFILE: 'admin' },
      [],
    ],
    [
      'one that two profiles share, once',
      `[profile admin]\n${ROLE}\nsource_profile = base\n`,
      `${keyOf('admin', 'AKIASAME')}${keyOf('base', 'AKIASAME')}`,
      { AWS_PROFILE: 'admin' },
      ['AKIASAME'],
    ],
    ['none for a profile that does not exist', '', '', { AWS_PROFILE: 'nope' }, []],
    [
      'none for a source profile that does not exist',
      `[profile admin]\n${ROLE}\nsource_profile = nope\n`,
      '',
      { AWS_PROFILE: 'admin' },
      [],
    ],
    [
      'none for a metadata service',
      `[profile admin]\n${ROLE}\ncredential_source = Ec2InstanceMetadata\n`,
      '',
      { AWS_PROFILE: 'admin', AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'x' },
      [],
    ],
  ])('are %s', async (_, config, credentials, env, ids) => {
    expect(await sourceKeys(config, credentials, env)).toEqual(ids)
  })

  it('are none if there are no files', async () => {
    process.env.AWS_CONFIG_FILE = '/dev/null'
    process.env.AWS_SHARED_CREDENTIALS_FILE = '/no/such/file'
    expect(await readSourceKeyIds({ AWS_PROFILE: 'work' })).toEqual([])
  })
})
