import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { VERDICT_TABLE } from '../../../core/judge/verdict.ts'
import type { Explained } from '../../../core/model/printed.ts'
import { ROW_NAMES } from '../../../core/texts/verdict-text.ts'
import { accessKeyId, newUser } from '../../../demo/account.ts'
import { updateRecord } from '../../../demo/trail.ts'
import { makeDirectoryStore } from '../../../io/store/directory-store.ts'
import { accessKeyKey } from '../../../io/store/run-store.ts'
import { factsIn, lineWith } from '../../support/error-facts.ts'
import { intentOf, keyOutcomeOf } from '../../support/stored.ts'
import { accountOf, awsWith, daysAgo, inProcess, keyUsed, newDirectory } from '../command.ts'

const day = (days: number): string => daysAgo(days).toISOString().slice(0, 10)

describe('keysweep explain', () => {
  it('tries the rows in order, up to the one that fits, and names the call that each fact came from', async () => {
    const idle = newUser('idle', { path: '/ci/', keys: [keyUsed('idle', 200)], tags: { owner: 'team-a' } })
    const { endpoint, env } = await awsWith(accountOf({}, [idle]))
    const { code, stdout } = await inProcess(['explain', accessKeyId('idle'), '--store', newDirectory()], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^${accessKeyId('idle')} of user idle: stale: unused since ${day(200)}\n`))
    const rows = [...stdout.matchAll(/^ {2}(\w.*?) {2,}(no match|match: .*)$/gm)].map(([, row, fits]) => [row, fits])
    expect(rows).toEqual([
      ['exempt', 'no match'],
      ['not active', 'no match'],
      ['unknown', 'no match'],
      ['changed since the report', 'no match'],
      ['own', 'no match'],
      ['unused', `match: stale: unused since ${day(200)}`],
    ])
    const facts = [...stdout.matchAll(/^ {2}(\w.*?) {2,}(\S.*?) {2,}(\S.*)$/gm)].map(([, fact, value, from]) => [
      fact,
      from,
      value,
    ])
    expect(facts).toEqual(
      expect.arrayContaining([
        ['status', 'ListAccessKeys', 'Active'],
        ['last used', 'GetAccessKeyLastUsed', expect.stringMatching(/, s3 in us-east-1$/)],
        ['tags', 'ListUserTags', 'owner=team-a'],
        ['path', 'GetCredentialReport', '/ci/'],
        ['caller', 'GetCallerIdentity', 'arn:aws:iam::111122223333:user/operator'],
      ]),
    )
    expect(facts).toContainEqual(['set Active', 'LookupEvents', 'no event in 90 days'])
    expect(endpoint.writes).toEqual([])
  })

  it('keeps a key that somebody set Active, as a run does, and says who and when', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    const { account } = endpoint
    const by = {
      arn: 'arn:aws:iam::111122223333:user/ann',
      userId: 'AIDAANNANNANNANNANN1',
      accessKeyId: 'AKIAANNANNANNANNANN1',
    }
    const update = { at: daysAgo(3), user: 'idle', accessKeyId: accessKeyId('idle'), status: 'Active', by }
    account.trail.push(updateRecord(account, update))
    const { stdout } = await inProcess(['explain', accessKeyId('idle'), '--store', newDirectory()], env)
    expect(stdout).toMatch(new RegExp(`^\\S+ of user idle: kept: in use: reactivated ${day(3)} by ${by.arn}`))
    expect(stdout).toMatch(/^ {2}set Active +\d{4}-.* by +LookupEvents\n +arn:aws:iam::111122223333:user\/ann$/m)
  })

  it('says when a key in use would become stale, and that a run would not look closer', async () => {
    const { env } = await awsWith(accountOf({ used: 2 }))
    const { stdout } = await inProcess(['explain', accessKeyId('used'), '--store', newDirectory()], env)
    expect(stdout).toEqual(factsIn('kept: in use', `stale on ${day(-88)}`))
    const { note } = JSON.parse(
      (await inProcess(['explain', accessKeyId('used'), '--json', '--store', newDirectory()], env)).stdout,
    )
    expect(note).toEqual([factsIn('report')])
    expect(stdout).toContain(`\n${note[0]}\n`)
  })

  it('uses the policy that a run would use', async () => {
    const { env } = await awsWith(accountOf({ used: 20 }))
    const policy = ['--unused-days', '10', '--exempt-user', 'us*']
    const { stdout } = await inProcess(
      ['explain', accessKeyId('used'), '--json', '--store', newDirectory(), ...policy],
      env,
    )
    const explained: Explained = JSON.parse(stdout)
    expect(explained.verdict).toBe('kept: exempt: user us*')
    expect(explained.rows.map(({ row }) => row)).toEqual(VERDICT_TABLE.slice(0, 1).map(({ row }) => ROW_NAMES[row]))
  })

  it('says that an exemption of the user has ended', async () => {
    const tags = { 'keysweep-exempt-until': `${day(3)} parental leave` }
    const { env } = await awsWith(accountOf({}, [newUser('idle', { keys: [keyUsed('idle', 200)], tags })]))
    const { stdout } = await inProcess(['explain', accessKeyId('idle'), '--json', '--store', newDirectory()], env)
    const { note, verdict }: Explained = JSON.parse(stdout)
    expect(verdict).toMatch(/^stale/)
    expect(note).toEqual([factsIn(day(3), 'parental leave')])
  })

  it('does not say that a key was reactivated that a run took and that is still Inactive', async () => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const directory = newDirectory()
    await inProcess(['run', '--apply', '--yes', '--store', directory], env)
    const { stdout } = await inProcess(['explain', accessKeyId('idle'), '--store', directory], env)
    expect(stdout).toContain(': kept: not active')
    expect(stdout).toMatch(/^ {2}reactivated +not read: .*\bActive\b/m)
  })

  it('says that a run deactivated the key and somebody reactivated it, and stores nothing itself', async () => {
    const { env } = await awsWith(accountOf({ back: 200 }))
    const directory = newDirectory()
    const [id, store] = [accessKeyId('back'), makeDirectoryStore(directory)]
    const run = { runId: 'older', user: 'back', accessKeyId: id, at: daysAgo(5).toISOString() }
    await store.put(accessKeyKey(id, 'older', 'intent'), JSON.stringify(intentOf(run)))
    await store.put(accessKeyKey(id, 'older', 'outcome'), JSON.stringify(keyOutcomeOf(run)))
    const { stdout } = await inProcess(['explain', id, '--store', directory], env)
    expect(stdout).toContain(' of user back: kept: in use')
    expect(stdout).toMatch(new RegExp(`^ {2}reactivated +${day(0)}T\\S+ +run store\\b`, 'm'))
    expect(readdirSync(join(directory, 'keys', id)).sort()).toEqual(['older.intent.json', 'older.outcome.json'])
  })

  it('says so if there is no report, asks for one, and judges without it', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    endpoint.fault({ action: 'GetCredentialReport', kind: 'error', error: 'ReportNotPresent' })
    const asked = endpoint.calls.length
    const { code, stdout } = await inProcess(['explain', accessKeyId('idle'), '--store', newDirectory()], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^No credential report: /m)
    expect(stdout).toContain('match: stale: unused since')
    expect(endpoint.calls.slice(asked).map(({ action }) => action)).toContain('GenerateCredentialReport')
  })

  describe('of an exempt user whose keys IAM may not list', () => {
    const asked = async (args: string[], policy: string[]) => {
      const { endpoint, env } = await awsWith(
        accountOf({}, [newUser('idle', { path: '/ci/', keys: [keyUsed('idle', 200)] })]),
      )
      endpoint.fault({ action: 'ListAccessKeys', kind: 'error', error: 'AccessDenied' })
      return inProcess(['explain', ...args, ...policy, '--store', newDirectory()], env)
    }
    it.each([
      ['name', ['--exempt-user', 'id*'], 'user id*'],
      ['path', ['--exempt-path', '/ci/'], 'path /ci/'],
    ])('says that the user is exempt by %s, as a run does', async (_, policy, why) => {
      const ofKey = await asked([accessKeyId('idle'), '--json'], policy)
      expect(ofKey.code).toBe(0)
      const { verdict, note, rows }: Explained = JSON.parse(ofKey.stdout)
      expect([verdict, rows]).toEqual([`kept: exempt: ${why}`, [{ row: 'exempt', fits: verdict }]])
      expect(note).toEqual([factsIn('ListAccessKeys', 'AccessDenied')])
      const ofUser = await asked(['idle'], policy)
      expect(ofUser.code).toBe(0)
      expect(ofUser.stdout.replaceAll(/\s+/g, ' ')).toEqual(
        factsIn('idle', `exempt: ${why}`, 'ListAccessKeys', 'AccessDenied'),
      )
      expect(await asked(['idle', '--json'], policy)).toMatchObject({ code: 0, stdout: '[]\n' })
    })
    it('fails for a user who is not exempt', async () => {
      for (const named of [accessKeyId('idle'), 'idle'])
        expect(await asked([named], [])).toMatchObject({ code: 1, stdout: '', stderr: lineWith('ListAccessKeys') })
    })
  })

  it.each([
    [['AKIANOBODYKNOWSTHIS1'], 1, ['AKIANOBODYKNOWSTHIS1', 'NoSuchEntityException']],
    [['nobody'], 1, ['nobody', 'NoSuchEntityException']],
    [['a b'], 2, ['"a b"']],
    [[], 2, ["'key or user'", '--help']],
  ])('%j ends with %i and one line', async (args, exitCode, facts) => {
    const { env } = await awsWith(accountOf({ idle: 200 }))
    const { code, stdout, stderr } = await inProcess(['explain', ...args, '--store', newDirectory()], env)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
    expect(stderr).toEqual(lineWith(...facts))
  })
})
