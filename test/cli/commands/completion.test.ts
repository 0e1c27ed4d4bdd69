// The completion scripts, run in the shells themselves. zsh and fish are tried where they are installed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { APPROVALS } from '../../../core/model/closed-sets.ts'
import { lineWith } from '../../support/error-facts.ts'
import { inProcess, newDirectory } from '../command.ts'

const cwd = newDirectory()
const state = join(cwd, 'state')
const RUN = '2026-09-11T131519Z-4c1f0a'

beforeAll(() => {
  for (const run of [
    `state/keysweep/111122223333/runs/${RUN}`,
    'state/keysweep/111122223333/orgs/organization-1',
    '.keysweep/runs/older',
    '.keysweep/runs/$(touch pwned)',
  ])
    mkdirSync(join(cwd, run), { recursive: true })
})

const scriptOf = async (shell: string) => {
  const { code, stdout, stderr } = await inProcess(['completion', shell])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const file = join(cwd, `keysweep.${shell}`)
  writeFileSync(file, stdout)
  return file
}

/** Prints each completion of a line on a line of its own. */
const DRIVERS: Record<string, (file: string, words: string[]) => string[]> = {
  bash: (file, words) => [
    '--norc',
    '-c',
    `source ${file}; COMP_WORDS=(keysweep "$@"); COMP_CWORD=$#; _keysweep; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    ...words,
  ],
  fish: (file, words) => ['--no-config', '-c', `source ${file}; complete -C "keysweep ${words.join(' ')}"`],
}

async function completed(shell: string, ...words: string[]): Promise<string[]> {
  const args = DRIVERS[shell]?.(await scriptOf(shell), words) ?? []
  const env = { ...process.env, XDG_STATE_HOME: state, HOME: cwd }
  const { stdout, stderr, status } = spawnSync(shell, args, { cwd, env, encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout.split('\n').flatMap((line) => line.split('\t')[0] || [])
}

/** The commands and options that a help names. */
async function inHelp(...command: string[]): Promise<{ commands: string[]; options: string[] }> {
  const { stdout } = await inProcess([...command, '--help'])
  const [, listed = ''] = (stdout.split('\nExamples:')[0] ?? '').split('\nCommands:\n')
  return {
    commands: [...listed.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name),
    options: [...stdout.matchAll(/^ {2}(?:-h, )?(--[a-z-]+)/gm)].map(([, flag = '']) => flag),
  }
}

const isInstalled = (shell: string) => spawnSync(shell, ['--version']).status === 0

describe.each(['bash', 'fish'])('in %s', (shell) => {
  const where = isInstalled(shell) ? it : it.skip

  where('a command is completed', async () => {
    const { commands } = await inHelp()
    const all = await completed(shell, '')
    expect(commands.filter((name) => name !== 'help' && !all.includes(name))).toEqual([])
    expect(await completed(shell, 'expl')).toEqual(['explain'])
  })

  where('every option of every command is completed', async () => {
    for (const name of (await inHelp()).commands.filter((name) => name !== 'help'))
      expect({ name, options: (await completed(shell, name, '--')).toSorted() }).toEqual({
        name,
        options: [...new Set((await inHelp(name)).options)].toSorted(),
      })
  })

  where('the values of an option are completed', async () => {
    expect((await completed(shell, 'run', '--approval', '')).toSorted()).toEqual(APPROVALS.toSorted())
    expect(await completed(shell, 'run', '--run-id', '')).toEqual([])
    writeFileSync(join(cwd, 'accounts.yml'), '')
    expect(await completed(shell, 'run', '--accounts', 'acc')).toEqual(['accounts.yml'])
  })

  where('the ids of the runs of this machine are completed, and an odd folder name does nothing', async () => {
    for (const command of ['show', 'undo', 'apply', 'approve'])
      expect(await completed(shell, command, '2026')).toEqual([RUN])
    expect(await completed(shell, 'show', 'old')).toEqual(['older'])
    expect(await completed(shell, 'show', 'organ')).toEqual(['organization-1'])
    await completed(shell, 'show', '')
    expect(existsSync(join(cwd, 'pwned'))).toBe(false)
  })
})

const inZsh = isInstalled('zsh') ? it : it.skip
inZsh('zsh reads the script, in which every command and option is', async () => {
  const file = await scriptOf('zsh')
  const script = `autoload -Uz compinit; compinit -u -D; source ${file}; print -r -- $+functions[_keysweep] $_comps[keysweep]; functions _keysweep`
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^1 _keysweep\n/)
  const { commands } = await inHelp()
  for (const name of commands.filter((name) => name !== 'help'))
    for (const option of (await inHelp(name)).options) expect(stdout).toContain(`*${option}[`)
})

it('a shell that is not known is refused', async () => {
  expect(await inProcess(['completion', 'tcsh'])).toEqual({
    ...{ code: 2, stdout: '' },
    stderr: lineWith("'tcsh'", 'bash', 'zsh', 'fish'),
  })
})
