// A run over several accounts on this machine: the real command, the deployed state machines and handlers, over the local
// endpoint with AWS Organizations, STS and IAM.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { OrganizationRecord } from '../../../core/model/documents/organization-record.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { errorLine, inBackground, inProcess, newDirectory, storeIn } from '../command.ts'
import { IDS, keyOf, type Name, organizationAws, SANDBOX } from '../organization.ts'

/** A small organization is over the cap of the whole with three keys. */
const OWN_CAPS = 'organization: { maxPercent: 100 }\n'

function folder(settings = OWN_CAPS): string {
  const cwd = newDirectory()
  writeFileSync(join(cwd, 'keysweep.yml'), settings)
  return cwd
}

const storeOf = (cwd: string): string => storeIn(cwd, IDS.hub)

const recordOf = (cwd: string, run: string): OrganizationRecord =>
  JSON.parse(readFileSync(join(storeOf(cwd), 'orgs', run, 'record.json'), 'utf8'))

const endsIn = ({ accounts }: OrganizationRecord) => Object.fromEntries(accounts.map(({ name, end }) => [name, end]))

const APPLY = ['run', '--organization', '--apply', '--yes', '--run-id', 'org']
const STALE: [Name, string][] = [
  ['blog', 'blog-export'],
  ['shop', 'bot'],
  ['shop', 'importer'],
]
const written = (to: string) => STALE.map(([account, user]) => [IDS[account], keyOf(account, user), to])

