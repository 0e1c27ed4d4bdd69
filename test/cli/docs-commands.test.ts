// The commands in the README and in docs/: each one exists with its options, and those of the quickstart are typed here,
// in their order, on an account of this machine.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { readAccountsFile } from '../../core/model/accounts-file.ts'
import { ACCOUNT_ENDS } from '../../core/model/closed-sets.ts'
import { accessKeyId } from '../../demo/account.ts'
import { factsIn } from '../support/error-facts.ts'
import { scheduleOf, startScheduler } from '../support/scheduler-endpoint.ts'
import { accountOf as deployedAccountOf, statusesOf } from '../support/world.ts'
import { ASKS, accountOf, awsWith, inBackgroundHere, inProcess, newDirectory } from './command.ts'
import { deployed } from './deployed.ts'
import { IDS, keyOf, organizationAws } from './organization.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')]
const COMMANDS = [
  'demo',
  'run',
  'apply',
  'show',
  'explain',
  'approve',
  'undo',
  'stop',
  'init',
  'validate',
  'completion',
]

/** "run --apply" of every `npm run -s keysweep -- run --apply` and `keysweep run --apply` on a page. */
function typedOn(page: string): string[] {
  const typed = readFileSync(page, 'utf8').matchAll(/(?:npm run -s keysweep --|`keysweep) ([^`\n#]+)/gm)
  return [...typed].map(([, command = '']) => command.trim())
}

const typed = PAGES.flatMap((page) => typedOn(page).map((command) => [page, command] as const))

const optionsOf = new Map<string, string[]>()
async function knownOptions(command: string): Promise<string[]> {
  const known = optionsOf.get(command) ?? (await inProcess([command, '--help'])).stdout.match(/--[a-z][a-z-]*/g) ?? []
  optionsOf.set(command, known)
  return known
}

it.each(typed)('%s: `keysweep %s` is a command, with options that it has', async (_page, command) => {
  const [name = '', ...words] = command.split(/\s+/)
  if (name.startsWith('--')) return expect(['--help', '--version']).toContain(name)
  expect(COMMANDS).toContain(name)
  const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/[=,.;:].*$/, ''))
  expect(await knownOptions(name)).toEqual(expect.arrayContaining(options))
})

it('every page names only npm scripts that package.json has', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = PAGES.flatMap((page) => [...readFileSync(page, 'utf8').matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)])
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named.map(([, script]) => script)))
})

describe('the quickstart', () => {
  const lines = [...readFileSync('docs/quickstart.md', 'utf8').matchAll(/^npm run -s keysweep -- (.+)$/gm)]
    .map(([, line = '']) => line)
    .filter((line) => !line.includes('<Machine>'))

  it('has the commands that are typed below, in this order', () => {
    expect(lines).toEqual([
      'run',
      'show',
      'show <run>',
      'show <run> --csv',
      'explain <access key id>',
      'apply <run> --approval always',
      'undo <run>',
      'show <access key id>',
    ])
  })

  it('leads from a plan to an undo, and nothing is written to IAM before the approval', async () => {
    const { endpoint, env } = await awsWith(accountOf({ idle: 200, a: 1, b: 1, c: 1, d: 1 }))
    const cwd = newDirectory()
    const key = accessKeyId('idle')
    const words = (line: string, run: string) =>
      line.split(' <access key id>').join(` ${key}`).replace('<run>', run).split(' ')
    const runIn = (text: string) => /^Run +(\S+) on/m.exec(text)?.[1] ?? ''

    const [plan = '', list = '', one = '', csv = '', explain = '', apply = '', undo = '', story = ''] = lines
    const planned = await inProcess(words(plan, ''), env, { cwd })
    expect(planned.code).toBe(0)
    for (const line of [list, one, csv, explain])
      expect({ line, ...(await inProcess(words(line, runIn(planned.stdout)), env, { cwd })) }).toMatchObject({
        code: 0,
      })
    expect(endpoint.writes).toEqual([])

    // There is no terminal here on which a person could confirm the account.
    const running = inBackgroundHere([...words(apply, runIn(planned.stdout)), '--yes'], env, { cwd })
    const said = await running.says(/npm run -s keysweep -- approve \S+\n/)
    expect(endpoint.writes).toEqual([])
    const answer = /npm run -s keysweep -- (approve \S+)\n/.exec(said)?.[1] ?? ''
    expect((await inProcess([...answer.split(' '), '--yes'], env, { cwd })).code).toBe(0)
    const applied = await running.ended
    expect(applied.code).toBe(0)
    expect(endpoint.writes.map(({ accessKeyId, to }) => [accessKeyId, to])).toEqual([[key, 'Inactive']])

    expect((await inProcess(words(undo, runIn(applied.stdout)), env, { cwd })).code).toBe(0)
    expect(endpoint.writes.map(({ to }) => to)).toEqual(['Inactive', 'Active'])
    const { stdout } = await inProcess(words(story, ''), env, { cwd })
    expect(stdout).toEqual(factsIn(runIn(applied.stdout), 'idle', key))
  })
})

