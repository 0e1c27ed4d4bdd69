import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import type { RunRecord } from '../../../core/model/documents/record.ts'
import { onlyOldText } from '../../../core/texts/approval-text.ts'
import { ROW_NAMES } from '../../../core/texts/verdict-text.ts'
import { SURPRISES } from '../../../demo/surprises.ts'
import { lineWith } from '../../support/error-facts.ts'
import { accountOf, awsWith, type CommandEnd, inProcess, keysweep, newDirectory } from '../command.ts'

/** What a shell may hold that the demo must not go by. */
const SOMEBODY_ELSES = {
  AWS_PROFILE: 'no-such-profile',
  AWS_ACCESS_KEY_ID: 'AKIASOMEBODYELSES123',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'cn-north-1',
  AWS_USE_FIPS_ENDPOINT: 'true',
}

const recordOf = (cwd: string, { stdout }: CommandEnd): RunRecord =>
  JSON.parse(readFileSync(join(cwd, /Record +(\S+)/.exec(stdout)?.[1] ?? 'none'), 'utf8'))

describe('keysweep demo', () => {
  const cwd = newDirectory()
  const leftover = join(cwd, '.keysweep/demo/runs/an-earlier-demo/record.json')
  const leftoverOrganization = join(cwd, '.keysweep/demo/orgs/an-earlier-demo/record.json')
  const neighbour = join(cwd, '.keysweep/runs/a-real-run/record.json')
  let ended: CommandEnd
  let record: RunRecord
  beforeAll(async () => {
    // What a demo of an earlier version left.
    const older = join(cwd, '.keysweep/demo/keys/AKIAOLDEROLDEROLDERO/2026-09-06-older-run.intent.json')
    for (const path of [leftover, leftoverOrganization, older, neighbour]) {
      mkdirSync(join(path, '..'), { recursive: true })
      writeFileSync(path, '{}')
    }
    ended = await keysweep(['demo'], { cwd, env: SOMEBODY_ELSES })
    record = recordOf(cwd, ended)
  })

  it('ends well and says in one sentence what it did', () => {
    expect(ended.code).toBe(0)
    const { deactivated, skipped } = record.counts
    expect(ended.stdout).toContain(`\n${deactivated} keys deactivated, ${skipped} skipped.\n`)
  })

  it('says on stderr what is going on, state by state and key by key', () => {
    expect(ended.stderr).toMatch(/^[^\n]* made-up [^\n]*\n[^\n]*http:\/\/127\.0\.0\.1:\d+/)
    const states = [...ended.stderr.matchAll(/^ {2}(\S.*?) +\d+\.\d s/gm)].map((match) => match[1])
    expect(states).toEqual([
      'Start run',
      'Generate report',
      'Wait for report',
      'Generate report',
      'Parse report',
      'Check suspects',
      'Read key events',
      'Make plan',
      'Deactivate keys',
      'Write record',
    ])
    expect(ended.stderr.match(/^ {4}AKIA\w+ (deactivated|skipped)$/gm)).toHaveLength(record.plan?.keys ?? 0)
    expect(ended.stderr).toMatch(/^ {4}retry 2 .*IamThrottled$/m)
    expect(ended.stderr).toMatch(/Deactivate keys .*: \d+ deactivated, 2 skipped; 2 retries/)
  })

  it('shows every deactivated key with its user and the reason', () => {
    const taken = record.keys.filter((key) => key.outcome === 'deactivated')
    expect(taken.length).toBeGreaterThan(10)
    const [, list = ''] = /^Deactivated: [^\n]*\n(.*?)\n\n/ms.exec(ended.stdout) ?? []
    expect(list.split('\n')).toHaveLength(1 + taken.length)
    for (const { user, owner, accessKeyId, lastUsedService, lastUsedRegion } of taken) {
      const lastUse = lastUsedService === null ? 'never used' : `${lastUsedService}, ${lastUsedRegion}`
      const known = [user, owner ?? '–', accessKeyId ?? ''].map(escaped).join(' +')
      expect(list).toMatch(new RegExp(`^ {2}${known} +\\d+ +${escaped(lastUse)} +unused$`, 'm'))
    }
  })

  it('shows what was skipped and why', () => {
    expect(ended.stdout).toMatch(/^ {2}nightly-etl +data +AKIA\w+ +skipped +in use$/m)
    expect(ended.stdout).toMatch(/^ {2}olga.petrova +olga.petrova@example.com +AKIA\w+ +skipped +key deleted.*$/m)
  })

  it('counts what was kept by each row of the verdict table', () => {
    const counted = [...ended.stdout.matchAll(/^ +(\d+) {2}([a-z].*?) {2,}\S/gm)].map(([, count, row]) => [
      row,
      Number(count),
    ])
    const rows = ['root', 'unknown', ROW_NAMES.changed, 'exempt', 'own', 'not active', 'in use', 'recent']
    expect(counted.map(([row]) => row)).toEqual(rows)
    expect(counted.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(record.counts.kept)
    expect(ended.stdout).toContain(`Kept: ${record.counts.kept} keys, by reason\n`)
  })

  it('points out what becomes stale soon', () => {
    expect(ended.stdout).toMatch(/Stale soon: \d+ keys, within 14 days, unless used\n/)
    expect(ended.stdout).toMatch(/^ {2}invoice-mailer +finance +AKIA\w+ +\d{4}-\d\d-\d\d {2}/m)
  })

  it('keeps the key that an older run deactivated and its owner reactivated, and shows its history', () => {
    expect(record.keys.find((key) => key.user === 'jonas.weber')).toMatchObject({
      verdict: 'kept',
      reason: expect.stringMatching(/^in use: .*\breactivated/),
    })
    expect(ended.stdout).toMatch(/^ {2}jonas.weber +kept: in use +\w.* 5 days ago$/m)
    expect(ended.stdout).toMatch(new RegExp(`^ {2}tomasz.nowak +deactivated +${whatHappened('tomasz.nowak')}$`, 'm'))
  })

  it('keeps the key that somebody reactivated by hand, as CloudTrail shows, and says who and when', () => {
    const by = 'arn:aws:iam::111122223333:user/people/emma.fischer'
    expect(record.keyEvents).toEqual({ witness: { complete: true }, otherSweepers: [] })
    expect(record.keys.find((key) => key.user === 'cost-report-export')).toMatchObject({
      verdict: 'kept',
      row: 'in-use',
      values: { reactivated: true, by, since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    })
    expect(ended.stdout).toMatch(/^ {2}cost-report-export +kept: in use +\w.*emma\.fischer 20 days ago/m)
  })

  it('has a store of its own, made new each time, and leaves the real runs beside it alone', () => {
    expect(existsSync(leftover)).toBe(false)
    expect(existsSync(leftoverOrganization)).toBe(false)
    expect(existsSync(neighbour)).toBe(true)
  })

  it('prints nothing that a terminal would act on when it is piped', () => {
    expect(ended.stdout + ended.stderr).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it('fits its lines to 120 columns when it is piped', () => {
    expect(ended.stdout.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  it('can be shown again by the command that it names', async () => {
    const [, args = ''] = /keysweep -- (.*)/.exec(ended.stdout) ?? []
    const again = await inProcess(args.split(' '), {}, { cwd })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain(`\n${record.counts.deactivated} keys deactivated`)
  })
})

/** What happens to this user during the demo. */
const whatHappened = (user: string): string => SURPRISES.find((one) => one.user === user)?.what ?? 'no such user'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

describe('keysweep demo, asked otherwise', () => {
  const plain = newDirectory()
  const rotating = newDirectory()
  let json: CommandEnd
  let rotation: CommandEnd
  beforeAll(async () => {
    json = await inProcess(['demo', '--json'], { FORCE_COLOR: '1' }, { cwd: plain })
    rotation = await inProcess(['demo', '--rotation-days', '365', '--max-percent', '100'], {}, { cwd: rotating })
  })

  it('prints the record and nothing else on stdout with --json', () => {
    expect(json.code).toBe(0)
    const record: RunRecord = JSON.parse(json.stdout)
    expect(json.stdout).toBe(
      `${readFileSync(join(plain, '.keysweep/demo/runs', record.runId, 'record.json'), 'utf8')}\n`,
    )
    expect(json.stderr).toContain('Deactivate keys')
  })

  it('stops for approval with --rotation-days, writing nothing, and says what for', () => {
    expect(rotation.code).toBe(3)
    expect(recordOf(rotating, rotation)).toMatchObject({ status: 'approval needed', counts: { deactivated: 0 } })
    const old = recordOf(rotating, rotation).keys.filter(({ row }) => row === 'rotation').length
    expect(rotation.stdout).toContain(`${onlyOldText(old)}. `)
    expect(rotation.stdout).toMatch(/^ {2}billing-sync .* rotation,/m)
  })

  it('does not mention what happens at a write if there was none', () => {
    expect(rotation.stdout).toContain(whatHappened('marco.rossi'))
    for (const user of ['nightly-etl', 'olga.petrova']) expect(rotation.stdout).not.toContain(whatHappened(user))
  })
})

describe('the store of the demo', () => {
  const REAL = '.keysweep/demo/runs/a-real-run/record.json'

  it('is not emptied if no demo made it, nor reached through a link', async () => {
    const cwd = newDirectory()
    mkdirSync(join(cwd, REAL, '..'), { recursive: true })
    writeFileSync(join(cwd, REAL), '{}')
    const foreign = await inProcess(['demo'], {}, { cwd })
    expect(foreign).toMatchObject({ code: 2, stdout: '', stderr: lineWith('.keysweep/demo') })
    expect(readdirSync(join(cwd, '.keysweep/demo'))).toEqual(['runs'])
    expect(existsSync(join(cwd, REAL))).toBe(true)
    const linked = newDirectory()
    mkdirSync(join(linked, '.keysweep'))
    symlinkSync(join(cwd, '.keysweep/demo'), join(linked, '.keysweep/demo'))
    expect(await inProcess(['demo'], {}, { cwd: linked })).toMatchObject({
      code: 2,
      stderr: lineWith('.keysweep/demo'),
    })
    expect(existsSync(join(cwd, REAL))).toBe(true)
  })

  it('is no store for anything else', async () => {
    const cwd = newDirectory()
    mkdirSync(join(cwd, '.keysweep/demo'), { recursive: true })
    writeFileSync(join(cwd, '.keysweep/demo/emptied-by-every-demo'), '')
    const { endpoint, env } = await awsWith(accountOf({ idle: 200 }))
    for (const args of [
      ['run', '--apply', '--yes', '--max-percent', '100'],
      ['undo', 'r'],
    ]) {
      const refused = await inProcess([...args, '--store', '.keysweep/demo'], env, { cwd })
      expect(refused).toMatchObject({ code: 2, stdout: '' })
      expect(refused.stderr).toEqual(lineWith('.keysweep/demo'))
    }
    expect(endpoint.writes).toEqual([])
    expect(readdirSync(join(cwd, '.keysweep/demo'))).toEqual(['emptied-by-every-demo'])
  })
})