describe('keysweep run --organization', () => {
  it('surveys every account, gives each one end, and writes nothing to IAM', async () => {
    const { env, writes } = await organizationAws()
    const cwd = folder()
    const { code, stdout, stderr } = await inProcess(['run', '--organization', '--run-id', 'org'], env, { cwd })
    expect(endsIn(recordOf(cwd, 'org'))).toEqual({
      management: 'management account',
      hub: 'nothing to do',
      shop: 'planned',
      blog: 'planned',
      quiet: 'nothing to do',
      bought: 'unreachable',
      fresh: 'new',
      suspended: 'not active',
    })
    expect(code).toBe(1)
    expect(writes()).toEqual([])
    expect(stdout).toEqual(factsIn(IDS.bought, 'unreachable', 'shop', '3 keys', '2 accounts', 'keysweep-read'))
    expect(stderr).toEqual(factsIn('Survey accounts', `${IDS.shop} shop: planned, 2 stale keys`))
    expect(stderr).toEqual(factsIn('run --organization --apply'))
  })

  it('changes what is stale in every account, and undoes it: in one account, then in all', async () => {
    const { env, writes } = await organizationAws(['hub', 'shop', 'blog', 'quiet'])
    const cwd = folder()
    const applied = await inProcess(APPLY, env, { cwd })
    expect(applied.code).toBe(0)
    expect(writes().sort()).toEqual(written('Inactive').sort())
    expect(applied.stderr).toEqual(factsIn('undo org'))

    const one = await inProcess(['undo', 'org', '--account', IDS.blog, '--run-id', 'one'], env, { cwd })
    expect(one.code).toBe(0)
    expect(writes().slice(3)).toEqual([[IDS.blog, keyOf('blog', 'blog-export'), 'Active']])
    const all = await inProcess(['undo', 'org', '--run-id', 'all'], env, { cwd })
    expect(all.code).toBe(0)
    expect(writes().slice(4).sort()).toEqual(written('Active').slice(1).sort())
    expect(recordOf(cwd, 'all')).toMatchObject({ status: 'changed', counts: { reactivated: 2, skipped: 1 } })
    const again = await inProcess(['undo', 'org', '--run-id', 'again'], env, { cwd })
    expect(again).toMatchObject({ code: 0, stdout: factsIn('0 keys', '3 skipped.') })
  })

  it('prints the stored record with --json, and names the accounts that failed', async () => {
    const { env } = await organizationAws(['hub', 'shop', 'bought'])
    const cwd = folder()
    const { code, stdout, stderr } = await inProcess(['run', '--organization', '--run-id', 'org', '--json'], env, {
      cwd,
    })
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual(recordOf(cwd, 'org'))
    expect(errorLine({ stderr })).toEqual(lineWith(IDS.bought, 'bought', 'unreachable'))
    const short = await inProcess(['run', '--organization', '--summary'], env, { cwd })
    expect(short.stdout).not.toContain('keysweep-read')
    expect(short.stdout).toEqual(factsIn(IDS.bought, '1 unreachable'))
  })

  it('leaves out what --exclude says, and takes what --ou says', async () => {
    const { env } = await organizationAws(['hub', 'shop', 'blog', 'quiet', 'bought'])
    const cwd = folder()
    const run = async (id: string, ...options: string[]) => {
      const { code } = await inProcess(['run', '--organization', '--run-id', id, ...options], env, { cwd })
      return { code, ...endsIn(recordOf(cwd, id)) }
    }
    const excluded = { management: 'management account', bought: 'excluded' }
    expect(await run('a', '--exclude', IDS.bought, '--exclude', SANDBOX)).toEqual({
      ...{ code: 0, ...excluded, hub: 'nothing to do', shop: 'planned', blog: 'planned', quiet: 'excluded' },
    })
    expect(await run('b', '--exclude', IDS.bought, '--ou', SANDBOX)).toEqual({
      ...{ code: 0, ...excluded, management: 'excluded', hub: 'excluded', shop: 'excluded', blog: 'excluded' },
      quiet: 'nothing to do',
    })
  })

  it.each<[string, string[], (string | number)[]]>([
    ['an organizational unit that nothing is under', ['--ou', 'ou-ab12-99999999'], ['ou-ab12-99999999', 'onlyOus']],
    ['an excluded account that is not there', ['--exclude', '123456789012'], ['123456789012', 'exceptAccounts']],
  ])('ends with 2 and one line, and writes nothing, for %s', async (_, options, facts) => {
    const { env, writes } = await organizationAws(['hub', 'shop'])
    const cwd = folder()
    const ended = await inProcess(['run', '--organization', ...options], env, { cwd })
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: lineWith(...facts) })
    expect(writes()).toEqual([])
    expect(existsSync(storeIn(cwd, IDS.hub))).toBe(false)
  })

  it('ends with 1 and one line that says what to do, where the credentials may not read AWS Organizations', async () => {
    const { env, organization, writes } = await organizationAws(['hub', 'shop'])
    organization.delegatedAdministrators = []
    const cwd = folder()
    const ended = await inProcess(['run', '--organization'], env, { cwd })
    const stderr = lineWith('AccessDeniedException', 'organization.accounts')
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr })
    expect(writes()).toEqual([])
    expect(existsSync(storeIn(cwd, IDS.hub))).toBe(false)
  })

  it('lists the accounts once, before the run begins', async () => {
    const { env, endpoint } = await organizationAws(['hub', 'shop'])
    const args = ['run', '--organization', '--exclude', IDS.management]
    expect((await inProcess(args, env, { cwd: folder() })).code).toBe(0)
    expect(endpoint.calls.filter(({ action }) => action === 'ListAccounts')).toHaveLength(1)
  })

  it.each<[string[], string[]]>([
    [
      ['--organization', '--accounts', 'a.yml'],
      ['--organization', '--accounts'],
    ],
    [['--exclude', IDS.shop], ['--exclude']],
    [
      ['--organization', '--run-id', 'a.b'],
      ['"a.b"', '44'],
    ],
    [['--organization', '--apply'], ['--yes']],
    [['--accounts', 'no.yml'], ['no.yml']],
  ])('asks AWS nothing where the options are wrong: %j', async (options, facts) => {
    const ended = await inProcess(['run', ...options], { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' })
    expect(ended).toMatchObject({ code: 2, stderr: lineWith(...facts) })
  })
})

