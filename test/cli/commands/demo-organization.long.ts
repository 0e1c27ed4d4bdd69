import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { organizationRecord } from '../../../core/model/documents/organization-record.ts'
import {
  EXCLUDED,
  HUB,
  MADE_UP_ACCOUNTS,
  MANAGEMENT,
  NEW,
  OVER_CAP,
  SUSPENDED,
  UNITS,
  WITHOUT_ROLES,
} from '../../../demo/made-up-accounts.ts'
import { type CommandEnd, inProcess, keysweep, newDirectory } from '../command.ts'

/** What a shell may hold that the demo must not go by. */
const SOMEBODY_ELSES = {
  AWS_PROFILE: 'no-such-profile',
  AWS_ACCESS_KEY_ID: 'AKIASOMEBODYELSES123',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9',
  AWS_REGION: 'cn-north-1',
}

const recordIn = (text: string) => organizationRecord.parse(JSON.parse(text))

const recordOf = (cwd: string, { stdout }: CommandEnd) =>
  recordIn(readFileSync(join(cwd, /Record +(\S+)/.exec(stdout)?.[1] ?? 'none'), 'utf8'))

/** What the README and the quickstart tell a reader to type. */
const TYPED = 'npm start -- --organization'

it.each(['README.md', 'docs/quickstart.md', 'docs/organization.md'])(
  '%s gives the command, and counts the accounts',
  (file) => {
    const page = readFileSync(file, 'utf8').replaceAll(/\s+/g, ' ')
    expect(page).toContain(TYPED)
    expect(page).toContain(`${MADE_UP_ACCOUNTS.length} accounts`)
  },
)

describe('keysweep demo --organization', () => {
  const cwd = newDirectory()
  const leftover = join(cwd, '.keysweep/demo/orgs/an-earlier-demo/record.json')
  let ended: CommandEnd
  let record: ReturnType<typeof recordOf>
  beforeAll(async () => {
    mkdirSync(join(leftover, '..'), { recursive: true })
    writeFileSync(leftover, '{}')
    writeFileSync(join(cwd, '.keysweep/demo/emptied-by-every-demo'), '')
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const [, command = ''] = /^node cli\/start\.js (\w+)$/.exec(scripts.start) ?? []
    ended = await keysweep([command, ...TYPED.split(' -- ').slice(1)], { cwd, env: SOMEBODY_ELSES })
    record = recordOf(cwd, ended)
  })

  const endsOf = (): Record<string, string> =>
    Object.fromEntries(record.accounts.map(({ name, end }) => [name ?? '', end]))

  it('ends with 1, and says which accounts caused it', () => {
    expect(ended.code).toBe(1)
    const failed = record.accounts.filter(({ end }) => end === 'failed' || end === 'unreachable')
    expect(failed.map(({ name }) => name).sort()).toEqual([OVER_CAP, WITHOUT_ROLES].sort())
    for (const { account, end } of failed) expect(ended.stdout).toContain(`${account} (${end})`)
  })

  it('gives each account of the made-up organization its end', () => {
    const ends = endsOf()
    expect(Object.keys(ends).sort()).toEqual(MADE_UP_ACCOUNTS.map(({ name }) => name).sort())
    expect(ends).toMatchObject({
      [OVER_CAP]: 'failed',
      [WITHOUT_ROLES]: 'unreachable',
      [NEW]: 'new',
      [SUSPENDED]: 'not active',
      [EXCLUDED]: 'excluded',
      [MANAGEMENT]: 'management account',
      [HUB]: 'changed',
    })
    const odd = [OVER_CAP, WITHOUT_ROLES, NEW, SUSPENDED, EXCLUDED, MANAGEMENT]
    for (const { name, stale } of MADE_UP_ACCOUNTS.filter((one) => !odd.includes(one.name)))
      expect({ name, end: ends[name] }).toEqual({ name, end: stale > 0 ? 'changed' : 'nothing to do' })
  })

  it('deactivates every stale key of the accounts that it changes', () => {
    const changed = Object.entries(endsOf()).flatMap(([name, end]) => (end === 'changed' ? [name] : []))
    const stale = MADE_UP_ACCOUNTS.filter(({ name }) => changed.includes(name)).reduce((sum, one) => sum + one.stale, 0)
    expect(stale).toBeGreaterThan(50)
    expect(ended.stdout).toContain(`${stale} keys deactivated in ${changed.length} accounts`)
  })

  it('says on stderr what it is, and account by account how far it is', () => {
    const { length } = UNITS
    expect(ended.stderr).toMatch(
      new RegExp(
        `^[^\\n]* ${MADE_UP_ACCOUNTS.length} accounts in ${length} [^\\n]*\\n[^\\n]*http://127\\.0\\.0\\.1:\\d+`,
      ),
    )
    expect(ended.stderr.match(/^ {4}\d{12} /gm)?.length).toBeGreaterThanOrEqual(MADE_UP_ACCOUNTS.length)
  })

  it('has a store of its own, made new each time', () => {
    expect(existsSync(leftover)).toBe(false)
  })

  it('prints nothing that a terminal would act on when it is piped, in lines of 120 columns', () => {
    expect(ended.stdout + ended.stderr).not.toMatch(/[^\P{Cc}\n]/u)
    expect(ended.stdout.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  it('can be shown again by the command that it names', async () => {
    const [, args = ''] = /keysweep -- (.*)/.exec(ended.stdout) ?? []
    const again = await inProcess(args.split(' '), {}, { cwd })
    expect(again.code).toBe(0)
    expect(again.stdout).toContain(WITHOUT_ROLES)
  })
})

describe('keysweep demo --organization --plan --json', () => {
  it('changes no account, and prints the record alone', async () => {
    const cwd = newDirectory()
    const { code, stdout } = await inProcess(['demo', '--organization', '--plan', '--json'], {}, { cwd })
    const record = recordIn(stdout)
    expect(code).toBe(1)
    expect(record.accounts.filter(({ end }) => end === 'changed')).toEqual([])
    expect(record.accounts.filter(({ end }) => end === 'planned').length).toBeGreaterThan(25)
    expect(stdout).toBe(`${readFileSync(join(cwd, '.keysweep/demo/orgs', record.runId, 'record.json'), 'utf8')}\n`)
  })
})
