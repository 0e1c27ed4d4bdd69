// The commands in the README and in docs/: each one exists with its options, and those of the quickstart are typed here,
// in their order, on an account of this machine.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { accessKeyId } from '../../demo/account.ts'
import { factsIn } from '../support/error-facts.ts'
import { accountOf, awsWith, inBackgroundHere, inProcess, newDirectory } from './command.ts'

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')]
const COMMANDS = ['demo', 'run', 'apply', 'show', 'explain', 'approve', 'undo', 'init', 'validate', 'completion']

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