describe('keysweep run --accounts', () => {
  it('keeps the keys behind the profiles of the file, in every account', async () => {
    const { env, writes } = await organizationAws(['hub', 'shop', 'blog'])
    const cwd = folder()
    const accounts = [
      `{ account: "${IDS.shop}", profile: sweeper }`,
      `{ account: "${IDS.blog}" }`,
      `{ account: "${IDS.quiet}", profile: from-blog }`,
    ]
    writeFileSync(join(cwd, 'mine.yml'), `accounts: [${accounts.join(', ')}]\n`)
    const keys = { sweeper: keyOf('shop', 'bot'), 'from-blog': keyOf('blog', 'blog-export') }
    const profiles = Object.entries(keys).map(
      ([profile, id]) => `[${profile}]\naws_access_key_id = ${id}\naws_secret_access_key = x\n`,
    )
    writeFileSync(join(cwd, 'credentials'), profiles.join(''))
    const files = { AWS_SHARED_CREDENTIALS_FILE: join(cwd, 'credentials'), AWS_CONFIG_FILE: join(cwd, 'none') }
    const args = ['run', '--accounts', 'mine.yml', '--apply', '--yes', '--run-id', 'org']
    await inProcess(args, { ...env, ...files }, { cwd })
    // The profile of the third account belongs to another one.
    const quiet = recordOf(cwd, 'org').accounts.find(({ account }) => account === IDS.quiet)
    expect(quiet).toMatchObject({ end: 'failed', why: factsIn('from-blog', IDS.blog) })
    expect(writes()).toEqual([[IDS.shop, keyOf('shop', 'importer'), 'Inactive']])
    // What the run takes for its own, explain takes for its own too.
    for (const id of Object.values(keys))
      expect((await inProcess(['explain', id], { ...env, ...files }, { cwd })).stdout).toEqual(factsIn(id, 'kept: own'))
  })

  it('works on the accounts of the file alone, and asks AWS Organizations nothing', async () => {
    const { env, endpoint, writes } = await organizationAws(['hub', 'shop', 'blog'])
    const cwd = folder()
    writeFileSync(join(cwd, 'mine.yml'), `accounts:\n  - { account: "${IDS.shop}", name: web shop }\n`)
    const args = ['run', '--accounts', 'mine.yml', '--apply', '--yes', '--run-id', 'org']
    expect((await inProcess(args, env, { cwd })).code).toBe(0)
    expect(recordOf(cwd, 'org')).toMatchObject({
      source: 'list',
      accounts: [{ account: IDS.shop, name: 'web shop', end: 'changed', deactivated: 2 }],
    })
    expect(writes().map(([account]) => account)).toEqual([IDS.shop, IDS.shop])
    expect(endpoint.calls.filter(({ action }) => /Accounts|Organization/.test(action))).toEqual([])
    // The undo knows the roles from the run that it undoes.
    expect((await inProcess(['undo', 'org'], env, { cwd })).code).toBe(0)
    expect(writes()).toHaveLength(4)
  })

  it('uses the role of the file, and an account where it is missing is unreachable', async () => {
    const { env } = await organizationAws(['hub', 'shop', 'blog'])
    const cwd = folder()
    const file = `accounts:\n  - { account: "${IDS.shop}", role: Sweeper }\n  - account: "${IDS.blog}"\n`
    writeFileSync(join(cwd, 'mine.yml'), file)
    expect((await inProcess(['run', '--accounts', 'mine.yml', '--run-id', 'org'], env, { cwd })).code).toBe(1)
    const [shop, blog] = recordOf(cwd, 'org').accounts
    expect(shop).toMatchObject({ account: IDS.shop, end: 'unreachable', why: factsIn(`role/Sweeper`) })
    expect(blog).toMatchObject({ account: IDS.blog, end: 'planned' })
  })

  it('is refused with file and line where the file has a fault, and nothing is written', async () => {
    const { env } = await organizationAws(['hub'])
    const cwd = folder()
    writeFileSync(join(cwd, 'mine.yml'), `accounts:\n  - account: "${IDS.shop}"\n  - account: "${IDS.shop}"\n`)
    const ended = await inProcess(['run', '--accounts', 'mine.yml'], env, { cwd })
    expect(ended).toMatchObject({ code: 2, stderr: lineWith('mine.yml:3', IDS.shop) })
    expect(readdirSync(cwd)).toEqual(['keysweep.yml', 'mine.yml'])
  })
})