describe('the runbook for the night', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  const section = page.slice(page.indexOf('## At night'), page.indexOf('## Deploy'))
  const lines = [...section.matchAll(/^npm run -s keysweep -- (.+)$/gm)].map(([, line = '']) => line)

  it('has the commands that are typed below, in this order', () => {
    expect(lines).toEqual([
      'stop --machine <Machine> --store s3://<RunStore>',
      'show <access key id or user> --store s3://<RunStore>',
      'show <run> --store s3://<RunStore>',
      'undo <run> --key <access key id> --machine <Machine> --store s3://<RunStore>',
      'undo <run> --machine <Machine> --store s3://<RunStore>',
    ])
  })

  it('leads from a run that deactivates keys to all of them Active again', async () => {
    const there = await deployed({
      account: deployedAccountOf({ idle: 200, idler: 300, used: 1 }),
      settings: 'mode: apply',
    })
    const scheduler = await startScheduler(scheduleOf('keysweep', there.machine))
    const env = { ...there.env, AWS_ENDPOINT_URL_SCHEDULER: scheduler.url }
    const key = accessKeyId('idle')
    const typed = (line: string) =>
      line
        .replace('<access key id or user>', 'idle')
        .replace('<access key id>', key)
        .replace('<run>', 'monday')
        .replace('<Machine>', there.machine)
        .replace('s3://<RunStore>', there.world.directory)
        .split(' ')
    const [stop = '', who = '', show = '', undoOne = '', undo = ''] = lines
    await inProcess(['run', '--apply', '--machine', there.machine, '--run-id', 'monday'], env)
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Inactive'], idler: ['Inactive'] })
    expect((await inProcess([...typed(stop), '--yes'], env)).code).toBe(0)
    expect(scheduler.schedules[0]?.State).toBe('DISABLED')
    expect((await inProcess(typed(who), env)).stdout).toEqual(factsIn('monday', key))
    expect((await inProcess(typed(show), env)).stdout).toEqual(factsIn('2 keys deactivated'))
    expect((await inProcess(typed(undoOne), env)).code).toBe(0)
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Active'], idler: ['Inactive'] })
    expect((await inProcess(typed(undo), env)).code).toBe(0)
    expect(statusesOf(there.world)).toMatchObject({ idle: ['Active'], idler: ['Active'] })
  })
})

describe('the page on an Organization', () => {
  const page = readFileSync('docs/organization.md', 'utf8')
  const lines = [...page.matchAll(/^ *npm run -s keysweep -- (.+)$/gm)].map(([, line = '']) => line)

  it('has the commands that are typed below, and those of approve.test.ts, in this order', () => {
    expect(lines).toEqual([
      'run',
      'run --organization',
      'show',
      'show <run>',
      'show <run> --account <account id>',
      'explain <access key id>',
      'run --organization --ou ou-ab12-11111111 --apply --approval always',
      'approve',
      'approve <run>',
      'approve <run> --account <account id>',
      'approve <run> --leave-out <account id> --leave-out <access key id>',
      'undo <run>',
      'undo <run> --account <account id>',
      'run --accounts accounts.yml',
    ])
  })

  it('has ten commands up to the first look at a key of another account', () => {
    const [, first = ''] = /^## From one account.*?^```sh\n(.*?)^```/ms.exec(page) ?? []
    expect(first.match(/^\S/gm)).toHaveLength(10)
  })

  it('leads from the hub to a surveyed Organization, an approved change of one unit, and back', async () => {
    const { env, writes } = await organizationAws(['hub', 'shop', 'blog'])
    const cwd = newDirectory()
    const key = keyOf('shop', 'bot')
    const words = (line: string, run: string, account: string) =>
      line
        .replace('<run>', run)
        .replaceAll(' <account id>', ` ${account}`)
        .replaceAll(' <access key id>', ` ${key}`)
        .split(' ')
    const type = async (line: string, run = '', account: string = IDS.shop) => {
      const typed = await inProcess(words(line, run, account), env, { cwd })
      expect({ line, ...typed }).toMatchObject({ code: 0 })
      return typed.stdout
    }
    const runIn = (text: string) => /^Run +(\S+), hub/m.exec(text)?.[1] ?? ''
    await type(lines[0] ?? '')
    const run = runIn(await type(lines[1] ?? ''))
    for (const line of lines.slice(2, 5)) await type(line, run)
    expect(await type(lines[5] ?? '')).toEqual(factsIn(key, 'stale'))
    expect(writes()).toEqual([])

    // There is no terminal here on which a person could confirm the account.
    const running = inBackgroundHere([...words(lines[6] ?? '', '', ''), '--yes'], env, { cwd })
    const said = await running.says(ASKS)
    const asked = /approve (\S+)\n/.exec(said)?.[1] ?? ''
    await type('approve')
    await type(lines[9] ?? '', asked)
    await type(`${lines[10]} --yes`, asked, IDS.blog)
    expect((await running.ended).code).toBe(0)
    expect(writes()).toEqual([[IDS.shop, keyOf('shop', 'importer'), 'Inactive']])

    await type(lines[12] ?? '', asked)
    expect(writes().at(-1)).toEqual([IDS.shop, keyOf('shop', 'importer'), 'Active'])
    await type(lines[11] ?? '', asked)
  })

  it('has a file of accounts as the command reads it', () => {
    const [, file = ''] = /^```yaml\n(.*?)^```/ms.exec(page) ?? []
    expect(readAccountsFile(file, 'accounts.yml').map(({ member }) => member?.profile ?? member?.roles?.read)).toEqual([
      undefined,
      'KeySweeper',
      'Sweep-Read',
      'legacy-admin',
    ])
  })

  it('has every end of an account, and no other', () => {
    const [, table = ''] = /^## How an account ends\n(.*?)^## /ms.exec(page) ?? []
    expect([...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, end]) => end).sort()).toEqual([...ACCOUNT_ENDS].sort())
  })
})