describe('what is shown of an organization run', () => {
  it('its accounts, one of them, its line in the list, and in which account a key or a user is', async () => {
    const { env } = await organizationAws(['hub', 'shop', 'blog'])
    const cwd = folder()
    await inProcess(['run', '--organization', '--run-id', 'org'], env, { cwd })
    const show = (...args: string[]) => inProcess(args, env, { cwd })

    const list = await show('show')
    expect(list.stdout.trimEnd().split('\n')).toHaveLength(2)
    expect(list.stdout).toEqual(factsIn('org', '4 accounts', 'planned'))
    expect(JSON.parse((await show('show', '--json')).stdout)).toMatchObject([{ runId: 'org', hub: IDS.hub }])
    expect((await show('show', 'org')).stdout).toEqual(factsIn(IDS.shop, IDS.blog, `show org --account ${IDS.shop}`))
    expect(JSON.parse((await show('show', 'org', '--json')).stdout)).toEqual(recordOf(cwd, 'org'))
    for (const name of ['--account', 'run'] as const) {
      const args = name === 'run' ? [`org-survey-${IDS.shop}`] : ['org', '--account', IDS.shop]
      expect((await show('show', ...args)).stdout).toEqual(factsIn(keyOf('shop', 'bot'), IDS.shop))
    }
    expect(await show('show', 'org', '--account', '123456789012')).toMatchObject({ code: 2 })

    const explained = await show('explain', keyOf('shop', 'bot'))
    expect(explained).toMatchObject({
      code: 0,
      stderr: factsIn(IDS.shop, 'shop'),
      stdout: factsIn('stale', `org-survey-${IDS.shop}`),
    })
    expect((await show('explain', 'feed')).stderr).toEqual(factsIn(IDS.blog))
    expect(await show('explain', 'bot')).toMatchObject({ code: 2, stderr: lineWith('bot', IDS.shop, IDS.blog) })
    expect((await show('explain', 'bot', '--account', IDS.blog)).stdout).toEqual(factsIn(keyOf('blog', 'bot')))
    // No survey saw a key in use. STS knows its account.
    const used = await show('explain', keyOf('blog', 'feed'))
    expect(used).toMatchObject({ code: 0, stderr: factsIn(IDS.blog), stdout: factsIn('in use') })
    expect((await show('explain', 'operator')).stdout).toEqual(factsIn(keyOf('hub', 'operator')))
  })

  it('a run of another terminal is followed by its store, to its end', async () => {
    const { env, endpoint } = await organizationAws(['hub', 'blog'])
    const cwd = folder()
    endpoint.fault({ action: 'UpdateAccessKey', kind: 'slow', milliseconds: 1500 })
    const run = inBackground(APPLY, { env, cwd })
    await run.says(/Make organization plan/)
    const followed = await inProcess(['show', 'org', '--follow'], env, { cwd })
    expect((await run.ended).code).toBe(0)
    expect(followed).toMatchObject({
      code: 0,
      stdout: factsIn('1 key', IDS.blog),
      stderr: factsIn('List accounts', 'Make organization plan', '1 key'),
    })
    expect(await inProcess(['apply', 'org'], env, { cwd })).toMatchObject({
      code: 2,
      stderr: lineWith('org', '--apply'),
    })
  })

  it('an undo of the run in one account alone names the command that does it', async () => {
    const { env } = await organizationAws(['hub', 'blog'])
    const cwd = folder()
    await inProcess(APPLY, env, { cwd })
    const ended = await inProcess(['undo', `org-change-${IDS.blog}`], env, { cwd })
    expect(ended).toMatchObject({ code: 2, stderr: lineWith(`keysweep undo org --account ${IDS.blog}`) })
    expect(await inProcess(['undo', 'org', '--key', keyOf('blog', 'bot')], env, { cwd })).toMatchObject({ code: 2 })
  })
})
